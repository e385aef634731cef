package dev.millrace.embedded;

import dev.millrace.testkit.model.Difference;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.concurrent.TimeUnit;

/**
 * Plays seeds for some time, each with all that is {@link Simulated}, and says how many steps were played and which crashes were
 * met: {@code LongRun firstSeed seconds coverage.md}. Goes on after a finding, which it names by its seed; {@link SimulatorTest}
 * then makes it short.
 */
final class LongRun {
    private final long[] steps = new long[Simulated.values().length];
    private final Coverage coverage = new Coverage();
    private int findings;

    private LongRun() {}

    /** Plays. */
    public static void main(String[] arguments) throws IOException {
        LongRun run = new LongRun();
        long first = Long.parseLong(arguments[0]);
        long endNanos = System.nanoTime() + TimeUnit.SECONDS.toNanos(Long.parseLong(arguments[1]));
        long seed = first;
        while (System.nanoTime() < endNanos) {
            run.play(seed++);
        }
        Files.writeString(Path.of(arguments[2]), run.coverage.crashes() + " crashes\n\n" + run.coverage.table());
        run.report(first, seed - 1);
    }

    private void play(long seed) {
        for (Simulated simulated : Simulated.values()) {
            Simulation simulation = simulated.simulation(coverage);
            Difference difference = simulation.tryRun(seed, simulated.steps, new ArrayList<>());
            steps[simulated.ordinal()] += simulation.steps();
            if (difference != null) {
                findings++;
                System.out.println("finding " + simulated + " seed=" + seed + ": " + difference.getMessage());
            }
        }
    }

    private void report(long first, long last) {
        long sum = 0;
        StringBuilder text = new StringBuilder();
        for (Simulated simulated : Simulated.values()) {
            sum += steps[simulated.ordinal()];
            text.append(' ').append(simulated).append('=').append(steps[simulated.ordinal()]);
        }
        System.out.println("seeds=" + first + "-" + last + " steps=" + sum + " crashes=" + coverage.crashes() + " findings=" + findings
                + text);
    }
}
