package dev.millrace.embedded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.api.Backoff;
import dev.millrace.api.Codec;
import dev.millrace.api.Consume;
import dev.millrace.api.Consumption;
import dev.millrace.api.Millrace;
import dev.millrace.api.Put;
import dev.millrace.api.Session;
import dev.millrace.api.SessionOptions;
import dev.millrace.api.Stored;
import dev.millrace.api.Task;
import dev.millrace.api.TaskQueue;
import dev.millrace.testkit.MillControl;
import dev.millrace.testkit.MillraceTest;
import dev.millrace.testkit.QueueName;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Waiting until the work is done, and letting time pass, on the engine in memory. */
@MillraceTest
@Timeout(value = 120, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class MillControlTest {
    private static final Instant BEGIN = Instant.parse("2030-01-01T00:00:00Z");

    @Test
    void drain_nothingToDo_returns(MillControl control) {
        control.drain();
        control.drain("jobs");
        assertThat(control.clock().now()).isEqualTo(BEGIN);
    }

    @Test
    void drain_consumersOfAChain_returnsAfterTheLast(
            @QueueName("first") TaskQueue<String> first,
            @QueueName("second") TaskQueue<String> second,
            MillControl control) {
        List<String> done = new CopyOnWriteArrayList<>();
        first.consume(task -> second.put(task.payload() + "!"), Consume.concurrency(4));
        second.consume(task -> done.add(task.payload()), Consume.concurrency(3));
        for (int index = 0; index < 200; index++) {
            first.put("job " + index);
        }

        control.drain();

        assertThat(done).hasSize(200).doesNotHaveDuplicates();
        assertThat(first.stats().ackedCount()).isEqualTo(200);
        assertThat(second.stats().total()).isZero();
    }

    @Test
    void drain_handlerThatWorksOnAfterItsVerdict_waitsForItToo(
            @QueueName("jobs") TaskQueue<String> jobs, MillControl control) {
        AtomicInteger ended = new AtomicInteger();
        jobs.consume(task -> {
            task.ack();
            for (int look = 0; look < 200; look++) {
                jobs.stats();
            }
            if (task.payload().equals("first")) {
                jobs.put("second");
            }
            ended.incrementAndGet();
        });
        jobs.put("first");

        control.drain();

        assertThat(ended).hasValue(2);
    }

    @Test
    void drain_consumerThatWasJustMade_isWaitedFor(Millrace mill, MillControl control) {
        for (int round = 0; round < 100; round++) {
            TaskQueue<String> jobs = mill.queue("jobs " + round, Codec.text());
            jobs.put("job");
            jobs.consume(task -> {});
            control.drain();
            assertThat(jobs.stats().ackedCount()).as("round %s", round).isOne();
        }
    }

    @Test
    void drain_tasksThatNobodyConsumesOrThatAreDelayed_staysOutOfThem(
            @QueueName("jobs") TaskQueue<String> jobs,
            @QueueName("report") TaskQueue<String> report,
            MillControl control) {
        jobs.consume(task -> report.put("did " + task.payload()));
        jobs.put("now");
        jobs.put("later", Put.delay(Duration.ofMinutes(1)));

        control.drain();

        assertThat(report.stats().ready()).isOne();
        assertThat(jobs.stats().delayed()).isOne();
        assertThat(control.clock().now()).isEqualTo(BEGIN);
    }

    @Test
    @MillraceTest(patienceMs = 50)
    void drain_handlerThatDoesNotEnd_failsAndSaysWhere(@QueueName("jobs") TaskQueue<String> jobs, MillControl control) {
        CountDownLatch never = new CountDownLatch(1);
        jobs.consume(task -> never.await());
        jobs.put("job");
        jobs.put("job");

        assertThatThrownBy(control::drain)
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("drain() gave up")
                .hasMessageContaining("patienceMs=50")
                .hasMessageContaining("queue jobs: ready=1 delayed=0 taken=1 buried=0")
                .hasMessageContaining("millrace-consume-jobs-0")
                .hasMessageContaining("MillControlTest");
        never.countDown();
        control.drain();
        assertThat(jobs.stats().ackedCount()).isEqualTo(2);
    }

    @Test
    @MillraceTest(takesMax = 100)
    void drain_handlersThatPutForEver_failsAtItsLimit(@QueueName("jobs") TaskQueue<String> jobs, MillControl control) {
        Consumption consumption = jobs.consume(task -> jobs.put("another"));
        jobs.put("first");

        assertThatThrownBy(control::drain).isInstanceOf(AssertionError.class).hasMessageContaining("> takesMax=100");

        consumption.close();
        control.drain();
        assertThat(jobs.stats().ready()).isOne();
    }

    @Test
    void drainQueue_threadOfTheTestedCode_waitsForItsVerdicts(
            @QueueName("jobs") TaskQueue<String> jobs, MillControl control) throws InterruptedException {
        AtomicInteger done = new AtomicInteger();
        Thread worker = Thread.ofPlatform().start(() -> work(jobs, done));
        for (int index = 0; index < 50; index++) {
            jobs.put("job");
        }

        control.drain("jobs");

        assertThat(done).hasValue(50);
        worker.interrupt();
        worker.join();
    }

    private static void work(TaskQueue<String> jobs, AtomicInteger done) {
        try {
            while (true) {
                try (Task<String> task = jobs.take(Duration.ofSeconds(30))) {
                    if (task != null) {
                        done.incrementAndGet();
                        task.ack();
                    }
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Test
    @MillraceTest(patienceMs = 50)
    void drainQueue_taskThatNobodyTakes_failsAndNamesIt(@QueueName("jobs") TaskQueue<String> jobs, MillControl control) {
        jobs.put("job");

        assertThatThrownBy(() -> control.drain("jobs"))
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("drain(\"jobs\")")
                .hasMessageContaining("queue jobs: ready=1")
                .hasMessageContaining("takes waiting=0");
    }

    @Test
    void drain_byAHandlerOrTheEnginesThread_isRefused(
            @QueueName("jobs") TaskQueue<String> jobs,
            @QueueName("signals") TaskQueue<String> signals,
            MillControl control)
            throws Exception {
        CompletableFuture<Throwable> inHandler = new CompletableFuture<>();
        jobs.consume(task -> {
            try {
                control.drain();
            } catch (IllegalStateException e) {
                inHandler.complete(e);
            }
        });
        jobs.put("job");
        assertThat(inHandler.get(30, TimeUnit.SECONDS)).hasMessageContaining("would wait for itself");
        control.drain();

        // Nothing is there to take yet, so that what depends on it cannot run on this thread.
        CompletionStage<Void> onEngine =
                signals.async().takeWhenReady().thenAccept(signal -> control.advance(Duration.ZERO));
        signals.put("now");
        assertThat(onEngine.toCompletableFuture())
                .failsWithin(Duration.ofSeconds(30))
                .withThrowableThat()
                .withMessageContaining("would wait for itself");
    }

    @Test
    void drain_engineThatTheTestedCodeClosed_returns(
            Millrace mill, @QueueName("jobs") TaskQueue<String> jobs, MillControl control) {
        jobs.consume(task -> {});
        mill.close();
        control.drain();
        control.advance(Duration.ofDays(3));
        assertThat(control.clock().now()).isEqualTo(BEGIN.plus(Duration.ofDays(3)));
    }

    @Test
    void advance_delayedTasks_areHandledEachAtItsTime(@QueueName("jobs") TaskQueue<String> jobs, MillControl control) {
        List<String> handled = new CopyOnWriteArrayList<>();
        jobs.consume(task -> handled.add(task.payload() + " " + Duration.between(BEGIN, control.clock().now())));
        jobs.put("third", Put.delay(Duration.ofMinutes(5)));
        jobs.put("first", Put.delay(Duration.ofMillis(1)));
        jobs.put("second", Put.delay(Duration.ofMinutes(3)));

        control.advance(Duration.ofMinutes(5).minusNanos(1));
        assertThat(handled).containsExactly("first PT0.001S", "second PT3M");
        control.advance(Duration.ofNanos(1));

        assertThat(handled).containsExactly("first PT0.001S", "second PT3M", "third PT5M");
    }

    @Test
    void advance_handlerThatPutsTheNextWithDelay_goesThroughAllOfThem(
            @QueueName("jobs") TaskQueue<String> jobs, MillControl control) {
        List<Instant> handled = new CopyOnWriteArrayList<>();
        jobs.consume(task -> {
            handled.add(control.clock().now());
            jobs.put("again", Put.delay(Duration.ofMinutes(1)));
        });
        jobs.put("once");

        control.advance(Duration.ofMinutes(10));

        List<Instant> expected = new ArrayList<>();
        for (int minute = 0; minute <= 10; minute++) {
            expected.add(BEGIN.plus(Duration.ofMinutes(minute)));
        }
        assertThat(handled).isEqualTo(expected);
    }

    @Test
    void advance_handlerThatThrows_isTriedAgainAfterItsBackoff(
            @QueueName("jobs") TaskQueue<String> jobs, MillControl control) {
        List<Duration> tries = new CopyOnWriteArrayList<>();
        Backoff doubling = Backoff.exponential(Duration.ofSeconds(1));
        jobs.consume(
                task -> {
                    tries.add(Duration.between(BEGIN, control.clock().now()));
                    throw new IOException("no connection");
                },
                Consume.options().withBackoff(doubling));
        jobs.put("job", Put.options().withMaxAttempts(4));

        control.advance(Duration.ofHours(1));

        assertThat(tries)
                .containsExactly(Duration.ZERO, Duration.ofSeconds(1), Duration.ofSeconds(3), Duration.ofSeconds(7));
        assertThat(jobs.stats().buried()).isOne();
    }

    @Test
    void advance_waits_runOutAtTheirTime(@QueueName("jobs") TaskQueue<String> jobs, MillControl control) {
        CompletableFuture<?> wait =
                jobs.async().take(Duration.ofSeconds(30)).toCompletableFuture();

        control.advance(Duration.ofSeconds(30).minusMillis(1));
        assertThat(wait).isNotDone();
        control.advance(Duration.ofMillis(1));

        assertThat(wait).isCompletedWithValue(null);
    }

    @Test
    void advance_silentSession_endsAtItsTime(Millrace mill, MillControl control) {
        Session session = mill.openSession(SessionOptions.defaults().withSilenceMax(Duration.ofSeconds(15)));
        TaskQueue<String> jobs = session.queue("jobs", Codec.text());
        jobs.put("job");
        Task<String> task = Objects.requireNonNull(jobs.take());
        List<Instant> handled = new CopyOnWriteArrayList<>();
        mill.queue("jobs", Codec.text()).consume(again -> handled.add(control.clock().now()));

        control.advance(Duration.ofMinutes(1));

        assertThat(session.isOpen()).isFalse();
        assertThat(task.isOpen()).isTrue();
        assertThat(handled).containsExactly(BEGIN.plus(Duration.ofSeconds(15)));
    }

    @Test
    void advance_years_doesNotTakeLong(@QueueName("jobs") TaskQueue<String> jobs, MillControl control) {
        jobs.put("job", Put.delay(Duration.ofDays(3_650)));

        control.advance(Duration.ofDays(3_650).minusMillis(1));
        assertThat(jobs.stats().ready()).isZero();
        control.advance(Duration.ofMillis(1));

        assertThat(jobs.stats().ready()).isOne();
    }

    @Test
    void advance_moreDueAtOnceThanTheEngineDoesInOneRound_waitsForAll(
            @QueueName("jobs") TaskQueue<String> jobs, MillControl control) {
        for (int index = 0; index < 30_000; index++) {
            jobs.async().put("job", Put.delay(Duration.ofSeconds(1)));
        }
        control.advance(Duration.ofSeconds(1));
        assertThat(jobs.stats().ready()).isEqualTo(30_000);
        jobs.consume(task -> {}, Consume.concurrency(8));
        control.drain();
        assertThat(jobs.stats().ackedCount()).isEqualTo(30_000);
    }

    @Test
    void advance_byNothingOrLess_isADrain(@QueueName("jobs") TaskQueue<String> jobs, MillControl control) {
        jobs.consume(task -> {});
        jobs.put("job");
        control.advance(Duration.ofSeconds(-5));
        assertThat(jobs.stats().ackedCount()).isOne();
        assertThat(control.clock().now()).isEqualTo(BEGIN);
    }

    @Test
    void advanceWhileBusy_handlerThatWaitsForTheTest_leavesItAndGoesOn(
            @QueueName("jobs") TaskQueue<String> jobs, MillControl control) throws InterruptedException {
        CountDownLatch begun = new CountDownLatch(1);
        CountDownLatch release = new CountDownLatch(1);
        jobs.consume(task -> {
            begun.countDown();
            release.await();
        });
        jobs.put("long");
        Stored later = jobs.put("later", Put.delay(Duration.ofSeconds(5)));
        assertThat(begun.await(30, TimeUnit.SECONDS)).isTrue();

        control.advanceWhileBusy(Duration.ofSeconds(5));

        assertThat(jobs.stats().taken()).isOne();
        assertThat(Objects.requireNonNull(jobs.peek()).id()).isEqualTo(later.id());
        release.countDown();
        control.drain();
        assertThat(jobs.stats().ackedCount()).isEqualTo(2);
    }
}
