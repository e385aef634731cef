package dev.millrace.bench;

import dev.millrace.journal.Durability;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The journal beside a bare loop that writes as many bytes a commit and, with SYNC, does one fdatasync. They take turns
 * of a fraction of a second, since a shared disk changes its mind; so what counts is the ratio of a turn to its
 * neighbour, and the median of those.
 */
final class JournalRatio {
    private final Arguments arguments;
    private final Figures figures;
    private final long turnNs;

    private JournalRatio(Arguments arguments) {
        this.arguments = arguments;
        this.turnNs = arguments.number("turnMs", 1, 60_000) * 1_000_000L;
        this.figures = new Figures(System.out, "bench/journal " + arguments);
    }

    /** {@code [key=value …]}; see bench/journal. */
    public static void main(String[] given) throws IOException {
        try {
            new JournalRatio(Arguments.parse(List.of(given), defaults())).run();
        } catch (Arguments.BadArgumentException e) {
            System.err.println("bench: " + e.getMessage());
            System.exit(2);
        }
    }

    static Map<String, String> defaults() {
        Map<String, String> defaults = new LinkedHashMap<>();
        defaults.put("durability", "SYNC");
        defaults.put("commits", "1,16,256,4096");
        defaults.put("turnMs", "500");
        defaults.put("rounds", "10");
        return defaults;
    }

    private void run() throws IOException {
        List<Durability> durabilities = arguments.constants("durability", Durability.class);
        List<Integer> commits = arguments.numbers("commits", 1, 10_000);
        int rounds = arguments.number("rounds", 1, 10_000);
        for (Durability durability : durabilities) {
            for (int pairs : commits) {
                compare(durability, pairs, rounds);
            }
        }
        figures.conclude();
    }

    private void compare(Durability durability, int pairs, int rounds) throws IOException {
        String what = durability + ", commits of " + pairs;
        Path folder = Folders.make();
        try (JournalLoad journal = new JournalLoad(folder.resolve("journal"), durability)) {
            journal.grow(); // as the bare loop's blocks are written before it begins
            int bytes = journal.commitBytes(pairs);
            try (BareLoop bare = new BareLoop(folder.resolve("bare"), bytes, durability == Durability.SYNC)) {
                // The first turns compile the code.
                turn(() -> journal.commit(pairs));
                turn(bare::commit);
                for (int round = 0; round < rounds; round++) {
                    double journalRate = turn(() -> journal.commit(pairs));
                    double bareRate = turn(bare::commit);
                    figures.add(what + ": journal", journalRate * pairs, "pairs a second");
                    figures.add(what + ": bare", bareRate * pairs, "pairs a second");
                    figures.add(what + ": bare / journal", bareRate / journalRate, "times");
                }
            }
        } finally {
            Folders.delete(folder);
        }
    }

    /** Commits for the time of a turn; returns how many a second. */
    private double turn(Commit commit) throws IOException {
        long startNs = System.nanoTime();
        long count = 0;
        long ns;
        do {
            commit.run();
            count++;
            ns = System.nanoTime() - startNs;
        } while (ns < turnNs);
        return count * 1e9 / ns;
    }

    /** One commit, of either. */
    private interface Commit {
        void run() throws IOException;
    }
}
