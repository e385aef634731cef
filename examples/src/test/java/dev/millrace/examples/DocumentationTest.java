package dev.millrace.examples;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.spi.ToolProvider;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What the documentation shows is what has run here; and the comments of the public modules are whole. */
class DocumentationTest {
    private static final Path EXAMPLES = Path.of(System.getProperty("basedir", "")).toAbsolutePath();
    private static final Path HOUSE = EXAMPLES.resolve("..").normalize();
    private static final Path SOURCES = EXAMPLES.resolve("src/test/java/dev/millrace/examples");
    private static final List<String> PUBLIC_MODULES = List.of("api", "json", "testkit");
    /** A package that is exported to another module of the house alone: who reads it, reads the code. */
    private static final String OF_THE_HOUSE = "/testkit/model/";

    private static final List<String> PAGES = List.of("README.md", "docs/TESTING.md");

    private static final Pattern REGION = Pattern.compile("// @start region=\"([^\"]+)\"");
    private static final Pattern IN_COMMENT =
            Pattern.compile("\\{@snippet file = \"([^\"]+)\" region = \"([^\"]+)\"\\}");
    private static final Pattern IN_PAGE = Pattern.compile("<!-- snippet: (\\S+) (\\S+) -->");

    /**
     * Runs the JDK's own tool, which resolves each snippet and each link, and misses no part of a signature that is not
     * described.
     */
    @Test
    void javadoc_ofThePublicModules_hasNothingToComplainOf() throws IOException {
        List<String> arguments = new ArrayList<>(List.of(
                "-quiet",
                "-Xdoclint:all",
                "-Xmaxwarns",
                "10000",
                "-d",
                EXAMPLES.resolve("target/javadoc").toString(),
                "--snippet-path",
                SOURCES.toString(),
                "-classpath",
                System.getProperty("java.class.path")));
        publicSources().forEach(source -> arguments.add(source.toString()));
        StringWriter said = new StringWriter();
        PrintWriter out = new PrintWriter(said);

        int code = ToolProvider.findFirst("javadoc").orElseThrow().run(out, out, arguments.toArray(String[]::new));

        assertThat(said.toString().lines())
                .filteredOn(line -> line.contains(": warning") || line.contains("error:"))
                .filteredOn(line -> !line.contains("warning: no @") || !line.contains(OF_THE_HOUSE))
                .isEmpty();
        assertThat(code).as(said.toString()).isZero();
    }

    @Test
    void comments_ofThePublicModules_haveNoExampleThatDoesNotRun() throws IOException {
        for (Path source : publicSources()) {
            assertThat(Files.readString(source))
                    .as(source.toString())
                    .doesNotContain("<pre>", "{@snippet :", "{@snippet lang");
        }
    }

    @Test
    void regions_ofTheExamples_areEachShownAndShownOnesAreThere() throws IOException {
        Set<String> there = new TreeSet<>(regions().keySet());
        Set<String> shown = new TreeSet<>();
        for (Path source : publicSources()) {
            String text = Files.readString(source);
            Matcher matcher = IN_COMMENT.matcher(text);
            int count = 0;
            for (; matcher.find(); count++) {
                shown.add(matcher.group(1) + " " + matcher.group(2));
            }
            assertThat(text.split("\\{@snippet", -1))
                    .as("snippets of %s, in the usual spelling", source)
                    .hasSize(count + 1);
        }
        for (String page : PAGES) {
            shown.addAll(shownBy(page).keySet());
        }
        assertThat(shown).isEqualTo(there).hasSizeGreaterThan(5);
    }

    @Test
    void pages_thatShowExamples_showThemAsTheyRun() throws IOException {
        Map<String, String> regions = regions();
        for (String page : PAGES) {
            assertThat(shownBy(page)).as(page).isNotEmpty().allSatisfy((region, text) -> assertThat(text)
                    .as("%s shows %s", page, region)
                    .isEqualTo(regions.get(region)));
        }
    }

    private static List<Path> publicSources() throws IOException {
        List<Path> sources = new ArrayList<>();
        for (String module : PUBLIC_MODULES) {
            try (Stream<Path> paths = Files.walk(HOUSE.resolve(module).resolve("src/main/java"))) {
                paths.filter(path -> path.toString().endsWith(".java") && !path.endsWith("module-info.java"))
                        .forEach(sources::add);
            }
        }
        assertThat(sources).hasSizeGreaterThan(50);
        return sources;
    }

    /** The text of each region, by file and name. */
    private static Map<String, String> regions() throws IOException {
        Map<String, String> regions = new LinkedHashMap<>();
        try (Stream<Path> paths = Files.list(SOURCES)) {
            for (Path path : paths.sorted().toList()) {
                List<String> lines = Files.readAllLines(path);
                for (int index = 0; index < lines.size(); index++) {
                    Matcher start = REGION.matcher(lines.get(index));
                    if (start.find()) {
                        List<String> within = lines.subList(index + 1, lines.size()).stream()
                                .takeWhile(line -> !line.strip().equals("// @end"))
                                .toList();
                        regions.put(path.getFileName() + " " + start.group(1), String.join("\n", within).stripIndent());
                    }
                }
            }
        }
        return regions;
    }

    /** What a page shows as an indented block below each line that names a region. */
    private static Map<String, String> shownBy(String page) throws IOException {
        Map<String, String> shown = new LinkedHashMap<>();
        List<String> lines = Files.readAllLines(HOUSE.resolve(page));
        for (int index = 0; index < lines.size(); index++) {
            Matcher matcher = IN_PAGE.matcher(lines.get(index));
            if (matcher.matches()) {
                String block = String.join("\n", lines.subList(index + 1, lines.size()).stream()
                        .takeWhile(line -> line.isBlank() || line.startsWith("    "))
                        .toList());
                shown.put(matcher.group(1) + " " + matcher.group(2), block.stripTrailing().stripIndent().strip());
            }
        }
        return shown;
    }
}
