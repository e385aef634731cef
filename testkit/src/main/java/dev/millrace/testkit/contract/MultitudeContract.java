package dev.millrace.testkit.contract;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.api.AckResult;
import dev.millrace.api.Put;
import dev.millrace.api.QueueStats;
import dev.millrace.api.Receipt;
import dev.millrace.api.Stored;
import dev.millrace.api.Task;
import dev.millrace.api.TaskId;
import dev.millrace.api.TaskQueue;
import dev.millrace.testkit.Clause;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.function.IntFunction;
import java.util.function.ToLongFunction;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Very many of one kind: names, keys, groups, and tasks of one instant. {@code -Dmillrace.multitude=1000000} sets how
 * many names, keys and groups, {@code -Dmillrace.instant=10000000} how many tasks are due at once.
 */
@Timeout(value = MultitudeContract.MANY_SECONDS_MAX, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
public abstract class MultitudeContract extends EngineContract {
    /** How long a test of this class may take; with the default numbers it takes seconds. */
    static final long MANY_SECONDS_MAX = 1_800;

    private static final int COUNT = Integer.getInteger("millrace.multitude", 20_000);
    private static final int INSTANT = Integer.getInteger("millrace.instant", 200_000);
    private static final int BATCH = 10_000;
    private static final int UNDER_WAY_MAX = 1_000;
    private static final Duration MINUTE = Duration.ofMinutes(1);

    /** For subclasses. */
    protected MultitudeContract() {}

    @Test
    @Clause({"G1", "G7", "T2"})
    void queues_ofVeryManyNames_leaveNothingBehind() {
        int kept = 100;
        reopen(options -> options.withIdleQueuesMax(kept));
        pipelined(COUNT, index -> mill.queue("queue-" + index).async().put(new byte[0]));
        assertThat(mill.queues()).hasSize(COUNT);

        for (int index = 0; index < COUNT; index++) {
            mill.queue("queue-" + index).async().take().thenAccept(task -> there(task).ackAsync());
            if (index % UNDER_WAY_MAX == 0) {
                fixture.settle();
            }
        }
        fixture.settle();

        assertThat(mill.queues()).hasSizeLessThanOrEqualTo(kept).allMatch(stats -> stats.total() == 0);
        TaskQueue<byte[]> again = mill.queue("queue-0");
        assertThat(again.put(new byte[0]).id().number()).isGreaterThan(COUNT);
        assertThat(again.stats().putCount()).as("its numbers were forgotten with it").isOne();
    }

    @Test
    @Clause({"G1", "G7", "T20 pause", "T20 configure"})
    void queues_pausedAndResumedOfVeryManyNames_leaveNothingBehind() {
        int kept = 100;
        reopen(options -> options.withIdleQueuesMax(kept));
        int count = Math.max(1, COUNT / 10);
        for (int index = 0; index < count; index++) {
            mill.queue("queue-" + index).pause();
        }
        for (int index = 0; index < count; index++) {
            assertThat(mill.queue("queue-" + index).stats().paused()).isTrue();
            mill.queue("queue-" + index).resume();
        }

        assertThat(mill.queues()).hasSizeLessThanOrEqualTo(kept);
    }

    @Test
    @Clause({"G1", "G7", "T23"})
    void keys_ofVeryManyNames_areFoundAndLeaveNothingBehind() {
        reopen(options -> options.withIdleQueuesMax(0));
        List<TaskId> ids = new ArrayList<>();
        pipelined(
                COUNT,
                index -> jobs().async().put("job", Put.key("key-" + index)).thenAccept(stored -> ids.add(stored.id())));
        List<Stored> found = new ArrayList<>();
        pipelined(COUNT, index -> jobs().async().put("again", Put.key("key-" + index)).thenAccept(found::add));
        assertThat(found).allMatch(Stored::existing);
        // AssertJ's containsExactly takes quadratic time.
        assertThat(found.stream().map(Stored::id).toList()).isEqualTo(ids);

        assertThat(ackedOfAll()).isEqualTo(COUNT);
        assertThat(mill.queues()).isEmpty();

        List<Stored> fresh = new ArrayList<>();
        pipelined(COUNT, index -> jobs().async().put("new", Put.key("key-" + index)).thenAccept(fresh::add));
        assertThat(fresh).noneMatch(Stored::existing);
        assertThat(jobs().purge()).isEqualTo(COUNT);
        assertThat(jobs().put("after the purge", Put.key("key-0")).existing()).isFalse();
    }

    @Test
    @Clause({"G1", "G7", "T26"})
    void groups_ofVeryManyNames_goRoundAndLeaveNothingBehind() {
        reopen(options -> options.withIdleQueuesMax(0));
        for (String round : List.of("first", "second")) {
            pipelined(COUNT, index -> jobs().async().put(round, Put.group("group-" + index, 1)));
        }

        int first = 0;
        List<Receipt> held = new ArrayList<>();
        for (List<Task<String>> tasks = jobs().takeMany(BATCH); !tasks.isEmpty(); tasks = jobs().takeMany(BATCH)) {
            first += (int) tasks.stream().filter(task -> task.payload().equals("first")).count();
            tasks.forEach(task -> held.add(task.receipt()));
        }
        assertThat(held).as("one of each group").hasSize(COUNT);
        assertThat(first).isEqualTo(COUNT);
        for (int from = 0; from < COUNT; from += BATCH) {
            List<Receipt> batch = held.subList(from, Math.min(COUNT, from + BATCH));
            assertThat(jobs().ackAll(batch)).allMatch(AckResult::isAcked);
        }
        assertThat(ackedOfAll()).isEqualTo(COUNT);

        assertThat(mill.queues()).isEmpty();
    }

    @Test
    @Clause({"T17", "T18", "T25 put many"})
    void tasks_dueAtTheSameInstant_areAllReadyInOrder() {
        fill(Put.delay(MINUTE));

        advance(MINUTE.minusMillis(1));
        assertThat(jobs().stats().delayed()).isEqualTo(INSTANT);
        advanceMs(1);
        untilNone(QueueStats::delayed);

        assertThat(jobs().stats().ready()).isEqualTo(INSTANT);
        assertThat(jobs().stats().delayed()).isZero();
        long last = 0;
        int taken = 0;
        for (List<Task<String>> tasks = jobs().takeMany(BATCH); !tasks.isEmpty(); tasks = jobs().takeMany(BATCH)) {
            for (Task<String> task : tasks) {
                assertThat(task.id().number()).isGreaterThan(last);
                last = task.id().number();
            }
            taken += tasks.size();
        }
        assertThat(taken).isEqualTo(INSTANT);
    }

    @Test
    @Clause({"T24", "T18 ends"})
    void tasks_overAtTheSameInstant_areAllGone() {
        fill(Put.options().withTtl(MINUTE));
        jobs().put("lasting");

        advance(MINUTE.minusMillis(1));
        assertThat(jobs().stats().ready()).isEqualTo(INSTANT + 1L);
        advanceMs(1);
        untilNone(stats -> stats.ready() - 1);

        assertThat(jobs().stats().expiredCount()).isEqualTo(INSTANT);
        assertThat(drained(jobs())).containsExactly("lasting");
    }

    @Test
    @Clause("T24")
    void take_whileVeryManyAreOverAtOnce_getsNoneOfThem() {
        fill(Put.options().withTtl(MINUTE));

        fixture.clock().advance(MINUTE);

        for (int round = 0; round < 10; round++) {
            assertThat(jobs().take()).isNull();
            assertThat(jobs().takeMany(BATCH)).isEmpty();
        }
    }

    @Test
    @Clause({"T21 time to run", "T18 ends"})
    void takes_overAtTheSameInstant_areAllReadyAgain() {
        int count = Math.min(INSTANT, 10 * BATCH);
        for (int from = 0; from < count; from += BATCH) {
            jobs().putAll(Collections.nCopies(Math.min(BATCH, count - from), ""), Put.options().withTtr(MINUTE));
        }
        int held = 0;
        for (int got = jobs().takeMany(BATCH).size(); got > 0; got = jobs().takeMany(BATCH).size()) {
            held += got;
        }
        assertThat(held).isEqualTo(count);

        advance(MINUTE);
        untilNone(QueueStats::taken);

        assertThat(jobs().stats().ready()).isEqualTo(count);
        assertThat(jobs().stats().timedOutCount()).isEqualTo(count);
    }

    /**
     * Settles until none is left that time has passed over: very many at once may be late, though never early (T17).
     */
    private void untilNone(ToLongFunction<QueueStats> left) {
        for (int round = 0; left.applyAsLong(jobs().stats()) != 0; round++) {
            assertThat(round).as("rounds for %d tasks of one instant", INSTANT).isLessThan(INSTANT);
            fixture.settle();
        }
    }

    private void fill(Put options) {
        for (int from = 0; from < INSTANT; from += BATCH) {
            jobs().putAll(Collections.nCopies(Math.min(BATCH, INSTANT - from), ""), options);
        }
    }

    /** Takes and acks all that is ready, in batches; how many it was. */
    private int ackedOfAll() {
        int acked = 0;
        for (List<Task<String>> tasks = jobs().takeMany(BATCH); !tasks.isEmpty(); tasks = jobs().takeMany(BATCH)) {
            assertThat(jobs().ackAll(tasks.stream().map(Task::receipt).toList())).allMatch(AckResult::isAcked);
            acked += tasks.size();
        }
        return acked;
    }

    /** Does something often, with a bounded number under way. */
    private static void pipelined(int count, IntFunction<CompletionStage<?>> command) {
        Deque<CompletionStage<?>> underWay = new ArrayDeque<>();
        for (int index = 0; index < count; index++) {
            underWay.add(command.apply(index));
            if (underWay.size() >= UNDER_WAY_MAX) {
                await(underWay.remove());
            }
        }
        underWay.forEach(EngineContract::await);
    }
}
