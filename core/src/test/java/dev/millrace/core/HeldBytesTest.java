package dev.millrace.core;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A multitude leaves nothing behind in memory (G1), by the machine's own reckoning. */
class HeldBytesTest {
    private static final int COUNT = 10_000;
    /** How long a producer is kept. */
    private static final long KEEP_MS = 10_000_000;
    /** What small structures may keep, whatever they once held. */
    private static final long KEPT_MAX = 8_192;
    /** Of a task that is the last one in its chunk, and has an extension that is. */
    private static final long CHUNKS_BYTES = Rows.CHUNK_ROWS * (13L * Long.BYTES + 2 * HeldBytes.REFERENCE);

    private final World world = new World(
            new CoreSettings(COUNT, COUNT, KEEP_MS, 2, 0, 1, 2, failures -> 0L), 100_000_000);
    private final CoreSession session = world.open("A", 0);
    private long atFirst;

    /** One of each kind comes and goes, so that what every machine has after its first task is there. */
    @BeforeEach
    void one() {
        for (String queue : List.of("q", "first", "second")) {
            put(queue, 10, 20, "key", "group");
            world.advance(10);
            ackAll(queue);
            wait(queue, "token");
            machine().cancel(session, "token");
        }
        atFirst = machine().heldBytes();
    }

    @Test
    void queues_veryMany_leaveNothingBehind() {
        for (int index = 0; index < COUNT; index++) {
            put("queue-" + index, 0, 0, null, null);
        }
        assertMuch();
        for (int index = 0; index < COUNT; index++) {
            ackAll("queue-" + index);
        }
        assertNothingLeft();
    }

    @Test
    void queues_veryManyButTheLastOne_leaveLittleBehind() {
        for (int index = 0; index <= COUNT; index++) {
            put("queue-" + index, 0, 0, null, null);
        }
        for (int index = 0; index < COUNT; index++) {
            ackAll("queue-" + index);
        }
        assertThat(machine().heldBytes()).as("a chunk and a page of numbers more").isLessThan(atFirst + CHUNKS_BYTES + 2 * KEPT_MAX);
        ackAll("queue-" + COUNT);
        assertNothingLeft();
    }

    @Test
    void keys_veryMany_leaveNothingBehind() {
        for (int index = 0; index < COUNT; index++) {
            put("q", 0, 0, "key-" + index, null);
        }
        assertMuch();
        ackAll("q");
        assertNothingLeft();
    }

    @Test
    void groups_veryMany_leaveNothingBehind() {
        put("q", 1_000_000, 0, null, "lasting");
        for (int index = 0; index < COUNT; index++) {
            put("q", 0, 0, null, "group-" + index);
        }
        assertMuch();
        ackAll("q");
        assertThat(machine().heldBytes()).as("with one group left, its chunk, and that of the next task").isLessThan(atFirst + 2 * CHUNKS_BYTES + KEPT_MAX);
        world.advance(1_000_000);
        ackAll("q");
        assertNothingLeft();
    }

    @Test
    void producers_veryManyInOneQueueAndInMany_leaveNothingBehindOnceForgotten() {
        for (int index = 0; index < COUNT; index++) {
            String queue = index % 2 == 0 ? "q" : "queue-" + index;
            machine().put(session, "", queue, Fixture.put(0, 1_000, 0, "producer-" + index, 1), "");
            ackAll(queue);
        }
        assertMuch();
        world.advance(KEEP_MS);
        assertThat(machine().heldBytes()).as("with a small map of names").isLessThan(atFirst + 2 * KEPT_MAX);
    }

    @Test
    void timers_veryMany_leaveNothingBehind() {
        for (int index = 0; index < COUNT; index++) {
            put("q", index % 2 == 0 ? 100 : 0, 200, null, null);
        }
        assertMuch();
        world.advance(200);
        assertNothingLeft();
    }

    @Test
    void leases_veryMany_leaveNothingBehind() {
        PutCommand limited = new PutCommand(0, 1_000, 0, 50, 0, null, KeyRule.KEEP, null, 0, null, 0);
        for (int index = 0; index < COUNT; index++) {
            machine().put(session, "", "q", limited, "");
        }
        machine().takeMany(session, "", List.of("q"), COUNT, 0);
        assertMuch();
        world.advance(50);
        while (machine().expire()) {
            // The next slice.
        }
        ackAll("q");
        assertNothingLeft();
    }

    @Test
    void purged_veryMany_leaveNothingBehindOnceSwept() {
        for (int index = 0; index < COUNT; index++) {
            put("q", 0, index % 2, "key-" + index, "group-" + index);
        }
        machine().takeMany(session, "", List.of("q"), COUNT / 2, 0);
        machine().purge(session, "", "q");
        assertMuch();
        while (machine().sweep()) {
            // The next slice.
        }
        assertNothingLeft();
    }

    @Test
    void buried_veryMany_leaveNothingBehind() {
        for (int index = 0; index < COUNT; index++) {
            put("q", 0, 0, null, null);
            machine().take(session, "", List.of("q"), 0);
            machine().bury(session, "", "q", world.lastStored, 0, "for a reason");
        }
        assertMuch();
        for (long id = world.lastStored; id > world.lastStored - COUNT; id--) {
            machine().delete(session, "", "q", id, false);
        }
        assertNothingLeft();
    }

    @Test
    void waits_veryMany_leaveNothingBehind() {
        for (int index = 0; index < COUNT; index++) {
            wait("queue-" + index, "token-" + index);
        }
        assertMuch();
        world.advance(60_000);
        assertNothingLeft();
    }

    @Test
    void sessions_veryMany_leaveNothingBehind() {
        for (int index = 0; index < COUNT; index++) {
            world.open("session-" + index, 1_000);
        }
        assertThat(machine().heldBytes()).isGreaterThan(atFirst + 5L * COUNT);
        world.advance(1_000);
        while (machine().expire()) {
            // The next slice.
        }
        assertNothingLeft();
    }

    private void assertMuch() {
        assertThat(machine().heldBytes()).as("while they are there").isGreaterThan(atFirst + 20L * COUNT);
    }

    private void assertNothingLeft() {
        assertThat(machine().heldBytes()).as("when they have gone").isLessThan(atFirst + KEPT_MAX);
    }

    private void put(String queue, long delayMs, long ttlMs, @Nullable String key, @Nullable String group) {
        machine().put(
                session,
                "",
                queue,
                new PutCommand(delayMs, 1_000, 0, 0, ttlMs, key, KeyRule.KEEP, group, group == null ? 0 : 1, null, 0),
                "");
    }

    private void wait(String queue, String token) {
        machine().take(session, token, List.of(queue), 60_000);
    }

    private void ackAll(String queue) {
        world.lastTaken = null;
        machine().take(session, "", List.of(queue), 0);
        while (world.lastTaken != null) {
            TaskView taken = Objects.requireNonNull(world.lastTaken);
            machine().ack(session, "", queue, taken.id(), 0);
            world.lastTaken = null;
            machine().take(session, "", List.of(queue), 0);
            world.drain();
        }
    }

    private TaskMachine<String> machine() {
        return world.machine;
    }
}
