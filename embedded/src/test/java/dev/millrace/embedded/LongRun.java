package dev.millrace.embedded;

import dev.millrace.testkit.model.Difference;
import dev.millrace.testkit.model.Undecided;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.concurrent.TimeUnit;

/**
 * Plays seeds for some time, each with all that is {@link Simulated}, and says how many steps were played and which
 * crashes were met: {@code LongRun firstSeed seconds coverage.md}. Goes on after a finding, which it names by its seed;
 * {@link SimulatorTest} then makes it short. What the checker gave up is neither passed nor a finding; it is counted
 * and named by itself. Tells its sums and writes the coverage every {@link #SEEDS_A_REPORT} seeds, and once more when
 * it is told to stop, so that a run that is cut short has lost nothing.
 */
final class LongRun {
    private static final int SEEDS_A_REPORT = 50;
    /** So many undecided seeds are named in the sums; each has a line of its own besides. */
    private static final int UNDECIDED_NAMED_MAX = 100;

    private final long[] steps = new long[Simulated.values().length];
    private final Coverage coverage = new Coverage();
    private final long first;
    private final Path table;
    private long next;
    private int findings;
    private int undecided;
    private final StringBuilder undecidedSeeds = new StringBuilder();
    private volatile boolean stopping;

    LongRun(long first, Path table) {
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
                System.out.println(note(simulated, seed, difference));
            }
        }
    }

    /** Counts what was not passed; a line about it. */
    String note(Simulated simulated, long seed, Difference difference) {
        boolean isFinding = !(difference instanceof Undecided);
        if (isFinding) {
            findings++;
        } else if (undecided++ < UNDECIDED_NAMED_MAX) {
            undecidedSeeds.append(' ').append(simulated).append(':').append(seed);
        }
        return (isFinding ? "finding " : "undecided ") + simulated + " seed=" + seed + ": " + difference.getMessage();
    }

    private void report() throws IOException {
        Files.writeString(table, coverage.crashes() + " crashes\n\n" + coverage.table());
        System.out.println(sums());
    }

    String sums() {
        long sum = 0;
        StringBuilder text = new StringBuilder();
        for (Simulated simulated : Simulated.values()) {
            sum += steps[simulated.ordinal()];
            text.append(' ').append(simulated).append('=').append(steps[simulated.ordinal()]);
        }
        return "seeds=" + first + "-" + (next - 1) + " steps=" + sum + " crashes=" + coverage.crashes()
                + " findings=" + findings + " undecided=" + undecided + undecidedSeeds + text;
    }
}
