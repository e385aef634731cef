package dev.millrace.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

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
