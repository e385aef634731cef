package dev.millrace.testkit.contract;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.api.ErrorCode;
import dev.millrace.api.Put;
import dev.millrace.api.QueueStats;
import dev.millrace.api.Receipt;
import dev.millrace.api.Session;
import dev.millrace.api.Task;
import dev.millrace.api.TaskId;
import dev.millrace.api.TaskState;
import dev.millrace.testkit.Clause;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** The time to live, counted from the put: who outlives it, and who does not. */
public abstract class TimeToLiveContract extends EngineContract {
    private static final Duration MINUTE = Duration.ofMinutes(1);
    private static final Duration DAY = Duration.ofDays(1);
    private static final Put ONE_MINUTE = Put.options().withTtl(MINUTE);

    /** For subclasses. */
    protected TimeToLiveContract() {}

    @Test
    @Clause({"T24", "T18 ends"})
    void ttl_ofAReadyTask_isGoneExactlyThenAndCounted() {
        TaskId id = jobs().put("job", ONE_MINUTE).id();

        advance(MINUTE.minusMillis(1));
        assertThat(seen(jobs(), id).state()).isEqualTo(TaskState.READY);
        advanceMs(1);

        assertThat(jobs().peek(id)).isNull();
        assertThat(jobs().take()).isNull();
        assertThat(jobs().stats()).satisfies(stats -> {
            assertThat(stats.total()).isZero();
            assertThat(stats.expiredCount()).isOne();
            assertThat(stats.deletedCount()).isZero();
            assertThat(stats.ackedCount()).isZero();
        });
        refusedUnchanged(jobs(), ErrorCode.NOT_FOUND, () -> jobs().delete(id));
    }

    @Test
    @Clause({"T24", "T18 ends"})
    void ttl_over_countsByTheClockInTheNextAnswer() {
        jobs().put("job", ONE_MINUTE);

        fixture.clock().advance(MINUTE);

        assertThat(jobs().stats()).satisfies(stats -> {
            assertThat(stats.ready()).isZero();
            assertThat(stats.expiredCount()).isOne();
        });
    }

    @Test
    @Clause("T24")
    void take_atTheInstantOfTheEnd_getsNothing() {
        jobs().put("job", ONE_MINUTE);
        fixture.clock().advance(MINUTE.minusMillis(1));
        TaskId shown = there(jobs().peek()).id();
        assertThat(shown.number()).isPositive();

        fixture.clock().advance(Duration.ofMillis(1));

        assertThat(jobs().take()).isNull();
    }

    @Test
    @Clause({"T24", "T4"})
    void ttl_shorterThanTheDelay_isGoneUnseen() {
        CompletableFuture<@Nullable Task<String>> waiter = waiter(jobs());
        TaskId id = jobs().put("job", ONE_MINUTE.withDelay(DAY)).id();

        advance(MINUTE);
        assertThat(jobs().peek(id)).isNull();
        assertThat(jobs().stats().delayed()).isZero();
        assertThat(jobs().stats().expiredCount()).isOne();
        advance(DAY);

        assertThat(waiter).isNotDone();
        assertThat(jobs().stats().expiredCount()).isOne();
    }

    @Test
    @Clause({"T24", "T17"})
    void ttl_atTheSameInstantAsTheDueTime_isNeverHandedOut() {
        CompletableFuture<@Nullable Task<String>> waiter = waiter(jobs());
        jobs().put("job", ONE_MINUTE.withDelay(MINUTE));

        advance(MINUTE);

        assertThat(waiter).isNotDone();
        assertThat(jobs().stats().expiredCount()).isOne();
        assertThat(jobs().stats().takenCount()).isZero();
    }

    @Test
    @Clause({"T24", "T17"})
    void ttl_longerThanTheDelay_isCountedFromThePut() {
        TaskId id = jobs().put("job", ONE_MINUTE.withDelay(MINUTE.dividedBy(2))).id();

        advance(MINUTE.dividedBy(2));
        assertThat(seen(jobs(), id).state()).isEqualTo(TaskState.READY);
        advance(MINUTE.dividedBy(2));

        assertThat(jobs().peek(id)).isNull();
    }

