package dev.millrace.testkit.contract;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.api.ErrorCode;
import dev.millrace.api.Put;
import dev.millrace.api.QueueSettings;
import dev.millrace.api.SessionOptions;
import dev.millrace.api.TaskState;
import dev.millrace.api.engine.Answer;
import dev.millrace.api.engine.Command;
import dev.millrace.api.engine.EndReason;
import dev.millrace.api.engine.EngineSession;
import dev.millrace.api.engine.Outlet;
import dev.millrace.api.engine.Push;
import dev.millrace.testkit.Clause;
import dev.millrace.testkit.EngineClient;
import dev.millrace.testkit.EngineClient.Reply;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** The engine interface itself, as a door of the server uses it: raw commands, tokens, pushes and ends. */
public abstract class EngineSessionContract extends CommandContract {
    private static final Duration SILENCE = Duration.ofSeconds(15);

    /** For subclasses. */
    protected EngineSessionContract() {}

    @Test
    @Clause({"G6", "T14", "G1"})
    void submit_commandWithABadName_isRefused() {
        for (String name : List.of("", "a\nb", "\ud800", "n".repeat(256))) {
            List<Command> commands = List.of(
                    new Command.Put(name, bytes("x")),
                    new Command.Take(name, 0),
                    new Command.Ack(name, 1, 0),
                    new Command.Peek(name, 0),
                    new Command.Kick(name, 1),
                    new Command.ListTasks(name, TaskState.READY, 0, 1),
                    new Command.Delete(name, 1, false),
                    new Command.Purge(name),
                    new Command.PutMany(name, List.of(new Command.PutMany.Item(bytes("x"), Put.options()))),
                    new Command.Take(List.of(QUEUE, name), 0),
                    new Command.TakeMany(List.of(QUEUE, name), 1, 0),
                    new Command.AckMany(name, List.of(new Command.AckMany.Held(1, 1))),
                    new Command.Pause(name),
                    new Command.Resume(name),
                    new Command.Configure(name, QueueSettings.defaults()),
                    new Command.Settings(name),
                    new Command.Stats(name),
                    new Command.LastSequence(name, "importer"),
                    new Command.LastSequence(QUEUE, name));
            assertThat(commands)
                    .allSatisfy(command -> requireFailed(ErrorCode.BAD_ARGUMENT, client.call(command), "name"));
        }
        assertThat(client.call(new Command.ListQueues(0, 10))).isEqualTo(new Answer.Queues(List.of(), 0));
    }

    @Test
    @Clause({"G6", "T14", "T13"})
    void submit_valueOutsideItsRange_isRefusedAndChangesNothing() {
        long tooFarMs = Duration.ofDays(3_650).toMillis() + 1;
        put("job");
        Answer before = client.call(new Command.Stats(QUEUE));
        List<Command> bad = List.of(
                new Command.PutMany(QUEUE, List.of()),
                new Command.PutMany(
                        QUEUE, Collections.nCopies(10_001, new Command.PutMany.Item(bytes("x"), Put.options()))),
                new Command.Take(QUEUE, -2),
                new Command.Take(List.of(), 0),
                new Command.Take(List.of(QUEUE, "other", QUEUE), 0),
                new Command.Take(IntStream.range(0, 65).mapToObj(index -> "queue-" + index).toList(), 0),
                new Command.TakeMany(List.of(QUEUE), 0, 0),
                new Command.TakeMany(List.of(QUEUE), 10_001, 0),
                new Command.TakeMany(List.of(QUEUE), 1, -2),
                new Command.TakeMany(List.of(), 1, 0),
                new Command.TakeMany(List.of(QUEUE, QUEUE), 1, 0),
                new Command.AckMany(QUEUE, List.of()),
                new Command.AckMany(QUEUE, Collections.nCopies(10_001, new Command.AckMany.Held(1, 1))),
                new Command.Ack(QUEUE, 0, 0),
                new Command.Ack(QUEUE, -1, 0),
                new Command.Ack(QUEUE, 1, -1),
                new Command.Release(QUEUE, 1, 0, -1),
                new Command.Release(QUEUE, 1, 0, tooFarMs),
                new Command.Fail(QUEUE, 1, 0, -2, null),
                new Command.Fail(QUEUE, 1, 0, tooFarMs, null),
                new Command.Kick(QUEUE, 0),
                new Command.Kick(QUEUE, 10_001),
                new Command.KickOne(QUEUE, 0),
                new Command.Peek(QUEUE, -1),
                new Command.Delete(QUEUE, 0, true),
                new Command.ListTasks(QUEUE, TaskState.READY, 0, 0),
                new Command.ListTasks(QUEUE, TaskState.READY, 0, 10_001),
                new Command.ListHeld(-1, 1),
                new Command.ListHeld(0, 0),
                new Command.ListHeld(0, 10_001),
                new Command.ListQueues(0, 0),
                new Command.ListQueues(0, 1_001));
        assertThat(bad).allSatisfy(command -> requireFailed(ErrorCode.BAD_ARGUMENT, client.call(command)));
        requireFailed(
                ErrorCode.TOO_LARGE,
                client.call(new Command.Put(QUEUE, ByteBuffer.allocate(4_097))),
                "payloadBytesMax",
                "4096",
                "4097");
        assertThat(client.call(new Command.Stats(QUEUE))).isEqualTo(before);
    }

