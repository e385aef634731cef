package dev.millrace.cli;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.api.Millrace;
import dev.millrace.cli.Cli.Outcome;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.IntConsumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EachCommandTest {
    @TempDir
    Path temporary;

    @Test
    void each_allItemsSucceed_passesOutputOnAndExits0() {
        Outcome outcome = each("a\nb b\n$(id)\n-n\n", "--", "printf", "[%s]\\n", "{}");
        assertThat(outcome.exitCode()).isZero();
        assertThat(outcome.sortedLines()).containsExactly("[$(id)]", "[-n]", "[a]", "[b b]");
        assertThat(outcome.err()).contains("4 done, 0 failed");
    }

    @Test
    void each_withoutDashes_takesTheRestAsCommand() {
        assertThat(each("a\n", "echo", "-n", "{}").out()).isEqualTo("a");
    }

    @Test
    void each_bytesThatAreNoText_arePassedByteForByte() {
        byte[] items = "a\nb\0\u00ff\u00fe\0 \0".getBytes(ISO_8859_1);
        Outcome outcome = Cli.run(items, args("-0", "--max", "1", "--", "printf", "<%s>"));
        assertThat(new String(outcome.outBytes(), ISO_8859_1)).isEqualTo("<a\nb><\u00ff\u00fe>< >");
    }

    @Test
    void each_calledAgain_runsNothingAgain() {
        each("a\nb\n", "--", "echo");
        Outcome again = each("a\nb\n", "--", "echo");
        assertThat(again.exitCode()).isZero();
        assertThat(again.out()).isEmpty();
        assertThat(again.err()).contains("all 2 items were done already", "--fresh");
    }

    /** As after a kill between the line of an item and its end in the queue. */
    @Test
    void each_itemWhoseSuccessIsInTheResultsAlone_isNotRunAgain_andCountedOnce() throws IOException {
        Path results = temporary.resolve("results");
        each("1\n2\n3\n", "--results", results.toString(), "--retries", "0", "--", "test", "3", "!=");
        Files.writeString(results, Files.readString(results).replace("\"exit\":1", "\"exit\":0"));
        Cli.run("", "kick", "each", "--all", "--at", "embedded:" + temporary.resolve("job"));
        Outcome again = each("1\n2\n3\n", "--results", results.toString(), "--", "false");
        assertThat(again.exitCode()).isZero();
        assertThat(again.err()).contains("all 3 items were done already");
    }

    @Test
    void each_inputThatGrewAtItsEnd_runsWhatIsNew() {
        each("a\nb\n", "--", "echo");
        assertThat(each("a\nb\nc\n", "--", "echo").out()).isEqualTo("c\n");
    }

    @Test
    void each_otherInput_isRefusedByTheFirstItemThatDiffers() {
        each("a\nb\nc\n", "--", "echo");
        Outcome other = each("a\nX\nc\n", "--", "echo");
        assertThat(other.exitCode()).isEqualTo(2);
        assertThat(other.out()).isEmpty();
        assertThat(other.err()).contains("item 2, now 'X', differs", "--fresh", "--add");
        assertThat(each("a\nb\nc\n", "--", "echo").exitCode()).isZero();
    }

    @Test
    void each_inputThatEndsEarly_isRefused() {
        each("a\nb\nc\n", "--", "echo");
        Outcome shorter = each("a\nb\n", "--", "echo");
        assertThat(shorter.exitCode()).isEqualTo(2);
        assertThat(shorter.err()).contains("ends after item 2, but 3 were loaded");
    }

    @Test
    void each_fresh_startsOver() {
        each("a\nb\n", "--", "echo");
        Outcome fresh = each("x\n", "--fresh", "--", "echo");
        assertThat(fresh.exitCode()).isZero();
        assertThat(fresh.out()).isEqualTo("x\n");
        assertThat(temporary.resolve("job.forgotten")).doesNotExist();
    }

    @Test
    void each_freshOnAnotherFolder_leavesItAlone() throws IOException {
        Path job = Files.createDirectory(temporary.resolve("job"));
        Files.writeString(job.resolve("precious"), "x");
        Outcome outcome = each("a\n", "--fresh", "--", "echo");
        assertThat(outcome.exitCode()).isEqualTo(2);
        assertThat(outcome.err()).contains("left alone");
        assertThat(job.resolve("precious")).exists();
    }

    @Test
    void each_add_takesFurtherItemsAndGoesOnCounting() {
        each("a\nb\n", "--", "echo");
        assertThat(each("c\n", "--add", "--", "echo", "{#}", "{}").out()).isEqualTo("3 c\n");
        assertThat(each("c\n", "--add", "--", "echo", "{#}", "{}").out()).isEqualTo("4 c\n");
        assertThat(each("a\nb\n", "--", "echo").exitCode()).isZero();
        assertThat(each("a\nb\nc\nc\nd\n", "--", "echo", "{#}", "{}").out()).isEqualTo("5 d\n");
    }

    @Test
    void each_addThatWasInterrupted_goesOnWithoutDoubling() {
        each("a\n", "--", "echo");
        Outcome cut = each("b\nc\nd\n", "--add", "--fail-fast", "--retries", "0", "--max", "1", "--", "test", "b", "=");
        assertThat(cut.exitCode()).isEqualTo(1);
        Outcome again = each("b\nc\nd\n", "--add", "--", "echo", "{#}");
        assertThat(again.sortedLines()).containsExactly("4");
        Outcome other = each("b\nX\nd\n", "--add", "--", "echo");
        assertThat(other.sortedLines()).as("the call before came to its end").containsExactly("X", "b", "d");
    }

    @Test
    void each_otherInputForAnInterruptedAdd_isRefused() {
        each("a\n", "--", "echo");
        each("b\nc\nd\n", "--add", "--fail-fast", "--retries", "0", "--max", "1", "--", "false");
        Outcome other = each("b\nX\n", "--add", "--", "echo");
        assertThat(other.exitCode()).isEqualTo(2);
        assertThat(other.err()).contains("item 3, now 'X', differs", "interrupted");
    }

    @Test
    void each_itemsThatFail_areRetriedThenBuriedAndListed() {
        Outcome outcome = each("1\n0\n3\n", "--retries", "2", "--backoff", "1ms", "--", "sh", "-c", "echo t >&2; exit $1", "x");
        assertThat(outcome.exitCode()).isEqualTo(1);
        assertThat(outcome.err()).contains("1 done, 2 failed", "4 tries again", "item 1 '1': exit 1: t", "item 3 '3': exit 3: t");
        assertThat(outcome.err()).contains("millrace kick each --all --at embedded:" + temporary.resolve("job"));
        assertThat(each("1\n0\n3\n", "--", "true").err()).contains("1 items were done already, 2 failed and stay buried");
    }

    @Test
    void each_itemsThatWereKicked_runAtTheNextCall() {
        each("a\nb\n", "--retries", "0", "--", "false");
        Outcome kick = Cli.run("", "kick", "each", "--all", "--at", "embedded:" + temporary.resolve("job"));
        assertThat(kick.out()).isEqualTo("2\n");
        Outcome again = each("a\nb\n", "--", "true");
        assertThat(again.exitCode()).isZero();
        assertThat(again.err()).contains("was begun with another command (false)", "2 done, 0 failed");
    }

    @Test
    void each_timeLimit_killsAndCountsAsFailure() throws IOException {
        Path results = temporary.resolve("results");
        Outcome outcome = each(
                "100\n", "--timeout", "100ms", "--retries", "0", "--results", results.toString(), "--", "sleep");
        assertThat(outcome.exitCode()).isEqualTo(1);
        assertThat(outcome.err()).contains("time limit of 0.1 s passed");
        assertThat(Files.readString(results)).startsWith("{\"number\":1,\"exit\":124,\"attempts\":1,");
    }

    @Test
    void each_failFast_stopsAtTheFirstFailure() {
        Outcome outcome = each(numbers(50), "--fail-fast", "--retries", "0", "--max", "1", "--", "test", "3", "-gt");
        assertThat(outcome.exitCode()).isEqualTo(1);
        assertThat(outcome.err()).contains("2 done, 1 failed", "--fail-fast", "goes on from here");
    }

    @Test
    void each_itemThatIsTooLong_isNamedByLineAndTheRestGoesOn() {
        String input = "a\n" + "x".repeat(JobFolder.ITEM_BYTES_MAX + 1) + "\nb\n";
        Outcome outcome = each(input, "--", "echo", "{#}");
        assertThat(outcome.exitCode()).isEqualTo(1);
        assertThat(outcome.sortedLines()).containsExactly("1", "3");
        assertThat(outcome.err()).contains("line 2: 1048577 bytes are more than itemBytesMax=1048576");
        assertThat(each(input, "--", "echo", "{#}").exitCode()).as("the numbers stay right").isEqualTo(1);
    }

    @Test
    void each_jsonItems_goToStandardInput() {
        Outcome outcome = each("{\"a\":1}\nnull\n{bad\n", "--json", "--max", "1", "--", "cat");
        assertThat(outcome.exitCode()).isEqualTo(1);
        assertThat(outcome.out()).isEqualTo("{\"a\":1}\nnull\n");
        assertThat(outcome.err()).contains("line 3: it is not JSON");
    }

    @Test
    void each_results_haveEachItemOnceWithItsOutput() throws IOException {
        Path results = temporary.resolve("results");
        each("a\nb\n", "--max", "1", "--results", results.toString(), "--", "sh", "-c", "echo $1; echo e >&2", "x");
        assertThat(Files.readAllLines(results).get(0))
                .matches("\\{\"number\":1,\"exit\":0,\"attempts\":1,\"seconds\":[0-9.]+,\"item\":\"a\","
                        + "\"output\":\"a\\\\n\",\"stderr\":\"e\\\\n\"}");
        assertThat(Files.readAllLines(results)).hasSize(2);
    }

    @Test
    void each_longOrBinaryOutput_liesInAFileOrInBase64() throws IOException {
        Path results = temporary.resolve("results");
        each("20000\n", "--results", results.toString(), "--", "sh", "-c", "head -c $1 /dev/zero; printf '\\377' >&2", "x");
        String line = Files.readString(results);
        assertThat(line).contains("\"outputFile\":\"" + temporary.resolve("job/output/1.out"), "\"stderrBase64\":\"/w==\"");
        assertThat(temporary.resolve("job/output/1.out")).hasSize(20_000);
    }

    @Test
    void each_kickedItem_replacesItsLineInTheResults() throws IOException {
        Path results = temporary.resolve("results");
        String[] call = {"--retries", "0", "--results", results.toString(), "--", "test", "-e", temporary.resolve("flag").toString(), "-o", "b", "="};
        assertThat(each("a\nb\n", call).exitCode()).isEqualTo(1);
        Files.createFile(temporary.resolve("flag"));
        Cli.run("", "kick", "each", "--all", "--at", "embedded:" + temporary.resolve("job"));
        assertThat(each("a\nb\n", call).exitCode()).isZero();
        assertThat(Files.readAllLines(results)).hasSize(2).allMatch(line -> line.contains("\"exit\":0,"));
    }

    @Test
    void each_resultsOfSomethingElse_areRefused() throws IOException {
        Path results = Files.writeString(temporary.resolve("results"), "x\n");
        Outcome outcome = each("a\n", "--results", results.toString(), "--", "echo");
        assertThat(outcome.exitCode()).isEqualTo(2);
        assertThat(outcome.err()).contains("exists, and job", "is new");
        assertThat(temporary.resolve("job")).doesNotExist();
        assertThat(results).hasContent("x\n");
    }

    @Test
    void each_dryRun_printsAndKeepsNothing() {
        Outcome outcome = each("a b\n$x\n", "--dry-run", "--", "true", "{#}", "{}");
        assertThat(outcome.exitCode()).isZero();
        assertThat(outcome.out().lines()).allMatch(line -> line.matches("/.*/true [12] '(a b|\\$x)'")).hasSize(2);
        assertThat(temporary.resolve("job")).doesNotExist();
    }

    @Test
    void each_mistakes_areOneSentenceAndCreateNothing() {
        assertMistake("was not found", "--", "no-such-command-here");
        assertMistake("is not an executable file", "--", temporary.toString());
        assertMistake("cannot be made of items", "--", "{}");
        assertMistake("no command is named");
        assertMistake("is outside 1 …", "--max", "0", "--", "true");
        assertMistake("is outside 0 …", "--retries", "-1", "--", "true");
        assertMistake("not a length of time", "--timeout", "soon", "--", "true");
        assertMistake("--timeout of 0ms is outside", "--timeout", "0", "--", "true");
        assertMistake("longer than ten years", "--backoff", "9999d", "--", "true");
        assertMistake("cannot name a folder", "--name", "a/b", "--", "true");
        assertMistake("cannot name a folder", "--name", "..", "--", "true");
        assertMistake("exclude one another", "--json", "-0", "--", "true");
        assertMistake("exclude one another", "--fresh", "--add", "--", "true");
        assertMistake("does not exist", "--input", temporary.resolve("none").toString(), "--", "true");
        assertMistake("is a folder", "--input", temporary.toString(), "--", "true");
        assertMistake("is not a regular file", "--results", temporary.toString(), "--", "true");
        assertMistake("does not exist", "--results", temporary.resolve("no/file").toString(), "--", "true");
        assertMistake("Unknown option: '--größe'", "--größe", "--", "true");
    }

    private void assertMistake(String told, String... rest) {
        Outcome outcome = each("a\n", rest);
        assertThat(outcome.exitCode()).as(told).isEqualTo(2);
        assertThat(outcome.err()).startsWith("millrace: ").contains(told).hasLineCount(1);
        assertThat(outcome.out()).isEmpty();
        assertThat(temporary.resolve("job")).doesNotExist();
    }

    @Test
    void each_folderThatIsInUse_saysByWhichProcess() {
        try (Millrace mill = Millrace.open("embedded:" + temporary.resolve("job"))) {
            assertThat(mill.queues()).isEmpty();
            Outcome outcome = each("a\n", "--", "true");
            assertThat(outcome.exitCode()).isEqualTo(2);
            assertThat(outcome.err()).contains("in use by process " + ProcessHandle.current().pid()).hasLineCount(1);
        }
    }

    @Test
    void each_folderOfSomethingElse_isRefused() {
        try (Millrace mill = Millrace.open("embedded:" + temporary.resolve("job"))) {
            mill.queue("mail").put(new byte[0]);
        }
        Outcome outcome = each("a\n", "--", "true");
        assertThat(outcome.exitCode()).isEqualTo(2);
        assertThat(outcome.err()).contains("holds queues of something else");
    }

    @Test
    void each_noItems_isNoFailure() {
        Outcome outcome = each("", "--", "true");
        assertThat(outcome.exitCode()).isZero();
        assertThat(outcome.err()).contains("there were no items");
    }

    @Test
    void each_interrupted_endsSoonAndTheNextCallGoesOn() {
        List<IntConsumer> handlers = new ArrayList<>();
        for (int signals : new int[] {1, 2}) {
            InputStream input = new SequenceInputStream(
                    new ByteArrayInputStream("1\n1000\n".getBytes(ISO_8859_1)), new InputStream() {
                        @Override
                        public int read() {
                            for (int count = 0; count < signals; count++) {
                                handlers.getLast().accept(ExitCode.INTERRUPTED);
                            }
                            return -1;
                        }
                    });
            Outcome outcome = Cli.run(input, handlers::add, args("--max", "1", "--", "test", "5", "-gt"));
            assertThat(outcome.exitCode()).isEqualTo(130);
            assertThat(outcome.err()).contains("the same command line goes on from here");
        }
        assertThat(each("1\n1000\n", "--retries", "0", "--", "test", "5", "-gt").err()).contains("item 2 '1000'");
    }

    @Test
    void each_quiet_saysOnlyWhatFailed() {
        assertThat(each("a\n", "--quiet", "--", "true").err()).isEmpty();
        assertThat(each("a\nb\n", "--quiet", "--retries", "0", "--", "false").err()).contains("item 2 'b'");
    }

    /** Runs it on the job folder of this test. */
    private Outcome each(String in, String... rest) {
        return Cli.run(in, args(rest));
    }

    private String[] args(String... rest) {
        List<String> args = new ArrayList<>(List.of("each", "--folder", temporary.resolve("job").toString()));
        args.addAll(Arrays.asList(rest));
        return args.toArray(String[]::new);
    }

    static String numbers(int count) {
        StringBuilder lines = new StringBuilder();
        for (int number = 1; number <= count; number++) {
            lines.append(number).append('\n');
        }
        return lines.toString();
    }
}
