package dev.millrace.testkit.contract;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.api.Put;
import dev.millrace.api.QueueStats;
import dev.millrace.api.Session;
import dev.millrace.api.Task;
import dev.millrace.api.TaskQueue;
import dev.millrace.api.TaskState;
import dev.millrace.testkit.Clause;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** The numbers of a queue, and the list of queues. */
public abstract class StatsContract extends EngineContract {
    /** For subclasses. */
    protected StatsContract() {}

    @Test
    @Clause("T18")
    void stats_ofAnUnknownQueue_areZeroAndCreateNothing() {
        assertThat(jobs().stats()).isEqualTo(new QueueStats("jobs", 0, 0, 0, 0, 0, 0, false, 0, 0, 0, 0, 0, 0, 0, 0, 0));
        assertThat(mill.queues()).isEmpty();
    }

    @Test
    @Clause("T18")
    void stats_afterEachChange_showItInTheNextAnswer() {
        jobs().put("1");
        assertThat(jobs().stats()).isEqualTo(new QueueStats("jobs", 1, 0, 0, 0, 0, 0, false, 1, 0, 0, 0, 0, 0, 0, 0, 0));
        jobs().put("2", Put.delay(Duration.ofSeconds(1)));
        assertThat(jobs().stats()).isEqualTo(new QueueStats("jobs", 1, 1, 0, 0, 0, 0, false, 2, 0, 0, 0, 0, 0, 0, 0, 0));
        Task<String> one = taken(jobs());
        assertThat(jobs().stats()).isEqualTo(new QueueStats("jobs", 0, 1, 1, 0, 0, 0, false, 2, 1, 0, 0, 0, 0, 0, 0, 0));
        one.release();
        assertThat(jobs().stats()).isEqualTo(new QueueStats("jobs", 1, 1, 0, 0, 0, 0, false, 2, 1, 0, 1, 0, 0, 0, 0, 0));
        taken(jobs()).bury("no");
        assertThat(jobs().stats()).isEqualTo(new QueueStats("jobs", 0, 1, 0, 1, 0, 0, false, 2, 2, 0, 1, 0, 0, 1, 0, 0));
        jobs().kick(one.id());
        taken(jobs()).fail("no", Duration.ofSeconds(2));
        assertThat(jobs().stats()).isEqualTo(new QueueStats("jobs", 0, 2, 0, 0, 0, 0, false, 2, 3, 0, 1, 1, 0, 1, 0, 0));
        advance(Duration.ofSeconds(1));
        taken(jobs()).ack();
        assertThat(jobs().stats()).isEqualTo(new QueueStats("jobs", 0, 1, 0, 0, 0, 0, false, 2, 4, 1, 1, 1, 0, 1, 0, 0));
        jobs().delete(one.id());
        assertThat(jobs().stats()).isEqualTo(new QueueStats("jobs", 0, 0, 0, 0, 0, 0, false, 2, 4, 1, 1, 1, 0, 1, 0, 1));
    }

    @Test
    @Clause("T18")
    void stats_ofTasksThatWaitToBeTaken_tellTheAgeOfTheNext() {
        jobs().put("1");
        advance(Duration.ofSeconds(2));
        jobs().put("2", Put.options().withTtl(Duration.ofMinutes(1)));
        assertThat(jobs().stats().ageMs()).isEqualTo(2_000);
        advance(Duration.ofSeconds(3));
        Task<String> one = taken(jobs());
        assertThat(jobs().stats().ageMs()).as("of one that expires").isEqualTo(3_000);
        one.release();
        assertThat(jobs().stats().ageMs()).as("of one that came back").isZero();
        jobs().put("3", Put.priority(0).withDelay(Duration.ofSeconds(1)));
        advance(Duration.ofMillis(1_500));
        jobs().pause();
        assertThat(jobs().stats().ageMs()).as("of the most urgent, since it was due").isEqualTo(500);
        assertThat(mill.queues()).extracting(QueueStats::ageMs).containsExactly(500L);
        jobs().purge();
        assertThat(jobs().stats().ageMs()).isZero();
    }

    @Test
    @Clause("T18")
    void stats_ofWaitingTakes_countThoseStillWaiting() {
        CompletableFuture<@Nullable Task<String>> bounded = waiter(jobs(), Duration.ofSeconds(1));
        CompletableFuture<@Nullable Task<String>> endless = waiter(jobs());
        assertThat(jobs().stats().waiting()).isEqualTo(2);
        assertThat(mill.queues()).extracting(QueueStats::queue).containsExactly("jobs");

        advance(Duration.ofSeconds(1));
        assertThat(await(bounded)).isNull();
        assertThat(jobs().stats().waiting()).isOne();
        endless.cancel(true);
        fixture.settle();
        assertThat(jobs().stats().waiting()).isZero();
    }

