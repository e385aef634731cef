package dev.millrace.testkit.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.millrace.api.Codec;
import dev.millrace.api.Consume;
import dev.millrace.api.ErrorCode;
import dev.millrace.api.Put;
import dev.millrace.api.Stored;
import dev.millrace.api.Task;
import dev.millrace.api.TaskId;
import dev.millrace.api.TaskInfo;
import dev.millrace.api.TaskQueue;
import dev.millrace.api.TaskState;
import dev.millrace.testkit.Clause;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

/** Putting: what a task is, its number, and what a put refuses. */
public abstract class PutContract extends EngineContract {
    /** For subclasses. */
    protected PutContract() {}

    @Test
    @Clause("T3")
    void put_withoutOptions_answersReady() {
        Stored stored = jobs().put("job");

        assertThat(stored.id().queue()).isEqualTo("jobs");
        assertThat(stored.id().number()).isPositive();
        assertThat(stored.state()).isEqualTo(TaskState.READY);
        assertThat(stored.due()).isNull();
        assertThat(stored.repeated()).isFalse();
        assertThat(jobs().stats().ready()).isOne();
    }

    @Test
    @Clause({"T1", "T20"})
    void peek_ofAPut_showsEveryField() {
        Stored stored = jobs().put(
                        "job",
                        Put.delay(Duration.ofSeconds(90)).withPriority(7).withMaxAttempts(3));

        assertThat(seen(jobs(), stored.id()))
                .isEqualTo(new TaskInfo<>(
                        stored.id(),
                        TaskState.DELAYED,
                        7,
                        fixture.clock().now().plusSeconds(90),
                        0,
                        0,
                        null,
                        "job"));
    }

    @Test
    @Clause("T1")
    void take_ofAPut_showsEveryField() {
        Stored stored = jobs().put("job", Put.priority(7));

        Task<String> task = taken(jobs());

        assertThat(task.id()).isEqualTo(stored.id());
        assertThat(task.payload()).isEqualTo("job");
        assertThat(task.priority()).isEqualTo(7);
        assertThat(task.attempts()).isOne();
        assertThat(task.failures()).isZero();
        assertThat(task.receipt().id()).isEqualTo(stored.id());
        assertThat(task.receipt().attempt()).isOne();
        assertThat(task.isOpen()).isTrue();
        assertThat(seen(jobs(), stored.id())).satisfies(info -> {
            assertThat(info.state()).isEqualTo(TaskState.TAKEN);
            assertThat(info.attempts()).isOne();
            assertThat(info.due()).isNull();
        });
    }

    @Test
    @Clause("T4")
    void put_withDelay_answersDelayedAndDue() {
        Stored stored = jobs().put("later", Put.delay(Duration.ofMillis(1)));

        assertThat(stored.state()).isEqualTo(TaskState.DELAYED);
        assertThat(stored.due()).isEqualTo(fixture.clock().now().plusMillis(1));
        assertThat(jobs().take()).isNull();
        assertThat(jobs().stats().delayed()).isOne();
    }

    @Test
    @Clause("T4")
    void put_withDelayOfZeroOrLess_isReady() {
        for (Duration delay : List.of(Duration.ZERO, Duration.ofMillis(-1), Duration.ofSeconds(Long.MIN_VALUE))) {
            assertThat(jobs().put("now", Put.delay(delay)).state()).isEqualTo(TaskState.READY);
        }
        assertThat(drained(jobs())).hasSize(3);
    }

    @Test
    @Clause({"T4", "G6"})
    void put_withDelayBeyondTenYears_isRefused() {
        Duration max = Duration.ofDays(3_650);

        assertThat(jobs().put("far", Put.delay(max)).due())
                .isEqualTo(fixture.clock().now().plus(max));
        refusedUnchanged(
                jobs(), ErrorCode.BAD_ARGUMENT, () -> jobs().put("x", Put.delay(max.plusNanos(1))), "delay");
        refusedUnchanged(
                jobs(), ErrorCode.BAD_ARGUMENT, () -> jobs().put("x", Put.delay(Duration.ofSeconds(Long.MAX_VALUE))));
    }

    @Test
    @Clause({"G6", "T7"})
    void put_withPriorityOutsideItsRange_isRefused() {
        refusedUnchanged(jobs(), ErrorCode.BAD_ARGUMENT, () -> jobs().put("x", Put.priority(-1)), "priority=-1");
        refusedUnchanged(
                jobs(), ErrorCode.BAD_ARGUMENT, () -> jobs().put("x", Put.priority(1L << 32)), "4294967295");
    }

