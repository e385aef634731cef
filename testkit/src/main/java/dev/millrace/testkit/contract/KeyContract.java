package dev.millrace.testkit.contract;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.api.KeyMode;
import dev.millrace.api.Put;
import dev.millrace.api.QueueStats;
import dev.millrace.api.Stored;
import dev.millrace.api.Task;
import dev.millrace.api.TaskId;
import dev.millrace.api.TaskInfo;
import dev.millrace.api.TaskQueue;
import dev.millrace.api.TaskState;
import dev.millrace.testkit.Clause;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Keys: what a put does while a task with its key lives. */
public abstract class KeyContract extends EngineContract {
    private static final Duration HOUR = Duration.ofHours(1);
    private static final Put KEEP = Put.key("k");
    private static final Put REPLACE = Put.options().withKey("k", KeyMode.REPLACE);
    private static final Put RERUN = Put.options().withKey("k", KeyMode.RERUN);

    /** For subclasses. */
    protected KeyContract() {}

    @Test
    @Clause("T23")
    void put_whileNoTaskOfTheKeyLives_isAnOrdinaryOne() {
        for (KeyMode mode : KeyMode.values()) {
            Stored stored = jobs().put("job", Put.options().withKey(mode.name(), mode));

            assertThat(stored.existing()).as("%s", mode).isFalse();
            assertThat(stored.repeated()).isFalse();
            assertThat(stored.state()).isEqualTo(TaskState.READY);
        }
        Stored later = jobs().put("job", Put.delay(HOUR).withKey("later", KeyMode.RERUN));
        assertThat(later.state()).isEqualTo(TaskState.DELAYED);
        assertThat(later.due()).isEqualTo(fixture.clock().now().plus(HOUR));
        assertThat(drained(jobs())).hasSize(3);
    }

    @Test
    @Clause("T23")
    void keep_inEveryStateOfTheFirst_changesNothingAndAnswersWithIt() {
        for (TaskState state : TaskState.values()) {
            Stored first = firstIn(state, "k-" + state);
            TaskInfo<String> before = seen(jobs(), first.id());
            QueueStats stats = jobs().stats();

            Stored again = jobs().put("other", Put.priority(1).withDelay(HOUR.plus(HOUR)).withKey("k-" + state));

            assertThat(again.id()).isEqualTo(first.id());
            assertThat(again.existing()).isTrue();
            assertThat(again.repeated()).isFalse();
            assertThat(again.state()).isEqualTo(state);
            assertThat(again.due()).isEqualTo(before.due());
            assertThat(seen(jobs(), first.id())).isEqualTo(before);
            assertThat(jobs().stats()).isEqualTo(stats);
        }
    }

    @Test
    @Clause("T23")
    void putsOfEachMode_inEveryStateOfTheFirst_hitItOrGetAnIdOfTheirOwn() {
        for (KeyMode mode : KeyMode.values()) {
            for (TaskState state : TaskState.values()) {
                String key = mode + " on " + state;
                TaskId first = firstIn(state, key).id();

                Stored stored = jobs().put("new", Put.options().withKey(key, mode));

                boolean hit = mode == KeyMode.KEEP || mode == KeyMode.REPLACE && state != TaskState.TAKEN;
                assertThat(stored.existing()).as(key).isEqualTo(hit);
                assertThat(stored.id().equals(first)).as(key).isEqualTo(hit);
                assertThat(stored.state()).as(key).isEqualTo(expected(mode, state));
                assertThat(seen(jobs(), first).state())
                        .as(key)
                        .isEqualTo(hit && mode == KeyMode.REPLACE ? TaskState.READY : state);
                assertThat(seen(jobs(), stored.id()).payload()).as(key).isEqualTo(mode == KeyMode.KEEP ? "old" : "new");
                jobs().purge();
            }
        }
    }

    private static TaskState expected(KeyMode mode, TaskState first) {
        return switch (mode) {
            case KEEP -> first;
            case REPLACE -> first == TaskState.TAKEN ? TaskState.DELAYED : TaskState.READY;
            case RERUN -> first == TaskState.BURIED ? TaskState.READY : TaskState.DELAYED;
        };
    }

    @Test
    @Clause({"T23", "T11"})
    void put_afterTheFirstIsGone_isAnOrdinaryOne() {
        List<Runnable> ends = List.of(
                () -> taken(jobs()).ack(),
                () -> jobs().delete(there(jobs().peek()).id()),
                () -> jobs().purge(),
                () -> advance(HOUR));
        long last = 0;
        for (Runnable end : ends) {
            Stored stored = jobs().put("job", KEEP.withTtl(HOUR));
            assertThat(stored.existing()).isFalse();
            assertThat(stored.id().number()).isGreaterThan(last);
            last = stored.id().number();
            end.run();
            assertThat(jobs().stats().total()).isZero();
        }
    }