    @Test
    @Clause("T24")
    void ttl_ofATakenTask_isNoEndUntilItGoesBack() {
        jobs().put("acked", ONE_MINUTE);
        jobs().put("released", ONE_MINUTE);
        Task<String> acked = taken(jobs());
        Task<String> released = taken(jobs());
        advance(DAY);
        assertThat(jobs().stats().taken()).isEqualTo(2);
        assertThat(jobs().stats().expiredCount()).isZero();

        acked.ack();
        released.release();

        assertThat(jobs().peek(released.id())).isNull();
        assertThat(jobs().stats()).satisfies(stats -> {
            assertThat(stats.total()).isZero();
            assertThat(stats.ackedCount()).isOne();
            assertThat(stats.releasedCount()).isOne();
            assertThat(stats.expiredCount()).isOne();
        });
    }

    @Test
    @Clause({"T24", "T12", "T5"})
    void release_atOrAfterTheEnd_wakesNoOne() {
        jobs().put("at once", ONE_MINUTE);
        jobs().put("delayed", ONE_MINUTE);
        Task<String> first = taken(jobs());
        Task<String> second = taken(jobs());
        CompletableFuture<@Nullable Task<String>> waiter = waiter(jobs());
        advance(MINUTE);

        first.release();
        second.release(DAY);
        advance(DAY);

        assertThat(waiter).isNotDone();
        assertThat(jobs().stats().expiredCount()).isEqualTo(2);
    }

    @Test
    @Clause("T24")
    void release_beforeTheEnd_isGoneAtTheEnd() {
        jobs().put("at once", ONE_MINUTE);
        jobs().put("delayed", ONE_MINUTE);
        Task<String> first = taken(jobs());
        Task<String> second = taken(jobs());
        advance(MINUTE.minusMillis(1));

        first.release();
        second.release(DAY);
        assertThat(jobs().stats().ready()).isOne();
        assertThat(jobs().stats().delayed()).isOne();
        advanceMs(1);

        assertThat(jobs().stats().total()).isZero();
        assertThat(jobs().stats().expiredCount()).isEqualTo(2);
    }

    @Test
    @Clause({"T24", "T22"})
    void fail_afterTheEnd_isGoneAndSaysSo() {
        jobs().put("job", ONE_MINUTE);
        Task<String> task = taken(jobs());
        advance(MINUTE);

        assertThat(task.fail("too late", DAY)).isNull();

        assertThat(jobs().peek(task.id())).isNull();
        assertThat(jobs().stats()).satisfies(stats -> {
            assertThat(stats.failedCount()).isOne();
            assertThat(stats.expiredCount()).isOne();
            assertThat(stats.total()).isZero();
        });
    }

    @Test
    @Clause({"T24", "T22"})
    void fail_afterTheEndAtMaxAttempts_isBuried() {
        jobs().put("job", ONE_MINUTE.withMaxAttempts(1));
        Task<String> task = taken(jobs());
        advance(MINUTE);

        assertThat(task.fail("no")).isEqualTo(TaskState.BURIED);

        assertThat(jobs().stats().expiredCount()).isZero();
    }

    @Test
    @Clause({"T24", "T20"})
    void ttl_ofABuriedTask_isNoEndUntilItIsKicked() {
        jobs().put("one", ONE_MINUTE);
        jobs().put("two", ONE_MINUTE);
        jobs().put("lasting");
        jobs().takeMany(3).forEach(task -> task.bury("no"));
        List<TaskId> buried = new ArrayList<>();
        listed(jobs(), TaskState.BURIED, 10).forEach(info -> buried.add(info.id()));
        buried.sort((a, b) -> Long.compare(a.number(), b.number()));
        CompletableFuture<@Nullable Task<String>> waiter = waiter(jobs());
        advance(DAY);
        assertThat(jobs().stats().buried()).isEqualTo(3);

        jobs().kick(buried.getFirst());
        assertThat(jobs().peek(buried.getFirst())).isNull();
        assertThat(jobs().stats().expiredCount()).isOne();
        assertThat(jobs().kick(10)).as("one expires and one is ready").isEqualTo(2);

        assertThat(got(waiter).payload()).isEqualTo("lasting");
        assertThat(jobs().stats().expiredCount()).isEqualTo(2);
        assertThat(jobs().stats().buried()).isZero();
    }

