package dev.millrace.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** `each` in a process of its own, killed. It is killed when so many lines came out of it; nothing here sleeps. */
class EachProcessTest {
    private static final Pattern RESULT =
            Pattern.compile("\\{\"number\":(\\d+),\"exit\":0,.*\"output\":\"([0-9a-f]{64})  (.*)\\\\n\",\"stderr\":\"\"\\}");
    private static final int FILES = Integer.getInteger("millrace.files", 240);

    @TempDir
    Path temporary;

    @Test
    void each_killedThreeTimes_hashesEveryFileExactlyOnce() throws Exception {
        List<String> expected = new ArrayList<>();
        Path input = temporary.resolve("items");
        Files.writeString(input, makeFiles(expected), UTF_8);
        for (int round = 0; round < 3; round++) {
            Process each = start(input);
            readLines(each, FILES / 5);
            each.destroyForcibly();
            assertThat(each.waitFor(30, TimeUnit.SECONDS)).isTrue();
            assertThat(each.exitValue()).isEqualTo(137);
        }
        Process last = start(input);
        int linesOfLast = readLines(last, Integer.MAX_VALUE);
        assertThat(last.waitFor()).isZero();
        assertThat(linesOfLast).as("what was done is not run again").isLessThan(FILES * 3 / 5);
        List<String> found = new ArrayList<>();
        for (String line : Files.readAllLines(temporary.resolve("results"))) {
            Matcher result = RESULT.matcher(line);
            assertThat(result.matches()).as(line).isTrue();
            found.add(result.group(1) + " " + result.group(2) + " " + result.group(3).replace("\\\"", "\""));
        }
        assertThat(found).containsExactlyInAnyOrderElementsOf(expected);
    }

    @Test
    void each_interruptedBySigint_letsRunningCommandsEndAndExits130() throws Exception {
        Cli.assumeHeard("INT");
        Path input = temporary.resolve("items");
        Files.writeString(input, EachCommandTest.numbers(1_000));
        Process each = Cli.process(
                        Main.class,
                        List.of(),
                        "each",
                        "--folder",
                        temporary.resolve("job").toString(),
                        "--input",
                        input.toString(),
                        "--",
                        "echo")
                .redirectError(temporary.resolve("err").toFile())
                .start();
        readLines(each, 3);
        new ProcessBuilder("kill", "-INT", Long.toString(each.pid())).start().waitFor();
        int more = readLines(each, Integer.MAX_VALUE);
        assertThat(each.waitFor()).isEqualTo(130);
        assertThat(more).isLessThan(997);
        assertThat(temporary.resolve("err")).content().contains("stopping", "goes on from here");
    }

    /** A reader that goes away, as `head` does, must not lose the item whose output it did not get. */
    @Test
    void each_readerOfOutputGone_endsQuietlyAndGoesOnLater() throws Exception {
        Path input = temporary.resolve("items");
        Files.writeString(input, EachCommandTest.numbers(200));
        String[] args = {"each", "--folder", temporary.resolve("job").toString(), "--input", input.toString(), "--", "echo"};
        Process each = Cli.process(Main.class, List.of(), args)
                .redirectError(temporary.resolve("err").toFile())
                .start();
        each.getInputStream().close();
        assertThat(each.waitFor()).isEqualTo(141);
        assertThat(temporary.resolve("err")).isEmptyFile();
        Cli.Outcome rest = Cli.run("", args);
        assertThat(rest.exitCode()).isZero();
        assertThat(rest.out().lines()).hasSize(200);
    }

    /** Far more items than the heap could hold, were they kept. */
    @Test
    void load_manyItems_needNoMoreMemoryThanFew() throws Exception {
        int items = Integer.getInteger("millrace.items", 300_000);
        Process many = Cli.process(
                        ManyItems.class,
                        List.of("-Xmx24m"),
                        temporary.resolve("job").toString(),
                        Integer.toString(items))
                .redirectErrorStream(true)
                .start();
        String said = new String(many.getInputStream().readAllBytes(), UTF_8);
        assertThat(many.waitFor()).as(said).isZero();
        assertThat(said).contains("acked " + items);
    }

    private Process start(Path input) throws IOException {
        return Cli.process(
                        Main.class,
                        List.of(),
                        "each",
                        "-0",
                        "--folder",
                        temporary.resolve("job").toString(),
                        "--input",
                        input.toString(),
                        "--results",
                        temporary.resolve("results").toString(),
                        "--",
                        "sha256sum",
                        "--",
                        "{}")
                .redirectError(ProcessBuilder.Redirect.appendTo(temporary.resolve("err").toFile()))
                .start();
    }

    private static int readLines(Process process, int linesMax) throws IOException {
        BufferedReader out = new BufferedReader(new InputStreamReader(process.getInputStream(), UTF_8));
        int lines = 0;
        while (lines < linesMax && out.readLine() != null) {
            lines++;
        }
        return lines;
    }

    /** Files of many sizes with names that are hard on shells; their names, each ended by a NUL character. */
    private String makeFiles(List<String> expected) throws Exception {
        Path tree = Files.createDirectory(temporary.resolve("a tree"));
        Random random = new Random(7);
        StringBuilder names = new StringBuilder();
        for (int number = 1; number <= FILES; number++) {
            byte[] content = new byte[random.nextInt(5_000)];
            random.nextBytes(content);
            Path file = tree.resolve("it's \"number\" $(" + number + ") ü;&.bin");
            Files.write(file, content);
            names.append(file).append('\0');
            String hash = HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(content));
            expected.add(number + " " + hash + " " + file);
        }
        return names.toString();
    }
}
