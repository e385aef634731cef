package dev.millrace.testkit.contract;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.api.Backoff;
import dev.millrace.api.ErrorCode;
import dev.millrace.api.Put;
import dev.millrace.api.QueueStats;
import dev.millrace.api.Receipt;
import dev.millrace.api.Stored;
import dev.millrace.api.Task;
import dev.millrace.api.TaskId;
import dev.millrace.api.TaskInfo;
import dev.millrace.api.TaskState;
import dev.millrace.testkit.Clause;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What is still there after a clean restart. For engines that keep a store. */
public abstract class RestartContract extends EngineContract {
    private static final Duration HOUR = Duration.ofHours(1);

    /** For subclasses. */
    protected RestartContract() {}

    @BeforeEach
    void requireStore() {
        assertThat(fixture.keepsAcrossRestart())
                .as("an engine that keeps nothing does not extend RestartContract")
                .isTrue();
    }

    @Test
    @Clause({"T28 restart", "T7 restart"})
    void restart_readyTasks_keepContentAndOrder() {
        jobs().put("2");
        jobs().put("3");
        jobs().put("1", Put.priority(1));
        TaskId last = jobs().put("4", Put.priority((1L << 32) - 1).withMaxAttempts(9)).id();
        TaskInfo<String> before = seen(jobs(), last);

        restart();

        assertThat(seen(jobs(), last)).isEqualTo(before);
        assertThat(jobs().stats())
                .isEqualTo(new QueueStats("jobs", 4, 0, 0, 0, 0, 0, false, 0, 0, 0, 0, 0, 0, 0, 0, 0));
        assertThat(drained(jobs())).containsExactly("1", "2", "3", "4");
    }

    @Test
    @Clause({"T28 restart", "G2"})
    void restart_payloadsOfManyLengths_areUnchanged() {
        int[] lengths = {0, 1, 7, 8, 4_095, 4_096, 4_097, 1 << 20};
        for (int length : lengths) {
            mill.queue("bytes").put(filled(length));
        }

        restart();

        for (int length : lengths) {
            Task<byte[]> task = there(mill.queue("bytes").take());
            assertThat(task.payload()).isEqualTo(filled(length));
            task.ack();
        }
    }

    @Test
    @Clause({"T28 restart", "T17 restart"})
    void restart_delayedTasks_keepTheirDueTime() {
        Stored stored = jobs().put("later", Put.delay(HOUR));

        fixture.closeEngine();
        fixture.clock().advance(HOUR.minusMillis(1));
        mill = fixture.open();

        assertThat(seen(jobs(), stored.id())).satisfies(info -> {
            assertThat(info.state()).isEqualTo(TaskState.DELAYED);
            assertThat(info.due()).isEqualTo(stored.due());
        });
        assertThat(jobs().take()).isNull();
        advanceMs(1);
        assertThat(drained(jobs())).containsExactly("later");
    }

    @Test
    @Clause("T17 restart")
    void restart_afterTheDueTime_isReadyAtOnceInOrder() {
        jobs().put("second", Put.delay(HOUR).withPriority(5));
        jobs().put("first", Put.delay(HOUR.plusMinutes(1)).withPriority(1));

        fixture.closeEngine();
        fixture.clock().advance(HOUR.multipliedBy(2));
        mill = fixture.open();
        fixture.settle();

        assertThat(jobs().stats().ready()).isEqualTo(2);
        assertThat(drained(jobs())).containsExactly("first", "second");
    }

    @Test
    @Clause("T17 restart")
    void restart_withTheWallClockSteppedForward_goesByTheWallClock() {
        jobs().put("later", Put.delay(HOUR));

        fixture.closeEngine();
        fixture.clock().stepWall(HOUR);
        mill = fixture.open();
        fixture.settle();

        assertThat(drained(jobs())).containsExactly("later");
    }

    @Test
    @Clause({"T17 restart", "T2 restart"})
    void restart_withTheWallClockSteppedBack_isNeverEarlyAndGoesOn() {
        Stored stored = jobs().put("later", Put.delay(HOUR));
        advance(Duration.ofMinutes(30));
        jobs().put("now");

        fixture.closeEngine();
        fixture.clock().stepWall(Duration.ofDays(-30));
        mill = fixture.open();

        Stored next = jobs().put("after", Put.delay(HOUR));
        Instant passed = there(stored.due()).minus(HOUR).plus(Duration.ofMinutes(30));
        assertThat(there(next.due())).isAfterOrEqualTo(passed.plus(HOUR));
        assertThat(next.id().number()).isGreaterThan(stored.id().number());
        assertThat(drained(jobs())).containsExactly("now");
        advance(Duration.ofMinutes(30).minusMillis(1));
        assertThat(jobs().take()).isNull();
        advanceMs(1);
        assertThat(drained(jobs())).containsExactly("later");
    }

