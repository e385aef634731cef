package dev.millrace.testkit.contract;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.api.ErrorCode;
import dev.millrace.api.Put;
import dev.millrace.api.Session;
import dev.millrace.api.SessionOptions;
import dev.millrace.api.Task;
import dev.millrace.api.TaskId;
import dev.millrace.api.TaskState;
import dev.millrace.testkit.Clause;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Waiting takes: who is served, when, and what becomes of those who give up. */
public abstract class WaitContract extends EngineContract {
    private static final Duration SILENCE = Duration.ofSeconds(15);

    /** For subclasses. */
    protected WaitContract() {}

    @Test
    @Clause("T6")
    void take_ofAnEmptyQueue_answersNothingAtOnce() throws InterruptedException {
        assertThat(jobs().take()).isNull();
        assertThat(jobs().take(Duration.ZERO)).isNull();
        assertThat(jobs().take(Duration.ofSeconds(-1))).isNull();
        assertThat(await(jobs().async().take())).isNull();
    }

    @Test
    @Clause("T6")
    void take_withATaskThere_answersAtOnceWhateverTheTimeout() throws InterruptedException {
        jobs().put("1");
        jobs().put("2");

        assertThat(there(jobs().take(Duration.ofDays(1))).payload()).isEqualTo("1");
        assertThat(there(await(jobs().async().takeWhenReady())).payload()).isEqualTo("2");
    }

    @Test
    @Clause("T6")
    void take_withTimeout_answersNothingExactlyThen() {
        CompletableFuture<@Nullable Task<String>> waiter = waiter(jobs(), Duration.ofSeconds(3));

        advanceMs(2_999);
        assertThat(waiter).isNotDone();
        advanceMs(1);
        assertThat(await(waiter)).isNull();
        assertThat(jobs().stats().waiting()).isZero();

        jobs().put("later");
        assertThat(drained(jobs())).containsExactly("later");
    }

    @Test
    @Clause({"T6", "G6"})
    void take_withTheLongestTimeout_waits() {
        CompletableFuture<@Nullable Task<String>> waiter =
                waiter(jobs(), Duration.ofSeconds(Long.MAX_VALUE));

        advance(Duration.ofDays(3_000));
        assertThat(waiter).isNotDone();
        jobs().put("at last");
        assertThat(got(waiter).payload()).isEqualTo("at last");
    }

    @Test
    @Clause("T10")
    void take_ofThreeSecondsWithAPutAfterATenth_isAnsweredAtThatInstant() {
        CompletableFuture<@Nullable Task<String>> waiter = waiter(jobs(), Duration.ofSeconds(3));
        advanceMs(100);
        long putAtMs = fixture.clock().wallMs();

        jobs().put("job");

        assertThat(got(waiter).payload()).isEqualTo("job");
        assertThat(fixture.clock().wallMs()).isEqualTo(putAtMs);
        advance(Duration.ofSeconds(10));
        assertThat(jobs().stats().taken()).isOne();
    }

    @Test
    @Clause("T10")
    void take_blockedInAThread_isAnsweredByAPut() throws Exception {
        CompletableFuture<String> payload = new CompletableFuture<>();
        Thread taker = Thread.ofVirtual().start(() -> {
            try {
                payload.complete(there(jobs().take(Duration.ofDays(1))).payload());
            } catch (Throwable e) {
                payload.completeExceptionally(e);
            }
        });
        untilWaiting(1);

        jobs().put("job");

        assertThat(await(payload)).isEqualTo("job");
        taker.join();
    }

    @Test
    @Clause("T9")
    void take_interruptedWhileWaiting_withdraws() throws Exception {
        CompletableFuture<Boolean> interrupted = new CompletableFuture<>();
        Thread taker = Thread.ofVirtual().start(() -> {
            try {
                jobs().take(Duration.ofDays(1));
                interrupted.complete(false);
            } catch (InterruptedException e) {
                interrupted.complete(true);
            } catch (Throwable e) {
                interrupted.completeExceptionally(e);
            }
        });
        untilWaiting(1);

        taker.interrupt();

        assertThat(await(interrupted)).isTrue();
        fixture.settle();
        assertThat(jobs().stats().waiting()).isZero();
        jobs().put("job");
        assertThat(drained(jobs())).containsExactly("job");
        taker.join();
    }

