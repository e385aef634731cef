package dev.millrace.testkit.contract;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.api.KeyMode;
import dev.millrace.api.Put;
import dev.millrace.api.QueueSettings;
import dev.millrace.api.QueueStats;
import dev.millrace.api.Stored;
import dev.millrace.api.Task;
import dev.millrace.api.TaskId;
import dev.millrace.api.TaskInfo;
import dev.millrace.api.TaskQueue;
import dev.millrace.api.TaskState;
import dev.millrace.testkit.Clause;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * What settings, keys, times, groups and batches are after a clean restart: as before. For engines that keep a store;
 * {@link FeatureCrashContract} asks the same after a death of the engine.
 */
public abstract class FeatureRestartContract extends EngineContract {
    private static final Duration HOUR = Duration.ofHours(1);
    private static final Put KEEP = Put.key("k");
    private static final Put REPLACE = Put.options().withKey("k", KeyMode.REPLACE);
    private static final Put RERUN = Put.options().withKey("k", KeyMode.RERUN);

    /** For subclasses. */
    protected FeatureRestartContract() {}

    @BeforeEach
    void requireStore() {
        assertThat(fixture.keepsAcrossRestart())
                .as("an engine that keeps nothing does not extend this class")
                .isTrue();
    }

    /** Ends the engine and opens its store again. */
    void restart() {
        mill = fixture.reopen();
    }

    @Test
    @Clause({"T20 pause restart", "G1"})
    void restart_pausedQueues_arePaused() {
        TaskQueue<byte[]> empty = mill.queue("empty");
        empty.pause();
        jobs().put("job");
        jobs().pause();
        TaskQueue<byte[]> resumed = mill.queue("resumed");
        resumed.pause();
        resumed.put(new byte[0]);
        resumed.resume();

        restart();
        restart();

        assertThat(jobs().stats().paused()).isTrue();
        CompletableFuture<@Nullable Task<String>> waiter = waiter(jobs());
        assertThat(waiter).isNotDone();
        assertThat(mill.queue("resumed").take()).isNotNull();
        mill.queue("empty").put(new byte[0]);
        assertThat(mill.queue("empty").take()).isNull();
        jobs().resume();
        assertThat(got(waiter).payload()).isEqualTo("job");
        restart();
        assertThat(drained(jobs())).containsExactly("job");
    }

    @Test
    @Clause({"T20 configure restart", "T28 restart", "G1"})
    void restart_settings_holdOnTheTasksThatAreThere() {
        QueueSettings settings = new QueueSettings(2, 5_000, 100, 200);
        jobs().configure(settings.withMaxAttempts(9));
        jobs().configure(settings);
        jobs().put("job");
        assertThat(taken(jobs()).fail("no")).isEqualTo(TaskState.DELAYED);
        mill.queue("empty").configure(settings);
        mill.queue("back").configure(settings);
        mill.queue("back").configure(QueueSettings.defaults());

        restart();
        restart();

        assertThat(jobs().settings()).isEqualTo(settings);
        assertThat(mill.queue("empty").settings()).isEqualTo(settings);
        assertThat(mill.queue("back").settings()).isEqualTo(QueueSettings.defaults());
        advanceMs(100);
        assertThat(taken(jobs()).fail("no")).isEqualTo(TaskState.BURIED);
    }

    @Test
    @Clause({"T20 configure restart", "T20 pause restart"})
    void restart_afterAPurge_keepsSettingsAndPause() {
        QueueSettings settings = QueueSettings.defaults().withMaxAttempts(2);
        jobs().configure(settings);
        jobs().pause();
        jobs().put("job");
        jobs().purge();

        restart();

        assertThat(jobs().settings()).isEqualTo(settings);
        assertThat(jobs().stats().paused()).isTrue();
        assertThat(jobs().stats().total()).isZero();
    }