    @Test
    @Clause({"T28 restart", "T20 restart", "T22 restart"})
    void restart_buriedTasks_keepReasonAndCounts() {
        TaskId failed = jobs().put("failed", Put.options().withMaxAttempts(1)).id();
        taken(jobs()).fail("müde");
        TaskId buried = jobs().put("buried").id();
        taken(jobs()).bury(null);
        TaskInfo<String> before = seen(jobs(), failed);

        restart();

        assertThat(seen(jobs(), failed)).isEqualTo(before);
        assertThat(before.reason()).isEqualTo("müde");
        assertThat(seen(jobs(), buried).reason()).isNull();
        assertThat(jobs().stats().buried()).isEqualTo(2);
        assertThat(jobs().kick(1)).isOne();
        assertThat(drained(jobs())).containsExactly("failed");
    }

    @Test
    @Clause({"T22 restart", "T21 restart"})
    void restart_failuresAndAttempts_goOnCounting() {
        jobs().put("job", Put.options().withMaxAttempts(3));
        Task<String> first = taken(jobs());
        first.fail("no", Duration.ZERO);
        Receipt earlier = first.receipt();

        restart();

        Task<String> second = taken(jobs());
        assertThat(second.attempts()).isEqualTo(2);
        assertThat(second.failures()).isOne();
        refusedUnchanged(jobs(), ErrorCode.NOT_OWNER, () -> jobs().ack(earlier));
        second.fail("no", Duration.ZERO);
        restart();
        assertThat(taken(jobs()).fail("no", Duration.ZERO)).isEqualTo(TaskState.BURIED);
    }

    @Test
    @Clause({"T16", "T21 restart", "T22 restart"})
    void restart_takenTasks_areReadyInOrderWithoutAFailure() {
        for (String payload : List.of("1", "2", "3")) {
            jobs().put(payload);
        }
        Task<String> one = taken(jobs());
        taken(jobs());
        Receipt held = one.receipt();

        restart();

        assertThat(jobs().stats().taken()).isZero();
        assertThat(jobs().stats().ready()).isEqualTo(3);
        refusedUnchanged(jobs(), ErrorCode.NOT_TAKEN, () -> jobs().ack(held));
        Task<String> again = taken(jobs());
        assertThat(again.id()).isEqualTo(held.id());
        assertThat(again.attempts()).isEqualTo(2);
        assertThat(again.failures()).isZero();
        refusedUnchanged(jobs(), ErrorCode.NOT_OWNER, () -> jobs().ack(held));
        again.ack();
        assertThat(drained(jobs())).containsExactly("2", "3");
    }

    @Test
    @Clause("T22 restart")
    void restart_cleanAndOften_isNoDeathOfTheEngine() {
        reopen(options -> options.withEngineDeathsMax(1));
        TaskId id = jobs().put("job").id();
        for (int round = 0; round < 4; round++) {
            taken(jobs());
            reopen(options -> options.withEngineDeathsMax(1));
        }

        assertThat(seen(jobs(), id).state()).isEqualTo(TaskState.READY);
    }

    @Test
    @Clause("T2 restart")
    void restart_afterAckDeleteAndPurge_neverGivesAnIdAgain() {
        jobs().put("acked");
        long last = taken(jobs()).id().number();
        jobs().purge();
        for (int round = 0; round < 3; round++) {
            restart();
            long next = jobs().put("job").id().number();
            assertThat(next).isGreaterThan(last);
            last = next;
            switch (round) {
                case 0 -> taken(jobs()).ack();
                case 1 -> jobs().delete(new TaskId("jobs", next));
                default -> jobs().purge();
            }
        }
        restart();
        assertThat(jobs().put("job").id().number()).isGreaterThan(last);
        assertThat(jobs().stats().total()).isOne();
    }

    @Test
    @Clause("G10 restart")
    void restart_producers_answerRepeatsWithTheFirstId() {
        List<TaskId> ids = new ArrayList<>();
        for (int sequence = 1; sequence <= 300; sequence++) {
            ids.add(jobs().put("job", Put.options().withProducer("importer", sequence)).id());
        }
        jobs().purge();

        restart();
        restart();

        assertThat(jobs().lastSequence("importer")).isEqualTo(300);
        for (int sequence = 45; sequence <= 300; sequence++) {
            Stored again = jobs().put("job", Put.options().withProducer("importer", sequence));
            assertThat(again.repeated()).isTrue();
            assertThat(again.id()).isEqualTo(ids.get(sequence - 1));
        }
        refused(
                ErrorCode.NOT_FOUND,
                () -> jobs().put("job", Put.options().withProducer("importer", 44)),
                "importer");
        assertThat(jobs().put("job", Put.options().withProducer("importer", 301)).repeated()).isFalse();
        assertThat(jobs().stats().total()).isOne();
    }

