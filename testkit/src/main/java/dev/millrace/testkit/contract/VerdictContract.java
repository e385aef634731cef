package dev.millrace.testkit.contract;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.api.ErrorCode;
import dev.millrace.api.MillraceException;
import dev.millrace.api.Put;
import dev.millrace.api.Receipt;
import dev.millrace.api.Session;
import dev.millrace.api.Task;
import dev.millrace.api.TaskId;
import dev.millrace.api.TaskState;
import dev.millrace.testkit.Clause;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CyclicBarrier;
import org.junit.jupiter.api.Test;

/** Verdicts: who may give them, once. */
public abstract class VerdictContract extends EngineContract {
    /** For subclasses. */
    protected VerdictContract() {}

    @Test
    @Clause("T11")
    void ack_byTheOwner_removesTheTask() {
        jobs().put("job");
        Task<String> task = taken(jobs());

        task.ack();

        assertThat(task.isOpen()).isFalse();
        assertThat(jobs().peek(task.id())).isNull();
        assertThat(jobs().stats().total()).isZero();
        assertThat(jobs().stats().ackedCount()).isOne();
    }

    @Test
    @Clause({"T11", "T13", "G10"})
    void ack_again_isNotFoundAndHarmless() {
        jobs().put("job");
        Task<String> task = taken(jobs());
        task.ack();

        refusedUnchanged(jobs(), ErrorCode.NOT_FOUND, task::ack, task.id().number());
        refusedUnchanged(jobs(), ErrorCode.NOT_FOUND, () -> jobs().ack(task.receipt()));
        refusedUnchanged(jobs(), ErrorCode.NOT_FOUND, () -> await(task.ackAsync()));
    }

    @Test
    @Clause({"T11", "T21"})
    void ack_byReceiptOrBareId_isTheOwners() {
        jobs().put("1");
        jobs().put("2");
        jobs().put("3");

        jobs().ack(taken(jobs()).receipt());
        jobs().ack(taken(jobs()).id());
        await(taken(jobs()).ackAsync());

        assertThat(jobs().stats().ackedCount()).isEqualTo(3);
        assertThat(jobs().stats().total()).isZero();
    }

    @Test
    @Clause({"T13", "T14"})
    void ack_ofATaskTakenByNobody_isNotTaken() {
        TaskId ready = jobs().put("ready").id();
        TaskId delayed = jobs().put("delayed", Put.delay(Duration.ofDays(1))).id();

        refusedUnchanged(jobs(), ErrorCode.NOT_TAKEN, () -> jobs().ack(ready), ready.number());
        refusedUnchanged(jobs(), ErrorCode.NOT_TAKEN, () -> jobs().ack(delayed), delayed.number());
        Task<String> task = taken(jobs());
        task.bury("no");
        refusedUnchanged(jobs(), ErrorCode.NOT_TAKEN, () -> jobs().ack(ready), ready.number());
    }

    @Test
    @Clause({"T13", "T14"})
    void ack_ofAnUnknownTask_isNotFound() {
        TaskId unknown = new TaskId("jobs", 1_000_000_000_000L);

        refusedUnchanged(jobs(), ErrorCode.NOT_FOUND, () -> jobs().ack(unknown), unknown.number());
        refusedUnchanged(
                jobs(), ErrorCode.NOT_FOUND, () -> jobs().ack(new TaskId("jobs", Long.MAX_VALUE)), Long.MAX_VALUE);
    }

    @Test
    @Clause("T13")
    void taskId_withoutANumber_isRefused() {
        refused(ErrorCode.BAD_ARGUMENT, () -> new TaskId("jobs", 0), "id=0");
        refused(ErrorCode.BAD_ARGUMENT, () -> new TaskId("jobs", -1), "id=-1");
        refused(ErrorCode.BAD_ARGUMENT, () -> new Receipt(new TaskId("jobs", 1), 0), "attempt=0");
        refused(ErrorCode.BAD_ARGUMENT, () -> new Receipt(new TaskId("jobs", 1), 65_536), "attempt=65536");
    }

    @Test
    @Clause({"T13", "T8", "T14"})
    void verdict_onAnothersTask_isNotOwnerAndNamesBoth() {
        Session owner = mill.openSession();
        Session other = mill.openSession();
        jobs().put("job");
        Task<String> task = taken(jobs(owner));

        refusedUnchanged(
                jobs(),
                ErrorCode.NOT_OWNER,
                () -> jobs(other).ack(task.receipt()),
                task.id().number(),
                owner.id(),
                other.id());
        refusedUnchanged(jobs(), ErrorCode.NOT_OWNER, () -> jobs(other).ack(task.id()), owner.id(), other.id());
        refusedUnchanged(
                jobs(),
                ErrorCode.NOT_OWNER,
                () -> await(jobs(other).async().release(task.receipt(), Duration.ZERO)));
        refusedUnchanged(
                jobs(),
                ErrorCode.NOT_OWNER,
                () -> await(jobs(other).async().fail(task.receipt(), "mine", Duration.ZERO)));
        task.ack();
    }

