package dev.millrace.testkit.contract;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.api.ErrorCode;
import dev.millrace.api.Put;
import dev.millrace.api.QueueSettings;
import dev.millrace.api.QueueStats;
import dev.millrace.api.Receipt;
import dev.millrace.api.Session;
import dev.millrace.api.Task;
import dev.millrace.api.TaskId;
import dev.millrace.api.TaskInfo;
import dev.millrace.api.TaskState;
import dev.millrace.testkit.Clause;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** The time to run: how long a take may last without a touch. */
public abstract class TimeToRunContract extends EngineContract {
    private static final Duration MINUTE = Duration.ofMinutes(1);
    private static final Duration DAY = Duration.ofDays(1);
    private static final Put ONE_MINUTE = Put.options().withTtr(MINUTE);

    /** For subclasses. */
    protected TimeToRunContract() {}

    @Test
    @Clause({"T21 time to run", "T22", "T18 ends"})
    void ttr_over_theTaskIsReadyAgainAndHasFailedOnceMore() {
        TaskId id = jobs().put("job", ONE_MINUTE).id();
        taken(jobs());

        advance(MINUTE.minusMillis(1));
        assertThat(seen(jobs(), id).state()).isEqualTo(TaskState.TAKEN);
        advanceMs(1);

        assertThat(seen(jobs(), id)).satisfies(info -> {
            assertThat(info.state()).isEqualTo(TaskState.READY);
            assertThat(info.failures()).isOne();
            assertThat(info.attempts()).isOne();
        });
        assertThat(jobs().stats()).satisfies(stats -> {
            assertThat(stats.timedOutCount()).isOne();
            assertThat(stats.failedCount()).isOne();
            assertThat(stats.releasedCount()).isZero();
            assertThat(stats.taken()).isZero();
        });
        assertThat(taken(jobs())).satisfies(again -> {
            assertThat(again.attempts()).isEqualTo(2);
            assertThat(again.failures()).isOne();
        });
    }

    @Test
    @Clause({"T21 time to run", "G3", "T8"})
    void ttr_over_theOwnerIsToldAndRefused() {
        Session owner = mill.openSession();
        List<Receipt> lost = new CopyOnWriteArrayList<>();
        owner.onLost(lost::add);
        jobs().put("job", ONE_MINUTE);
        Task<String> late = taken(jobs(owner));

        advance(MINUTE);

        assertThat(lost).containsExactly(late.receipt());
        refusedUnchanged(jobs(), ErrorCode.NOT_TAKEN, late::ack);
        refusedUnchanged(jobs(), ErrorCode.NOT_TAKEN, late::touch);
        Task<String> next = taken(jobs());
        refusedUnchanged(jobs(), ErrorCode.NOT_OWNER, late::ack);
        refusedUnchanged(jobs(), ErrorCode.NOT_OWNER, () -> late.fail("late"));
        refusedUnchanged(jobs(), ErrorCode.NOT_OWNER, late::touch);
        next.ack();
        refusedUnchanged(jobs(), ErrorCode.NOT_FOUND, late::ack);
    }

    @Test
    @Clause({"T21 time to run", "T8"})
    void ttr_overAndTakenAgainByTheSameSession_theOldReceiptIsRefused() {
        jobs().put("job", ONE_MINUTE);
        Task<String> first = taken(jobs());
        advance(MINUTE);
        Task<String> second = taken(jobs());

        refusedUnchanged(jobs(), ErrorCode.NOT_OWNER, first::ack);
        second.ack();
    }

    @Test
    @Clause({"T21 time to run", "T5"})
    void ttr_overWithSeveralWaiting_answersExactlyOne() {
        jobs().put("job", ONE_MINUTE);
        taken(jobs());
        CompletableFuture<@Nullable Task<String>> first = waiter(jobs());
        CompletableFuture<@Nullable Task<String>> second = waiter(jobs());

        advance(MINUTE);

        assertThat(got(first).attempts()).isEqualTo(2);
        assertThat(second).isNotDone();
        assertThat(jobs().stats().taken()).isOne();
    }

    @Test
    @Clause({"T21 time to run", "T20"})
    void touch_beforeTheEnd_beginsItAnew() {
        TaskId id = jobs().put("job", ONE_MINUTE).id();
        Task<String> task = taken(jobs());
        for (int round = 0; round < 5; round++) {
            advance(MINUTE.minusMillis(1));
            task.touch();
        }
        advance(MINUTE.minusMillis(1));
        assertThat(seen(jobs(), id).state()).isEqualTo(TaskState.TAKEN);
        advanceMs(1);

        assertThat(seen(jobs(), id).state()).isEqualTo(TaskState.READY);
        assertThat(seen(jobs(), id).failures()).isOne();
    }