    @Test
    @Clause("G10 restart")
    void restart_producers_areAsOldAsTheyWere() {
        restartForgetful();
        Stored forgotten = jobs().put("job", Put.options().withProducer("forgotten", 9));
        advanceMs(30_000);
        Stored kept = jobs().put("job", Put.options().withProducer("kept", 9));
        advanceMs(30_000);
        jobs().put("job", Put.options().withProducer("forgotten", 2));

        restartForgetful();

        assertThat(jobs().lastSequence("forgotten")).isEqualTo(2);
        assertThat(jobs().put("job", Put.options().withProducer("forgotten", 9)).id()).isNotEqualTo(forgotten.id());
        assertThat(jobs().put("job", Put.options().withProducer("kept", 9)).id()).isEqualTo(kept.id());
        advanceMs(29_999);
        restartForgetful();
        assertThat(jobs().lastSequence("kept")).isEqualTo(9);
        advanceMs(1);
        assertThat(jobs().lastSequence("kept")).isZero();
        assertThat(jobs().lastSequence("forgotten")).isEqualTo(9);
    }

    private void restartForgetful() {
        reopen(options -> options.withProducerKeepMs(60_000));
    }

    @Test
    @Clause({"T28 restart", "T20 restart"})
    void restart_afterAPurge_theQueueIsEmpty() {
        jobs().put("ready");
        jobs().put("later", Put.delay(HOUR));
        jobs().purge();
        mill.queue("other").put(new byte[0]);

        restart();

        assertThat(mill.queues()).extracting(QueueStats::total).filteredOn(total -> total > 0).containsExactly(1L);
        assertThat(jobs().stats().total()).isZero();
        advance(HOUR);
        assertThat(jobs().take()).isNull();
    }

    @Test
    @Clause("T28 restart")
    void restart_ofAnEmptyStore_isEmpty() {
        restart();
        restart();

        assertThat(mill.queues()).isEmpty();
        assertThat(jobs().take()).isNull();
    }

    @Test
    @Clause({"T28 restart", "T7 restart", "T22 restart"})
    void restart_afterReleaseKickAndFail_keepsTheLatestState() {
        reopen(options -> options.withBackoff(Backoff.fixed(HOUR)));
        jobs().put("released");
        taken(jobs()).release(HOUR);
        jobs().put("failed");
        Task<String> failed = taken(jobs());
        failed.fail("no");
        TaskId kicked = jobs().put("kicked", Put.delay(HOUR)).id();
        jobs().kick(kicked);

        restart();

        assertThat(jobs().stats().delayed()).isEqualTo(2);
        assertThat(drained(jobs())).containsExactly("kicked");
        assertThat(seen(jobs(), failed.id()).failures()).isOne();
        advance(HOUR);
        assertThat(drained(jobs())).containsExactly("released", "failed");
    }

    @Test
    @Clause({"T28 restart", "T22 restart", "G10 restart", "G8 acknowledged"})
    void restart_afterRandomOperations_showsTheSameTasks() {
        long seed = 104_729;
        RandomWork work = new RandomWork(fixture, seed);
        for (int round = 1; round <= 10; round++) {
            work.run(400, jobs(), jobs(mill.openSession()));
            fixture.settle();
            List<TaskInfo<String>> before = RandomWork.untaken(jobs());
            long lastSequence = jobs().lastSequence("importer");

            restart();
            work.forgetTaken();

            assertThat(RandomWork.untaken(jobs())).as("seed %d, round %d", seed, round).isEqualTo(before);
            assertThat(jobs().lastSequence("importer")).isEqualTo(lastSequence);
        }
    }

    @Test
    @Clause({"T28 restart", "G8 acknowledged"})
    void restart_manyTasksInManyQueues_allAreThere() {
        List<CompletionStage<?>> puts = new ArrayList<>();
        for (int index = 0; index < 5_000; index++) {
            puts.add(mill.queue("queue-" + index % 50).async().put(filled(index % 300)));
        }
        puts.forEach(EngineContract::await);

        restart();

        assertThat(mill.queues())
                .hasSize(50)
                .allSatisfy(stats -> assertThat(stats.ready()).isEqualTo(100));
    }

    private void restart() {
        mill = fixture.reopen();
    }

    private static byte[] filled(int length) {
        byte[] bytes = new byte[length];
        Arrays.fill(bytes, (byte) length);
        return bytes;
    }
}