    @Test
    @Clause({"T13", "T14", "T21"})
    void verdicts_inEveryWrongSituation_haveEachTheirOwnCode() {
        EngineClient other = open(SessionOptions.defaults());
        long theirs = put("theirs");
        assertThat(other.call(new Command.Take(QUEUE, 0))).isInstanceOf(Answer.Taken.class);
        long mine = put("mine");
        client.call(new Command.Take(QUEUE, 0));
        client.call(new Command.Release(QUEUE, mine, 1, 0));
        assertThat(((Answer.Taken) client.call(new Command.Take(QUEUE, 0))).attempt()).isEqualTo(2);
        long ready = put("ready");

        for (Situation situation : List.of(
                new Situation(Long.MAX_VALUE, 0, ErrorCode.NOT_FOUND),
                new Situation(Long.MAX_VALUE, 1, ErrorCode.NOT_FOUND),
                new Situation(ready, 0, ErrorCode.NOT_TAKEN),
                new Situation(ready, 1, ErrorCode.NOT_TAKEN),
                new Situation(theirs, 0, ErrorCode.NOT_OWNER),
                new Situation(theirs, 1, ErrorCode.NOT_OWNER),
                new Situation(mine, 1, ErrorCode.NOT_OWNER),
                new Situation(mine, 3, ErrorCode.NOT_OWNER))) {
            Answer before = client.call(new Command.Stats(QUEUE));
            for (Command verdict : verdicts(situation.id(), situation.attempt())) {
                requireFailed(situation.code(), client.call(verdict), Long.toString(situation.id()));
            }
            assertThat(client.call(new Command.Stats(QUEUE))).isEqualTo(before);
        }
        assertThat(client.call(new Command.Touch(QUEUE, mine, 0)))
                .isEqualTo(new Answer.Done(mine, TaskState.TAKEN));
        assertThat(client.call(new Command.Ack(QUEUE, mine, 2))).isEqualTo(new Answer.Done(mine, null));
    }

    @Test
    @Clause({"T11", "T12", "T20"})
    void verdicts_whenAccepted_answerIdAndState() {
        long id = put("job");
        client.call(new Command.Take(QUEUE, 0));
        assertThat(client.call(new Command.Release(QUEUE, id, 0, 1_000)))
                .isEqualTo(new Answer.Done(id, TaskState.DELAYED));
        assertThat(client.call(new Command.KickOne(QUEUE, id))).isEqualTo(new Answer.Done(id, TaskState.READY));
        client.call(new Command.Take(QUEUE, 0));
        assertThat(client.call(new Command.Fail(QUEUE, id, 0, 1_000, "no")))
                .isEqualTo(new Answer.Done(id, TaskState.DELAYED));
        client.call(new Command.KickOne(QUEUE, id));
        client.call(new Command.Take(QUEUE, 0));
        assertThat(client.call(new Command.Bury(QUEUE, id, 0, null)))
                .isEqualTo(new Answer.Done(id, TaskState.BURIED));
        assertThat(client.call(new Command.Delete(QUEUE, id, false))).isEqualTo(new Answer.Done(id, null));
    }

    @Test
    @Clause({"T20 pause", "T20 configure"})
    void settings_everyCommand_answersSettingsAndPause() {
        QueueSettings settings = new QueueSettings(3, 1_000, 10, 100);
        QueueSettings defaults = QueueSettings.defaults();
        assertThat(client.call(new Command.Settings(QUEUE))).isEqualTo(new Answer.Settings(defaults, false));
        assertThat(client.call(new Command.Pause(QUEUE))).isEqualTo(new Answer.Settings(defaults, true));
        assertThat(client.call(new Command.Configure(QUEUE, settings))).isEqualTo(new Answer.Settings(settings, true));
        assertThat(client.call(new Command.Settings(QUEUE))).isEqualTo(new Answer.Settings(settings, true));
        assertThat(client.call(new Command.Resume(QUEUE))).isEqualTo(new Answer.Settings(settings, false));
        assertThat(client.call(new Command.Configure(QUEUE, defaults))).isEqualTo(new Answer.Settings(defaults, false));
    }

