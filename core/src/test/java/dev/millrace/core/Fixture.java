package dev.millrace.core;

import java.util.Random;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** What tests of the small parts share: tasks without a log, and random runs that print their seed when they fail. */
final class Fixture {
    static final long EPOCH_MS = 1_700_000_000_000L;
    static final CoreSettings SETTINGS = settings(1_000, 100);

    private Fixture() {}

    /** How long producers are kept. */
    static final long PRODUCER_KEEP_MS = 10_000;

    static CoreSettings settings(int producersMax, int idleQueuesMax) {
        return new CoreSettings(1_000, producersMax, PRODUCER_KEEP_MS, idleQueuesMax, 0, 1, 2, failures -> 100L * failures);
    }

    /** A put without anything but this. */
    static PutCommand put(long delayMs, long priority, int maxAttempts, @Nullable String producer, long sequence) {
        return new PutCommand(
                delayMs, priority, maxAttempts, 0, 0, null, KeyRule.KEEP, null, 0, producer, sequence);
    }

    /** A ready task, defined but in no state. */
    static int create(Tasks tasks, QueueState queue, long id, long priority) {
        int slot = tasks.create(queue, id);
        tasks.define(slot, id, new TaskRecord(
                queue.number, id, State.READY, 0, 0, 0, priority, 0, 0, 0, 0, null, null, 0, 0, null, 0, null));
        return slot;
    }

    /** Runs with so many seeds; a failure names its seed. */
    static void seeds(int count, Consumer<Random> run) {
        for (long seed = 1; seed <= count; seed++) {
            try {
                run.accept(new Random(seed));
            } catch (RuntimeException | AssertionError e) {
                throw new AssertionError("seed " + seed + ": " + e.getMessage(), e);
            }
        }
    }
}