    @Test
    @Clause("T5")
    void put_withSeveralWaiting_answersExactlyOne() {
        requireOneServed(() -> jobs().put("job"), "job");
    }

    @Test
    @Clause({"T5", "T12"})
    void release_withSeveralWaiting_answersExactlyOne() {
        jobs().put("job");
        Task<String> task = taken(jobs());
        requireOneServed(task::release, "job");
    }

    @Test
    @Clause({"T5", "T17"})
    void due_withSeveralWaiting_answersExactlyOne() {
        jobs().put("job", Put.delay(Duration.ofSeconds(1)));
        requireOneServed(() -> advance(Duration.ofSeconds(1)), "job");
    }

    @Test
    @Clause({"T5", "T22"})
    void fail_withoutDelayAndSeveralWaiting_answersExactlyOne() {
        jobs().put("job");
        Task<String> task = taken(jobs());
        requireOneServed(() -> assertThat(task.fail("no", Duration.ZERO)).isEqualTo(TaskState.READY), "job");
    }

    @Test
    @Clause({"T5", "T20"})
    void kickCount_withSeveralWaiting_answersExactlyOne() {
        jobs().put("job");
        taken(jobs()).bury("no");
        requireOneServed(() -> assertThat(jobs().kick(10)).isOne(), "job");
    }

    @Test
    @Clause({"T5", "T20"})
    void kickOne_withSeveralWaiting_answersExactlyOne() {
        TaskId id = jobs().put("job", Put.delay(Duration.ofDays(1))).id();
        requireOneServed(() -> jobs().kick(id), "job");
    }

    @Test
    @Clause({"T5", "T15", "G4 tasks"})
    void sessionEnd_withSeveralWaiting_answersExactlyOne() {
        Session leaving = mill.openSession();
        jobs().put("job");
        taken(jobs(leaving));
        requireOneServed(leaving::close, "job");
    }

    @Test
    @Clause({"T5", "G3 silence"})
    void silence_withSeveralWaiting_answersExactlyOne() {
        Session silent = mill.openSession(SessionOptions.defaults().withSilenceMax(SILENCE));
        jobs().put("job");
        taken(jobs(silent));
        requireOneServed(() -> advance(SILENCE.plusMillis(1)), "job");
    }

    @Test
    @Clause("T5")
    void put_withNoneWaiting_keepsNoWakeUp() {
        jobs().put("gone");
        taken(jobs()).ack();
        CompletableFuture<@Nullable Task<String>> waiter = waiter(jobs(), Duration.ofSeconds(1));

        assertThat(waiter).isNotDone();
        advance(Duration.ofSeconds(1));
        assertThat(await(waiter)).isNull();
    }

    @Test
    @Clause("T5")
    void put_answeredToAWaiter_isVisibleToOthersAsTaken() {
        CompletableFuture<@Nullable Task<String>> waiter = waiter(jobs());
        TaskId id = jobs().put("job").id();

        Task<String> task = got(waiter);

        assertThat(task.id()).isEqualTo(id);
        assertThat(seen(jobs(), id).state()).isEqualTo(TaskState.TAKEN);
        assertThat(jobs().stats().ready()).isZero();
    }

    @Test
    @Clause("T9")
    void put_withSessionsWaiting_servesInTheOrderTheyBegan() {
        List<Session> sessions = List.of(mill.openSession(), mill.openSession(), mill.openSession());
        CompletableFuture<@Nullable Task<String>> third = waiter(jobs(sessions.get(2)));
        CompletableFuture<@Nullable Task<String>> first = waiter(jobs(sessions.get(0)), Duration.ofHours(1));
        CompletableFuture<@Nullable Task<String>> second = waiter(jobs(sessions.get(1)));
        CompletableFuture<@Nullable Task<String>> thirdAgain = waiter(jobs(sessions.get(2)));

        for (String payload : List.of("1", "2", "3", "4")) {
            jobs().put(payload);
        }

        assertThat(got(third).payload()).isEqualTo("1");
        assertThat(got(first).payload()).isEqualTo("2");
        assertThat(got(second).payload()).isEqualTo("3");
        assertThat(got(thirdAgain).payload()).isEqualTo("4");
    }

