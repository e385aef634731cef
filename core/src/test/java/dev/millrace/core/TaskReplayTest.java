package dev.millrace.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What is made of logs that only a cleaner leaves: parts of a task's life, whose others were freed. */
class TaskReplayTest {
    private final World world = new World(Fixture.settings(10, 10), 100);

    /** It lost the key to a successor that is gone, with all that was written of it. */
    @Test
    void task_writtenAgainWithoutItsKey_hasLostIt() {
        world.log.queue(1, "q", QueueConfig.DEFAULT);
        world.log.task(record(1, State.TAKEN, "key", 0), "");
        world.log.task(record(1, State.BURIED, null, 0), "");
        world.reopen(true);

        world.machine.put(world.open("A", 0), "", "q", keyed(), "new");

        assertThat(world.lastStored).as("a task of its own").isEqualTo(2);
    }

    /**
     * The task was copied while it had the key; its successor lived and died in segments that were older, and are
     * freed.
     */
    @Test
    void bury_successorTakesTheKeyAndIsForgotten_keyStaysLost() {
        World small = new World(Fixture.settings(10, 10), 4);
        CoreSession session = small.open("A", 0);
        put(small, session, KeyRule.KEEP, "old");
        small.machine.take(session, "", List.of("q"), 0);
        fillSegment(small, session);
        put(small, session, KeyRule.RERUN, "successor");
        long successor = small.lastStored;
        small.log.clean(small.machine);
        small.machine.bury(session, "", "q", 1, 0, "no luck");
        small.machine.take(session, "", List.of("q"), 0);
        small.machine.ack(session, "", "q", successor, 0);
        fillSegment(small, session);
        small.log.settle(small.machine);
        assertThat(small.log.firstSegment()).as("the successor's segment is freed").isEqualTo(2);

        small.reopen(false);

        long next = small.machine.nextId();
        put(small, small.open("B", 0), KeyRule.KEEP, "new");
        assertThat(small.lastStored).as("a task of its own").isEqualTo(next);
    }

    /**
     * The other way to lose a key: to a put that finds the task buried. All that says it had the key is older than that
     * put.
     */
    @Test
    void put_takesTheKeyOfABuriedTaskAndIsForgotten_keyStaysLost() {
        World small = new World(Fixture.settings(10, 10), 4);
        CoreSession session = small.open("A", 0);
        put(small, session, KeyRule.KEEP, "old");
        small.machine.take(session, "", List.of("q"), 0);
        small.machine.bury(session, "", "q", 1, 0, "no luck");
        fillSegment(small, session);
        small.log.clean(small.machine);
        put(small, session, KeyRule.RERUN, "new");
        small.machine.delete(session, "", "q", small.lastStored, false);
        fillSegment(small, session);
        small.log.settle(small.machine);
        assertThat(small.log.firstSegment()).as("the segments before the copy are freed").isPositive();

        small.reopen(false);

        long next = small.machine.nextId();
        put(small, small.open("B", 0), KeyRule.KEEP, "new");
        assertThat(small.lastStored).as("a task of its own").isEqualTo(next);
    }

    /** Tasks that come and go at once, until the next segment has begun. */
    private static void fillSegment(World in, CoreSession session) {
        for (int count = 0; count < 2; count++) {
            in.machine.put(session, "", "q", Fixture.put(0, 1_000, 0, null, 0), "");
            in.machine.delete(session, "", "q", in.lastStored, false);
        }
    }

    private static void put(World in, CoreSession session, KeyRule rule, String payload) {
        in.machine.put(session, "", "q", new PutCommand(0, 1_000, 0, 0, 0, "key", rule, null, 0, null, 0), payload);
    }

    @Test
    void task_writtenAgainWithoutItsKey_thoughOneWaitsForIt_isAContradiction() {
        world.log.queue(1, "q", QueueConfig.DEFAULT);
        world.log.task(record(1, State.TAKEN, "key", 0), "");
        world.log.task(record(2, State.DELAYED, "key", 1), "");
        world.log.task(record(1, State.BURIED, null, 0), "");

        assertThatIllegalArgumentException()
                .isThrownBy(() -> world.reopen(true))
                .withMessageContaining("task 1 has a successor");
    }

    private static PutCommand keyed() {
        return new PutCommand(0, 1_000, 0, 0, 0, "key", KeyRule.KEEP, null, 0, null, 0);
    }

    private static TaskRecord record(long id, State state, @Nullable String key, long firstId) {
        return new TaskRecord(1, id, state, 0, 0, 0, 1_000, 0, 1, 0, 0, key, null, 0, firstId, null, 0, null);
    }
}