    /** The clock moves within an answer, so that the touch is the first that the engine hears at that time. */
    @Test
    @Clause({"T21 time to run", "T20"})
    void touch_atTheVeryEnd_isInTime() throws Exception {
        TaskId id = jobs().put("job", ONE_MINUTE).id();
        Task<String> task = taken(jobs());

        await(jobs().async().stats().thenCompose(stats -> {
            fixture.clock().advance(MINUTE);
            return jobs().async().touch(task.receipt());
        }));

        advance(MINUTE.minusMillis(1));
        assertThat(seen(jobs(), id).state()).isEqualTo(TaskState.TAKEN);
        fixture.clock().advance(Duration.ofMillis(1));
        task.ack();
        assertThat(jobs().stats().timedOutCount()).isZero();
    }

    @Test
    @Clause({"T21 time to run", "T20 configure"})
    void ttr_ofTheQueue_countsWhereThePutSaysNothing() {
        jobs().configure(QueueSettings.defaults().withTtr(MINUTE));
        TaskId queues = jobs().put("queue's").id();
        TaskId shorter = jobs().put("shorter", Put.options().withTtr(Duration.ofSeconds(10))).id();
        TaskId longer = jobs().put("longer", Put.options().withTtr(DAY)).id();
        assertThat(jobs().takeMany(3)).hasSize(3);

        advance(Duration.ofSeconds(10));
        assertThat(seen(jobs(), shorter).state()).isEqualTo(TaskState.READY);
        assertThat(seen(jobs(), queues).state()).isEqualTo(TaskState.TAKEN);
        advance(Duration.ofSeconds(50));
        assertThat(seen(jobs(), queues).state()).isEqualTo(TaskState.READY);
        assertThat(seen(jobs(), longer).state()).isEqualTo(TaskState.TAKEN);
        advance(DAY);
        assertThat(seen(jobs(), longer).state()).isEqualTo(TaskState.READY);
    }

    @Test
    @Clause({"T21 time to run", "T20 configure"})
    void ttr_ofTheQueueChangedDuringATake_countsFromTheNextTouch() {
        TaskId id = jobs().put("job").id();
        Task<String> task = taken(jobs());
        jobs().configure(QueueSettings.defaults().withTtr(MINUTE));
        advance(DAY);
        assertThat(seen(jobs(), id).state()).isEqualTo(TaskState.TAKEN);

        task.touch();
        advance(MINUTE.minusMillis(1));
        assertThat(seen(jobs(), id).state()).isEqualTo(TaskState.TAKEN);
        jobs().configure(QueueSettings.defaults());
        advanceMs(1);

        assertThat(seen(jobs(), id).state()).isEqualTo(TaskState.READY);
        taken(jobs());
        advance(DAY);
        assertThat(seen(jobs(), id).state()).isEqualTo(TaskState.TAKEN);
    }

    @Test
    @Clause("T21 time to run")
    void ttr_withoutOne_neverEnds() {
        TaskId id = jobs().put("job").id();
        Task<String> task = taken(jobs());

        advance(Duration.ofDays(3_000));

        assertThat(seen(jobs(), id).state()).isEqualTo(TaskState.TAKEN);
        task.ack();
    }

    @Test
    @Clause({"T21 time to run", "T22"})
    void ttr_overAtMaxAttempts_buriesWithItsReason() {
        TaskId id = jobs().put("job", ONE_MINUTE.withMaxAttempts(2)).id();
        taken(jobs());
        advance(MINUTE);
        taken(jobs());
        advance(MINUTE);

        assertThat(seen(jobs(), id)).satisfies(info -> {
            assertThat(info.state()).isEqualTo(TaskState.BURIED);
            assertThat(info.failures()).isEqualTo(2);
            assertThat(info.reason()).isEqualTo("its time to run, 60000 ms, is over");
        });
        assertThat(jobs().stats()).satisfies(stats -> {
            assertThat(stats.timedOutCount()).isEqualTo(2);
            assertThat(stats.buriedCount()).isOne();
        });
        jobs().kick(id);
        assertThat(taken(jobs()).failures()).isZero();
    }

    @Test
    @Clause({"T21 time to run", "T22 settings"})
    void ttr_overAtTheQueuesMaxAttempts_buries() {
        jobs().configure(QueueSettings.defaults().withMaxAttempts(1).withTtr(MINUTE));
        TaskId id = jobs().put("job").id();
        taken(jobs());

        advance(MINUTE);

        assertThat(seen(jobs(), id).state()).isEqualTo(TaskState.BURIED);
    }

    @Test
    @Clause({"T21 time to run", "T4"})
    void ttr_ofATaskThatWasDelayedOrWaited_isCountedFromTheTake() {
        TaskId id = jobs().put("job", ONE_MINUTE.withDelay(DAY)).id();
        advance(DAY.plus(DAY));
        taken(jobs());

        advance(MINUTE.minusMillis(1));
        assertThat(seen(jobs(), id).state()).isEqualTo(TaskState.TAKEN);
        advanceMs(1);
        assertThat(seen(jobs(), id).state()).isEqualTo(TaskState.READY);
    }