    @Test
    @Clause("T9")
    void cancel_ofAWaiter_passesItsTurnOn() {
        CompletableFuture<@Nullable Task<String>> first = waiter(jobs());
        CompletableFuture<@Nullable Task<String>> second = waiter(jobs());

        assertThat(first.cancel(true)).isTrue();
        fixture.settle();
        assertThat(jobs().stats().waiting()).isOne();
        jobs().put("job");

        assertThat(got(second).payload()).isEqualTo("job");
        assertThat(first).isCancelled();
    }

    @Test
    @Clause({"T9", "T6"})
    void timeout_ofAWaiter_passesItsTurnOn() {
        CompletableFuture<@Nullable Task<String>> first = waiter(jobs(), Duration.ofMillis(10));
        CompletableFuture<@Nullable Task<String>> second = waiter(jobs());
        advanceMs(10);

        jobs().put("job");

        assertThat(await(first)).isNull();
        assertThat(got(second).payload()).isEqualTo("job");
    }

    @Test
    @Clause({"T9", "G4 tasks"})
    void sessionEnd_ofAWaiter_passesItsTurnOn() {
        Session leaving = mill.openSession();
        CompletableFuture<@Nullable Task<String>> first = waiter(jobs(leaving));
        CompletableFuture<@Nullable Task<String>> second = waiter(jobs());

        leaving.close();
        jobs().put("job");

        assertThat(got(second).payload()).isEqualTo("job");
        refused(ErrorCode.CLOSED, () -> await(first));
    }

    @Test
    @Clause({"T9", "T22"})
    void cancel_whenTheTaskIsUnderWay_givesItBackUnseen() {
        CountDownLatch release = holdEngine();
        CompletableFuture<@Nullable Task<String>> first =
                jobs().async().takeWhenReady().toCompletableFuture();
        CompletableFuture<@Nullable Task<String>> second =
                jobs().async().takeWhenReady().toCompletableFuture();
        var put = jobs().async().put("job");

        first.cancel(true);
        release.countDown();

        Task<String> task = got(second);
        assertThat(task.id()).isEqualTo(await(put).id());
        assertThat(task.failures()).isZero();
        assertThat(jobs().stats().taken()).isOne();
    }

    @Test
    @Clause({"T9", "T8"})
    void cancel_racingPuts_losesAndDoublesNothing() {
        int rounds = 2_000;
        int received = 0;
        for (int round = 0; round < rounds; round++) {
            CompletableFuture<@Nullable Task<String>> waiter =
                    jobs().async().takeWhenReady().toCompletableFuture();
            jobs().async().put("job");
            if (!waiter.cancel(true)) {
                got(waiter).ack();
                received++;
            }
        }
        fixture.settle();

        assertThat(jobs().stats().taken()).isZero();
        assertThat(jobs().stats().waiting()).isZero();
        assertThat(drained(jobs())).hasSize(rounds - received);
    }

    private void untilWaiting(long count) {
        long end = System.nanoTime() + Duration.ofSeconds(PATIENCE_SECONDS).toNanos();
        while (jobs().stats().waiting() != count) {
            assertThat(System.nanoTime()).as("a take that waits").isLessThan(end);
            Thread.onSpinWait();
        }
    }

    /** With three takes waiting, makes one task takeable: the first gets it, and only the first. */
    private void requireOneServed(Runnable cause, String payload) {
        List<CompletableFuture<@Nullable Task<String>>> waiters =
                List.of(waiter(jobs()), waiter(jobs()), waiter(jobs()));

        cause.run();

        assertThat(got(waiters.getFirst()).payload()).isEqualTo(payload);
        fixture.settle();
        assertThat(waiters.get(1)).isNotDone();
        assertThat(waiters.get(2)).isNotDone();
        assertThat(jobs().stats().taken()).isOne();
        assertThat(jobs().stats().waiting()).isEqualTo(2);
    }
}