    @Test
    @Clause("T18")
    void stats_afterRandomOperations_agreeWithACountOfTheLists() {
        long seed = 7_919;
        RandomWork work = new RandomWork(fixture, seed);
        TaskQueue<String> jobs = jobs();
        Session other = mill.openSession();
        for (int round = 1; round <= 20; round++) {
            work.run(200, jobs, jobs(other));
            requireIdentities(jobs, "seed " + seed + ", round " + round);
        }
        other.close();
        fixture.settle();
        requireIdentities(jobs, "after a session's end");
    }

    @Test
    @Clause({"T18", "T18 ends"})
    void stats_afterRandomOperationsWithKeysGroupsAndTimes_agreeWithACountOfTheLists() {
        long seed = 32_452_843;
        FeatureWork work = new FeatureWork(fixture, seed);
        Session other = mill.openSession();
        for (int round = 1; round <= 20; round++) {
            work.run(150, jobs(), jobs(other));
            requireCounted(jobs(), "seed " + seed + ", round " + round);
        }
        work.letGo();
        requireCounted(jobs(), "seed " + seed + ", all given back");
    }

    @Test
    @Clause({"G12", "T18"})
    void queues_several_areListedByNameWithTheirNumbers() {
        for (String name : List.of("b", "a", "c", "B", "é", "aa")) {
            mill.queue(name).put(new byte[0]);
        }
        mill.queue("a").put(new byte[0]);

        assertThat(mill.queues())
                .extracting(QueueStats::queue)
                .containsExactly("B", "a", "aa", "b", "c", "é");
        assertThat(mill.queues())
                .filteredOn(stats -> stats.queue().equals("a"))
                .singleElement()
                .satisfies(stats -> assertThat(stats.ready()).isEqualTo(2));
    }

    @Test
    @Clause("G12")
    void queues_moreThanAPage_areListedOnceEach() {
        List<String> names = new ArrayList<>();
        List<CompletionStage<?>> puts = new ArrayList<>();
        for (int index = 0; index < 2_500; index++) {
            names.add("queue-" + index);
            puts.add(mill.queue("queue-" + index).async().put(new byte[0]));
        }
        puts.forEach(EngineContract::await);

        assertThat(mill.queues()).extracting(QueueStats::queue).containsExactlyInAnyOrderElementsOf(names);
    }

    @Test
    @Clause({"G1", "G7"})
    void emptyQueues_beyondTheLimit_areForgottenLongestEmptyFirst() {
        reopen(options -> options.withIdleQueuesMax(2));
        long last = 0;
        for (String name : List.of("first", "second", "third")) {
            TaskQueue<byte[]> queue = mill.queue(name);
            last = queue.put(new byte[0]).id().number();
            there(queue.take()).ack();
        }

        assertThat(mill.queues()).extracting(QueueStats::queue).containsExactlyInAnyOrder("second", "third");
        assertThat(mill.queue("first").stats().putCount()).isZero();
        assertThat(mill.queue("third").stats().putCount()).isOne();
        assertThat(mill.queue("first").put(new byte[0]).id().number()).isGreaterThan(last);
    }

    private static void requireIdentities(TaskQueue<String> jobs, String when) {
        QueueStats stats = requireCounted(jobs, when);
        assertThat(stats.putCount() - stats.ackedCount() - stats.deletedCount()).as(when).isEqualTo(stats.total());
    }

    private static QueueStats requireCounted(TaskQueue<String> jobs, String when) {
        QueueStats stats = jobs.stats();
        assertThat(listed(jobs, TaskState.READY, 64)).as(when).hasSize((int) stats.ready());
        assertThat(listed(jobs, TaskState.DELAYED, 64)).as(when).hasSize((int) stats.delayed());
        assertThat(listed(jobs, TaskState.TAKEN, 64)).as(when).hasSize((int) stats.taken());
        assertThat(listed(jobs, TaskState.BURIED, 64)).as(when).hasSize((int) stats.buried());
        assertThat(stats.total()).as(when).isEqualTo(stats.ready() + stats.delayed() + stats.taken() + stats.buried());
        return stats;
    }
}
