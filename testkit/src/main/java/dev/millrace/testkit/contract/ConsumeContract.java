package dev.millrace.testkit.contract;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.api.Backoff;
import dev.millrace.api.Consume;
import dev.millrace.api.Consumption;
import dev.millrace.api.ErrorCode;
import dev.millrace.api.Put;
import dev.millrace.api.QueueStats;
import dev.millrace.api.Session;
import dev.millrace.api.TaskId;
import dev.millrace.api.TaskQueue;
import dev.millrace.api.TaskState;
import dev.millrace.testkit.Clause;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;

/** Consuming: the everyday way to work. Handlers run on real threads, while the clock stands. */
public abstract class ConsumeContract extends EngineContract {
    private static final Duration DELAY = Duration.ofSeconds(7);

    /** For subclasses. */
    protected ConsumeContract() {}

    @Test
    @Clause({"T25 consume", "T11"})
    void consume_handlerThatReturns_acksEachTaskOnce() {
        int count = 200;
        List<String> handled = new CopyOnWriteArrayList<>();
        for (int index = 0; index < count; index++) {
            jobs().put("job " + index);
        }

        Consumption consumption = jobs().consume(task -> handled.add(task.payload()), Consume.concurrency(4));
        try (consumption) {
            untilStats(stats -> stats.ackedCount() == count);
            assertThat(consumption.ended().toCompletableFuture()).isNotDone();
        }

        assertThat(handled).hasSize(count).doesNotHaveDuplicates();
        assertThat(jobs().stats().total()).isZero();
        assertThat(jobs().stats().failedCount()).isZero();
    }

    @Test
    @Clause({"T25 consume", "T7"})
    void consume_oneAtATime_keepsTheOrder() {
        List<String> handled = new CopyOnWriteArrayList<>();
        for (int index = 0; index < 50; index++) {
            jobs().put(Integer.toString(index), Put.priority(index % 5));
        }

        Consumption consumption = jobs().consume(task -> handled.add(task.payload()));
        try (consumption) {
            untilStats(stats -> stats.ackedCount() == 50);
        }

        assertThat(handled).hasSize(50);
        assertThat(handled.subList(0, 3)).containsExactly("0", "5", "10");
        assertThat(handled.subList(47, 50)).containsExactly("39", "44", "49");
    }

    @Test
    @Clause("T25 consume")
    void consume_withConcurrency_handlesThatManyAtOnceAndNoMore() {
        int concurrency = 4;
        AtomicInteger running = new AtomicInteger();
        AtomicInteger most = new AtomicInteger();
        CountDownLatch together = new CountDownLatch(concurrency);
        CountDownLatch release = new CountDownLatch(1);
        for (int index = 0; index < 12; index++) {
            jobs().put("job");
        }

        Consumption consumption = jobs().consume(
                        task -> {
                            most.accumulateAndGet(running.incrementAndGet(), Math::max);
                            together.countDown();
                            awaitLatch(release);
                            running.decrementAndGet();
                        },
                        Consume.concurrency(concurrency));
        try (consumption) {
            awaitLatch(together);
            fixture.settle();
            assertThat(jobs().stats().taken()).isEqualTo(concurrency);
            release.countDown();
            untilStats(stats -> stats.ackedCount() == 12);
        }
        assertThat(most).hasValue(concurrency);
    }

    @Test
    @Clause("T25 consume")
    void consume_handlerThatLeavesItsThreadInterrupted_goesOn() {
        for (int index = 0; index < 5; index++) {
            jobs().put("job");
        }
        try (Consumption consumption = jobs().consume(task -> Thread.currentThread().interrupt())) {
            untilStats(stats -> stats.ackedCount() == 5);
            assertThat(consumption.ended().toCompletableFuture()).isNotDone();
        }
    }