    @Test
    @Clause({"G6", "T22"})
    void put_withMaxAttemptsOutsideItsRange_isRefused() {
        refusedUnchanged(
                jobs(), ErrorCode.BAD_ARGUMENT, () -> jobs().put("x", Put.options().withMaxAttempts(-1)), "maxAttempts");
        refusedUnchanged(
                jobs(), ErrorCode.BAD_ARGUMENT, () -> jobs().put("x", Put.options().withMaxAttempts(65_536)), "65535");
    }

    /** Within the engine it would be a broken invariant, which ends it. */
    @Test
    @Clause({"G5", "G6"})
    void verbs_givenNull_throwItBackAndChangeNothing() {
        TaskQueue<String> jobs = jobs();
        jobs.put("job");
        List<ThrowingCallable> mistakes = List.of(
                () -> jobs.put("x", nothing()),
                () -> jobs.putAll(List.of("x"), nothing()),
                () -> jobs.putAll(Arrays.asList("x", nothing()), Put.options()),
                () -> jobs.put(nothing()),
                () -> jobs.async().put("x", nothing()),
                () -> jobs.put("x", Put.key(nothing())),
                () -> jobs.put("x", Put.group(nothing(), 1)),
                () -> jobs.put("x", Put.options().withProducer(nothing(), 1)),
                () -> jobs.list(nothing(), 0, 1),
                () -> jobs.configure(nothing()),
                () -> jobs.lastSequence(nothing()),
                () -> jobs.take(nothing()),
                () -> jobs.consume(nothing()),
                () -> jobs.consume(task -> {}, Consume.options().withBackoff(nothing())),
                () -> mill.queue("other", nothing()),
                () -> mill.session().onLost(nothing()));

        for (ThrowingCallable mistake : mistakes) {
            assertThat(catchThrowable(mistake)).isInstanceOf(NullPointerException.class);
        }
        assertThat(jobs.stats().total()).isOne();
        assertThat(jobs.put("next").state()).isEqualTo(TaskState.READY);
    }

    /** What a caller may pass whose build checks no nulls. */
    @SuppressWarnings("NullAway")
    private static <X> X nothing() {
        return null;
    }

    @Test
    @Clause("T2")
    void put_many_idsStrictlyIncrease() {
        TaskQueue<String> other = mill.queue("other", Codec.text());
        List<Long> numbers = new ArrayList<>();
        for (int round = 0; round < 50; round++) {
            numbers.add(jobs().put("job").id().number());
            other.put("other");
        }

        assertThat(numbers).isSorted().doesNotHaveDuplicates();
    }

    @Test
    @Clause("T2")
    void put_afterTheWallClockSteppedBack_idsStillIncrease() {
        TaskId before = jobs().put("job").id();
        fixture.clock().stepWall(Duration.ofDays(-400));
        fixture.advance(Duration.ofMillis(5));

        assertThat(jobs().put("job").id().number()).isGreaterThan(before.number());
    }

    @Test
    @Clause("T2")
    void put_afterAckDeleteAndPurge_neverGivesAnIdAgain() {
        jobs().put("acked");
        taken(jobs()).ack();
        jobs().delete(jobs().put("deleted").id());
        TaskId last = jobs().put("purged").id();
        jobs().purge();

        TaskId next = jobs().put("next").id();

        assertThat(next.number()).isGreaterThan(last.number());
        assertThat(jobs().peek(last)).isNull();
    }

    @Test
    @Clause("T2")
    void taskId_ofAPutAndOfItsTake_compareByValue() {
        Stored stored = jobs().put("job");

        assertThat(taken(jobs()).id())
                .isEqualTo(stored.id())
                .hasSameHashCodeAs(new TaskId("jobs", stored.id().number()))
                .isNotEqualTo(new TaskId("other", stored.id().number()));
    }

    @Test
    @Clause({"T2", "G6"})
    void taskId_ofAnotherQueue_isRefused() {
        TaskId other = mill.queue("other").put(new byte[0]).id();

        refusedUnchanged(jobs(), ErrorCode.BAD_ARGUMENT, () -> jobs().peek(other), "other", "jobs");
        refusedUnchanged(jobs(), ErrorCode.BAD_ARGUMENT, () -> jobs().delete(other));
        refusedUnchanged(jobs(), ErrorCode.BAD_ARGUMENT, () -> jobs().ack(other));
    }
}