    @Test
    @Clause({"T6", "T9"})
    void cancel_ofAWaitingTake_isAnsweredOnceWithCancelled() {
        Reply waiting = client.submit(new Command.Take(QUEUE, -1));
        Reply next = client.submit(new Command.Take(QUEUE, -1));

        client.cancel(waiting);
        client.cancel(waiting);
        requireFailed(ErrorCode.CANCELLED, EngineClient.await(waiting));
        put("job");

        assertThat(EngineClient.await(next)).isInstanceOf(Answer.Taken.class);
        fixture.settle();
        assertThat(waiting.answers()).isOne();
        assertThat(next.answers()).isOne();
    }

    @Test
    @Clause("T9")
    void cancel_ofWhatIsAnsweredOrUnknown_isHarmless() {
        Reply answered = client.submit(new Command.Stats(QUEUE));
        EngineClient.await(answered);
        client.cancel(answered);
        Reply put = client.submit(new Command.Put(QUEUE, bytes("job")));
        client.cancel(put);

        assertThat(EngineClient.await(put)).isInstanceOf(Answer.Stored.class);
        fixture.settle();
        assertThat(answered.answers()).isOne();
        assertThat(put.answers()).isOne();
    }

    @Test
    @Clause({"G3", "G4 tasks", "G5"})
    void close_withCommandsUnderWay_answersEachOnceAndEnds() {
        List<Reply> replies = new ArrayList<>();
        replies.add(client.submit(new Command.Take(QUEUE, -1)));
        replies.add(client.submit(new Command.Take(QUEUE, 60_000)));
        client.close();
        client.close();
        replies.add(client.submit(new Command.Stats(QUEUE)));
        replies.add(client.trySubmit(new Command.Put(QUEUE, bytes("x"))));

        replies.forEach(reply -> requireFailed(ErrorCode.CLOSED, EngineClient.await(reply)));
        assertThat(EngineClient.await(client.ended())).isEqualTo(EndReason.CLOSED);
        fixture.settle();
        assertThat(replies).allSatisfy(reply -> assertThat(reply.answers()).isOne());
    }

    @Test
    @Clause({"G3", "G5"})
    void closeEngine_withAWaitingTake_answersClosedAndTellsWhy() {
        Reply waiting = client.submit(new Command.Take(QUEUE, -1));

        engine.close();
        engine.close();

        requireFailed(ErrorCode.CLOSED, EngineClient.await(waiting));
        assertThat(EngineClient.await(client.ended())).isEqualTo(EndReason.ENGINE_CLOSED);
        requireFailed(ErrorCode.CLOSED, client.call(new Command.Stats(QUEUE)));
        requireFailed(ErrorCode.CLOSED, open(SessionOptions.defaults()).call(new Command.Stats(QUEUE)));
    }

    @Test
    @Clause("G3 silence")
    void silence_beyondTheLimit_endsWithItsReasonUnlessThereIsABeat() {
        EngineClient silent = open(SessionOptions.defaults().withSilenceMax(SILENCE));
        fixture.settle();
        advance(SILENCE.minusMillis(1));
        assertThat(silent.call(new Command.Beat())).isEqualTo(new Answer.Count(0));
        advance(SILENCE.minusMillis(1));
        assertThat(silent.ended()).isNotDone();

        advanceMs(2);

        assertThat(EngineClient.await(silent.ended())).isEqualTo(EndReason.SILENT);
        requireFailed(ErrorCode.CLOSED, silent.call(new Command.Beat()));
    }

    @Test
    @Clause({"T20", "G3"})
    void lostTask_isPushedWithItsReceipt() {
        long id = put("job");
        client.call(new Command.Take(QUEUE, 0));

        open(SessionOptions.defaults()).call(new Command.Delete(QUEUE, id, true));
        fixture.settle();

        assertThat(client.pushes()).containsExactly(new Push.Lost(QUEUE, id, 1));
    }

    @Test
    @Clause({"T20", "G12", "G6"})
    void list_fromACursorThatNobodyGave_harmsNobody() {
        put("job");
        for (long cursor : new long[] {-1, Long.MIN_VALUE, Long.MAX_VALUE, 12_345, 1L << 32, Integer.MAX_VALUE}) {
            assertThat(client.call(new Command.ListTasks(QUEUE, TaskState.READY, cursor, 10)))
                    .isInstanceOfAny(Answer.Page.class, Answer.Failed.class);
            assertThat(client.call(new Command.ListHeld(cursor, 10)))
                    .isInstanceOfAny(Answer.Held.class, Answer.Failed.class);
            assertThat(client.call(new Command.ListQueues(cursor, 10)))
                    .isInstanceOfAny(Answer.Queues.class, Answer.Failed.class);
        }
        assertThat(client.call(new Command.Take(QUEUE, 0))).isInstanceOf(Answer.Taken.class);
    }

