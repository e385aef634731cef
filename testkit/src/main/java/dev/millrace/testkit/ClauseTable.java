package dev.millrace.testkit;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Which clause is proved by which tests on which engine: the committed list of clauses, {@code clauses.tsv}, held
 * against what {@link ClauseRecorder} wrote down. The list has four columns, separated by tabs: the clause; the engines
 * it binds, separated by spaces, {@code -} for a clause of the library that needs none; the engines that are exempt,
 * each with its reason, as in {@code memory: keeps nothing}, separated by semicolons; and the promise in short. Lines
 * that begin with {@code #} are remarks.
 */
public final class ClauseTable {
    private final List<Promise> promises;
    private final List<Outcome> outcomes;

    ClauseTable(List<Promise> promises, List<Outcome> outcomes) {
        this.promises = List.copyOf(promises);
        this.outcomes = List.copyOf(outcomes);
    }

    /** A line of the list. */
    record Promise(String clause, Set<String> engines, Map<String, String> exempt, String text) {
        static Promise parse(String line) {
            String[] columns = line.split("\t", -1);
            if (columns.length != 4) {
                throw new IllegalArgumentException("a clause has four columns, separated by tabs: " + line);
            }
            Map<String, String> exempt = new LinkedHashMap<>();
            for (String exemption : columns[2].split(";")) {
                String[] parts = exemption.strip().split(" ", 2);
                if (parts.length == 2) {
                    exempt.put(parts[0], parts[1]);
                } else if (!parts[0].isEmpty()) {
                    throw new IllegalArgumentException("an exemption needs its reason: " + line);
                }
            }
            return new Promise(columns[0], new LinkedHashSet<>(List.of(columns[1].split(" "))), exempt, columns[3]);
        }
    }

    /** A line that {@link ClauseRecorder} wrote. */
    record Outcome(String clause, String engine, String test, boolean passed) {
        static Outcome parse(String line) {
            String[] columns = line.split("\t", -1);
            if (columns.length != 4) {
                throw new IllegalArgumentException("an outcome has four columns, separated by tabs: " + line);
            }
            return new Outcome(columns[0], columns[1], columns[2], columns[3].equals("passed"));
        }
    }

    /**
     * Reads the list and the outcomes of the last test runs.
     *
     * @param modules folders of modules; one without outcomes adds none
     * @return the table, complete or not
     * @throws IOException when a file cannot be read
     */
    public static ClauseTable read(List<Path> modules) throws IOException {
        List<Outcome> outcomes = new ArrayList<>();
        for (Path module : modules) {
            Path folder = module.resolve("target/clauses");
            if (Files.isDirectory(folder)) {
                try (Stream<Path> files = Files.list(folder)) {
                    for (Path file : files.sorted().toList()) {
                        Files.readAllLines(file).stream().map(Outcome::parse).forEach(outcomes::add);
                    }
                }
            }
        }
        return new ClauseTable(listed(), outcomes);
    }

    static List<Promise> listed() throws IOException {
        InputStream list = Objects.requireNonNull(ClauseTable.class.getResourceAsStream("clauses.tsv"));
        try (BufferedReader lines = new BufferedReader(new InputStreamReader(list, StandardCharsets.UTF_8))) {
            return lines.lines()
                    .filter(line -> !line.isBlank() && !line.startsWith("#"))
                    .map(Promise::parse)
                    .toList();
        }
    }

    /**
     * {@return what is wrong, a sentence each: clauses without a passing test where one is owed, and tests of unknown
     * clauses}
     */
    public List<String> problems() {
        List<String> problems = new ArrayList<>();
        for (Promise promise : promises) {
            for (String engine : promise.engines()) {
                problem(promise, engine, problems);
            }
        }
        Set<String> known = promises.stream().map(Promise::clause).collect(Collectors.toSet());
        outcomes.stream()
                .filter(outcome -> !known.contains(outcome.clause()))
                .map(outcome -> outcome.test() + " names clause " + outcome.clause()
                        + ", which clauses.tsv does not list; correct the name or list it")
                .distinct()
                .forEach(problems::add);
        return problems;
    }

    private void problem(Promise promise, String engine, List<String> problems) {
        String where = engine.equals(ClauseRecorder.NO_ENGINE) ? "" : " on " + engine;
        List<Outcome> tests = of(promise.clause(), engine);
        if (tests.isEmpty()) {
            problems.add("Clause " + promise.clause() + " (" + promise.text() + ") has no test" + where
                    + "; name it with @Clause in one, or exempt the engine with a reason");
        }
        tests.stream()
                .filter(test -> !test.passed())
                .map(test -> "Clause " + promise.clause() + " fails" + where + " in " + test.test())
                .distinct()
                .forEach(problems::add);
    }

    /**
     * {@return the table in Markdown: a row for each clause, for each engine how many tests prove it, and their names}
     */
    public String markdown() {
        Set<String> engines = new LinkedHashSet<>();
        promises.forEach(promise -> engines.addAll(promise.engines()));
        engines.remove(ClauseRecorder.NO_ENGINE);
        engines.add(ClauseRecorder.NO_ENGINE);
        StringBuilder table = new StringBuilder("| Clause | Promise |");
        for (String engine : engines) {
            table.append(engine.equals(ClauseRecorder.NO_ENGINE) ? " no engine" : " `" + engine + "`").append(" |");
        }
        table.append(" Tests |\n|---|---|").append("---|".repeat(engines.size() + 1)).append('\n');
        for (Promise promise : promises) {
            table.append("| ").append(promise.clause()).append(" | ").append(promise.text()).append(" |");
            for (String engine : engines) {
                table.append(' ').append(cell(promise, engine)).append(" |");
            }
            table.append(' ').append(testNames(promise)).append(" |\n");
        }
        return table.toString();
    }

    private String cell(Promise promise, String engine) {
        String exemption = promise.exempt().get(engine);
        if (exemption != null) {
            return exemption;
        }
        List<Outcome> tests = of(promise.clause(), engine);
        long passed = tests.stream().filter(Outcome::passed).count();
        if (passed < tests.size()) {
            return "**" + (tests.size() - passed) + " of " + tests.size() + " fail**";
        }
        if (tests.isEmpty()) {
            return promise.engines().contains(engine) ? "**none**" : "";
        }
        return Long.toString(passed);
    }

    private String testNames(Promise promise) {
        return outcomes.stream()
                .filter(outcome -> outcome.clause().equals(promise.clause()))
                .map(outcome -> outcome.test().replaceFirst("^.*[.$](?=[^.$]*#)", ""))
                .collect(Collectors.toCollection(TreeSet::new))
                .stream()
                .collect(Collectors.joining("<br>"));
    }

    private List<Outcome> of(String clause, String engine) {
        return outcomes.stream()
                .filter(outcome -> outcome.clause().equals(clause) && outcome.engine().equals(engine))
                .toList();
    }
}
