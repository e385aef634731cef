package dev.millrace.bench;

import dev.millrace.api.AsyncTaskQueue;
import dev.millrace.api.Durability;
import dev.millrace.api.Millrace;
import dev.millrace.api.Put;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;
import java.util.function.IntFunction;

/**
 * Cycles a second with small and large backlogs and with what tasks can have. Each round has two turns, one with a
 * plain backlog of a thousand and one with what is asked about; what counts is their ratio, since a shared machine
 * changes its mind between rounds.
 */
final class Rates {
    private static final int BACKLOG_OF_BASE = 1_000;
    private static final int GROUPS = 1_000;
    private static final int GROUP_LIMIT = 4;
    private static final int PRIORITIES = 2_000;
    private static final int KEEP_EVERY = 10;

    /** What the tasks have, those of the backlog and those of the cycles. */
    enum Feature {
        /** Nothing. */
        PLAIN,
        /** The backlog is due in hours, and a cycle's task after 1 to 3 ms. */
        DELAY,
        /** One of 2,000 priorities. */
        PRIORITY,
        /** One of 1,000 groups, of which 4 tasks are taken at once. */
        GROUP,
        /** Nothing, but one cycle in ten is never acked. */
        KEPT
    }

    private final Arguments arguments;
    private final Figures figures;
    private final SplittableRandom random = new SplittableRandom(20_261_122);
    private final int n;
    private final int rounds;
    private final Load load;

    Rates(Arguments arguments, Figures figures) {
        this.arguments = arguments;
        this.figures = figures;
        this.n = arguments.number("n", 1_000, 100_000_000);
        this.rounds = arguments.number("rounds", 1, 1_000);
        this.load = new Load(arguments.number("window", 1, GROUPS * GROUP_LIMIT));
    }

    void run() throws InterruptedException {
        List<Integer> backlogs = arguments.numbers("backlogs", 1_000, 100_000_000);
        List<Feature> features = arguments.constants("features", Feature.class);
        Durability durability = arguments.constant("durability", Durability.class);
        try (Place place = Place.own(durability);
                Millrace mill = place.open()) {
            AsyncTaskQueue<byte[]> base = mill.queue("base").async();
            load.puts(base, BACKLOG_OF_BASE, options(Feature.PLAIN));
            load.cycles(base, n, options(Feature.PLAIN), 0); // compiles the code
            for (int backlog : backlogs) {
                for (Feature feature : features) {
                    try (Place other = Place.own(durability);
                            Millrace otherMill = other.open()) {
                        compare(base, otherMill.queue("bench").async(), backlog, feature);
                    }
                }
            }
        }
    }

    private void compare(AsyncTaskQueue<byte[]> base, AsyncTaskQueue<byte[]> queue, int backlog, Feature feature)
            throws InterruptedException {
        String what = String.format(Locale.ROOT, "%s, %,d", feature, backlog).toLowerCase(Locale.ROOT);
        load.puts(queue, backlog, feature == Feature.DELAY ? index -> inHours() : options(feature));
        load.cycles(queue, Math.min(n, 50_000), options(feature), 0); // the first segments, and what only this feature needs
        for (int round = 0; round < rounds; round++) {
            double baseRate = turn(base, Feature.PLAIN);
            double rate = turn(queue, feature);
            figures.add(what, rate, "cycles a second");
            figures.add(what + ": of plain, 1,000", rate / baseRate, "times");
        }
    }

    private double turn(AsyncTaskQueue<byte[]> queue, Feature feature) throws InterruptedException {
        long startNs = System.nanoTime();
        load.cycles(queue, n, options(feature), feature == Feature.KEPT ? KEEP_EVERY : 0);
        return n * 1e9 / (System.nanoTime() - startNs);
    }

    private Put inHours() {
        return Put.delay(Duration.ofMillis(3_600_000L + random.nextInt(36_000_000)));
    }

    private IntFunction<Put> options(Feature feature) {
        return switch (feature) {
            case PLAIN, KEPT -> index -> Put.options();
            case DELAY -> index -> Put.delay(Duration.ofMillis(1 + random.nextInt(3)));
            case PRIORITY -> index -> Put.priority(random.nextInt(PRIORITIES));
            case GROUP -> index -> Put.group("group-" + index % GROUPS, GROUP_LIMIT);
        };
    }
}
