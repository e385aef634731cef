package dev.millrace.testkit.contract;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.api.ErrorCode;
import dev.millrace.api.KeyMode;
import dev.millrace.api.Put;
import dev.millrace.api.Session;
import dev.millrace.api.Stored;
import dev.millrace.api.Task;
import dev.millrace.api.TaskId;
import dev.millrace.api.TaskInfo;
import dev.millrace.api.TaskState;
import dev.millrace.testkit.Clause;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Successors: the one task more of a key, which waits until the first is gone or buried. */
public abstract class SuccessorContract extends EngineContract {
    private static final Duration HOUR = Duration.ofHours(1);
    private static final Put KEEP = Put.key("k");
    private static final Put REPLACE = Put.options().withKey("k", KeyMode.REPLACE);
    private static final Put RERUN = Put.options().withKey("k", KeyMode.RERUN);

    /** For subclasses. */
    protected SuccessorContract() {}

    @Test
    @Clause("T23 successor")
    void rerun_whileTheFirstLives_isStoredDelayedWithAnIdOfItsOwn() {
        TaskId first = jobs().put("first", KEEP).id();

        Stored stored = jobs().put("next", RERUN);

        assertThat(stored.id().number()).isGreaterThan(first.number());
        assertThat(stored.existing()).isFalse();
        assertThat(stored.state()).isEqualTo(TaskState.DELAYED);
        assertThat(stored.due()).isNull();
        assertThat(seen(jobs(), stored.id()).state()).isEqualTo(TaskState.DELAYED);
        assertThat(listed(jobs(), TaskState.DELAYED, 10)).extracting(TaskInfo::id).containsExactly(stored.id());
        assertThat(jobs().stats().delayed()).isOne();
        assertThat(jobs().stats().ready()).isOne();
        advance(HOUR);
        assertThat(taken(jobs()).id()).isEqualTo(first);
        assertThat(jobs().take()).isNull();
    }

    @Test
    @Clause({"T23 successor", "T20", "T14"})
    void kick_ofAWaitingSuccessor_isRefusedWithItsReason() {
        TaskId first = jobs().put("first", KEEP).id();
        TaskId next = jobs().put("next", RERUN).id();

        refusedUnchanged(jobs(), ErrorCode.NOT_FOUND, () -> jobs().kick(next), next.number(), "waits");

        assertThat(jobs().kick(10)).isZero();
        assertThat(taken(jobs()).id()).isEqualTo(first);
        assertThat(jobs().take()).isNull();
    }

    @Test
    @Clause({"T23 successor", "T5"})
    void first_whateverItsEnd_makesTheSuccessorReadyForAWaiter() {
        requireServedAfter(Task::ack);
        requireServedAfter(task -> jobs().ackAll(List.of(task.receipt())));
        requireServedAfter(task -> task.bury("no"));
        requireServedAfter(task -> jobs().delete(task.id()));
        requireServedAfter(task -> jobs(mill.openSession()).forceDelete(task.id()));
    }

    private void requireServedAfter(Consumer<Task<String>> end) {
        jobs().put("first", KEEP);
        Task<String> first = taken(jobs());
        TaskId next = jobs().put("next", RERUN).id();
        CompletableFuture<@Nullable Task<String>> waiter = waiter(jobs());
        CompletableFuture<@Nullable Task<String>> another = waiter(jobs());

        end.accept(first);

        Task<String> task = got(waiter);
        assertThat(task.id()).isEqualTo(next);
        assertThat(task.payload()).isEqualTo("next");
        fixture.settle();
        assertThat(another).isNotDone();
        another.cancel(true);
        jobs().purge();
        fixture.settle();
    }

    @Test
    @Clause({"T23 successor", "T22"})
    void fail_thatBuriesTheFirst_makesTheSuccessorReady() {
        TaskId first = jobs().put("first", KEEP.withMaxAttempts(1)).id();
        jobs().put("next", RERUN);

        assertThat(taken(jobs()).fail("no")).isEqualTo(TaskState.BURIED);

        assertThat(seen(jobs(), first).state()).isEqualTo(TaskState.BURIED);
        assertThat(drained(jobs())).containsExactly("next");
    }

