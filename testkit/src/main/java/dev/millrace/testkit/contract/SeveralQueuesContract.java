package dev.millrace.testkit.contract;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.api.ErrorCode;
import dev.millrace.api.Put;
import dev.millrace.api.SessionOptions;
import dev.millrace.api.engine.Answer;
import dev.millrace.api.engine.Command;
import dev.millrace.testkit.Clause;
import dev.millrace.testkit.EngineClient;
import dev.millrace.testkit.EngineClient.Reply;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Takes from several queues: the order named, and waiting in several lines at once. */
public abstract class SeveralQueuesContract extends CommandContract {
    private static final Duration HOUR = Duration.ofHours(1);

    /** For subclasses. */
    protected SeveralQueuesContract() {}

    @Test
    @Clause("T25 several queues")
    void take_withTasksInSeveral_isFromTheFirstNamed() {
        put("c", "1", Put.priority(0));
        put("b", "2", Put.priority(0));
        put("a", "3", Put.priority(5_000));

        assertThat(takenNow("x", "a", "b", "c")).isEqualTo("a/3");
        assertThat(takenNow("x", "a", "c", "b")).isEqualTo("c/1");
        assertThat(takenNow("c", "b", "a")).isEqualTo("b/2");
        assertThat(client.call(new Command.Take(List.of("a", "b", "c"), 0))).isEqualTo(new Answer.Nothing());
    }

    @Test
    @Clause({"T25 several queues", "T7"})
    void take_withSeveralTasksInTheFirst_isItsMostUrgent() {
        put("b", "1", Put.options());
        put("b", "2", Put.priority(1));

        assertThat(takenNow("a", "b")).isEqualTo("b/2");
        assertThat(takenNow("a", "b")).isEqualTo("b/1");
    }

    @Test
    @Clause({"T25 several queues", "G7"})
    void take_fromAsManyAsTheLimit_looksIntoTheLast() {
        String[] names = IntStream.range(0, 64).mapToObj(index -> "queue-" + index).toArray(String[]::new);
        put("queue-63", "1", Put.options());
        assertThat(takenNow(names)).isEqualTo("queue-63/1");

        Reply waiting = waiting(client, names);
        put("queue-40", "2", Put.options());

        assertThat(got(waiting)).isEqualTo("queue-40/2");
        assertThat(stats("queue-0").waiting()).isZero();
        assertThat(stats("queue-63").waiting()).isZero();
    }

    @Test
    @Clause({"T25 several queues", "G6", "T14"})
    void take_withABadListOfQueues_isRefused() {
        List<String> tooMany = IntStream.range(0, 65).mapToObj(index -> "queue-" + index).toList();
        for (long timeoutMs : new long[] {0, -1, 1_000}) {
            requireFailed(ErrorCode.BAD_ARGUMENT, client.call(new Command.Take(List.of(), timeoutMs)), "1 … 64");
            requireFailed(ErrorCode.BAD_ARGUMENT, client.call(new Command.Take(tooMany, timeoutMs)), "65", "64");
            requireFailed(
                    ErrorCode.BAD_ARGUMENT,
                    client.call(new Command.Take(List.of("a", "b", "a"), timeoutMs)),
                    "a",
                    "twice");
            requireFailed(ErrorCode.BAD_ARGUMENT, client.call(new Command.TakeMany(List.of(), 1, timeoutMs)), "1 … 64");
            requireFailed(ErrorCode.BAD_ARGUMENT, client.call(new Command.TakeMany(tooMany, 1, timeoutMs)), "65");
            requireFailed(
                    ErrorCode.BAD_ARGUMENT,
                    client.call(new Command.TakeMany(List.of("b", "b"), 1, timeoutMs)),
                    "twice");
        }
        assertThat(client.call(new Command.ListQueues(0, 10))).isEqualTo(new Answer.Queues(List.of(), 0));
    }

    @Test
    @Clause({"T25 several queues", "T5"})
    void take_waitingInSeveralLines_isAnsweredOnceAndWithdrawnFromTheOthers() {
        Reply waiting = waiting(client, "a", "b", "c");
        assertThat(stats("a").waiting()).isOne();
        assertThat(stats("b").waiting()).isOne();
        assertThat(stats("c").waiting()).isOne();

        put("b", "1", Put.options());
        put("a", "2", Put.options());
        put("c", "3", Put.options());

        assertThat(got(waiting)).isEqualTo("b/1");
        fixture.settle();
        assertThat(waiting.answers()).isOne();
        for (String queue : List.of("a", "b", "c")) {
            assertThat(stats(queue).waiting()).as(queue).isZero();
            assertThat(stats(queue).ready()).as(queue).isEqualTo(queue.equals("b") ? 0 : 1);
        }
    }

