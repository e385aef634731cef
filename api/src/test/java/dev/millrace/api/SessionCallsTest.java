package dev.millrace.api;

import static dev.millrace.api.Refusals.assertBad;
import static dev.millrace.api.Refusals.assertRefused;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.millrace.api.engine.Answer;
import dev.millrace.api.engine.Command;
import dev.millrace.api.engine.EndReason;
import dev.millrace.api.engine.Push;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Calls, sessions and tasks against an engine that answers as a test says. */
class SessionCallsTest {
    private final ScriptedEngine engine = new ScriptedEngine();
    private final Session session = new Session(engine, SessionOptions.defaults(), Thread.ofVirtual().factory());
    private final TaskQueue<byte[]> jobs = session.queue("jobs");

    @Test
    void put_answered_readsTheAnswer() throws Exception {
        var put = blocking(() -> jobs.put(new byte[0], Put.delay(Duration.ofMillis(5))));
        engine.answer(new Answer.Stored(17, TaskState.DELAYED, 1_005, false, false));

        Stored stored = await(put);
        assertThat(stored.id()).isEqualTo(new TaskId("jobs", 17));
        assertThat(stored.due()).isEqualTo(Instant.ofEpochMilli(1_005));
        assertThat(((Command.Put) engine.submitted().getFirst()).options().delayMs()).isEqualTo(5);
    }

    @Test
    void blockingVerb_thatFails_throwsWithBothTraces() throws Exception {
        var put = blocking(() -> jobs.put(new byte[0]));
        engine.answer(new Answer.Failed(ErrorCode.TOO_LARGE, "payloadBytes=9 > payloadBytesMax=8"));

        assertRefused(ErrorCode.TOO_LARGE, () -> await(put), "TOO_LARGE payloadBytes=9 > payloadBytesMax=8");
        ExecutionException failure = catchThrowableOfType(
                ExecutionException.class, () -> put.get(30, TimeUnit.SECONDS));
        assertThat(failure.getCause()).hasCauseInstanceOf(MillraceException.class);
    }

    @Test
    void asyncVerb_withTheCommandQueueFull_failsAtOnce() {
        engine.fill();

        CompletableFuture<Stored> put = jobs.async().put(new byte[0]).toCompletableFuture();

        assertThat(put).isDone();
        assertRefused(ErrorCode.OVERLOADED, () -> await(put), "commandBytesMax");
        assertThat(engine.submitted()).isEmpty();
    }

    @Test
    void blockingVerb_withTheCommandQueueFull_waitsForRoom() throws Exception {
        engine.fill();
        var stats = blocking(jobs::purge);
        assertThat(stats.isDone()).isFalse();

        engine.makeRoom();
        engine.answer(new Answer.Count(3));

        assertThat(await(stats)).isEqualTo(3);
    }

    @Test
    void blockingVerb_interrupted_finishesAndKeepsTheInterrupt() throws Exception {
        CompletableFuture<Boolean> interrupted = new CompletableFuture<>();
        Thread caller = Thread.ofPlatform().start(() -> {
            Thread.currentThread().interrupt();
            jobs.purge();
            interrupted.complete(Thread.currentThread().isInterrupted());
        });
        Runnable answer = engine.answerLater(new Answer.Count(0));
        caller.interrupt();
        answer.run();

        assertThat(await(interrupted)).isTrue();
        assertThat(engine.cancelled()).isZero();
    }

    @Test
    void blockingVerb_interruptedWhileThereIsNoRoom_keepsTheInterruptToo() throws Exception {
        engine.fill();
        CompletableFuture<Boolean> interrupted = new CompletableFuture<>();
        Thread.ofPlatform().start(() -> {
            Thread.currentThread().interrupt();
            jobs.purge();
            interrupted.complete(Thread.currentThread().isInterrupted());
        });
        engine.makeRoom();
        engine.answer(new Answer.Count(0));

        assertThat(await(interrupted)).isTrue();
    }

    @Test
    void take_interrupted_isWithdrawnAndALateTaskGoesBackUnseen() throws Exception {
        CompletableFuture<Boolean> interrupted = new CompletableFuture<>();
        Thread taker = Thread.ofPlatform().start(() -> {
            try {
                jobs.take(Duration.ofDays(1));
                interrupted.complete(false);
            } catch (InterruptedException e) {
                interrupted.complete(true);
            }
        });
        Runnable late = engine.answerLater(ScriptedEngine.taken(5, 2));
        taker.interrupt();
        assertThat(await(interrupted)).isTrue();
        assertThat(engine.cancelled()).isOne();

        late.run();

        assertThat(engine.submitted().getLast()).isEqualTo(new Command.Release("jobs", 5, 2, 0));
    }

