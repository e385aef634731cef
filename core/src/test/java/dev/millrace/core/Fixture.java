package dev.millrace.core;

import java.util.Random;
import java.util.function.Consumer;

/** What tests of the small parts share: tasks without a log, and random runs that print their seed when they fail. */
final class Fixture {
    static final long EPOCH_MS = 1_700_000_000_000L;
    static final CoreSettings SETTINGS = settings(1_000, 100);

    private Fixture() {}

    static CoreSettings settings(int producersMax, int idleQueuesMax) {
        return new CoreSettings(1_000, producersMax, idleQueuesMax, 0, failures -> 100L * failures);
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