    @Test
    @Clause({"T23 successor", "T24"})
    void ttl_ofTheFirst_makesTheSuccessorReady() {
        jobs().put("first", KEEP.withTtl(HOUR));
        jobs().put("next", RERUN);

        advance(HOUR);

        assertThat(drained(jobs())).containsExactly("next");
        assertThat(jobs().stats().expiredCount()).isOne();
    }

    @Test
    @Clause({"T23 successor", "T21 time to run"})
    void ttr_thatBuriesTheFirst_makesTheSuccessorReady() {
        jobs().put("first", KEEP.withMaxAttempts(1).withTtr(HOUR));
        taken(jobs());
        jobs().put("next", RERUN);
        CompletableFuture<@Nullable Task<String>> waiter = waiter(jobs());

        advance(HOUR);

        assertThat(got(waiter).payload()).isEqualTo("next");
        assertThat(jobs().stats().buried()).isOne();
    }

    @Test
    @Clause({"T23 successor", "T12", "T22", "T15"})
    void first_thatGoesBack_letsTheSuccessorWaitOn() {
        TaskId first = jobs().put("first", KEEP.withTtr(HOUR)).id();
        TaskId next = jobs().put("next", RERUN).id();

        taken(jobs()).release();
        requireWaiting(first, next, TaskState.READY);
        assertThat(taken(jobs()).fail("no", Duration.ofMillis(5))).isEqualTo(TaskState.DELAYED);
        requireWaiting(first, next, TaskState.DELAYED);
        advanceMs(5);
        Session leaving = mill.openSession();
        taken(jobs(leaving));
        leaving.close();
        fixture.settle();
        requireWaiting(first, next, TaskState.READY);
        taken(jobs());
        advance(HOUR);
        requireWaiting(first, next, TaskState.READY);

        assertThat(drained(jobs())).containsExactly("first", "next");
    }

    private void requireWaiting(TaskId first, TaskId next, TaskState state) {
        assertThat(seen(jobs(), first).state()).isEqualTo(state);
        assertThat(seen(jobs(), next).state()).isEqualTo(TaskState.DELAYED);
    }

    @Test
    @Clause("T23 successor")
    void rerun_again_rewritesTheSuccessorUnderItsId() {
        jobs().put("first", KEEP);
        TaskId next = jobs().put("next", RERUN).id();
        long puts = jobs().stats().putCount();

        Stored latest = jobs().put("latest", RERUN.withPriority(7));

        assertThat(latest.id()).isEqualTo(next);
        assertThat(latest.existing()).isTrue();
        assertThat(latest.state()).isEqualTo(TaskState.DELAYED);
        assertThat(jobs().stats().putCount()).isEqualTo(puts + 1);
        assertThat(jobs().stats().total()).isEqualTo(2);
        assertThat(seen(jobs(), next).priority()).isEqualTo(7);
        assertThat(drained(jobs())).containsExactly("first", "latest");
    }

    @Test
    @Clause("T23 successor")
    void replace_whileASuccessorWaits_rewritesTheSuccessorInEveryStateOfTheFirst() {
        TaskId first = jobs().put("first", KEEP).id();
        TaskId next = jobs().put("next", RERUN).id();
        requireReplaced(first, next, TaskState.READY);
        Task<String> task = taken(jobs());
        requireReplaced(first, next, TaskState.TAKEN);
        task.fail("no", HOUR);
        requireReplaced(first, next, TaskState.DELAYED);

        advance(HOUR);
        assertThat(drained(jobs())).containsExactly("first", "replaced DELAYED");
    }

    private void requireReplaced(TaskId first, TaskId next, TaskState state) {
        Stored stored = jobs().put("replaced " + state, REPLACE);
        assertThat(stored.id()).isEqualTo(next);
        assertThat(stored.existing()).isTrue();
        assertThat(stored.state()).isEqualTo(TaskState.DELAYED);
        assertThat(seen(jobs(), first).payload()).isEqualTo("first");
        assertThat(seen(jobs(), first).state()).isEqualTo(state);
        assertThat(seen(jobs(), next).payload()).isEqualTo("replaced " + state);
        assertThat(jobs().stats().total()).isEqualTo(2);
    }