    @Test
    void take_interruptedAsItIsAnswered_keepsTheTaskAndTheInterrupt() throws Exception {
        SessionCalls calls = new SessionCalls(engine, SessionOptions.defaults());
        AnsweredByAnInterrupt call = new AnsweredByAnInterrupt(calls);

        assertThat(SessionCalls.result(call)).isEqualTo(5);

        assertThat(Thread.interrupted()).as("the interrupt is kept for whoever waits next").isTrue();
        assertThat(engine.cancelled()).isZero();
        assertThat(engine.submitted()).as("nothing is given back").isEmpty();
    }

    /** A take whose wait is interrupted, and whose task comes before it can be withdrawn. */
    private static final class AnsweredByAnInterrupt extends Call<Long> {
        private boolean wasInterrupted;

        AnsweredByAnInterrupt(SessionCalls calls) {
            super(calls, answer -> ((Answer.Taken) answer).id());
        }

        @Override
        Long await() throws InterruptedException, ExecutionException {
            if (!wasInterrupted) {
                wasInterrupted = true;
                accept(ScriptedEngine.taken(5, 2));
                throw new InterruptedException();
            }
            return super.await();
        }
    }

    @Test
    void take_announced_waitsForTheAnswerHoweverLate() throws Exception {
        var take = blocking(() -> jobs.take(Duration.ofMinutes(1)));
        Runnable answer = engine.announce(ScriptedEngine.taken(17, 1));
        var stats = blocking(jobs::purge);
        engine.answer(new Answer.Count(0));
        await(stats);
        assertThat(take).isNotDone();

        answer.run();

        assertThat(Objects.requireNonNull(await(take)).id()).isEqualTo(new TaskId("jobs", 17));
    }

    @Test
    void take_announcedAndThenRefused_fails() throws Exception {
        var take = blocking(() -> jobs.take(Duration.ofMinutes(1)));

        engine.announce(new Answer.Failed(ErrorCode.UNKNOWN, "it may have happened: the write failed")).run();

        assertRefused(ErrorCode.UNKNOWN, () -> await(take), "the write failed");
    }

    @Test
    void take_announcedAndInterrupted_isWithdrawn() throws Exception {
        CompletableFuture<Boolean> withdrawn = new CompletableFuture<>();
        Thread taker = Thread.ofPlatform().start(() -> {
            try {
                jobs.take(Duration.ofMinutes(1));
                withdrawn.complete(false);
            } catch (InterruptedException e) {
                withdrawn.complete(true);
            }
        });
        Runnable answer = engine.announce(ScriptedEngine.taken(17, 1));

        taker.interrupt();

        assertThat(await(withdrawn)).isTrue();
        assertThat(engine.cancelled()).isOne();
        answer.run();
        assertThat(engine.submitted().getLast()).isInstanceOf(Command.Release.class);
    }

    @Test
    void cancel_ofATakeStage_withdrawsAndALateTaskGoesBackUnseen() throws Exception {
        CompletableFuture<@Nullable Task<byte[]>> take =
                jobs.async().takeWhenReady().toCompletableFuture();
        assertThat(take.cancel(true)).isTrue();

        assertThat(engine.cancelled()).isOne();
        engine.answer(ScriptedEngine.taken(5, 1));
        assertThat(engine.submitted().getLast()).isEqualTo(new Command.Release("jobs", 5, 1, 0));
        assertThat(engine.submitted()).hasSize(2);
    }

    @Test
    void cancel_afterTheAnswer_doesNothing() throws Exception {
        CompletableFuture<@Nullable Task<byte[]>> take =
                jobs.async().takeWhenReady().toCompletableFuture();
        engine.answer(ScriptedEngine.taken(5, 1));

        assertThat(take.cancel(true)).isFalse();
        assertThat(engine.cancelled()).isZero();
        assertThat(engine.submitted()).hasSize(1);
    }

    @Test
    void cancel_thenTheEnginesOwnCancelled_isNoSecondOutcome() throws Exception {
        CompletableFuture<@Nullable Task<byte[]>> take =
                jobs.async().takeWhenReady().toCompletableFuture();
        take.cancel(true);

        engine.answer(new Answer.Failed(ErrorCode.CANCELLED, "withdrawn"));

        assertThat(take).isCancelled();
    }

    @Test
    void cancel_ofADependentStage_leavesTheCall() {
        CompletableFuture<@Nullable Task<byte[]>> take =
                jobs.async().takeWhenReady().toCompletableFuture();
        CompletableFuture<String> dependent = take.thenApply(task -> "");

        dependent.cancel(true);

        assertThat(take).isNotDone();
        assertThat(engine.cancelled()).isZero();
    }

    @Test
    void blockingVerb_onTheEnginesThread_isRefused() throws Exception {
        CompletableFuture<Stored> put = jobs.async().put(new byte[0]).toCompletableFuture();
        CompletableFuture<QueueStats> nested = put.thenApply(stored -> jobs.stats());

        engine.answer(new Answer.Stored(1, TaskState.READY, 0, false, false));

        assertRefused(ErrorCode.BAD_ARGUMENT, () -> await(nested), "thenApplyAsync");
        assertThat(engine.submitted()).hasSize(1);
    }