    @Test
    @Clause({"T25 consume", "T22"})
    void consume_backoffThatThrowsOrIsOutOfBounds_failsTheTaskAllTheSame() {
        List<Backoff> backoffs = List.of(
                failures -> {
                    throw new IllegalStateException("no delay today");
                },
                failures -> {
                    throw new StackOverflowError();
                },
                failures -> Duration.ofDays(1_000_000));
        for (Backoff backoff : backoffs) {
            jobs().put("job");
            Consumption consumption = jobs().consume(
                            task -> {
                                throw new IOException("broken pipe");
                            },
                            Consume.options().withBackoff(backoff));
            try (consumption) {
                untilStats(stats -> stats.delayed() == 1);
            }
            assertThat(jobs().purge()).isEqualTo(1);
        }
    }

    @Test
    @Clause("T25 consume")
    void close_onTheEnginesThread_isRefused() {
        CountDownLatch release = new CountDownLatch(1);
        CountDownLatch begun = new CountDownLatch(1);
        jobs().put("job");
        Consumption consumption = jobs().consume(task -> {
            begun.countDown();
            awaitLatch(release);
        });
        try (consumption) {
            awaitLatch(begun);
            // Nothing is there to take yet, so that what depends on it cannot run on this thread.
            TaskQueue<byte[]> signals = mill.queue("signals");
            CompletionStage<Void> closing =
                    signals.async().takeWhenReady().thenAccept(signal -> consumption.close());
            signals.put(new byte[0]);
            assertThat(closing.toCompletableFuture())
                    .failsWithin(Duration.ofSeconds(PATIENCE_SECONDS))
                    .withThrowableOfType(ExecutionException.class)
                    .withMessageContaining("BAD_ARGUMENT");
            release.countDown();
        }
    }

    @Test
    @Clause({"T25 consume", "T22"})
    void consume_handlerThatThrows_failsTheTaskWithTheBackoff() {
        AtomicInteger calls = new AtomicInteger();
        TaskId id = jobs().put("job").id();

        Consumption consumption = jobs().consume(
                        task -> {
                            if (calls.incrementAndGet() == 1) {
                                throw new IOException("broken pipe");
                            }
                        },
                        Consume.options().withBackoff(Backoff.fixed(DELAY)));
        try (consumption) {
            untilStats(stats -> stats.failedCount() == 1);
            assertThat(seen(jobs(), id).due()).isEqualTo(fixture.clock().now().plus(DELAY));
            advance(DELAY);
            untilStats(stats -> stats.ackedCount() == 1);
        }
        assertThat(calls).hasValue(2);
    }

    @Test
    @Clause({"T25 consume", "T22"})
    void consume_handlerThatThrowsAtMaxAttempts_buriesWithTheReason() {
        TaskId id = jobs().put("job", Put.options().withMaxAttempts(1)).id();

        Consumption consumption = jobs().consume(task -> {
            throw new AssertionError("even an error");
        });
        try (consumption) {
            untilStats(stats -> stats.buried() == 1);
        }

        assertThat(seen(jobs(), id).reason()).contains("even an error");
    }

    @Test
    @Clause("T25 consume")
    void consume_handlerWithAVerdictOfItsOwn_keepsIt() {
        TaskId buried = jobs().put("bury").id();
        TaskId released = jobs().put("release").id();

        Consumption consumption = jobs().consume(task -> {
            if (task.payload().equals("bury")) {
                task.bury("mine");
                throw new IllegalStateException("after the verdict");
            }
            task.release(DELAY);
        });
        try (consumption) {
            untilStats(stats -> stats.buried() == 1 && stats.delayed() == 1);
        }

        assertThat(seen(jobs(), buried).reason()).isEqualTo("mine");
        assertThat(seen(jobs(), released).state()).isEqualTo(TaskState.DELAYED);
        assertThat(jobs().stats().ackedCount()).isZero();
        assertThat(jobs().stats().failedCount()).isZero();
    }

