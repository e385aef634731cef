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
 * then makes it short. Tells its sums and writes the coverage every {@link #SEEDS_A_REPORT} seeds, and once more when it is told to
 * stop, so that a run that is cut short has lost nothing.
 */
final class LongRun {
    private static final int SEEDS_A_REPORT = 50;

    private final long[] steps = new long[Simulated.values().length];
    private final Coverage coverage = new Coverage();
    private final long first;
    private final Path table;
    private long next;
    private int findings;
    private volatile boolean stopping;

    private LongRun(long first, Path table) {
        this.first = first;
        this.next = first;
        this.table = table;
    }

    /** Plays. */
    public static void main(String[] arguments) throws IOException {
        LongRun run = new LongRun(Long.parseLong(arguments[0]), Path.of(arguments[2]));
        Thread player = Thread.currentThread();
        Runtime.getRuntime().addShutdownHook(new Thread(() -> run.stop(player)));
        run.play(System.nanoTime() + TimeUnit.SECONDS.toNanos(Long.parseLong(arguments[1])));
    }

    private void play(long endNanos) throws IOException {
        while (!stopping && System.nanoTime() < endNanos) {
            playSeed();
            if ((next - first) % SEEDS_A_REPORT == 0) {
                report();
            }
        }
        report();
    }

    /** Lets the seed that is being played end, with its report, before the process goes. */
    private void stop(Thread player) {
        stopping = true;
        try {
            player.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void playSeed() {
        long seed = next++;
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

    private void report() throws IOException {
        Files.writeString(table, coverage.crashes() + " crashes\n\n" + coverage.table());
        long sum = 0;
        StringBuilder text = new StringBuilder();
        for (Simulated simulated : Simulated.values()) {
            sum += steps[simulated.ordinal()];
            text.append(' ').append(simulated).append('=').append(steps[simulated.ordinal()]);
        }
        System.out.println("seeds=" + first + "-" + (next - 1) + " steps=" + sum + " crashes=" + coverage.crashes()
                + " findings=" + findings + text);
    }
}
