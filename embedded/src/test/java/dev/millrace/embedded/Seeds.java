package dev.millrace.embedded;

import dev.millrace.testkit.model.Difference;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Which seeds to play, and how long: a fixed number, so that a run is the same everywhere, or what the command line
 * says.
 */
final class Seeds {
    private static final @Nullable Long SEED = Long.getLong("millrace.sim.seed");
    private static final @Nullable Long FIRST = Long.getLong("millrace.sim.first");
    private static final @Nullable Integer SEEDS = Integer.getInteger("millrace.sim.seeds");
    private static final @Nullable Integer STEPS = Integer.getInteger("millrace.sim.steps");
    private static final int THREADS =
            Integer.getInteger("millrace.sim.threads", Math.min(2, Runtime.getRuntime().availableProcessors()));

    private Seeds() {}

    /**
     * Plays so many seeds of so many steps, unless told otherwise, on a few threads; the steps played.
     *
     * @param simulations makes one for each thread
     */
    static long play(Supplier<Simulation> simulations, int seeds, int steps) {
        long first = SEED != null ? SEED : FIRST != null ? FIRST : 1;
        long count = SEED != null ? 1 : SEEDS != null ? SEEDS : seeds;
        AtomicLong next = new AtomicLong(first);
        List<Future<Long>> played = new ArrayList<>();
        try (ExecutorService threads = Executors.newFixedThreadPool(THREADS)) {
            for (int thread = 0; thread < THREADS; thread++) {
                Simulation simulation = simulations.get();
                played.add(threads.submit(() -> {
                    for (long seed = next.getAndIncrement(); seed < first + count; seed = next.getAndIncrement()) {
                        simulation.run(seed, STEPS != null ? STEPS : steps);
                    }
                    return simulation.steps();
                }));
            }
        }
        return played.stream().mapToLong(Seeds::stepsOf).sum();
    }

    private static long stepsOf(Future<Long> played) {
        try {
            return played.get();
        } catch (ExecutionException e) {
            throw e.getCause() instanceof Difference difference ? difference : new IllegalStateException(e.getCause());
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Whether the numbers are the usual ones. */
    static boolean areUsual() {
        return SEED == null && SEEDS == null && STEPS == null;
    }
}