    @Test
    @Clause({"T25 several queues", "T9"})
    void takes_waitingInCommonLines_areServedInTheOrderTheyBegan() {
        EngineClient other = open(SessionOptions.defaults());
        Reply first = waiting(client, "a", "b");
        Reply second = waiting(other, "b");
        Reply third = waiting(other, "b", "a");
        Reply fourth = waiting(client, "a");

        put("b", "1", Put.options());
        put("b", "2", Put.options());
        put("a", "3", Put.options());
        assertThat(fourth).isNotDone();
        put("a", "4", Put.options());

        assertThat(got(first)).isEqualTo("b/1");
        assertThat(got(second)).isEqualTo("b/2");
        assertThat(got(third)).isEqualTo("a/3");
        assertThat(got(fourth)).isEqualTo("a/4");
    }

    @Test
    @Clause({"T25 several queues", "T9"})
    void take_thatIsOneOfManyInEachLine_leavesTheOthersInOrder() {
        Reply onlyA = waiting(client, "a");
        Reply both = waiting(client, "a", "b");
        Reply onlyB = waiting(client, "b");
        Reply lastA = waiting(client, "a");

        put("b", "1", Put.options());
        put("a", "2", Put.options());
        put("a", "3", Put.options());
        put("b", "4", Put.options());

        assertThat(got(both)).isEqualTo("b/1");
        assertThat(got(onlyA)).isEqualTo("a/2");
        assertThat(got(lastA)).isEqualTo("a/3");
        assertThat(got(onlyB)).isEqualTo("b/4");
    }

    @Test
    @Clause({"T25 several queues", "T6", "T9"})
    void take_timedOut_isWithdrawnFromEveryLine() {
        Reply bounded = client.submit(new Command.Take(List.of("a", "b"), 1_000));
        Reply second = waiting(client, "b", "a");
        advanceMs(999);
        assertThat(bounded).isNotDone();
        advanceMs(1);
        assertThat(EngineClient.await(bounded)).isEqualTo(new Answer.Nothing());

        requireOnlyWaiting(second);
    }

    @Test
    @Clause({"T25 several queues", "T9"})
    void take_cancelled_isWithdrawnFromEveryLine() {
        Reply cancelled = waiting(client, "a", "b");
        Reply second = waiting(client, "b", "a");

        client.cancel(cancelled);
        requireFailed(ErrorCode.CANCELLED, EngineClient.await(cancelled));

        requireOnlyWaiting(second);
    }

    @Test
    @Clause({"T25 several queues", "T9", "G4 tasks"})
    void take_ofASessionThatEnds_isWithdrawnFromEveryLine() {
        EngineClient leaving = open(SessionOptions.defaults());
        Reply ended = waiting(leaving, "a", "b");
        Reply second = waiting(client, "b", "a");

        leaving.close();
        requireFailed(ErrorCode.CLOSED, EngineClient.await(ended));
        fixture.settle();

        requireOnlyWaiting(second);
    }

    @Test
    @Clause({"T25 several queues", "G3 silence"})
    void take_waitingInSeveralLines_isASignOfLife() {
        EngineClient silent = open(SessionOptions.defaults().withSilenceMax(Duration.ofSeconds(15)));
        Reply waiting = waiting(silent, "a", "b");

        advance(HOUR);
        put("b", "1", Put.options());

        assertThat(got(waiting)).isEqualTo("b/1");
    }

    private void requireOnlyWaiting(Reply second) {
        fixture.settle();
        assertThat(stats("a").waiting()).isOne();
        assertThat(stats("b").waiting()).isOne();
        put("a", "1", Put.options());
        assertThat(got(second)).isEqualTo("a/1");
        put("b", "2", Put.options());
        put("a", "3", Put.options());
        fixture.settle();
        assertThat(stats("a").ready()).isOne();
        assertThat(stats("b").ready()).isOne();
        assertThat(stats("a").waiting()).isZero();
    }

