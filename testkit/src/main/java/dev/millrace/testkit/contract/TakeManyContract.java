package dev.millrace.testkit.contract;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.api.ErrorCode;
import dev.millrace.api.Put;
import dev.millrace.api.Session;
import dev.millrace.api.Task;
import dev.millrace.api.TaskQueue;
import dev.millrace.api.TaskState;
import dev.millrace.testkit.Clause;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Takes of many: as many as are there, after a wait for the first. */
public abstract class TakeManyContract extends EngineContract {
    private static final Duration HOUR = Duration.ofHours(1);

    /** For subclasses. */
    protected TakeManyContract() {}

    @Test
    @Clause({"T25 take many", "T7"})
    void takeMany_moreThanThereAre_givesAllInOrder() {
        jobs().putAll(List.of("2", "3"));
        jobs().put("1", Put.priority(1));
        jobs().put("4", Put.priority(2_000));
        jobs().put("later", Put.delay(HOUR));

        List<Task<String>> tasks = jobs().takeMany(10);

        assertThat(tasks).extracting(Task::payload).containsExactly("1", "2", "3", "4");
        assertThat(tasks).allSatisfy(task -> {
            assertThat(task.attempts()).isOne();
            assertThat(seen(jobs(), task.id()).state()).isEqualTo(TaskState.TAKEN);
        });
        assertThat(jobs().stats().takenCount()).isEqualTo(4);
    }

    @Test
    @Clause("T25 take many")
    void takeMany_fewerThanThereAre_leavesTheOthers() {
        jobs().putAll(List.of("1", "2", "3", "4", "5"));

        assertThat(jobs().takeMany(2)).extracting(Task::payload).containsExactly("1", "2");
        assertThat(jobs().takeMany(1)).extracting(Task::payload).containsExactly("3");
        assertThat(drained(jobs())).containsExactly("4", "5");
    }

    @Test
    @Clause({"T25 take many", "G7"})
    void takeMany_ofLargePayloads_endsWithTheOneThatReachesAMebibyte() {
        TaskQueue<byte[]> bytes = mill.queue("bytes");
        for (int index = 0; index < 7; index++) {
            bytes.put(new byte[400 << 10]);
        }

        assertThat(bytes.takeMany(100)).hasSize(3);
        assertThat(bytes.takeMany(100)).hasSize(3);
        assertThat(bytes.takeMany(100)).hasSize(1);
        bytes.put(new byte[1 << 20]);
        bytes.put(new byte[0]);
        assertThat(bytes.takeMany(100)).hasSize(1);
    }

    @Test
    @Clause({"T25 take many", "T6"})
    void takeMany_ofAnEmptyQueue_isEmptyAtOnce() throws InterruptedException {
        assertThat(jobs().takeMany(10)).isEmpty();
        assertThat(jobs().takeMany(10, Duration.ZERO)).isEmpty();
        assertThat(jobs().takeMany(10, Duration.ofSeconds(-1))).isEmpty();
    }

    @Test
    @Clause({"T25 take many", "G6", "T14"})
    void takeMany_countOutsideItsRange_isRefused() {
        jobs().put("job");

        refusedUnchanged(jobs(), ErrorCode.BAD_ARGUMENT, () -> jobs().takeMany(0), "max=0", 10_000);
        refusedUnchanged(jobs(), ErrorCode.BAD_ARGUMENT, () -> jobs().takeMany(-1, HOUR), "max=-1");
        refusedUnchanged(jobs(), ErrorCode.BAD_ARGUMENT, () -> jobs().takeMany(10_001), "max=10001");
    }

    @Test
    @Clause({"T25 take many", "T6"})
    void takeMany_withTimeout_isEmptyExactlyThen() {
        CompletableFuture<List<Task<String>>> waiting = waitingForMany(10, Duration.ofSeconds(3));

        advanceMs(2_999);
        assertThat(waiting).isNotDone();
        assertThat(jobs().stats().waiting()).isOne();
        advanceMs(1);

        assertThat(await(waiting)).isEmpty();
        assertThat(jobs().stats().waiting()).isZero();
    }

    @Test
    @Clause({"T25 take many", "T5"})
    void takeMany_waiting_isAnsweredByTheFirstPut() {
        CompletableFuture<List<Task<String>>> waiting = waitingForMany(10, HOUR);

        jobs().put("1");
        jobs().put("2");

        assertThat(await(waiting)).extracting(Task::payload).containsExactly("1");
        assertThat(drained(jobs())).containsExactly("2");
    }

    @Test
    @Clause({"T25 take many", "T25 put many", "T9", "T5"})
    void takeMany_waitingInALine_getsItsShareInTurn() {
        CompletableFuture<List<Task<String>>> first = waitingForMany(2, HOUR);
        CompletableFuture<@Nullable Task<String>> second = waiter(jobs());
        CompletableFuture<List<Task<String>>> third = waitingForMany(5, HOUR);
        CompletableFuture<@Nullable Task<String>> fourth = waiter(jobs());

        jobs().putAll(List.of("1", "2", "3", "4", "5"));

        assertThat(await(first)).extracting(Task::payload).containsExactly("1", "2");
        assertThat(got(second).payload()).isEqualTo("3");
        assertThat(await(third)).extracting(Task::payload).containsExactly("4", "5");
        fixture.settle();
        assertThat(fourth).isNotDone();
    }