    @Test
    @Clause({"T21 time to run restart", "T16"})
    void restart_takenTasksWithATimeToRun_areReadyAndHaveItAnew() {
        TaskId id = jobs().put("job", Put.options().withTtr(HOUR)).id();
        taken(jobs());
        advance(HOUR.dividedBy(2));

        restart();
        assertThat(seen(jobs(), id)).satisfies(info -> {
            assertThat(info.state()).isEqualTo(TaskState.READY);
            assertThat(info.failures()).isZero();
        });
        advance(HOUR);
        assertThat(jobs().stats().timedOutCount()).isZero();
        taken(jobs());

        advance(HOUR.minusMillis(1));
        assertThat(seen(jobs(), id).state()).isEqualTo(TaskState.TAKEN);
        advanceMs(1);
        assertThat(seen(jobs(), id).state()).isEqualTo(TaskState.READY);
        assertThat(seen(jobs(), id).failures()).isOne();
    }

    @Test
    @Clause({"T21 time to run restart", "T22 restart"})
    void restart_afterATimeToRunWasOver_keepsTheFailureOrTheBurial() {
        TaskId failed = jobs().put("failed", Put.options().withTtr(HOUR)).id();
        TaskId buried = jobs().put("buried", Put.options().withTtr(HOUR).withMaxAttempts(1)).id();
        jobs().takeMany(2);
        advance(HOUR);
        TaskInfo<String> before = seen(jobs(), buried);

        restart();

        assertThat(seen(jobs(), failed).failures()).isOne();
        assertThat(seen(jobs(), failed).state()).isEqualTo(TaskState.READY);
        assertThat(seen(jobs(), buried)).isEqualTo(before);
        assertThat(before.reason()).contains("time to run");
    }

    @Test
    @Clause({"T24 restart", "T28 restart"})
    void restart_beforeTheTimeToLiveIsOver_itEndsAtItsTime() {
        TaskId ready = jobs().put("ready", Put.options().withTtl(HOUR)).id();
        TaskId delayed = jobs().put("delayed", Put.delay(HOUR.multipliedBy(2)).withTtl(HOUR)).id();
        TaskId lasting = jobs().put("lasting").id();
        advance(HOUR.dividedBy(2));

        restart();
        advance(HOUR.dividedBy(2).minusMillis(1));
        assertThat(seen(jobs(), ready).state()).isEqualTo(TaskState.READY);
        assertThat(seen(jobs(), delayed).state()).isEqualTo(TaskState.DELAYED);
        advanceMs(1);

        assertThat(jobs().peek(ready)).isNull();
        assertThat(jobs().peek(delayed)).isNull();
        assertThat(jobs().stats().expiredCount()).isEqualTo(2);
        restart();
        assertThat(jobs().peek(ready)).isNull();
        assertThat(seen(jobs(), lasting).state()).isEqualTo(TaskState.READY);
        assertThat(jobs().stats().total()).isOne();
    }

    @Test
    @Clause({"T24 restart", "T16"})
    void restart_afterTheTimeToLiveIsOver_itIsGone() {
        TaskId ready = jobs().put("ready", Put.options().withTtl(HOUR)).id();
        TaskId delayed = jobs().put("delayed", Put.delay(HOUR).withTtl(HOUR)).id();
        TaskId buried = jobs().put("buried", Put.options().withTtl(HOUR).withPriority(0)).id();
        taken(jobs()).bury("no");
        TaskId held = jobs().put("held", Put.options().withTtl(HOUR).withPriority(0)).id();
        assertThat(taken(jobs()).id()).isEqualTo(held);

        fixture.clock().advance(HOUR);
        restart();
        fixture.settle();

        for (TaskId gone : List.of(ready, delayed, held)) {
            assertThat(jobs().peek(gone)).isNull();
        }
        assertThat(seen(jobs(), buried).state()).isEqualTo(TaskState.BURIED);
        assertThat(jobs().stats().total()).isOne();
        jobs().kick(buried);
        assertThat(jobs().peek(buried)).isNull();
    }

