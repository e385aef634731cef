package dev.millrace.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class TaskTableTest {
    private static final int CHUNK = 4_096;

    private final TaskTable table = new TaskTable();

    /** A field with its largest value. */
    private record Field(String name, long max, Reader reader, Writer writer) {}

    @FunctionalInterface
    private interface Reader {
        long of(int slot);
    }

    @FunctionalInterface
    private interface Writer {
        void set(int slot, long value);
    }

    private List<Field> fields() {
        return List.of(
                new Field("position", (1L << 56) - 1, table::position, table::position),
                new Field("engineDeaths", 255, table::engineDeaths, (s, v) -> table.engineDeaths(s, (int) v)),
                new Field("event", TaskTable.EVENT_MAX, table::event, table::event),
                new Field("holder", TaskTable.HOLDERS_MAX - 1, table::holder, (s, v) -> table.holder(s, (int) v)),
                new Field("queue", TaskTable.QUEUES_MAX - 1, table::queue, (s, v) ->
                        table.queueAndPriority(s, (int) v, table.shortPriority(s))),
                new Field("priority", TaskTable.PRIORITY_EXTENDED, table::shortPriority, (s, v) ->
                        table.queueAndPriority(s, table.queue(s), (int) v)),
                new Field("attempts", TaskTable.ATTEMPTS_MAX, table::attempts, (s, v) -> table.attempts(s, (int) v)),
                new Field("state", 7, table::state, (s, v) -> table.stateAndPlace(s, (int) v, table.place(s))),
                new Field("place", 7, table::place, (s, v) -> table.stateAndPlace(s, table.state(s), (int) v)),
                new Field("previous", Integer.MAX_VALUE, table::previous, (s, v) -> table.previous(s, (int) v)),
                new Field("next", Integer.MAX_VALUE, table::next, (s, v) -> table.next(s, (int) v)),
                new Field("timerIndex", Integer.MAX_VALUE, table::timerIndex, (s, v) -> table.timerIndex(s, (int) v)),
                new Field("extension", Integer.MAX_VALUE, table::extension, (s, v) -> table.extension(s, (int) v)));
    }

    @Test
    void set_anyFieldAtItsExtremes_leavesTheOthersAlone() {
        int before = table.allocate(1);
        int slot = table.allocate(Long.MAX_VALUE);
        int after = table.allocate(2);
        for (boolean othersAreFull : new boolean[] {false, true}) {
            for (Field tested : fields()) {
                for (Field other : fields()) {
                    other.writer.set(slot, othersAreFull ? other.max : 0);
                }
                for (long value : new long[] {tested.max, 0, 1, tested.max}) {
                    tested.writer.set(slot, value);
                    for (Field each : fields()) {
                        long expected = each.name.equals(tested.name) ? value : othersAreFull ? each.max : 0;
                        assertThat(each.reader.of(slot))
                                .as("%s after %s=%s", each.name, tested.name, value)
                                .isEqualTo(expected);
                    }
                    assertThat(table.id(slot)).isEqualTo(Long.MAX_VALUE);
                }
            }
        }
        for (Field each : fields()) {
            assertThat(each.reader.of(before)).isZero();
            assertThat(each.reader.of(after)).isZero();
        }
    }

    @Test
    void allocate_reusedSlot_isCleared() {
        int slot = table.allocate(1);
        fields().forEach(field -> field.writer.set(slot, field.max));
        table.free(slot);
        assertThat(table.allocate(2)).isEqualTo(slot);
        assertThat(table.id(slot)).isEqualTo(2);
        for (Field field : fields()) {
            assertThat(field.reader.of(slot)).as(field.name).isZero();
        }
    }

    @Test
    void free_freeSlot_throws() {
        int slot = table.allocate(1);
        table.allocate(2);
        table.free(slot);
        assertThatThrownBy(() -> table.free(slot)).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void free_lastTasksOfHighChunks_givesThemBack() {
        List<Integer> slots = new ArrayList<>();
        for (int id = 1; id < 10 * CHUNK; id++) {
            slots.add(table.allocate(id));
        }
        assertThat(table.slotEnd()).isEqualTo(10 * CHUNK);
        slots.subList(CHUNK, slots.size()).forEach(table::free);
        assertThat(table.slotEnd()).as("the last chunk is open and stays").isEqualTo(10 * CHUNK);
        assertThat(table.chunkCount()).isLessThanOrEqualTo(3);
        assertThat(table.taskCount()).isEqualTo(CHUNK);
        for (int id = 1; id <= CHUNK; id++) {
            table.allocate(id);
        }
        int low = table.allocate(1);
        assertThat(low).as("the next chunk is the lowest with room").isLessThan(2 * CHUNK);
    }

    @Test
    void allocate_slotZero_isNeverGiven() {
        for (int id = 1; id <= 3 * CHUNK; id++) {
            assertThat(table.allocate(id)).isPositive();
        }
    }

    @Test
    void allocate_whileTheFirstChunkGrows_keepsWhatIsThere() {
        List<Integer> slots = new ArrayList<>();
        for (int id = 1; id <= CHUNK; id++) {
            int slot = table.allocate(id);
            assertThat(slots).as("every slot of the small chunk is used before it grows").hasSize(slot - 1);
            slots.add(slot);
            table.position(slot, id);
            int end = table.slotEnd();
            assertThat(table.nextUsed(slot + 1, end)).as("nothing lies beyond the last of %s", id).isEqualTo(end);
        }
        for (int slot : slots) {
            assertThat(table.id(slot)).isEqualTo(slot);
            assertThat(table.position(slot)).isEqualTo(slot);
        }
    }

    @Test
    void nextUsed_emptyTable_isTheEnd() {
        assertThat(table.nextUsed(1, table.slotEnd())).isEqualTo(table.slotEnd());
        assertThat(table.nextUsed(1, 5_000)).isEqualTo(5_000);
    }

    @Test
    void allocateAndFree_randomly_nextUsedSeesExactlyTheTasks() {
        Fixture.seeds(4, random -> {
            TaskTable tested = new TaskTable();
            TreeMap<Integer, Long> reference = new TreeMap<>();
            long id = 0;
            for (int phase = 0; phase < 6; phase++) {
                for (int count = random.nextInt(4 * CHUNK); count > 0; count--) {
                    int slot = tested.allocate(++id);
                    assertThat(reference.put(slot, id)).as("slot %s is given twice", slot).isNull();
                }
                int from = random.nextInt(tested.slotEnd() + 1);
                int to = random.nextBoolean() ? tested.slotEnd() : from + random.nextInt(3 * CHUNK);
                int keepOne = 1 + random.nextInt(3_000);
                List.copyOf(reference.subMap(from, Math.max(from, to)).keySet()).forEach(slot -> {
                    if (random.nextInt(keepOne) != 0) {
                        tested.free(slot);
                        reference.remove(slot);
                    }
                });
                assertThat(tested.taskCount()).isEqualTo(reference.size());
                List<Integer> seen = new ArrayList<>();
                int end = tested.slotEnd();
                for (int slot = tested.nextUsed(1, end); slot < end; slot = tested.nextUsed(slot + 1, end)) {
                    seen.add(slot);
                }
                assertThat(seen).isEqualTo(List.copyOf(reference.keySet()));
                reference.forEach((slot, expected) -> assertThat(tested.id(slot)).isEqualTo(expected));
                int chunksInUse = (int) reference.keySet().stream().map(s -> s / CHUNK).distinct().count();
                assertThat(tested.chunkCount()).isBetween(chunksInUse, chunksInUse + 1);
            }
        });
    }
}