    @Test
    @Clause({"T24", "T20"})
    void kick_beforeTheEnd_isGoneAtTheEnd() {
        TaskId id = jobs().put("job", ONE_MINUTE).id();
        taken(jobs()).bury("no");
        jobs().kick(id);

        advance(MINUTE.minusMillis(1));
        assertThat(seen(jobs(), id).state()).isEqualTo(TaskState.READY);
        advanceMs(1);

        assertThat(jobs().peek(id)).isNull();
    }

    @Test
    @Clause({"T24", "T21 time to run", "G3"})
    void ttr_overAfterTheEnd_isGoneAndTheOwnerIsTold() {
        Session owner = mill.openSession();
        List<Receipt> lost = new CopyOnWriteArrayList<>();
        owner.onLost(lost::add);
        jobs().put("job", ONE_MINUTE.withTtr(MINUTE));
        Task<String> task = taken(jobs(owner));

        advance(MINUTE);

        assertThat(lost).containsExactly(task.receipt());
        assertThat(jobs().peek(task.id())).isNull();
        assertThat(jobs().stats()).satisfies(stats -> {
            assertThat(stats.timedOutCount()).isOne();
            assertThat(stats.failedCount()).isOne();
            assertThat(stats.expiredCount()).isOne();
            assertThat(stats.total()).isZero();
        });
    }

    @Test
    @Clause({"T24", "T15"})
    void sessionEnd_afterTheEnd_itsTasksAreGone() {
        Session owner = mill.openSession();
        jobs().put("job", ONE_MINUTE);
        taken(jobs(owner));
        CompletableFuture<@Nullable Task<String>> waiter = waiter(jobs());
        advance(MINUTE);

        owner.close();
        fixture.settle();

        assertThat(waiter).isNotDone();
        assertThat(jobs().stats().total()).isZero();
        assertThat(jobs().stats().expiredCount()).isOne();
    }

    @Test
    @Clause({"T24", "T20 pause"})
    void ttl_whilePaused_goesOn() {
        jobs().pause();
        jobs().put("job", ONE_MINUTE);

        advance(MINUTE);
        jobs().resume();

        assertThat(jobs().take()).isNull();
        assertThat(jobs().stats().expiredCount()).isOne();
    }

    @Test
    @Clause({"T24", "T17"})
    void ttl_whileTheWallClockSteps_isCountedMonotonically() {
        TaskId id = jobs().put("job", ONE_MINUTE).id();

        fixture.clock().stepWall(DAY);
        fixture.settle();
        assertThat(jobs().peek(id)).isNotNull();
        fixture.clock().stepWall(DAY.multipliedBy(-2));
        advance(MINUTE.minusMillis(1));
        assertThat(jobs().peek(id)).isNotNull();
        advanceMs(1);

        assertThat(jobs().peek(id)).isNull();
    }

    @Test
    @Clause({"T24", "T18 ends"})
    void ttl_ofManyRandomOnes_eachIsGoneExactlyThen() {
        long seed = 41;
        Random random = new Random(seed);
        List<Long> ends = new ArrayList<>();
        for (int index = 0; index < 300; index++) {
            long ttlMs = 1 + random.nextLong(random.nextBoolean() ? 50 : 10_000_000);
            ends.add(ttlMs);
            Put options = Put.options().withTtl(Duration.ofMillis(ttlMs)).withPriority(random.nextInt(3));
            Duration delay = Duration.ofMillis(random.nextBoolean() ? 0 : random.nextLong(5_000));
            jobs().put("", options.withDelay(delay));
        }

        long elapsed = 0;
        for (long end : ends.stream().sorted().distinct().toList()) {
            advanceMs(end - 1 - elapsed);
            requireExpired(ends, end - 1, seed);
            advanceMs(1);
            requireExpired(ends, end, seed);
            elapsed = end;
        }
        assertThat(jobs().stats().total()).isZero();
    }

    private void requireExpired(List<Long> ends, long nowMs, long seed) {
        long expired = ends.stream().filter(end -> end <= nowMs).count();
        QueueStats stats = jobs().stats();
        assertThat(stats.expiredCount()).as("seed %d, at %d ms", seed, nowMs).isEqualTo(expired);
        assertThat(stats.total()).as("seed %d, at %d ms", seed, nowMs).isEqualTo(ends.size() - expired);
    }
}
