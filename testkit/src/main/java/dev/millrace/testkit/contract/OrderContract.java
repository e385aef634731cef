package dev.millrace.testkit.contract;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.api.Codec;
import dev.millrace.api.Put;
import dev.millrace.api.Task;
import dev.millrace.api.TaskId;
import dev.millrace.api.TaskQueue;
import dev.millrace.testkit.Clause;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletionStage;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** The order in which a queue gives its tasks. */
public abstract class OrderContract extends EngineContract {
    private static final long[] PRIORITIES = {
        0, 1, 2, 63, 64, 255, 256, 999, 1_000, 1_001, 1_022, 1_023, 1_024, 1_025, 65_535, 65_536, (1L << 31) - 1, 1L << 31,
        (1L << 31) + 1, (1L << 32) - 2, (1L << 32) - 1
    };

    /** For subclasses. */
    protected OrderContract() {}

    @Test
    @Clause("T7")
    void take_equalPriorities_isFifoByPut() {
        List<String> payloads =
                IntStream.range(0, 100).mapToObj(Integer::toString).toList();
        payloads.forEach(jobs()::put);

        assertThat(drained(jobs())).containsExactlyElementsOf(payloads);
    }

    @Test
    @Clause("T7")
    void take_everyKindOfPriority_mostUrgentFirst() {
        for (int index = PRIORITIES.length - 1; index >= 0; index--) {
            jobs().put(PRIORITIES[index] + " first", Put.priority(PRIORITIES[index]));
        }
        for (long priority : PRIORITIES) {
            jobs().put(priority + " second", Put.priority(priority));
        }

        List<String> expected = new ArrayList<>();
        for (long priority : PRIORITIES) {
            expected.add(priority + " first");
            expected.add(priority + " second");
        }
        assertThat(drained(jobs())).containsExactlyElementsOf(expected);
    }

    @Test
    @Clause("T7")
    void take_withoutAPriorityNamed_standsAtOneThousand() {
        jobs().put("after", Put.priority(1_001));
        jobs().put("default");
        jobs().put("before", Put.priority(999));

        assertThat(drained(jobs())).containsExactly("before", "default", "after");
    }

    @Test
    @Clause("T7")
    void take_interleavedWithPuts_agreesWithASortedList() {
        long seed = 20_260_101;
        Random random = new Random(seed);
        TaskQueue<String> queue = jobs();
        List<Expected> model = new ArrayList<>();
        for (int step = 0; step < 3_000; step++) {
            if (model.isEmpty() || random.nextInt(5) < 3) {
                long priority = random.nextBoolean()
                        ? PRIORITIES[random.nextInt(PRIORITIES.length)]
                        : random.nextLong(1L << 32);
                TaskId id = queue.put("", Put.priority(priority)).id();
                model.add(new Expected(priority, id.number()));
            } else {
                Expected first = model.stream().min(Expected.ORDER).orElseThrow();
                Task<String> task = taken(queue);
                assertThat(task.id().number()).as("seed %d, step %d", seed, step).isEqualTo(first.number());
                if (random.nextInt(4) == 0) {
                    task.release();
                } else {
                    task.ack();
                    model.remove(first);
                }
            }
        }
    }

    @Test
    @Clause("T7")
    void take_manyDistinctPriorities_agreesWithASortedList() {
        long seed = 4_711;
        Random random = new Random(seed);
        List<Long> priorities =
                random.longs(5_000, 0, 1L << 32).distinct().boxed().toList();
        List<CompletionStage<?>> puts = new ArrayList<>();
        priorities.forEach(priority -> puts.add(jobs().async().put(priority.toString(), Put.priority(priority))));
        puts.forEach(EngineContract::await);

        assertThat(drained(jobs()).stream().map(Long::valueOf))
                .as("seed %d", seed)
                .containsExactlyElementsOf(priorities.stream().sorted().toList());
    }

    @Test
    @Clause("T7")
    void take_oneQueue_isNotDisturbedByAnother() {
        TaskQueue<String> other = mill.queue("other", Codec.text());
        jobs().put("job", Put.priority(5));
        other.put("urgent", Put.priority(0));

        assertThat(drained(jobs())).containsExactly("job");
        assertThat(drained(other)).containsExactly("urgent");
    }

    @Test
    @Clause({"T12", "T6", "T11"})
    void release_theDialogueOfTheContract_givesOneThenTwoThenNothing() {
        TaskId one = jobs().put("1").id();
        TaskId two = jobs().put("2").id();

        Task<String> first = taken(jobs());
        assertThat(first.id()).isEqualTo(one);
        first.release();
        Task<String> again = taken(jobs());
        assertThat(again.id()).isEqualTo(one);
        again.ack();
        Task<String> second = taken(jobs());
        assertThat(second.id()).isEqualTo(two);
        assertThat(jobs().take()).isNull();
    }

    @Test
    @Clause({"T12", "T7"})
    void release_amongOthers_keepsPriorityAndPlace() {
        for (String payload : List.of("1", "2", "3")) {
            jobs().put(payload);
        }
        jobs().put("urgent", Put.priority(1));
        Task<String> urgent = taken(jobs());
        Task<String> one = taken(jobs());
        Task<String> two = taken(jobs());

        two.release();
        urgent.release();
        one.release();

        assertThat(drained(jobs())).containsExactly("urgent", "1", "2", "3");
    }

    @Test
    @Clause({"T12", "T4"})
    void release_withDelay_isDelayedUnderItsIdThenFirstAgain() {
        jobs().put("1");
        jobs().put("2");
        Task<String> one = taken(jobs());

        one.release(Duration.ofSeconds(5));

        assertThat(seen(jobs(), one.id()).due()).isEqualTo(fixture.clock().now().plusSeconds(5));
        Task<String> two = taken(jobs());
        assertThat(two.payload()).isEqualTo("2");
        two.release();
        advance(Duration.ofSeconds(5));
        assertThat(drained(jobs())).containsExactly("1", "2");
    }

    @Test
    @Clause({"T7", "T17", "T20"})
    void take_afterDelayKickAndFailure_goesByPriorityThenId() {
        TaskId delayed = jobs().put("delayed", Put.delay(Duration.ofSeconds(1))).id();
        jobs().put("buried");
        taken(jobs()).bury("no");
        jobs().put("failed");
        taken(jobs()).fail("no", Duration.ofSeconds(1));
        jobs().put("last");

        assertThat(jobs().kick(1)).isOne();
        advance(Duration.ofSeconds(1));

        assertThat(there(jobs().peek()).id()).isEqualTo(delayed);
        assertThat(drained(jobs())).containsExactly("delayed", "buried", "failed", "last");
    }

    private record Expected(long priority, long number) {
        static final Comparator<Expected> ORDER =
                Comparator.comparingLong(Expected::priority).thenComparingLong(Expected::number);
    }
}
