package dev.millrace.testkit.contract;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.api.Put;
import dev.millrace.api.QueueStats;
import dev.millrace.api.Stored;
import dev.millrace.api.Task;
import dev.millrace.api.TaskQueue;
import dev.millrace.api.TaskState;
import dev.millrace.testkit.Clause;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Delays: never early, and in the order of their due times. */
public abstract class DelayContract extends EngineContract {
    /** For subclasses. */
    protected DelayContract() {}

    @Test
    @Clause({"T17", "T4"})
    void due_oneMillisecondBefore_isNotYetReady() {
        jobs().put("later", Put.delay(Duration.ofMillis(1_000)));

        advanceMs(999);
        assertThat(jobs().take()).isNull();
        assertThat(jobs().stats().delayed()).isOne();

        advanceMs(1);
        assertThat(drained(jobs())).containsExactly("later");
    }

    @Test
    @Clause("T17")
    void due_fractionOfAMillisecond_isRoundedUpNeverEarly() {
        jobs().put("later", Put.delay(Duration.ofNanos(1_000_001)));

        advanceMs(1);
        assertThat(jobs().take()).isNull();

        advanceMs(1);
        assertThat(drained(jobs())).containsExactly("later");
    }

    @Test
    @Clause({"T17", "T5"})
    void due_nearerPutAfterFarther_comesFirst() {
        List<CompletableFuture<@Nullable Task<String>>> waiters = waiters(3);
        jobs().put("far", Put.delay(Duration.ofHours(2)));
        jobs().put("near", Put.delay(Duration.ofSeconds(1)));
        jobs().put("between", Put.delay(Duration.ofMinutes(1)));

        advance(Duration.ofSeconds(1));
        assertThat(got(waiters.get(0)).payload()).isEqualTo("near");
        assertThat(waiters.get(1)).isNotDone();
        advance(Duration.ofMinutes(1));
        assertThat(got(waiters.get(1)).payload()).isEqualTo("between");
        advance(Duration.ofHours(2));
        assertThat(got(waiters.get(2)).payload()).isEqualTo("far");
    }

    @Test
    @Clause("T17")
    void due_severalAtOnceForWaiters_areHandedOutByDueThenId() {
        List<CompletableFuture<@Nullable Task<String>>> waiters = waiters(4);
        jobs().put("30", Put.delay(Duration.ofMillis(30)).withPriority(0));
        jobs().put("10 a", Put.delay(Duration.ofMillis(10)));
        jobs().put("20", Put.delay(Duration.ofMillis(20)).withPriority(0));
        jobs().put("10 b", Put.delay(Duration.ofMillis(10)).withPriority(0));

        advanceMs(1_000);

        List<String> payloads = new ArrayList<>();
        for (CompletableFuture<@Nullable Task<String>> waiter : waiters) {
            payloads.add(got(waiter).payload());
        }
        assertThat(payloads).containsExactly("10 a", "10 b", "20", "30");
    }

    @Test
    @Clause("T17")
    void due_manyRandomDelays_eachIsReadyExactlyWhenDue() {
        long seed = 99;
        Random random = new Random(seed);
        List<Long> delays = new ArrayList<>();
        for (int index = 0; index < 500; index++) {
            delays.add(1 + random.nextLong(random.nextBoolean() ? 100 : 100_000_000));
        }
        List<CompletionStage<?>> puts = new ArrayList<>();
        delays.forEach(delay -> puts.add(jobs().async().put("", Put.delay(Duration.ofMillis(delay)))));
        puts.forEach(EngineContract::await);

        long elapsed = 0;
        for (long due : delays.stream().sorted().distinct().toList()) {
            advanceMs(due - 1 - elapsed);
            assertThat(jobs().stats().ready())
                    .as("seed %d, at %d ms", seed, due - 1)
                    .isEqualTo(dueBy(delays, due - 1));
            advanceMs(1);
            elapsed = due;
        }
        assertThat(jobs().stats().ready()).isEqualTo(500);
    }

    @Test
    @Clause({"T17", "T18"})
    void due_tenThousandInOneMillisecond_allAreReadyInOrder() {
        int count = 10_000;
        TaskQueue<String> jobs = jobs();
        List<CompletionStage<Stored>> puts = new ArrayList<>();
        List<String> payloads = new ArrayList<>();
        for (int index = 0; index < count; index++) {
            payloads.add(Integer.toString(index));
            puts.add(jobs.async().put(payloads.get(index), Put.delay(Duration.ofSeconds(1))));
        }
        puts.forEach(EngineContract::await);

        advanceMs(999);
        assertThat(jobs.stats().delayed()).isEqualTo(count);
        advanceMs(1);
        assertThat(jobs.stats().ready()).isEqualTo(count);
        assertThat(jobs.stats().delayed()).isZero();
        assertThat(inBulk(jobs, count)).containsExactlyElementsOf(payloads);
    }

    @Test
    @Clause({"T18", "T17"})
    void stats_atTheDueTime_countByTheClock() {
        jobs().put("later", Put.delay(Duration.ofSeconds(10)));

        fixture.clock().advance(Duration.ofSeconds(10));

        QueueStats stats = jobs().stats();
        assertThat(stats.ready()).isOne();
        assertThat(stats.delayed()).isZero();
    }

    @Test
    @Clause("T17")
    void due_whileTheWallClockSteps_isCountedMonotonically() {
        Stored stored = jobs().put("later", Put.delay(Duration.ofSeconds(10)));

        fixture.clock().stepWall(Duration.ofDays(1));
        fixture.settle();
        assertThat(seen(jobs(), stored.id()).state()).isEqualTo(TaskState.DELAYED);
        fixture.clock().stepWall(Duration.ofDays(-2));
        advance(Duration.ofSeconds(10));

        assertThat(seen(jobs(), stored.id()).state()).isEqualTo(TaskState.READY);
    }

    @Test
    @Clause({"T4", "T5"})
    void put_withDelay_wakesNoOne() {
        CompletableFuture<@Nullable Task<String>> waiter = waiter(jobs());

        jobs().put("later", Put.delay(Duration.ofMillis(1)));
        fixture.settle();
        assertThat(waiter).isNotDone();

        advanceMs(1);
        assertThat(got(waiter).payload()).isEqualTo("later");
    }

    private List<CompletableFuture<@Nullable Task<String>>> waiters(int count) {
        List<CompletableFuture<@Nullable Task<String>>> waiters = new ArrayList<>();
        for (int index = 0; index < count; index++) {
            waiters.add(waiter(jobs()));
        }
        return waiters;
    }

    private static long dueBy(List<Long> delays, long ms) {
        return delays.stream().filter(delay -> delay <= ms).count();
    }

    /** Takes without waiting for one answer before the next take. */
    private static List<String> inBulk(TaskQueue<String> queue, int count) {
        List<CompletionStage<@Nullable Task<String>>> takes = new ArrayList<>();
        for (int index = 0; index < count; index++) {
            takes.add(queue.async().take());
        }
        List<String> payloads = new ArrayList<>();
        for (CompletionStage<@Nullable Task<String>> take : takes) {
            payloads.add(there(await(take)).payload());
        }
        return payloads;
    }
}