    @Test
    void read_payloadBufferReusedAfterwards_isTheTasksOwn() throws Exception {
        var take = blocking(jobs::take);
        Answer.Taken taken = ScriptedEngine.taken(5, 1);
        engine.answer(taken);
        taken.payload().put(0, (byte) 9);

        Task<byte[]> task = Objects.requireNonNull(await(take));
        assertThat(task.payload()).containsExactly(42);
        task.payload()[0] = 1;
        assertThat(task.payload()).containsExactly(42);
    }

    @Test
    void closeTask_twiceAndAfterAVerdict_releasesAtMostOnce() throws Exception {
        Task<byte[]> released = take(5);
        released.close();
        released.close();
        assertThat(engine.submitted()).hasSize(2).last().isEqualTo(new Command.Release("jobs", 5, 1, 0));
        engine.answer(new Answer.Done(5, TaskState.READY));

        Task<byte[]> acked = take(6);
        acked.ackAsync();
        acked.close();
        assertThat(acked.isOpen()).isFalse();
        assertThat(engine.submitted()).hasSize(4).last().isEqualTo(new Command.Ack("jobs", 6, 1));
    }

    @Test
    void verdict_refusedForItsArgument_leavesTheTaskOpen() throws Exception {
        Task<byte[]> task = take(5);

        assertBad(() -> task.release(Duration.ofDays(3_651)), "delay");
        assertBad(() -> task.fail("no", Duration.ofDays(3_651)), "delay");

        assertThat(task.isOpen()).isTrue();
        assertThat(engine.submitted()).hasSize(1);
    }

    @Test
    void fail_withALongReason_isShortenedBeforeItIsSubmitted() throws Exception {
        Task<byte[]> task = take(5);
        var failed = blocking(() -> task.fail("x".repeat(5_000)));
        engine.answer(new Answer.Done(5, TaskState.BURIED));

        assertThat(await(failed)).isEqualTo(TaskState.BURIED);
        Command.Fail command = (Command.Fail) engine.submitted().getLast();
        assertThat(command.reason()).hasSize(1_022).endsWith("x…");
        assertThat(command.delayMs()).isEqualTo(-1);
    }

    @Test
    void fail_answeredGone_isNull() throws Exception {
        Task<byte[]> task = take(5);
        var failed = blocking(() -> task.fail("too late"));
        engine.answer(new Answer.Done(5, null));
        assertThat(await(failed)).isNull();

        var stage = jobs.async().fail(task.receipt(), "too late", Duration.ZERO).toCompletableFuture();
        engine.answer(new Answer.Done(5, null));
        assertThat(await(stage)).isNull();
    }

    @Test
    void push_ofALostTask_reachesTheLatestListener() {
        List<Receipt> first = new ArrayList<>();
        List<Receipt> second = new ArrayList<>();
        engine.push(new Push.Lost("jobs", 1, 1));
        session.onLost(first::add);
        session.onLost(second::add);

        engine.push(new Push.Lost("jobs", 5, 2));

        assertThat(first).isEmpty();
        assertThat(second).containsExactly(new Receipt(new TaskId("jobs", 5), 2));
    }

    @Test
    void session_closedOrEnded_isNotOpen() {
        assertThat(session.id()).isEqualTo(7);
        assertThat(session.isOpen()).isTrue();
        engine.end(EndReason.SILENT);
        assertThat(session.isOpen()).isFalse();
        session.close();
        assertThat(engine.closes()).isOne();
    }

    @Test
    void kick_byCount_goesOnInStepsUntilOneFallsShort() throws Exception {
        var kicked = blocking(() -> jobs.kick(25_000));
        engine.answer(new Answer.Count(10_000));
        engine.answer(new Answer.Count(10_000));
        engine.answer(new Answer.Count(4_999));

        assertThat(await(kicked)).isEqualTo(24_999);
        assertThat(engine.submitted())
                .containsExactly(
                        new Command.Kick("jobs", 10_000), new Command.Kick("jobs", 10_000), new Command.Kick("jobs", 5_000));
    }

    private Task<byte[]> take(long id) throws Exception {
        var take = blocking(jobs::take);
        engine.answer(ScriptedEngine.taken(id, 1));
        return Objects.requireNonNull(await(take));
    }

    interface Blocking<R extends @Nullable Object> {
        R run() throws Exception;
    }

    static <R extends @Nullable Object> CompletableFuture<R> blocking(Blocking<R> verb) {
        CompletableFuture<R> result = new CompletableFuture<>();
        Thread.ofVirtual().start(() -> {
            try {
                result.complete(verb.run());
            } catch (Throwable e) {
                result.completeExceptionally(e);
            }
        });
        return result;
    }

    static <R extends @Nullable Object> R await(CompletableFuture<R> future) throws Exception {
        try {
            return future.get(30, TimeUnit.SECONDS);
        } catch (ExecutionException e) {
            throw e.getCause() instanceof Exception cause ? cause : e;
        }
    }
}
