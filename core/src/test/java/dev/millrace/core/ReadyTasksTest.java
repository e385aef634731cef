package dev.millrace.core;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** Through {@link Tasks}, which keeps each task's place. */
class ReadyTasksTest {
    private static final long PRIORITY_MAX = (1L << 32) - 1;

    private final Tasks tasks = new Tasks(Fixture.EPOCH_MS, 0);
    private final QueueState queue = tasks.queues.make(1, "q");
    private long lastId;

    @Test
    void first_extremePriorities_mostUrgentFirst() {
        int last = ready(PRIORITY_MAX);
        int fourth = ready(1_023);
        int third = ready(1_022);
        int first = ready(0);
        int second = ready(0);
        for (int slot : new int[] {first, second, third, fourth, last}) {
            assertThat(queue.ready.first()).isEqualTo(slot);
            tasks.remove(slot);
        }
        assertThat(queue.ready.first()).isZero();
    }

    @Test
    void first_returnedBetweenOthers_takesItsOldTurn() {
        int[] slots = new int[5];
        for (int index = 0; index < slots.length; index++) {
            slots[index] = ready(1_000);
        }
        tasks.toDelayed(slots[2], Fixture.EPOCH_MS);
        tasks.toReady(slots[2]);
        assertThat(tasks.table.place(slots[2])).isEqualTo(Tasks.IN_HEAP);
        for (int slot : slots) {
            assertThat(queue.ready.first()).isEqualTo(slot);
            tasks.remove(slot);
        }
    }

    @Test
    void add_morePrioritiesThanLanes_reusesEmptyLanes() {
        List<Integer> slots = new ArrayList<>();
        tasks.remove(ready(ReadyTasks.LANES_MAX + 1)); // leaves an empty lane, which the last priority but one takes over
        for (int priority = 0; priority <= ReadyTasks.LANES_MAX; priority++) {
            slots.add(ready(priority));
        }
        assertThat(tasks.table.place(slots.get(ReadyTasks.LANES_MAX - 1))).isEqualTo(Tasks.IN_LANE);
        assertThat(tasks.table.place(slots.get(ReadyTasks.LANES_MAX))).isEqualTo(Tasks.IN_HEAP);
        tasks.remove(slots.get(3));
        int next = ready(PRIORITY_MAX);
        assertThat(tasks.table.place(next)).isEqualTo(Tasks.IN_LANE);
        assertThat(queue.ready.first()).isEqualTo(slots.getFirst());
    }

    @Test
    void addAndRemove_randomPriorities_likeASortedSet() {
        for (int priorities : new int[] {1, 2, 16, 17, 1_000, 100_000}) {
            Fixture.seeds(4, random -> run(random, () -> random.nextInt(priorities) * 3L));
        }
        long[] extremes = {0, 1_022, 1_023, 1_024, PRIORITY_MAX - 1, PRIORITY_MAX};
        Fixture.seeds(4, random -> run(random, () -> extremes[random.nextInt(extremes.length)]));
    }

    @FunctionalInterface
    private interface Priorities {
        long next();
    }

    private static void run(Random random, Priorities priorities) {
        Tasks tasks = new Tasks(Fixture.EPOCH_MS, 0);
        QueueState queue = tasks.queues.make(1, "q");
        TreeSet<Integer> ready = new TreeSet<>(
                Comparator.<Integer>comparingLong(tasks.fields::priority).thenComparing(tasks.table::id));
        List<Integer> away = new ArrayList<>();
        long id = 0;
        for (int step = 0; step < 4_000; step++) {
            boolean isGrowing = step / 1_000 % 2 == 0;
            int choice = random.nextInt(10);
            if (ready.isEmpty() && away.isEmpty() || choice < (isGrowing ? 4 : 1)) {
                int slot = Fixture.create(tasks, queue, ++id, priorities.next());
                tasks.toReady(slot);
                ready.add(slot);
            } else if (choice < 7 && !ready.isEmpty()) {
                List<Integer> all = List.copyOf(ready);
                int slot = random.nextBoolean() ? all.getFirst() : all.get(random.nextInt(all.size()));
                ready.remove(slot);
                if (random.nextInt(3) == 0) {
                    tasks.remove(slot);
                } else {
                    tasks.toTaken(slot, null, 0);
                    away.add(slot);
                }
            } else if (!away.isEmpty()) {
                int slot = away.remove(random.nextInt(away.size()));
                tasks.toReady(slot);
                ready.add(slot);
            }
            assertThat(queue.ready.first()).isEqualTo(ready.isEmpty() ? 0 : ready.first());
            assertThat(queue.readyCount).isEqualTo(ready.size());
        }
        while (!ready.isEmpty()) {
            int slot = queue.ready.first();
            assertThat(slot).isEqualTo(ready.pollFirst());
            tasks.remove(slot);
        }
        assertThat(queue.ready.first()).isZero();
    }

    private int ready(long priority) {
        int slot = Fixture.create(tasks, queue, ++lastId, priority);
        tasks.toReady(slot);
        return slot;
    }
}