    @Test
    @Clause("G3")
    void listHeld_pageByPage_tellsWhatTheSessionHasTaken_andOnlyThat() {
        EngineClient other = open(SessionOptions.defaults());
        List<Answer.Held.Receipt> taken = new ArrayList<>();
        for (int count = 0; count < 7; count++) {
            long id = put("job");
            client.call(new Command.Take(QUEUE, 0));
            taken.add(new Answer.Held.Receipt(QUEUE, id, 1));
        }
        client.call(new Command.Release(QUEUE, taken.get(2).id(), 1, 0));
        client.call(new Command.Take(QUEUE, 0));
        taken.set(2, new Answer.Held.Receipt(QUEUE, taken.get(2).id(), 2));
        client.call(new Command.Ack(QUEUE, taken.removeLast().id(), 1));
        put("theirs");
        other.call(new Command.Take(QUEUE, 0));
        put("nobody's");

        List<Answer.Held.Receipt> listed = new ArrayList<>();
        long cursor = 0;
        do {
            Answer.Held page = (Answer.Held) client.call(new Command.ListHeld(cursor, 4));
            assertThat(page.held()).isEqualTo(6);
            assertThat(page.tasks()).hasSizeLessThanOrEqualTo(4);
            listed.addAll(page.tasks());
            cursor = page.nextCursor();
        } while (cursor != 0);
        assertThat(listed).containsExactlyInAnyOrderElementsOf(taken);
    }

    /** As a client does that comes back: it gives back what it has never heard of as it learns of it. */
    @Test
    @Clause("G3")
    void listHeld_givenBackOnTheWay_leavesNothingOut() {
        for (int count = 0; count < 20; count++) {
            put("job");
            client.call(new Command.Take(QUEUE, 0));
        }

        long cursor = 0;
        int pages = 0;
        do {
            Answer.Held page = (Answer.Held) client.call(new Command.ListHeld(cursor, 3));
            page.tasks().forEach(task -> client.call(new Command.Release(task.queue(), task.id(), task.attempt(), 0)));
            if (cursor != 0) {
                client.call(new Command.Ack(QUEUE, cursor, 0));
            }
            cursor = page.nextCursor();
            pages++;
        } while (cursor != 0);

        assertThat(pages).isLessThanOrEqualTo(20);
        assertThat(((Answer.Stats) client.call(new Command.Stats(QUEUE))).stats().taken()).isZero();
        assertThat(client.call(new Command.ListHeld(0, 10))).isEqualTo(new Answer.Held(0, List.of(), 0));
    }

    @Test
    @Clause({"G3", "T20"})
    void listHeld_afterAPurgeAndOfNothing_isEmpty() {
        assertThat(client.call(new Command.ListHeld(0, 10))).isEqualTo(new Answer.Held(0, List.of(), 0));
        for (int count = 0; count < 3; count++) {
            put("job");
            client.call(new Command.Take(QUEUE, 0));
        }
        client.call(new Command.Purge(QUEUE));

        assertThat(((Answer.Held) client.call(new Command.ListHeld(0, 10))).tasks()).isEmpty();
    }

    @Test
    @Clause({"G5", "G7"})
    void answer_outletThatFailsOrInterruptsItsThread_harmsOnlyItself() {
        EngineSession<String> rude = engine.open(SessionOptions.defaults(), new Outlet<>() {
            @Override
            public void answer(String token, Answer answer) {
                Thread.currentThread().interrupt();
                throw new StackOverflowError(token);
            }

            @Override
            public void push(Push push) {}

            @Override
            public void flush() {
                Thread.currentThread().interrupt();
                throw new IllegalStateException("no");
            }

            @Override
            public void ended(EndReason reason) {}
        });
        for (int index = 0; index < 3; index++) {
            assertThat(rude.trySubmit("rude", new Command.Stats("jobs"))).isTrue();
            assertThat(put("job")).isPositive();
        }
        assertThat(client.call(new Command.Take("jobs", 0))).isInstanceOf(Answer.Taken.class);
    }

    @Test
    @Clause("G7")
    void flush_followsTheAnswers() {
        client.call(new Command.Stats(QUEUE));
        fixture.settle();

        assertThat(client.flushes()).isPositive();
    }

    @Test
    @Clause("G7")
    void isEngineThread_fromATest_isFalse() {
        assertThat(engine.isEngineThread()).isFalse();
    }

    private static List<Command> verdicts(long id, int attempt) {
        return List.of(
                new Command.Ack(QUEUE, id, attempt),
                new Command.Release(QUEUE, id, attempt, 0),
                new Command.Fail(QUEUE, id, attempt, -1, "no"),
                new Command.Bury(QUEUE, id, attempt, "no"),
                new Command.Touch(QUEUE, id, attempt));
    }

    private record Situation(long id, int attempt, ErrorCode code) {}
}