    @Test
    @Clause("T23")
    void keys_ofOtherNamesOrQueuesOrNone_areIndependent() {
        TaskQueue<byte[]> other = mill.queue("other");
        jobs().put("a", Put.key("a"));

        assertThat(jobs().put("b", Put.key("A")).existing()).isFalse();
        assertThat(jobs().put("c", Put.key("a ")).existing()).isFalse();
        assertThat(jobs().put("d").existing()).isFalse();
        assertThat(other.put(new byte[0], Put.key("a")).existing()).isFalse();
        assertThat(jobs().put("e", Put.key("a")).existing()).isTrue();
        assertThat(drained(jobs())).containsExactly("a", "b", "c", "d");
    }

    @Test
    @Clause({"T23", "G1"})
    void keys_ofTheLongestNames_areKeptApart() {
        String long1 = "é".repeat(127) + "1";
        String long2 = "é".repeat(127) + "2";

        TaskId one = jobs().put("1", Put.key(long1)).id();
        TaskId two = jobs().put("2", Put.key(long2)).id();

        assertThat(jobs().put("x", Put.key(long1)).id()).isEqualTo(one);
        assertThat(jobs().put("x", Put.key(long2)).id()).isEqualTo(two);
    }

    @Test
    @Clause({"T23", "T7"})
    void replace_ofAReadyTask_rewritesItInItsPlace() {
        TaskId first = jobs().put("old", KEEP).id();
        jobs().put("second");
        long puts = jobs().stats().putCount();

        Stored stored = jobs().put("new", REPLACE);

        assertThat(stored.id()).isEqualTo(first);
        assertThat(stored.existing()).isTrue();
        assertThat(jobs().stats().total()).isEqualTo(2);
        assertThat(jobs().stats().putCount()).isEqualTo(puts + 1);
        assertThat(drained(jobs())).containsExactly("new", "second");
    }

    @Test
    @Clause({"T23", "T7"})
    void replace_withAnotherPriority_movesItInTheOrder() {
        jobs().put("old", KEEP);
        jobs().put("second");
        jobs().put("least", REPLACE.withPriority(2_000));
        assertThat(there(jobs().peek()).payload()).isEqualTo("second");

        jobs().put("most", REPLACE.withPriority(1));

        assertThat(there(jobs().peek()).priority()).isOne();
        assertThat(drained(jobs())).containsExactly("most", "second");
    }

    @Test
    @Clause({"T23", "T4", "T5"})
    void replace_ofADelayedTask_isDueAsThePutSays() {
        CompletableFuture<@Nullable Task<String>> waiter = waiter(jobs());
        TaskId first = jobs().put("old", KEEP.withDelay(HOUR)).id();

        Stored later = jobs().put("later", REPLACE.withDelay(HOUR.multipliedBy(2)));
        assertThat(later.state()).isEqualTo(TaskState.DELAYED);
        assertThat(later.due()).isEqualTo(fixture.clock().now().plus(HOUR.multipliedBy(2)));
        advance(HOUR);
        assertThat(waiter).isNotDone();
        Stored now = jobs().put("now", REPLACE);

        assertThat(now.state()).isEqualTo(TaskState.READY);
        Task<String> task = got(waiter);
        assertThat(task.id()).isEqualTo(first);
        assertThat(task.payload()).isEqualTo("now");
        task.ack();
        advance(HOUR.multipliedBy(3));
        assertThat(jobs().take()).isNull();
    }

    @Test
    @Clause({"T23", "T4"})
    void replace_ofAReadyTaskWithADelay_isDelayed() {
        TaskId first = jobs().put("old", KEEP).id();

        assertThat(jobs().put("new", REPLACE.withDelay(HOUR)).state()).isEqualTo(TaskState.DELAYED);

        assertThat(jobs().take()).isNull();
        assertThat(jobs().stats().ready()).isZero();
        advance(HOUR);
        assertThat(taken(jobs()).id()).isEqualTo(first);
    }

    @Test
    @Clause({"T23", "T22", "T5"})
    void replace_ofABuriedTask_revivesItWithoutFailuresAndCountsAttemptsOn() {
        jobs().put("old", KEEP.withMaxAttempts(1));
        Task<String> task = taken(jobs());
        task.fail("no");
        CompletableFuture<@Nullable Task<String>> waiter = waiter(jobs());

        Stored stored = jobs().put("new", REPLACE.withMaxAttempts(2));

        assertThat(stored.id()).isEqualTo(task.id());
        Task<String> again = got(waiter);
        assertThat(again.payload()).isEqualTo("new");
        assertThat(again.attempts()).isEqualTo(2);
        assertThat(again.failures()).isZero();
        assertThat(jobs().stats().buried()).isZero();
        assertThat(again.fail("no", Duration.ZERO)).isEqualTo(TaskState.READY);
        assertThat(taken(jobs()).fail("no", Duration.ZERO)).isEqualTo(TaskState.BURIED);
    }

    @Test
    @Clause({"T23", "T22"})
    void replace_ofATaskThatFailed_forgetsItsFailuresAndItsReason() {
        TaskId id = jobs().put("old", KEEP).id();
        taken(jobs()).fail("no", HOUR);

        jobs().put("new", REPLACE);

        assertThat(seen(jobs(), id)).satisfies(info -> {
            assertThat(info.failures()).isZero();
            assertThat(info.attempts()).isOne();
            assertThat(info.reason()).isNull();
            assertThat(info.due()).isNull();
        });
    }

