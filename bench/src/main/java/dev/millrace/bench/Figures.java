package dev.millrace.bench;

import java.io.PrintStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * What was measured, round by round. Each figure is printed as it comes, and in the end the median of each kind with
 * the lowest and the highest, since a mean hides what a shared machine does.
 */
final class Figures {
    private final PrintStream out;
    private final Map<String, List<Double>> rounds = new LinkedHashMap<>();

    /** Prints what runs and on what, so that the output can be repeated and compared. */
    Figures(PrintStream out, String command) {
        this.out = out;
        out.printf(
                Locale.ROOT,
                "%s%n  JDK %s, %d processors, heap of %,d MiB%n",
                command,
                Runtime.version(),
                Runtime.getRuntime().availableProcessors(),
                Runtime.getRuntime().maxMemory() >> 20);
    }

    /** Adds a round's figure; the kind is what and unit together. */
    void add(String what, double value, String unit) {
        out.printf(Locale.ROOT, "%-34s %,16.2f %s%n", what, value, unit);
        rounds.computeIfAbsent(what + "\t" + unit, kind -> new ArrayList<>()).add(value);
    }

    /** Adds a round's latencies, as their p50, p90, p99 and the highest. Sorts them. */
    void addLatencies(String what, long[] ns) {
        Arrays.sort(ns);
        add(what + " p50", ns[ns.length / 2] / 1e3, "µs");
        add(what + " p90", ns[(int) (ns.length * 9L / 10)] / 1e3, "µs");
        add(what + " p99", ns[(int) (ns.length * 99L / 100)] / 1e3, "µs");
        add(what + " highest", ns[ns.length - 1] / 1e3, "µs");
    }

    /** Of the rounds so far. */
    double median(String what, String unit) {
        List<Double> values = rounds.getOrDefault(what + "\t" + unit, List.of());
        if (values.isEmpty()) {
            throw new IllegalArgumentException("nothing was added as " + what + " in " + unit);
        }
        return median(values.stream().sorted().toList());
    }

    /** Prints the table, if there is anything for one. */
    void conclude() {
        if (rounds.isEmpty()) {
            return;
        }
        out.printf("%nmedian (lowest – highest), rounds%n");
        rounds.forEach((kind, values) -> {
            List<Double> sorted = values.stream().sorted().toList();
            String[] whatAndUnit = kind.split("\t", 2);
            out.printf(
                    Locale.ROOT,
                    "%-34s %,16.2f (%,.2f – %,.2f) %s, %d%n",
                    whatAndUnit[0],
                    median(sorted),
                    sorted.getFirst(),
                    sorted.getLast(),
                    whatAndUnit[1],
                    sorted.size());
        });
    }

    private static double median(List<Double> sorted) {
        int half = sorted.size() / 2;
        return sorted.size() % 2 == 1 ? sorted.get(half) : (sorted.get(half - 1) + sorted.get(half)) / 2;
    }
}