    @Test
    @Clause("T25 consume")
    void close_whileIdle_withdrawsTheTakesAndEndsNormally() {
        Consumption consumption = jobs().consume(task -> {}, Consume.concurrency(3));
        untilStats(stats -> stats.waiting() == 3);

        consumption.close();
        consumption.close();

        assertThat(await(consumption.ended())).isNull();
        fixture.settle();
        assertThat(jobs().stats().waiting()).isZero();
        jobs().put("job");
        fixture.settle();
        assertThat(jobs().stats().ready()).isOne();
    }

    @Test
    @Clause("T25 consume")
    void close_whileAHandlerRuns_waitsForItAndTakesNoMore() throws Exception {
        CountDownLatch entered = new CountDownLatch(1);
        CountDownLatch release = new CountDownLatch(1);
        jobs().put("1");
        jobs().put("2");
        Consumption consumption = jobs().consume(task -> {
            entered.countDown();
            awaitLatch(release);
        });
        awaitLatch(entered);

        Thread closer = Thread.ofVirtual().start(consumption::close);
        assertThat(consumption.close(Duration.ofMillis(1))).isFalse();
        release.countDown();
        closer.join();

        assertThat(consumption.ended().toCompletableFuture()).isDone();
        assertThat(jobs().stats().ready()).isOne();
        assertThat(jobs().stats().taken()).isZero();
    }

    @Test
    @Clause({"T25 consume", "T22"})
    void closeWithTimeout_pastIt_interruptsTheHandlerWhichFails() throws Exception {
        CountDownLatch entered = new CountDownLatch(1);
        CompletableFuture<Boolean> interrupted = new CompletableFuture<>();
        TaskId id = jobs().put("job").id();
        Consumption consumption = jobs().consume(task -> {
            entered.countDown();
            try {
                new CountDownLatch(1).await();
            } catch (InterruptedException e) {
                interrupted.complete(true);
                throw e;
            }
        });
        awaitLatch(entered);

        assertThat(consumption.close(Duration.ZERO)).isFalse();

        assertThat(await(interrupted)).isTrue();
        await(consumption.ended());
        assertThat(seen(jobs(), id).failures()).isOne();
        assertThat(jobs().stats().taken()).isZero();
    }

    @Test
    @Clause({"T25 consume", "G3"})
    void ended_whenTheEngineCloses_failsWithClosed() {
        Consumption consumption = jobs().consume(task -> {}, Consume.concurrency(2));
        untilStats(stats -> stats.waiting() == 2);

        mill.close();

        refused(ErrorCode.CLOSED, () -> await(consumption.ended()));
        consumption.close();
    }

    @Test
    @Clause({"T25 consume", "G4 tasks"})
    void ended_whenTheSessionCloses_failsAndTheTaskIsReadyAgain() {
        Session session = mill.openSession();
        CountDownLatch entered = new CountDownLatch(1);
        CountDownLatch release = new CountDownLatch(1);
        jobs().put("job");
        Consumption consumption = jobs(session).consume(task -> {
            entered.countDown();
            awaitLatch(release);
        });
        awaitLatch(entered);

        session.close();
        release.countDown();

        refused(ErrorCode.CLOSED, () -> await(consumption.ended()));
        fixture.settle();
        assertThat(jobs().stats().ready()).isOne();
    }

    @Test
    @Clause({"T25 consume", "G6"})
    void consume_concurrencyOutsideItsRange_isRefused() {
        refused(ErrorCode.BAD_ARGUMENT, () -> Consume.concurrency(0), "concurrency=0");
        refused(ErrorCode.BAD_ARGUMENT, () -> Consume.concurrency(100_001), "100000");
    }

    /** Waits until the queue's numbers are so, as threads that the clock does not move make them. */
    private void untilStats(Predicate<QueueStats> wanted) {
        long end = System.nanoTime() + Duration.ofSeconds(PATIENCE_SECONDS).toNanos();
        QueueStats stats = jobs().stats();
        while (!wanted.test(stats)) {
            assertThat(System.nanoTime()).as("stuck at %s", stats).isLessThan(end);
            Thread.onSpinWait();
            stats = jobs().stats();
        }
    }
}
