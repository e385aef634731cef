package dev.millrace.testkit.contract;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.api.Put;
import dev.millrace.api.QueueStats;
import dev.millrace.api.Session;
import dev.millrace.api.Task;
import dev.millrace.api.TaskId;
import dev.millrace.api.TaskQueue;
import dev.millrace.api.TaskState;
import dev.millrace.testkit.Clause;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** A paused queue: takes get nothing, and everything else goes on. */
public abstract class PauseContract extends EngineContract {
    private static final Duration HOUR = Duration.ofHours(1);

    /** For subclasses. */
    protected PauseContract() {}

    @Test
    @Clause({"T20 pause", "T6"})
    void pause_withTasksReady_takesGetNothing() {
        TaskId id = jobs().put("job").id();

        jobs().pause();

        assertThat(jobs().take()).isNull();
        assertThat(jobs().takeMany(10)).isEmpty();
        assertThat(jobs().peek()).isNull();
        assertThat(seen(jobs(), id).state()).isEqualTo(TaskState.READY);
        assertThat(listed(jobs(), TaskState.READY, 10)).hasSize(1);
        assertThat(jobs().stats()).satisfies(stats -> {
            assertThat(stats.paused()).isTrue();
            assertThat(stats.ready()).isOne();
        });
        jobs().resume();
        assertThat(jobs().stats().paused()).isFalse();
        assertThat(drained(jobs())).containsExactly("job");
    }

    @Test
    @Clause("T20 pause")
    void pause_andResumeTwice_isAsOnce() {
        jobs().put("job");
        jobs().pause();
        jobs().pause();
        assertThat(jobs().take()).isNull();

        jobs().resume();
        jobs().resume();

        assertThat(drained(jobs())).containsExactly("job");
    }

    @Test
    @Clause("T20 pause")
    void pause_ofOneQueue_leavesTheOthers() {
        TaskQueue<byte[]> other = mill.queue("other");
        other.put(new byte[0]);

        jobs().pause();

        assertThat(other.stats().paused()).isFalse();
        assertThat(other.take()).isNotNull();
    }

    @Test
    @Clause("T20 pause")
    void pause_byAnySession_holdsForAll() {
        Session other = mill.openSession();
        jobs(other).put("job");
        jobs(other).pause();
        other.close();

        assertThat(jobs().take()).isNull();
        jobs().resume();
        assertThat(drained(jobs())).containsExactly("job");
    }

    @Test
    @Clause({"T20 pause", "T5", "T9"})
    void resume_withSeveralWaiting_servesAsManyAsThereAreTasksInOrder() {
        jobs().pause();
        List<CompletableFuture<@Nullable Task<String>>> waiters = new ArrayList<>();
        for (int index = 0; index < 3; index++) {
            waiters.add(waiter(jobs()));
        }
        jobs().put("1");
        jobs().put("2");
        fixture.settle();
        assertThat(waiters).noneMatch(CompletableFuture::isDone);
        assertThat(jobs().stats().waiting()).isEqualTo(3);

        jobs().resume();

        assertThat(got(waiters.get(0)).payload()).isEqualTo("1");
        assertThat(got(waiters.get(1)).payload()).isEqualTo("2");
        fixture.settle();
        assertThat(waiters.get(2)).isNotDone();
        assertThat(jobs().stats().waiting()).isOne();
    }

    @Test
    @Clause({"T20 pause", "T5"})
    void resume_withTakesThatWaitedBefore_servesThem() {
        CompletableFuture<@Nullable Task<String>> before = waiter(jobs());
        jobs().pause();
        CompletableFuture<@Nullable Task<String>> during = waiter(jobs());
        jobs().put("1");
        jobs().put("2");
        jobs().resume();

        assertThat(got(before).payload()).isEqualTo("1");
        assertThat(got(during).payload()).isEqualTo("2");
    }

    @Test
    @Clause({"T20 pause", "T6"})
    void take_withTimeoutWhilePaused_answersNothingExactlyThen() {
        jobs().put("job");
        jobs().pause();
        CompletableFuture<@Nullable Task<String>> waiter = waiter(jobs(), Duration.ofSeconds(3));

        advanceMs(2_999);
        assertThat(waiter).isNotDone();
        advanceMs(1);

        assertThat(await(waiter)).isNull();
        assertThat(jobs().stats().waiting()).isZero();
        jobs().resume();
        assertThat(drained(jobs())).containsExactly("job");
    }