    @Test
    @Clause({"T24 restart", "T17 restart"})
    void restart_withTheWallClockAnHourBack_endsNothingEarlyAndGoesOn() {
        TaskId id = jobs().put("job", Put.options().withTtl(HOUR)).id();
        advance(HOUR.dividedBy(2));
        jobs().put("now");
        fixture.clock().stepWall(HOUR.negated());

        restart();

        advance(HOUR.dividedBy(2).minusMillis(1));
        assertThat(seen(jobs(), id).state()).isEqualTo(TaskState.READY);
        advance(HOUR.multipliedBy(2));
        assertThat(jobs().peek(id)).as("an hour's step may lengthen its life, not make it endless").isNull();
    }

    @Test
    @Clause({"T23 restart", "T28 restart"})
    void restart_firsts_areFoundByTheirKeysInEveryState() {
        for (TaskState state : TaskState.values()) {
            String key = "k-" + state;
            Put options = Put.priority(0).withKey(key);
            TaskId id = jobs().put("old", state == TaskState.DELAYED ? options.withDelay(HOUR) : options).id();
            if (state == TaskState.TAKEN || state == TaskState.BURIED) {
                Task<String> task = jobs().takeMany(10).getLast();
                assertThat(task.id()).isEqualTo(id);
                if (state == TaskState.BURIED) {
                    task.bury("no");
                }
            }
        }
        List<TaskInfo<String>> before = RandomWork.untaken(jobs());

        restart();

        assertThat(RandomWork.untaken(jobs())).isEqualTo(before);
        for (TaskState state : TaskState.values()) {
            Stored kept = jobs().put("new", Put.key("k-" + state));
            assertThat(kept.existing()).as("%s", state).isTrue();
            assertThat(kept.state()).isEqualTo(state == TaskState.TAKEN ? TaskState.READY : state);
        }
        assertThat(jobs().stats().total()).isEqualTo(4);
    }

    @Test
    @Clause("T23 restart")
    void restart_afterTheFirstIsGone_theKeyIsFree() {
        jobs().put("job", KEEP);
        taken(jobs()).ack();
        jobs().put("job", Put.key("deleted"));
        jobs().delete(there(jobs().peek()).id());
        mill.queue("purged").put(new byte[0], KEEP);
        mill.queue("purged").purge();

        restart();

        assertThat(jobs().put("new", KEEP).existing()).isFalse();
        assertThat(jobs().put("new", Put.key("deleted")).existing()).isFalse();
        assertThat(mill.queue("purged").put(new byte[0], KEEP).existing()).isFalse();
    }

    @Test
    @Clause({"T23 restart", "T16"})
    void restart_successors_waitOnAndAreReadyOnceTheFirstIsGone() {
        TaskId first = jobs().put("first", KEEP).id();
        taken(jobs());
        TaskId next = jobs().put("next", RERUN.withPriority(1)).id();
        jobs().put("latest", RERUN.withPriority(0));

        restart();

        assertThat(seen(jobs(), next)).satisfies(info -> {
            assertThat(info.state()).isEqualTo(TaskState.DELAYED);
            assertThat(info.payload()).isEqualTo("latest");
            assertThat(info.priority()).isZero();
        });
        Task<String> again = taken(jobs());
        assertThat(again.id()).isEqualTo(first);
        assertThat(jobs().take()).isNull();
        assertThat(jobs().put("x", RERUN).id()).isEqualTo(next);
        again.ack();
        assertThat(taken(jobs()).payload()).isEqualTo("x");
        restart();
        assertThat(drained(jobs())).containsExactly("x");
    }

    @Test
    @Clause({"T23 restart", "T24 restart"})
    void restart_overTheEndOfAFirst_makesItsSuccessorReady() {
        jobs().put("first", KEEP.withTtl(HOUR));
        jobs().put("next", RERUN);
        jobs().put("over", Put.key("other").withTtl(HOUR));
        jobs().put("over too", Put.options().withKey("other", KeyMode.RERUN).withTtl(HOUR));

        fixture.clock().advance(HOUR);
        restart();
        fixture.settle();

        assertThat(jobs().stats().total()).isOne();
        assertThat(drained(jobs())).containsExactly("next");
    }