    @Test
    @Clause({"T21", "T8"})
    void verdict_withTheReceiptOfAnEarlierAttempt_isRefused() {
        jobs().put("job");
        Task<String> first = taken(jobs());
        first.release();
        refusedUnchanged(jobs(), ErrorCode.NOT_TAKEN, () -> jobs().ack(first.receipt()));

        Task<String> second = taken(jobs());
        assertThat(second.attempts()).isEqualTo(2);
        refusedUnchanged(jobs(), ErrorCode.NOT_OWNER, () -> jobs().ack(first.receipt()));
        refusedUnchanged(jobs(), ErrorCode.NOT_OWNER, first::ack);
        refusedUnchanged(jobs(), ErrorCode.NOT_OWNER, first::release);
        refusedUnchanged(jobs(), ErrorCode.NOT_OWNER, () -> first.fail("late"));
        refusedUnchanged(jobs(), ErrorCode.NOT_OWNER, () -> first.bury("late"));
        refusedUnchanged(jobs(), ErrorCode.NOT_OWNER, first::touch);

        second.ack();
        refusedUnchanged(jobs(), ErrorCode.NOT_FOUND, () -> jobs().ack(first.receipt()));
    }

    @Test
    @Clause("T21")
    void verdict_withTheReceiptOfAnAttemptToCome_isRefused() {
        jobs().put("job");
        Task<String> task = taken(jobs());

        refusedUnchanged(jobs(), ErrorCode.NOT_OWNER, () -> jobs().ack(new Receipt(task.id(), 2)));
        task.ack();
    }

    @Test
    @Clause({"T21", "G10"})
    void verdicts_repeatedByReceipt_changeNothingMore() {
        jobs().put("job");
        Task<String> task = taken(jobs());
        await(jobs().async().release(task.receipt(), Duration.ofSeconds(1)));
        refusedUnchanged(
                jobs(),
                ErrorCode.NOT_TAKEN,
                () -> await(jobs().async().release(task.receipt(), Duration.ZERO)));
        advance(Duration.ofSeconds(1));

        Task<String> again = taken(jobs());
        await(jobs().async().fail(again.receipt(), "no", Duration.ofSeconds(1)));
        refusedUnchanged(
                jobs(),
                ErrorCode.NOT_TAKEN,
                () -> await(jobs().async().fail(again.receipt(), "no", Duration.ofSeconds(1))));
        assertThat(seen(jobs(), task.id()).failures()).isOne();
    }

    @Test
    @Clause({"T13", "G6"})
    void release_withDelayOutsideItsRange_isRefusedAndLeavesTheTaskTaken() {
        jobs().put("job");
        Task<String> task = taken(jobs());

        refusedUnchanged(
                jobs(), ErrorCode.BAD_ARGUMENT, () -> task.release(Duration.ofDays(3_651)), "delay", "PT87600H");
        refusedUnchanged(
                jobs(), ErrorCode.BAD_ARGUMENT, () -> task.fail("no", Duration.ofDays(3_651)), "delay");
        assertThat(task.isOpen()).isTrue();
        task.ack();
    }

    @Test
    @Clause("T20")
    void touch_byTheOwner_changesNothing() {
        jobs().put("job");
        Task<String> task = taken(jobs());

        task.touch();

        assertThat(seen(jobs(), task.id()).state()).isEqualTo(TaskState.TAKEN);
        task.ack();
        refused(ErrorCode.NOT_FOUND, task::touch);
    }

    @Test
    @Clause({"T12", "T22"})
    void closeTask_withoutVerdict_releasesItWithoutFailure() {
        jobs().put("job");
        try (Task<String> task = taken(jobs())) {
            assertThat(task.isOpen()).isTrue();
        }
        fixture.settle();

        Task<String> again = taken(jobs());
        assertThat(again.failures()).isZero();
        assertThat(again.attempts()).isEqualTo(2);
        again.close();
        again.close();
        fixture.settle();
        assertThat(jobs().stats().ready()).isOne();
    }

    @Test
    @Clause("T11")
    void closeTask_afterAVerdict_doesNothing() {
        jobs().put("acked");
        try (Task<String> task = taken(jobs())) {
            task.ack();
        }
        jobs().put("buried");
        try (Task<String> task = taken(jobs())) {
            task.bury("no");
        }
        fixture.settle();

        assertThat(jobs().stats().buried()).isOne();
        assertThat(jobs().stats().releasedCount()).isZero();
    }

    @Test
    @Clause({"T8", "T21"})
    void verdicts_givenByTwoThreadsAtOnce_exactlyOneWins() throws Exception {
        for (int round = 0; round < 200; round++) {
            jobs().put("job");
            Task<String> task = taken(jobs());
            CyclicBarrier start = new CyclicBarrier(2);
            List<CompletableFuture<Boolean>> verdicts =
                    List.of(racing(start, task::ack), racing(start, () -> task.bury("no")));

            List<Boolean> won = new ArrayList<>();
            for (CompletableFuture<Boolean> verdict : verdicts) {
                won.add(await(verdict));
            }
            assertThat(won).containsExactlyInAnyOrder(true, false);
        }
        assertThat(jobs().stats()).satisfies(stats -> {
            assertThat(stats.ackedCount() + stats.buriedCount()).isEqualTo(200);
            assertThat(stats.buried()).isEqualTo(stats.buriedCount());
        });
    }

    private static CompletableFuture<Boolean> racing(CyclicBarrier start, Runnable verdict) {
        CompletableFuture<Boolean> won = new CompletableFuture<>();
        Thread.ofPlatform().start(() -> {
            try {
                start.await();
                verdict.run();
                won.complete(true);
            } catch (MillraceException e) {
                boolean refused = e.code() == ErrorCode.NOT_FOUND || e.code() == ErrorCode.NOT_TAKEN;
                won.complete(!refused);
            } catch (Exception e) {
                won.completeExceptionally(e);
            }
        });
        return won;
    }
}
