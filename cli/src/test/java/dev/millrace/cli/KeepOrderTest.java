package dev.millrace.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.cli.Cli.Outcome;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** `each --keep-order`. What must happen after something else waits on a named pipe for it; nothing here sleeps. */
@Timeout(120)
class KeepOrderTest {
    /** Item n waits for item n + 1, so that the last ends first; each prints so many bytes of its letter. */
    private static final String REVERSE =
            "[ $1 = $2 ] || cat pipe$1; head -c $3 /dev/zero | tr '\\0' $(printf \"\\\\$(printf %03o $(($1 + 64)))\");"
                    + " echo; echo err $1 >&2; [ $1 = 1 ] || : > pipe$(($1 - 1))";

    @TempDir
    Path temporary;

    @Test
    void keepOrder_itemsThatEndInReverse_comeInTheirOrder() throws Exception {
        makePipes(6);
        Outcome outcome = each(
                EachCommandTest.numbers(6), "--max", "6", "--", "sh", "-c", "cd \"$0\"; " + REVERSE, temporary.toString(), "{}", "6", "3");
        assertThat(outcome.exitCode()).isZero();
        assertThat(outcome.out().replace("\n", "")).isEqualTo("AAABBBCCCDDDEEEFFF");
        assertThat(outcome.err().lines().limit(6)).containsExactly("err 1", "err 2", "err 3", "err 4", "err 5", "err 6");
        assertThat(Files.list(temporary.resolve("job/each/order"))).hasSize(1);
    }

    /** 64 MB wait for their turn beside a heap of 24 MB. */
    @Test
    void keepOrder_largeOutputs_waitOnTheDisk() throws Exception {
        int items = 8;
        long bytes = 8 << 20;
        makePipes(items);
        Process each = Cli.process(
                        Main.class,
                        List.of("-Xmx24m"),
                        args("--input", numbersFile(items), "--quiet", "--max", Integer.toString(items), "--", "sh", "-c",
                                "cd \"$0\"; " + REVERSE, temporary.toString(), "{}", Integer.toString(items),
                                Long.toString(bytes)))
                .redirectError(temporary.resolve("err").toFile())
                .start();
        for (int item = 1; item <= items; item++) {
            assertAllAre(each.getInputStream(), (char) (64 + item), bytes);
        }
        assertThat(each.getInputStream().read()).isEqualTo(-1);
        assertThat(each.waitFor()).as(Files.readString(temporary.resolve("err"))).isZero();
    }

    /** Item 3 does not end in the first call; items 4 to 20 are done before it, since item 21 runs. */
    @Test
    void keepOrder_killedWhileOutputWaits_passesItOnInTheNextCallAndNothingTwice() throws Exception {
        makePipes(3);
        makePipe("began21");
        String script = "cd \"$0\"; if [ ! -e go ]; then [ $1 != 3 ] || cat pipe3; [ $1 != 21 ] || : > began21; fi; echo item $1";
        String[] args = args("--input", numbersFile(25), "--max", "2", "--", "sh", "-c", script, temporary.toString(), "{}");
        Process each = Cli.process(Main.class, List.of(), args)
                .redirectError(temporary.resolve("err").toFile())
                .start();
        BufferedReader out = each.inputReader(UTF_8);
        assertThat(out.readLine()).isEqualTo("item 1");
        assertThat(out.readLine()).isEqualTo("item 2");
        Files.readAllBytes(temporary.resolve("began21"));
        each.destroyForcibly();
        each.waitFor();
        Files.createFile(temporary.resolve("go"));
        List<String> without = new ArrayList<>(Arrays.asList(args));
        without.remove("--keep-order");
        Outcome refused = Cli.run("", without.toArray(String[]::new));
        assertThat(refused.exitCode()).isEqualTo(2);
        assertThat(refused.err()).contains("keeps output that waits for its turn", "--fresh");
        Outcome rest = Cli.run("", args);
        assertThat(rest.exitCode()).isZero();
        assertThat(rest.out().lines())
                .containsExactly(IntStream.rangeClosed(3, 25).mapToObj(item -> "item " + item).toArray(String[]::new));
    }

    @Test
    void keepOrder_itemsThatFailOrCannotBeUsed_haveTheirTurn() {
        String input = "1\n" + "x".repeat(JobFolder.ITEM_BYTES_MAX + 1) + "\n3\n4\n";
        Outcome outcome =
                each(input, "--retries", "2", "--backoff", "1ms", "--", "sh", "-c", "echo $1; [ $1 != 3 ]", "x");
        assertThat(outcome.exitCode()).isEqualTo(1);
        assertThat(outcome.out()).as("of a failed item the last try").isEqualTo("1\n3\n4\n");
    }

    @Test
    void keepOrder_kickedItem_isPassedOnWhenItIsDone() {
        each("1\n2\n3\n", "--retries", "0", "--", "test", "2", "!=");
        Cli.run("", "kick", "each", "--all", "--at", "embedded:" + temporary.resolve("job"));
        assertThat(each("1\n2\n3\n4\n", "--max", "1", "--", "echo").out()).isEqualTo("2\n4\n");
    }

    @Test
    void keepOrder_jobBegunWithout_goesOnInOrder() {
        String[] begin = args("--retries", "0", "--", "test", "2", "!=");
        Cli.run("1\n2\n3\n", Arrays.stream(begin).filter(word -> !word.equals("--keep-order")).toArray(String[]::new));
        assertThat(each("1\n2\n3\n4\n5\n6\n", "--", "echo").out()).isEqualTo("4\n5\n6\n");
    }

    private static void assertAllAre(InputStream in, char letter, long count) throws IOException {
        byte[] buffer = new byte[64 << 10];
        for (long left = count; left > 0; ) {
            int length = in.read(buffer, 0, (int) Math.min(left, buffer.length));
            assertThat(length).isPositive();
            for (int index = 0; index < length; index++) {
                if (buffer[index] != letter) {
                    assertThat((char) buffer[index]).isEqualTo(letter);
                }
            }
            left -= length;
        }
        assertThat(in.read()).isEqualTo('\n');
    }

    private void makePipes(int count) throws Exception {
        for (int number = 1; number <= count; number++) {
            makePipe("pipe" + number);
        }
    }

    private void makePipe(String name) throws Exception {
        assertThat(new ProcessBuilder("mkfifo", temporary.resolve(name).toString()).start().waitFor()).isZero();
    }

    private String numbersFile(int count) throws IOException {
        return Files.writeString(temporary.resolve("items"), EachCommandTest.numbers(count)).toString();
    }

    private Outcome each(String in, String... rest) {
        return Cli.run(in, args(rest));
    }

    private String[] args(String... rest) {
        List<String> args =
                new ArrayList<>(List.of("each", "--keep-order", "--folder", temporary.resolve("job").toString()));
        args.addAll(Arrays.asList(rest));
        return args.toArray(String[]::new);
    }
}
