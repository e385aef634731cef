package dev.millrace.embedded;

import org.jspecify.annotations.Nullable;

/** Which seeds to play, and how long: a fixed number, so that a run is the same everywhere, or what the command line says. */
final class Seeds {
    private static final @Nullable Long SEED = Long.getLong("millrace.sim.seed");
    private static final @Nullable Long FIRST = Long.getLong("millrace.sim.first");
    private static final @Nullable Integer SEEDS = Integer.getInteger("millrace.sim.seeds");
    private static final @Nullable Integer STEPS = Integer.getInteger("millrace.sim.steps");

    private Seeds() {}

    /** Plays so many seeds of so many steps, unless told otherwise; the steps played. */
    static long play(Simulation simulation, int seeds, int steps) {
        long first = SEED != null ? SEED : FIRST != null ? FIRST : 1;
        long count = SEED != null ? 1 : SEEDS != null ? SEEDS : seeds;
        for (long seed = first; seed < first + count; seed++) {
            simulation.run(seed, STEPS != null ? STEPS : steps);
        }
        return simulation.steps();
    }

    /** Whether the numbers are the usual ones. */
    static boolean areUsual() {
        return SEED == null && SEEDS == null && STEPS == null;
    }
}