    @Test
    @Clause({"T21 time to run", "T9"})
    void ttr_ofATaskThatAnsweredAWaiter_isCountedFromThatMoment() {
        CompletableFuture<@Nullable Task<String>> waiter = waiter(jobs());
        advance(DAY);
        TaskId id = jobs().put("job", ONE_MINUTE).id();
        got(waiter);

        advance(MINUTE.minusMillis(1));
        assertThat(seen(jobs(), id).state()).isEqualTo(TaskState.TAKEN);
        advanceMs(1);
        assertThat(seen(jobs(), id).state()).isEqualTo(TaskState.READY);
    }

    @Test
    @Clause("T21 time to run")
    void verdict_inTime_stopsTheClock() {
        for (int index = 0; index < 4; index++) {
            jobs().put("job", ONE_MINUTE);
        }
        List<Task<String>> tasks = jobs().takeMany(4);
        advance(MINUTE.dividedBy(2));
        tasks.get(0).ack();
        tasks.get(1).bury("no");
        tasks.get(2).fail("no", DAY);
        tasks.get(3).release(DAY);
        QueueStats before = jobs().stats();

        advance(MINUTE.multipliedBy(2));

        assertThat(jobs().stats()).isEqualTo(before);
    }

    @Test
    @Clause("T21 time to run")
    void ttr_ofATaskReleasedAndTakenAgain_isCountedFromTheSecondTake() {
        TaskId id = jobs().put("job", ONE_MINUTE).id();
        Task<String> first = taken(jobs());
        advance(MINUTE.dividedBy(2));
        first.release();
        taken(jobs());

        advance(MINUTE.minusMillis(1));
        assertThat(seen(jobs(), id).state()).isEqualTo(TaskState.TAKEN);
        advanceMs(1);
        assertThat(seen(jobs(), id).state()).isEqualTo(TaskState.READY);
        assertThat(jobs().stats().timedOutCount()).isOne();
    }

    @Test
    @Clause({"T21 time to run", "T25 take many", "T25 ack many"})
    void ttr_ofTasksTakenTogether_endsForEachByItself() {
        List<TaskId> ids = new ArrayList<>();
        for (int seconds = 1; seconds <= 5; seconds++) {
            ids.add(jobs().put("job", Put.options().withTtr(Duration.ofSeconds(seconds))).id());
        }
        List<Task<String>> tasks = jobs().takeMany(5);

        advance(Duration.ofSeconds(2));
        assertThat(listed(jobs(), TaskState.READY, 10))
                .extracting(TaskInfo::id)
                .containsExactlyInAnyOrderElementsOf(ids.subList(0, 2));
        tasks.get(2).touch();
        var acked = jobs().ackAll(tasks.stream().map(Task::receipt).toList());

        assertThat(acked).extracting(result -> result.isAcked()).containsExactly(false, false, true, true, true);
        advance(DAY);
        assertThat(jobs().stats().timedOutCount()).isEqualTo(2);
    }

    @Test
    @Clause({"T21 time to run", "T17"})
    void ttr_whileTheWallClockSteps_isCountedMonotonically() {
        TaskId id = jobs().put("job", ONE_MINUTE).id();
        taken(jobs());

        fixture.clock().stepWall(DAY);
        fixture.settle();
        assertThat(seen(jobs(), id).state()).isEqualTo(TaskState.TAKEN);
        fixture.clock().stepWall(DAY.multipliedBy(-2));
        advance(MINUTE.minusMillis(1));
        assertThat(seen(jobs(), id).state()).isEqualTo(TaskState.TAKEN);
        advanceMs(1);

        assertThat(seen(jobs(), id).state()).isEqualTo(TaskState.READY);
    }

    @Test
    @Clause({"T21 time to run", "T15"})
    void sessionEnd_beforeTheEnd_countsNoSecondFailure() {
        Session owner = mill.openSession();
        TaskId id = jobs().put("job", ONE_MINUTE).id();
        taken(jobs(owner));

        owner.close();
        advance(DAY);

        assertThat(seen(jobs(), id).failures()).isZero();
        assertThat(jobs().stats().timedOutCount()).isZero();
    }

    @Test
    @Clause({"T21 time to run", "T20"})
    void deleteOrPurge_beforeTheEnd_leavesNothingToEnd() {
        TaskId id = jobs().put("job", ONE_MINUTE).id();
        taken(jobs());
        jobs().forceDelete(id);
        jobs().put("job", ONE_MINUTE);
        taken(jobs());
        jobs().purge();
        jobs().put("another");

        advance(DAY);

        assertThat(jobs().stats()).satisfies(stats -> {
            assertThat(stats.timedOutCount()).isZero();
            assertThat(stats.total()).isOne();
        });
    }

    @Test
    @Clause({"T21 time to run", "T20 pause"})
    void ttr_overWhilePaused_theTaskIsReadyAndNotHandedOut() {
        TaskId id = jobs().put("job", ONE_MINUTE).id();
        taken(jobs());
        CompletableFuture<@Nullable Task<String>> waiter = waiter(jobs());
        jobs().pause();

        advance(MINUTE);

        assertThat(seen(jobs(), id).state()).isEqualTo(TaskState.READY);
        assertThat(waiter).isNotDone();
    }
}