    @Test
    @Clause({"T25 several queues", "G7"})
    void take_waitingInSeveralLines_countsOnceAgainstWaitersMax() {
        fixture.closeEngine();
        engine = fixture.openEngine(options -> options.withWaitersMax(2));
        client = open(SessionOptions.defaults());
        waiting(client, "a", "b", "c");
        waiting(client, "a", "b", "c");

        requireFailed(ErrorCode.OVERLOADED, client.call(new Command.Take(List.of("d", "e"), -1)), "waitersMax", "2");

        put("b", "1", Put.options());
        assertThat(waiting(client, "d", "e")).isNotDone();
    }

    @Test
    @Clause({"T25 several queues", "T20 pause"})
    void take_withAPausedQueueAmongThem_isFromAnother() {
        put("a", "1", Put.options());
        put("b", "2", Put.options());
        client.call(new Command.Pause("a"));
        assertThat(takenNow("a", "b")).isEqualTo("b/2");
        Reply waiting = waiting(client, "a", "b");
        assertThat(waiting).isNotDone();

        client.call(new Command.Resume("a"));

        assertThat(got(waiting)).isEqualTo("a/1");
        assertThat(stats("b").waiting()).isZero();
    }

    @Test
    @Clause({"T25 several queues", "T26", "T5"})
    void take_withAFullGroupAmongThem_isFromAnotherUntilASlotIsFree() {
        put("a", "1", Put.group("g", 1));
        put("a", "2", Put.group("g", 1));
        put("b", "3", Put.options());
        Answer.Taken first = (Answer.Taken) client.call(new Command.Take(List.of("a", "b"), 0));
        assertThat(takenNow("a", "b")).isEqualTo("b/3");
        Reply waiting = waiting(client, "b", "a");

        client.call(new Command.Ack("a", first.id(), first.attempt()));

        assertThat(got(waiting)).isEqualTo("a/2");
    }

    @Test
    @Clause({"T25 several queues", "T17"})
    void take_waitingForTasksDueTogether_getsOneOfThem() {
        Reply waiting = waiting(client, "a", "b");
        put("b", "1", Put.delay(HOUR));
        put("a", "2", Put.delay(HOUR));

        advance(HOUR);

        assertThat(got(waiting)).as("the lower id was due first").isEqualTo("b/1");
        fixture.settle();
        assertThat(stats("a").ready()).isOne();
        assertThat(stats("a").taken() + stats("b").taken()).isOne();
    }

    @Test
    @Clause({"T25 several queues", "T25 take many"})
    void takeMany_fromSeveral_isFromTheFirstThatHasOneAlone() {
        put("b", "1", Put.options());
        put("b", "2", Put.options());
        put("c", "3", Put.options());

        Answer.TakenMany many = (Answer.TakenMany) client.call(new Command.TakeMany(List.of("a", "b", "c"), 10, 0));

        assertThat(many.tasks()).extracting(CommandContract::named).containsExactly("b/1", "b/2");
        assertThat(stats("c").ready()).isOne();
    }

    @Test
    @Clause({"T25 several queues", "T25 take many", "T9"})
    void takeMany_waitingInSeveralLines_isAnsweredFromOneAndWithdrawn() {
        Reply many = client.submit(new Command.TakeMany(List.of("a", "b"), 10, -1));
        fixture.settle();
        Reply next = waiting(client, "b", "a");
        assertThat(stats("a").waiting()).isEqualTo(2);

        put("b", "1", Put.options());
        put("a", "2", Put.options());

        assertThat(((Answer.TakenMany) EngineClient.await(many)).tasks())
                .extracting(CommandContract::named)
                .containsExactly("b/1");
        assertThat(got(next)).isEqualTo("a/2");
        assertThat(stats("a").waiting()).isZero();
        assertThat(stats("b").waiting()).isZero();
    }

    @Test
    @Clause({"T25 several queues", "G1"})
    void take_fromQueuesThatNobodyUsed_leavesNothingBehind() {
        client.call(new Command.Take(List.of("a", "b"), 0));
        Reply waiting = waiting(client, "c", "d");
        client.cancel(waiting);
        fixture.settle();

        Answer.Queues queues = (Answer.Queues) client.call(new Command.ListQueues(0, 10));
        assertThat(queues.queues()).allSatisfy(stats -> {
            assertThat(stats.waiting()).isZero();
            assertThat(stats.total()).isZero();
        });
    }

    private String takenNow(String... queues) {
        return named((Answer.Taken) client.call(new Command.Take(List.of(queues), 0)));
    }
}