    @Test
    @Clause({"T20 pause", "T9", "G4 tasks"})
    void waiters_thatGiveUpWhilePaused_passTheirTurnOn() {
        jobs().pause();
        Session leaving = mill.openSession();
        CompletableFuture<@Nullable Task<String>> cancelled = waiter(jobs());
        CompletableFuture<@Nullable Task<String>> ended = waiter(jobs(leaving));
        CompletableFuture<@Nullable Task<String>> staying = waiter(jobs());
        jobs().put("job");

        cancelled.cancel(true);
        leaving.close();
        fixture.settle();
        assertThat(jobs().stats().waiting()).isOne();
        jobs().resume();

        assertThat(got(staying).payload()).isEqualTo("job");
        assertThat(ended).isCompletedExceptionally();
    }

    @Test
    @Clause("T20 pause")
    void pause_whileTasksAreTaken_verdictsGoOn() {
        for (int index = 0; index < 5; index++) {
            jobs().put("job");
        }
        List<Task<String>> tasks = jobs().takeMany(5);
        CompletableFuture<@Nullable Task<String>> waiter = waiter(jobs());

        jobs().pause();
        tasks.get(0).touch();
        tasks.get(0).ack();
        tasks.get(1).release();
        assertThat(tasks.get(2).fail("no", Duration.ZERO)).isEqualTo(TaskState.READY);
        assertThat(tasks.get(3).fail("no", HOUR)).isEqualTo(TaskState.DELAYED);
        tasks.get(4).bury("no");
        advance(HOUR);
        assertThat(jobs().kick(1)).isOne();

        fixture.settle();
        assertThat(waiter).isNotDone();
        assertThat(jobs().stats().ready()).isEqualTo(4);
        jobs().delete(tasks.get(1).id());
        assertThat(jobs().purge()).isEqualTo(3);
        jobs().resume();
        fixture.settle();
        assertThat(waiter).isNotDone();
    }

    @Test
    @Clause({"T20 pause", "T17", "T4"})
    void pause_whileATaskIsDelayed_itBecomesReadyAndIsNotHandedOut() {
        jobs().pause();
        CompletableFuture<@Nullable Task<String>> waiter = waiter(jobs());
        jobs().put("later", Put.delay(HOUR));

        advance(HOUR);

        assertThat(jobs().stats().ready()).isOne();
        assertThat(waiter).isNotDone();
        jobs().resume();
        assertThat(got(waiter).payload()).isEqualTo("later");
    }

    @Test
    @Clause({"T20 pause", "T15"})
    void pause_whileASessionEnds_itsTasksAreReadyAndNotHandedOut() {
        Session owner = mill.openSession();
        jobs().put("job");
        taken(jobs(owner));
        jobs().pause();
        CompletableFuture<@Nullable Task<String>> waiter = waiter(jobs());

        owner.close();
        fixture.settle();

        assertThat(jobs().stats().ready()).isOne();
        assertThat(waiter).isNotDone();
        jobs().resume();
        assertThat(got(waiter).attempts()).isEqualTo(2);
    }

    @Test
    @Clause({"T20 pause", "T25 take many"})
    void resume_withATakeOfManyWaiting_givesWhatIsThere() {
        jobs().pause();
        var waiting = jobs().async().takeMany(10, HOUR).toCompletableFuture();
        jobs().putAll(List.of("1", "2", "3"));
        fixture.settle();
        assertThat(waiting).isNotDone();

        jobs().resume();

        assertThat(await(waiting)).extracting(Task::payload).containsExactly("1", "2", "3");
    }

    @Test
    @Clause({"T20 pause", "T18"})
    void pause_countsNothing() {
        jobs().put("job");
        QueueStats before = jobs().stats();

        jobs().pause();
        jobs().take();
        jobs().resume();

        assertThat(jobs().stats()).isEqualTo(before);
    }

    @Test
    @Clause({"T20 pause", "G1"})
    void pause_ofAnEmptyQueue_staysWhenOthersAreForgotten() {
        reopen(options -> options.withIdleQueuesMax(0));
        jobs().pause();
        for (int index = 0; index < 10; index++) {
            TaskQueue<byte[]> passing = mill.queue("passing-" + index);
            passing.put(new byte[0]);
            there(passing.take()).ack();
        }

        jobs().put("job");
        assertThat(jobs().take()).isNull();
        jobs().purge();
        assertThat(jobs().stats().paused()).isTrue();

        jobs().resume();
        assertThat(mill.queues()).as("an empty queue that is as new leaves nothing").isEmpty();
    }
}