    @Test
    @Clause("T23 successor")
    void keep_whileASuccessorWaits_answersWithTheFirst() {
        TaskId first = jobs().put("first", KEEP).id();
        jobs().put("next", RERUN);

        Stored kept = jobs().put("kept", KEEP);

        assertThat(kept.id()).isEqualTo(first);
        assertThat(kept.state()).isEqualTo(TaskState.READY);
        assertThat(drained(jobs())).containsExactly("first", "next");
    }

    @Test
    @Clause({"T23 successor", "T4"})
    void rerun_withADelayStillToCome_isDelayedOnceTheFirstIsGone() {
        jobs().put("first", KEEP);
        Stored next = jobs().put("next", RERUN.withDelay(HOUR));
        assertThat(next.due()).isEqualTo(fixture.clock().now().plus(HOUR));
        taken(jobs()).ack();

        assertThat(seen(jobs(), next.id()).state()).isEqualTo(TaskState.DELAYED);
        assertThat(seen(jobs(), next.id()).due()).isEqualTo(next.due());
        advance(HOUR.minusMillis(1));
        assertThat(jobs().take()).isNull();
        advanceMs(1);
        assertThat(drained(jobs())).containsExactly("next");
    }

    @Test
    @Clause({"T23 successor", "T4", "T20"})
    void rerun_withADelayOnceTheFirstIsGone_maybeKicked() {
        jobs().put("first", KEEP);
        TaskId next = jobs().put("next", RERUN.withDelay(HOUR)).id();
        taken(jobs()).ack();

        jobs().kick(next);

        assertThat(drained(jobs())).containsExactly("next");
    }

    @Test
    @Clause({"T23 successor", "T4"})
    void rerun_withADelayThatIsOverBeforeTheFirstIsGone_waitsOnAndIsThenReady() {
        jobs().put("first", KEEP);
        Task<String> first = taken(jobs());
        TaskId next = jobs().put("next", RERUN.withDelay(HOUR)).id();
        CompletableFuture<@Nullable Task<String>> waiter = waiter(jobs());

        advance(HOUR.multipliedBy(2));
        assertThat(waiter).isNotDone();
        assertThat(seen(jobs(), next).state()).isEqualTo(TaskState.DELAYED);
        assertThat(jobs().stats().delayed()).isOne();
        first.ack();

        assertThat(got(waiter).id()).isEqualTo(next);
    }

    @Test
    @Clause("T23 successor")
    void rerun_ofABuriedFirst_takesTheKeyFromIt() {
        jobs().put("first", KEEP);
        Task<String> first = taken(jobs());
        first.bury("no");

        Stored next = jobs().put("next", RERUN);

        assertThat(next.existing()).isFalse();
        assertThat(next.state()).isEqualTo(TaskState.READY);
        assertThat(jobs().put("x", KEEP).id()).isEqualTo(next.id());
        jobs().kick(first.id());
        assertThat(jobs().put("x", KEEP).id()).isEqualTo(next.id());
        assertThat(drained(jobs())).containsExactly("first", "next");
        assertThat(jobs().put("x", KEEP).existing()).isFalse();
    }

    @Test
    @Clause("T23 successor")
    void bury_ofAFirstWithASuccessor_takesTheKeyFromIt() {
        jobs().put("first", KEEP);
        TaskId next = jobs().put("next", RERUN).id();
        Task<String> first = taken(jobs());
        first.bury("no");

        assertThat(jobs().put("x", REPLACE).id()).isEqualTo(next);
        assertThat(seen(jobs(), first.id()).payload()).isEqualTo("first");
        jobs().kick(first.id());
        jobs().delete(first.id());

        assertThat(jobs().put("y", KEEP).id()).isEqualTo(next);
        assertThat(drained(jobs())).containsExactly("x");
    }

    @Test
    @Clause("T23 successor")
    void bury_ofAFirstWithoutASuccessor_leavesItTheKey() {
        TaskId first = jobs().put("first", KEEP).id();
        taken(jobs()).bury("no");

        assertThat(jobs().put("x", KEEP).id()).isEqualTo(first);
        jobs().kick(first);
        assertThat(jobs().put("x", KEEP).id()).isEqualTo(first);
    }