    @Test
    @Clause({"T25 take many", "T17"})
    void takeMany_waitingForTasksDueTogether_losesAndDoublesNone() {
        CompletableFuture<List<Task<String>>> waiting = waitingForMany(10, HOUR);
        jobs().putAll(List.of("1", "2", "3"), Put.delay(Duration.ofSeconds(1)));

        advance(Duration.ofSeconds(1));

        List<String> payloads = new ArrayList<>();
        await(waiting).forEach(task -> payloads.add(task.payload()));
        assertThat(payloads).isNotEmpty();
        payloads.addAll(drained(jobs()));
        assertThat(payloads).containsExactly("1", "2", "3");
    }

    @Test
    @Clause({"T25 take many", "T9"})
    void takeMany_cancelledWhileWaiting_passesItsTurnOn() {
        CompletableFuture<List<Task<String>>> first = waitingForMany(10, HOUR);
        CompletableFuture<@Nullable Task<String>> second = waiter(jobs());

        first.cancel(true);
        jobs().putAll(List.of("1", "2"));

        assertThat(got(second).payload()).isEqualTo("1");
        fixture.settle();
        assertThat(jobs().stats().ready()).isOne();
        assertThat(jobs().stats().waiting()).isZero();
    }

    @Test
    @Clause({"T25 take many", "T9", "T22"})
    void takeMany_cancelledWhenTasksAreUnderWay_givesAllBackUnseen() {
        var release = holdEngine();
        CompletableFuture<List<Task<String>>> first =
                jobs().async().takeMany(10, HOUR).toCompletableFuture();
        var put = jobs().async().putAll(List.of("1", "2", "3"), Put.options());

        first.cancel(true);
        release.countDown();

        await(put);
        fixture.settle();
        assertThat(jobs().stats().taken()).isZero();
        assertThat(jobs().stats().failedCount()).isZero();
        assertThat(drained(jobs())).containsExactly("1", "2", "3");
    }

    @Test
    @Clause({"T25 take many", "T9", "T8"})
    void takeMany_cancelledRacingPuts_losesAndDoublesNothing() {
        int rounds = 500;
        int received = 0;
        for (int round = 0; round < rounds; round++) {
            CompletableFuture<List<Task<String>>> waiting =
                    jobs().async().takeMany(5, HOUR).toCompletableFuture();
            jobs().async().putAll(List.of("1", "2"), Put.options());
            if (!waiting.cancel(true)) {
                List<Task<String>> tasks = await(waiting);
                tasks.forEach(Task::ack);
                received += tasks.size();
            }
        }
        fixture.settle();

        assertThat(jobs().stats().taken()).isZero();
        assertThat(jobs().stats().waiting()).isZero();
        assertThat(drained(jobs())).hasSize(2 * rounds - received);
    }

    @Test
    @Clause({"T25 take many", "G4 tasks"})
    void sessionEnd_releasesAllThatWasTakenTogetherAndWithdrawsTheWait() {
        Session leaving = mill.openSession();
        jobs().putAll(List.of("1", "2", "3"));
        assertThat(jobs(leaving).takeMany(3)).hasSize(3);
        CompletableFuture<List<Task<String>>> waiting =
                jobs(leaving).async().takeMany(3, HOUR).toCompletableFuture();
        fixture.settle();

        leaving.close();
        fixture.settle();

        refused(ErrorCode.CLOSED, () -> await(waiting));
        assertThat(jobs().stats().waiting()).isZero();
        assertThat(drained(jobs())).containsExactly("1", "2", "3");
    }

    @Test
    @Clause({"T25 take many", "T11", "T12", "T22"})
    void verdicts_onTasksTakenTogether_areEachItsOwn() {
        jobs().putAll(List.of("acked", "released", "failed", "buried", "closed"));
        List<Task<String>> tasks = jobs().takeMany(5);

        tasks.get(0).ack();
        tasks.get(1).release(HOUR);
        tasks.get(2).fail("no", HOUR);
        tasks.get(3).bury("no");
        tasks.get(4).close();
        fixture.settle();

        assertThat(jobs().stats()).satisfies(stats -> {
            assertThat(stats.ready()).isOne();
            assertThat(stats.delayed()).isEqualTo(2);
            assertThat(stats.buried()).isOne();
            assertThat(stats.ackedCount()).isOne();
            assertThat(stats.taken()).isZero();
        });
    }

    @Test
    @Clause({"T25 take many", "G7"})
    void takeMany_waiting_countsOnceAgainstWaitersMax() {
        reopen(options -> options.withWaitersMax(2));
        CompletableFuture<List<Task<String>>> first = waitingForMany(10_000, HOUR);
        CompletableFuture<List<Task<String>>> second = waitingForMany(10_000, HOUR);

        refusedUnchanged(
                jobs(), ErrorCode.OVERLOADED, () -> await(jobs().async().takeMany(1, HOUR)), "waitersMax");
        assertThat(first).isNotDone();
        assertThat(second).isNotDone();
    }

    private CompletableFuture<List<Task<String>>> waitingForMany(int max, Duration timeout) {
        CompletableFuture<List<Task<String>>> waiting =
                jobs().async().takeMany(max, timeout).toCompletableFuture();
        fixture.settle();
        return waiting;
    }
}