    @Test
    @Clause({"T23 restart", "T4"})
    void restart_successorWithADelay_keepsItsDueTime() {
        jobs().put("first", KEEP);
        Stored next = jobs().put("next", RERUN.withDelay(HOUR));

        restart();

        taken(jobs()).ack();
        assertThat(seen(jobs(), next.id()).due()).isEqualTo(next.due());
        advance(HOUR.minusMillis(1));
        assertThat(jobs().take()).isNull();
        advanceMs(1);
        assertThat(drained(jobs())).containsExactly("next");
    }

    @Test
    @Clause("T23 restart")
    void restart_afterAPromotionOrABurial_keepsWhoseTheKeyIs() {
        jobs().put("first", KEEP);
        TaskId next = jobs().put("next", RERUN).id();
        Task<String> first = taken(jobs());
        first.bury("no");

        restart();

        assertThat(jobs().put("x", KEEP).id()).isEqualTo(next);
        jobs().kick(first.id());
        assertThat(jobs().put("x", KEEP).id()).isEqualTo(next);
        assertThat(drained(jobs())).containsExactly("first", "next");
    }

    @Test
    @Clause({"T23 restart", "T2 restart"})
    void restart_afterRewrites_showsTheLatest() {
        TaskId id = jobs().put("one", REPLACE).id();
        jobs().put("x".repeat(5_000), REPLACE.withPriority(7).withDelay(HOUR));
        jobs().put("three", REPLACE.withPriority(3).withMaxAttempts(1).withTtl(HOUR));
        TaskInfo<String> before = seen(jobs(), id);

        restart();

        assertThat(seen(jobs(), id)).isEqualTo(before);
        assertThat(before.payload()).isEqualTo("three");
        assertThat(jobs().stats().total()).isOne();
        assertThat(jobs().put("next").id().number()).isGreaterThan(id.number());
        assertThat(taken(jobs()).fail("no", HOUR)).isEqualTo(TaskState.BURIED);
    }

    @Test
    @Clause({"T26 restart", "T16"})
    void restart_groups_keepTheirLimitsAndLoseNoSlot() {
        jobs().putAll(List.of("1", "2", "3", "4"), Put.group("g", 3));
        jobs().put("5", Put.group("g", 2));
        assertThat(jobs().takeMany(10)).hasSize(2);
        jobs().put("6", Put.group("h", 1));

        restart();

        List<Task<String>> held = jobs().takeMany(10);
        assertThat(held).extracting(Task::payload).containsExactlyInAnyOrder("1", "2", "6");
        held.get(0).ack();
        held.get(1).ack();
        held.get(2).ack();
        assertThat(jobs().takeMany(10)).hasSize(2);
    }

    @Test
    @Clause({"T26 restart", "T7 restart"})
    void restart_groups_keepTheOrderWithinEach() {
        jobs().put("a2", Put.group("a", 9));
        jobs().put("a3", Put.group("a", 9));
        jobs().put("a1", Put.group("a", 9).withPriority(1));
        jobs().put("b2", Put.group("b", 9).withPriority(2));
        jobs().put("b1", Put.group("b", 9).withPriority(1));
        jobs().put("1");

        restart();

        List<String> payloads = new ArrayList<>();
        jobs().takeMany(10).forEach(task -> payloads.add(task.payload()));
        assertThat(payloads).filteredOn(payload -> payload.startsWith("a")).containsExactly("a1", "a2", "a3");
        assertThat(payloads).filteredOn(payload -> payload.startsWith("b")).containsExactly("b1", "b2");
        assertThat(payloads.subList(0, 3)).as("each of the three in the first round").contains("a1", "b1", "1");
    }

