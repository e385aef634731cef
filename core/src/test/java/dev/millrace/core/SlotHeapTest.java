package dev.millrace.core;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeSet;
import java.util.function.IntUnaryOperator;
import org.junit.jupiter.api.Test;

class SlotHeapTest {
    @Test
    void addAndRemove_tasksById_firstIsTheLowest() {
        Fixture.seeds(8, random -> {
            TaskTable table = new TaskTable();
            run(random, new IdHeap(table), table, table::previous, Comparator.comparingLong(table::id));
        });
    }

    @Test
    void addAndRemove_tasksByTime_firstIsTheNearestThenLowest() {
        Fixture.seeds(8, random -> {
            TaskTable table = new TaskTable();
            run(
                    random,
                    new TimerHeap(table),
                    table,
                    table::timerIndex,
                    Comparator.<Integer>comparingLong(table::event).thenComparing(table::id));
        });
    }

    @Test
    void addAndRemove_tasksByPriority_firstIsTheMostUrgentThenLowest() {
        Fixture.seeds(8, random -> {
            Tasks tasks = new Tasks(Fixture.EPOCH_MS, 0);
            TaskTable table = tasks.table;
            run(
                    random,
                    new PriorityHeap(tasks.fields),
                    table,
                    table::previous,
                    Comparator.<Integer>comparingLong(tasks.fields::priority).thenComparing(table::id));
        });
    }

    private static void run(
            Random random, SlotHeap heap, TaskTable table, IntUnaryOperator indexOf, Comparator<Integer> order) {
        List<Integer> outside = new ArrayList<>();
        for (int id = 1; id <= 400; id++) {
            int slot = table.allocate(id);
            table.event(slot, random.nextInt(50));
            table.queueAndPriority(slot, 1, random.nextInt(10));
            outside.add(slot);
        }
        TreeSet<Integer> inside = new TreeSet<>(order);
        for (int step = 0; step < 3_000; step++) {
            boolean isGrowing = step / 750 % 2 == 0;
            if (!outside.isEmpty() && (inside.isEmpty() || random.nextInt(10) < (isGrowing ? 7 : 3))) {
                int slot = outside.remove(random.nextInt(outside.size()));
                heap.add(slot);
                inside.add(slot);
            } else {
                List<Integer> all = List.copyOf(inside);
                int slot = random.nextBoolean() ? all.getFirst() : all.get(random.nextInt(all.size()));
                heap.remove(indexOf.applyAsInt(slot));
                assertThat(indexOf.applyAsInt(slot)).isZero();
                inside.remove(slot);
                outside.add(slot);
            }
            assertThat(heap.size()).isEqualTo(inside.size());
            assertThat(heap.first()).isEqualTo(inside.isEmpty() ? 0 : inside.first());
        }
        Map<Integer, Integer> indexes = new HashMap<>();
        for (int slot : inside) {
            assertThat(indexes.put(indexOf.applyAsInt(slot), slot)).as("two tasks at one index").isNull();
        }
        while (!inside.isEmpty()) {
            int slot = heap.first();
            assertThat(slot).isEqualTo(inside.pollFirst());
            heap.remove(indexOf.applyAsInt(slot));
        }
        assertThat(heap.first()).isZero();
    }
}
