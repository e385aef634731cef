package dev.millrace.bench.peers;

import java.io.PrintStream;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.ToDoubleFunction;

/** What a load has shown of each server, round by round, and in the end beside one another. */
final class Table {
    private final ServerLoad load;
    private final String title;
    private final Map<Peer, List<Measured>> rounds = new EnumMap<>(Peer.class);

    Table(ServerLoad load, Peer.Promise promise) {
        this.load = load;
        this.title = promise + ", " + load.title();
    }

    void add(Peer peer, Measured measured) {
        rounds.computeIfAbsent(peer, none -> new ArrayList<>()).add(measured);
    }

    /** One round's line. */
    void print(PrintStream out, int round, Peer peer, Measured measured) {
        out.printf(
                Locale.ROOT,
                "%-5s %d  %-15s %,11.0f  server %6.2f µs  p50 %,.0f µs  p99 %,.0f µs  generator %.0f %%%n",
                load.name().toLowerCase(Locale.ROOT),
                round,
                peer.title(),
                load.figure(measured),
                measured.serverUs(),
                measured.p50us(),
                measured.p99us(),
                100 * measured.generatorShare());
    }

    /** Medians with the lowest and the highest, and how Millrace compares: more is better, for a wake less. */
    void print(PrintStream out) {
        out.printf("%n%s%n", title);
        out.printf(
                Locale.ROOT,
                "  %-15s %38s %10s %12s %10s %10s %10s%n",
                "", "median (lowest – highest)", "millrace ×", "server µs", "p50 µs", "p99 µs", "generator");
        for (Map.Entry<Peer, List<Measured>> row : rounds.entrySet()) {
            List<Measured> measured = row.getValue();
            List<Double> figures = sorted(measured, load::figure);
            out.printf(
                    Locale.ROOT,
                    "  %-15s %38s %10s %12.2f %,10.0f %,10.0f %8.0f %%%n",
                    row.getKey().title(),
                    String.format(
                            Locale.ROOT, "%,.0f (%,.0f – %,.0f)", median(figures), figures.getFirst(), figures.getLast()),
                    ratio(row.getKey()),
                    median(sorted(measured, Measured::serverUs)),
                    median(sorted(measured, Measured::p50us)),
                    median(sorted(measured, Measured::p99us)),
                    100 * median(sorted(measured, Measured::generatorShare)));
        }
    }

    private String ratio(Peer peer) {
        List<Measured> own = rounds.get(Peer.MILLRACE);
        List<Measured> others = rounds.get(peer);
        if (own == null || others == null || peer == Peer.MILLRACE) {
            return "";
        }
        return String.format(Locale.ROOT, "%.2f", median(sorted(own, load::figure)) / median(sorted(others, load::figure)));
    }

    private static List<Double> sorted(List<Measured> measured, ToDoubleFunction<Measured> figure) {
        return measured.stream().map(figure::applyAsDouble).sorted(Comparator.naturalOrder()).toList();
    }

    private static double median(List<Double> sorted) {
        int half = sorted.size() / 2;
        return sorted.size() % 2 == 1 ? sorted.get(half) : (sorted.get(half - 1) + sorted.get(half)) / 2;
    }
}