    @Test
    @Clause({"T25 put many restart", "G8 acknowledged", "T28 restart"})
    void restart_batches_areThereAsAWhole() {
        List<Stored> large = jobs().putAll(Collections.nCopies(10_000, "x"));
        List<Stored> produced = jobs().putAll(List.of("a", "b"), Put.options().withProducer("importer", 7));
        assertThat(jobs().ackAll(jobs().takeMany(100).stream().map(Task::receipt).toList())).hasSize(100);

        restart();

        assertThat(jobs().stats().ready()).isEqualTo(9_902);
        assertThat(jobs().peek(large.get(99).id())).isNull();
        assertThat(seen(jobs(), large.get(100).id()).state()).isEqualTo(TaskState.READY);
        assertThat(jobs().putAll(List.of("a", "b"), Put.options().withProducer("importer", 7)))
                .extracting(Stored::id)
                .containsExactlyElementsOf(produced.stream().map(Stored::id).toList());
    }

    @Test
    @Clause({"T25 put many restart", "G8 acknowledged"})
    void restart_batchesUnderWay_areThereWholeOrNotAtAll() {
        int size = 37;
        List<CompletableFuture<List<Stored>>> puts = new ArrayList<>();
        for (int batch = 0; batch < 50; batch++) {
            puts.add(mill.queue("batch-" + batch).async()
                    .putAll(Collections.nCopies(size, new byte[200]), Put.options())
                    .toCompletableFuture());
        }

        restart();

        for (int batch = 0; batch < 50; batch++) {
            QueueStats stats = mill.queue("batch-" + batch).stats();
            assertThat(stats.ready()).as("batch %d", batch).isIn(0L, (long) size);
            if (!puts.get(batch).isCompletedExceptionally()) {
                assertThat(stats.ready()).as("batch %d was acknowledged", batch).isEqualTo(size);
            }
        }
    }

    @Test
    @Clause({"T28 restart", "G8 acknowledged", "T23 restart", "T24 restart", "T26 restart", "T20 configure restart"})
    void restart_afterRandomOperations_showsTheSameTasksKeysAndSettings() {
        long seed = 15_485_863;
        FeatureWork work = new FeatureWork(fixture, seed);
        for (int round = 1; round <= 10; round++) {
            work.run(300, jobs(), jobs(mill.openSession()));
            work.letGo();
            List<TaskId> firsts = firsts();
            List<TaskInfo<String>> before = RandomWork.untaken(jobs());
            QueueStats stats = jobs().stats();
            QueueSettings settings = jobs().settings();

            restart();

            assertThat(RandomWork.untaken(jobs())).as("seed %d, round %d", seed, round).isEqualTo(before);
            assertThat(jobs().settings()).isEqualTo(settings);
            assertThat(jobs().stats()).as("seed %d, round %d", seed, round).satisfies(now -> {
                assertThat(now.paused()).isEqualTo(stats.paused());
                assertThat(now.ready()).isEqualTo(stats.ready());
                assertThat(now.delayed()).isEqualTo(stats.delayed());
                assertThat(now.buried()).isEqualTo(stats.buried());
            });
            assertThat(firsts()).as("seed %d, round %d: whose the keys are", seed, round).isEqualTo(firsts);
        }
    }

    /** For each key its first, or a new task if there was none. */
    private List<TaskId> firsts() {
        List<TaskId> firsts = new ArrayList<>();
        for (int index = 0; index < FeatureWork.KEYS; index++) {
            firsts.add(jobs().put("first", Put.key(FeatureWork.key(index))).id());
        }
        return firsts;
    }

    @Test
    @Clause({"T28 restart", "G8 acknowledged"})
    void restart_afterATakeThatWaited_keepsItsAttempt() {
        CompletableFuture<@Nullable Task<String>> waiter = waiter(jobs());
        jobs().pause();
        jobs().put("job", Put.group("g", 1));
        jobs().resume();
        Task<String> task = got(waiter);

        restart();

        assertThat(seen(jobs(), task.id()).attempts()).isOne();
        assertThat(taken(jobs()).attempts()).isEqualTo(2);
    }
}