    @Test
    @Clause("T23 successor")
    void successor_thatBecameTheFirst_mayHaveItsOwn() {
        for (int round = 1; round <= 5; round++) {
            assertThat(jobs().put("round " + round, RERUN).existing()).isFalse();
            Task<String> task = taken(jobs());
            assertThat(task.payload()).isEqualTo("round " + round);
            TaskId next = jobs().put("next " + round, RERUN).id();
            task.ack();
            Task<String> second = taken(jobs());
            assertThat(second.id()).isEqualTo(next);
            TaskId third = jobs().put("third " + round, RERUN).id();
            assertThat(seen(jobs(), third).state()).isEqualTo(TaskState.DELAYED);
            second.ack();
            assertThat(drained(jobs())).containsExactly("third " + round);
        }
    }

    @Test
    @Clause({"T23 successor", "T24"})
    void successor_pastItsTimeToLiveWhileItWaits_isGone() {
        jobs().put("first", KEEP);
        TaskId next = jobs().put("next", RERUN.withTtl(HOUR)).id();
        Task<String> first = taken(jobs());

        advance(HOUR);

        assertThat(jobs().peek(next)).isNull();
        assertThat(jobs().stats().expiredCount()).isOne();
        assertThat(jobs().stats().delayed()).isZero();
        assertThat(jobs().put("another", RERUN).existing()).isFalse();
        first.ack();
        assertThat(drained(jobs())).containsExactly("another");
    }

    @Test
    @Clause({"T23 successor", "T24"})
    void firstAndSuccessor_overAtTheSameInstant_areBothGone() {
        CompletableFuture<@Nullable Task<String>> waiter = waiter(jobs());
        jobs().put("first", KEEP.withTtl(HOUR).withDelay(HOUR.multipliedBy(2)));
        jobs().put("next", RERUN.withTtl(HOUR));

        advance(HOUR);

        assertThat(waiter).isNotDone();
        assertThat(jobs().stats().expiredCount()).isEqualTo(2);
        assertThat(jobs().stats().total()).isZero();
    }

    @Test
    @Clause({"T23 successor", "T20"})
    void delete_ofASuccessor_leavesTheFirstWithoutOne() {
        jobs().put("first", KEEP);
        TaskId next = jobs().put("next", RERUN).id();

        jobs().delete(next);

        assertThat(jobs().stats().delayed()).isZero();
        Stored another = jobs().put("another", RERUN);
        assertThat(another.existing()).isFalse();
        assertThat(another.id()).isNotEqualTo(next);
        jobs().delete(another.id());
        assertThat(drained(jobs())).containsExactly("first");
        assertThat(jobs().take()).isNull();
    }

    @Test
    @Clause({"T23 successor", "T20"})
    void purge_withASuccessor_takesAllAndFreesTheKey() {
        jobs().put("first", KEEP);
        Task<String> first = taken(jobs());
        jobs().put("next", RERUN);

        assertThat(jobs().purge()).isEqualTo(2);

        assertThat(jobs().stats().total()).isZero();
        refused(ErrorCode.NOT_FOUND, first::ack);
        Stored again = jobs().put("again", KEEP);
        assertThat(again.existing()).isFalse();
        assertThat(drained(jobs())).containsExactly("again");
    }

    @Test
    @Clause({"T23 successor", "T20 pause"})
    void ack_ofTheFirstWhilePaused_makesTheSuccessorReadyAndHandsItToNobody() {
        jobs().put("first", KEEP);
        Task<String> first = taken(jobs());
        jobs().put("next", RERUN);
        CompletableFuture<@Nullable Task<String>> waiter = waiter(jobs());
        jobs().pause();

        first.ack();
        fixture.settle();

        assertThat(jobs().stats().ready()).isOne();
        assertThat(waiter).isNotDone();
        jobs().resume();
        assertThat(got(waiter).payload()).isEqualTo("next");
    }

    @Test
    @Clause({"T23 successor", "T26"})
    void ack_ofTheFirstOfAFullGroup_handsItsSlotToTheSuccessor() {
        jobs().put("first", KEEP.withGroup("g", 1));
        Task<String> first = taken(jobs());
        jobs().put("next", RERUN.withGroup("g", 1));
        CompletableFuture<@Nullable Task<String>> waiter = waiter(jobs());

        first.ack();

        assertThat(got(waiter).payload()).isEqualTo("next");
    }
}