    @Test
    @Clause({"T23", "T24"})
    void replace_beforeTheTimeToLiveIsOver_beginsItAnewOrEndsIt() {
        TaskId id = jobs().put("old", KEEP.withTtl(HOUR)).id();
        advance(HOUR.minusMillis(1));
        jobs().put("new", REPLACE.withTtl(HOUR));

        advance(HOUR.minusMillis(1));
        assertThat(seen(jobs(), id).payload()).isEqualTo("new");
        jobs().put("for ever", REPLACE);
        advance(HOUR.multipliedBy(10));

        assertThat(seen(jobs(), id).payload()).isEqualTo("for ever");
        jobs().put("short", REPLACE.withTtl(Duration.ofMillis(1)));
        advanceMs(1);
        assertThat(jobs().peek(id)).isNull();
    }

    @Test
    @Clause({"T23", "T21 time to run"})
    void replace_withAnotherTimeToRun_countsAtTheNextTake() {
        TaskId id = jobs().put("old", KEEP.withTtr(HOUR)).id();
        jobs().put("new", REPLACE.withTtr(Duration.ofMillis(10)));
        taken(jobs());

        advanceMs(10);

        assertThat(seen(jobs(), id).state()).isEqualTo(TaskState.READY);
    }

    @Test
    @Clause({"T23", "G2"})
    void replace_withPayloadsOfOtherLengths_bearsTheLatest() {
        for (int length : new int[] {0, 10_000, 1, 0, 500}) {
            jobs().put("x".repeat(length), REPLACE);
            assertThat(there(jobs().peek()).payload()).hasSize(length);
        }
        assertThat(drained(jobs())).containsExactly("x".repeat(500));
    }

    @Test
    @Clause({"T23", "G10"})
    void producer_whosePutFoundAFirst_hasUsedUpItsSequence() {
        TaskId first = jobs().put("first", KEEP).id();
        Stored found = jobs().put("second", KEEP.withProducer("importer", 5));
        assertThat(found.id()).isEqualTo(first);
        assertThat(found.existing()).isTrue();
        assertThat(jobs().lastSequence("importer")).isEqualTo(5);
        taken(jobs()).ack();

        Stored again = jobs().put("second", KEEP.withProducer("importer", 5));

        assertThat(again.repeated()).isTrue();
        assertThat(again.id()).isEqualTo(first);
        assertThat(again.state()).isNull();
        assertThat(jobs().stats().total()).isZero();
    }

    @Test
    @Clause({"T23", "G10"})
    void producer_repeatingAReplaceOrRerun_changesNothing() {
        jobs().put("first", KEEP);
        Stored replaced = jobs().put("new", REPLACE.withProducer("importer", 1));
        jobs().put("newer", REPLACE);
        Stored rerun = jobs().put("rerun", RERUN.withProducer("importer", 2));
        jobs().put("latest", RERUN);
        QueueStats before = jobs().stats();

        Stored replacedAgain = jobs().put("new", REPLACE.withProducer("importer", 1));
        Stored rerunAgain = jobs().put("rerun", RERUN.withProducer("importer", 2));

        assertThat(replacedAgain.repeated()).isTrue();
        assertThat(replacedAgain.id()).isEqualTo(replaced.id());
        assertThat(rerunAgain.repeated()).isTrue();
        assertThat(rerunAgain.id()).isEqualTo(rerun.id());
        assertThat(jobs().stats()).isEqualTo(before);
        assertThat(drained(jobs())).containsExactly("newer", "latest");
    }

    @Test
    @Clause({"T23", "T2"})
    void ids_ofReplacedTasks_areOfNoOther() {
        TaskId first = jobs().put("old", KEEP).id();
        jobs().put("new", REPLACE);
        TaskId next = jobs().put("next").id();

        assertThat(next.number()).isGreaterThan(first.number());
        assertThat(seen(jobs(), first).payload()).isEqualTo("new");
        assertThat(seen(jobs(), next).payload()).isEqualTo("next");
    }

    /** A task of this key that is alone in the queue's order, in a state of choice. */
    private Stored firstIn(TaskState state, String key) {
        Put options = Put.priority(0).withKey(key);
        Stored stored = jobs().put("old", state == TaskState.DELAYED ? options.withDelay(HOUR) : options);
        switch (state) {
            case READY, DELAYED -> assertThat(stored.state()).isEqualTo(state);
            case TAKEN -> assertThat(takenFirst(stored).isOpen()).isTrue();
            case BURIED -> takenFirst(stored).bury("no");
        }
        return stored;
    }

    private Task<String> takenFirst(Stored stored) {
        for (Task<String> task : jobs().takeMany(10)) {
            if (task.id().equals(stored.id())) {
                return task;
            }
            task.release();
        }
        throw new AssertionError("task " + stored.id() + " is not there to be taken");
    }
}
