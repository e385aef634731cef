package dev.millrace.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.cli.Cli.Outcome;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.IntConsumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class WorkCommandTest {
    @TempDir
    Path temporary;

    @Test
    void work_tasks_getPayloadOnStdinAndFactsInTheEnvironment() {
        run("", "put", "m ü", "one", "two", "--priority", "7");
        Outcome outcome = run(
                "", "work", "m ü", "--until-empty", "--max", "1", "--", "sh", "-c",
                "echo \"$MILLRACE_QUEUE/$MILLRACE_TASK $MILLRACE_ATTEMPT $MILLRACE_FAILURES $MILLRACE_PRIORITY $(cat)\"");
        assertThat(outcome.exitCode()).isZero();
        assertThat(outcome.out()).isEqualTo("m ü/1 1 0 7 one\nm ü/2 1 0 7 two\n");
        assertThat(outcome.err()).contains("2 done, 0 failed, 0 buried", "left in m ü: 0 ready, 0 delayed, 0 buried");
        assertThat(run("", "take", "m ü").exitCode()).as("they are acknowledged").isEqualTo(1);
    }

    @Test
    void work_payloadOfAnyBytes_isPassedByteForByte() {
        byte[] payload = {0, '\n', (byte) 0xff, '\'', '$', '\r', '\n', '\n'};
        Cli.run(payload, args("put", "mail", "--whole"));
        assertThat(run("", "work", "mail", "--count", "1", "--", "cat").outBytes()).isEqualTo(payload);
        Cli.run(new byte[0], args("put", "mail", "--whole"));
        assertThat(run("", "work", "mail", "--count", "1", "--", "wc", "-c").out().strip()).isEqualTo("0");
    }

    @Test
    void work_commandThatFails_isTriedAgainThenBuriedAtThePutsLimit() {
        run("", "put", "mail", "x", "--max-attempts", "2");
        Outcome outcome = run(
                "", "work", "mail", "--count", "2", "--backoff", "1ms", "--", "sh", "-c",
                "echo out $MILLRACE_ATTEMPT; echo why $MILLRACE_FAILURES >&2; exit 3");
        assertThat(outcome.exitCode()).isEqualTo(1);
        assertThat(outcome.out()).isEqualTo("out 1\nout 2\n");
        assertThat(outcome.err())
                .contains("task 1 failed: exit 3: why 0; it will be tried again")
                .contains("task 1 failed: exit 3: why 1; buried at failure 2")
                .contains("0 done, 1 failed, 1 buried");
        assertThat(run("", "list", "mail", "--json").out()).contains("\"state\":\"buried\"", "\"reason\":\"exit 3: why 1\"");
    }

    @Test
    void work_ownLimit_buriesATaskThatHasNone() {
        run("", "put", "mail", "x");
        Outcome outcome = run("", "work", "mail", "--until-empty", "--max-attempts", "1", "--quiet", "--", "false");
        assertThat(outcome.exitCode()).isEqualTo(1);
        assertThat(outcome.err()).contains("task 1 failed: exit 1; buried at failure 1");
        assertThat(run("", "stats", "mail", "--json").out()).contains("\"buried\":1");
    }

    @Test
    void work_untilEmpty_leavesDelayedTasksAndSaysSo() {
        run("", "put", "mail", "later", "--delay", "1h");
        Outcome nothing = run("", "work", "mail", "--until-empty", "--", "cat");
        assertThat(nothing.exitCode()).isZero();
        assertThat(nothing.out()).isEmpty();
        assertThat(nothing.err()).contains("left in mail: 0 ready, 1 delayed, 0 buried");
        run("", "put", "mail", "a", "b", "c");
        Outcome failing = run("", "work", "mail", "--until-empty", "--backoff", "1h", "--", "false");
        assertThat(failing.exitCode()).isEqualTo(1);
        assertThat(failing.err()).contains("0 done, 3 failed, 0 buried", "0 ready, 4 delayed, 0 buried");
    }

    @Test
    void work_count_endsAfterSoManyRuns() {
        run("", "put", "mail", "a", "b", "c", "d", "e");
        Outcome outcome = run("", "work", "mail", "--count", "3", "--max", "8", "--", "cat");
        assertThat(outcome.exitCode()).isZero();
        assertThat(outcome.err()).contains("3 done", "left in mail: 2 ready");
    }

    /** Each of the two commands ends only if the other runs. */
    @Test
    void work_max_runsSoManyAtOnce() throws Exception {
        Path pipe = pipe();
        run("", "put", "mail", "a", "b");
        Outcome outcome = run(
                "", "work", "mail", "--until-empty", "--max", "2", "--", "sh", "-c",
                "if [ $MILLRACE_TASK = 1 ]; then echo met > \"$0\"; else cat \"$0\"; fi", pipe.toString());
        assertThat(outcome.exitCode()).isZero();
        assertThat(outcome.out()).isEqualTo("met\n");
    }

    @Test
    void work_timeLimit_killsAndCountsAsFailure() {
        run("", "put", "mail", "x");
        Outcome outcome = run("", "work", "mail", "--count", "1", "--timeout", "100ms", "--max-attempts", "1", "--", "sleep", "100");
        assertThat(outcome.exitCode()).isEqualTo(1);
        assertThat(outcome.err()).contains("task 1 failed: time limit of 0.1 s passed", "buried at failure 1");
    }

    @Test
    void work_interruptedOnce_letsTheCommandEndAndTakesNothingNew() throws Exception {
        run("", "put", "mail", "a", "b");
        Path pipe = pipe();
        List<IntConsumer> signals = new ArrayList<>();
        CompletableFuture<Outcome> work = start(signals, "work", "mail", "--max", "1", "--", "cat", pipe.toString());
        // Opening it waits until the command reads.
        try (OutputStream toCommand = Files.newOutputStream(pipe)) {
            signals.getFirst().accept(ExitCode.INTERRUPTED);
            toCommand.write("went on\n".getBytes(UTF_8));
        }
        Outcome outcome = work.join();
        assertThat(outcome.exitCode()).isEqualTo(130);
        assertThat(outcome.out()).isEqualTo("went on\n");
        assertThat(outcome.err()).contains("stopping", "1 done, 0 failed, 0 buried");
        assertThat(run("", "stats", "mail", "--json").out()).contains("\"ready\":1", "\"total\":1");
    }

    @Test
    void work_interruptedTwice_killsTheCommandWithoutFailingItsTask() throws Exception {
        run("", "put", "mail", "a", "--max-attempts", "1");
        Path pipe = pipe();
        List<IntConsumer> signals = new ArrayList<>();
        CompletableFuture<Outcome> work = start(signals, "work", "mail", "--", "cat", pipe.toString());
        OutputStream toCommand = Files.newOutputStream(pipe);
        signals.getFirst().accept(ExitCode.TERMINATED);
        signals.getFirst().accept(ExitCode.TERMINATED);
        Outcome outcome = work.join();
        toCommand.close();
        assertThat(outcome.exitCode()).isEqualTo(143);
        assertThat(outcome.out()).isEmpty();
        assertThat(outcome.err()).contains("killing", "0 done, 0 failed, 0 buried", "1 killed and ready again");
        assertThat(run("", "list", "mail", "--json").out())
                .contains("\"state\":\"ready\"", "\"attempts\":1,\"failures\":0");
    }

    /** What somebody else may run by then is nobody's failure, and no reason to end. */
    @Test
    void work_taskWhoseTimeRanOut_isSaidAndLeft() {
        run("", "put", "mail", "x", "--ttr", "1ms");
        Outcome done = run("", "work", "mail", "--count", "1", "--", "sleep", "0.2");
        assertThat(done.exitCode()).as(done.err()).isZero();
        assertThat(done.err()).contains("task 1 was no longer taken by this call", "0 done, 0 failed, 0 buried", "; 1 lost before");
        Outcome failed = run("", "work", "mail", "--count", "1", "--", "sh", "-c", "sleep 0.2; false");
        assertThat(failed.exitCode()).isZero();
        assertThat(run("", "stats", "mail", "--json").out()).contains("\"total\":1");
    }

    @Test
    void work_asArgument_putsThePayloadInItsPlaceOrLast() {
        run("", "put", "logs", "--", "a b/c.log", "-n");
        Outcome outcome = run(
                "", "work", "logs", "--as-argument", "--until-empty", "--max", "1", "--", "sh", "-c",
                "printf '<%s>' \"$@\"; cat", "sh", "{/.}", "{#}", "{}");
        assertThat(outcome.out()).isEqualTo("<c><1><a b/c.log><-n><2><-n>");
        run("", "put", "logs", "last");
        assertThat(run("", "work", "logs", "--as-argument", "--until-empty", "--", "echo", "x").out()).isEqualTo("x last\n");
        run("", "put", "logs", "none");
        assertThat(run("", "work", "logs", "--until-empty", "--", "echo", "{}").out()).isEqualTo("{}\n");
    }

    @Test
    void work_payloadThatIsNoArgument_isBuriedAndTheRestGoesOn() {
        Cli.run("a\0b".getBytes(UTF_8), args("put", "logs", "--whole"));
        run("", "put", "logs", "good");
        Outcome outcome = run("", "work", "logs", "--as-argument", "--until-empty", "--", "echo");
        assertThat(outcome.exitCode()).isEqualTo(1);
        assertThat(outcome.out()).isEqualTo("good\n");
        assertThat(outcome.err()).contains("task 1 cannot be run: argument 1 holds a NUL byte", "1 done, 0 failed, 1 buried");
    }

    @Test
    void work_outputTo_storesWhatSucceedsAndPassesTheRestOn() {
        run("", "put", "mail", "one", "bad", "two");
        Outcome outcome = run(
                "", "work", "mail", "--until-empty", "--max", "1", "--max-attempts", "1", "--output-to", "done", "--", "sh", "-c",
                "payload=$(cat); echo \"did $payload\"; echo \"err $payload\" >&2; [ $payload != bad ]");
        assertThat(outcome.exitCode()).isEqualTo(1);
        assertThat(outcome.out()).isEqualTo("did bad\n");
        assertThat(outcome.err()).contains("err one\n", "err bad\n", "err two\n", "2 done, 0 failed, 1 buried");
        assertThat(run("", "take", "done", "--all", "--raw").out()).isEqualTo("did one\ndid two\n");
    }

    @Test
    void work_outputThatIsTooLongToStore_isAFailure() {
        run("", "put", "mail", "x");
        Outcome outcome = run(
                "", "work", "mail", "--count", "1", "--max-attempts", "1", "--output-to", "done", "--", "head", "-c", "1048577", "/dev/zero");
        assertThat(outcome.exitCode()).isEqualTo(1);
        assertThat(outcome.err()).contains("its output of 1048577 bytes is longer than payloadBytesMax=1048576 of --output-to; buried");
        assertThat(run("", "stats", "done", "--json").out()).contains("\"total\":0");
        run("", "put", "mail", "x");
        run("", "work", "mail", "--count", "1", "--output-to", "done", "--", "head", "-c", "1048576", "/dev/zero");
        assertThat(run("", "take", "done", "--raw").outBytes()).hasSize(1_048_576);
    }

    /** What nobody read is not done. */
    @Test
    void work_readerOfOutputGone_endsQuietlyAndLosesNothing() {
        run("", "put", "mail", "a");
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        OutputStream gone = new OutputStream() {
            @Override
            public void write(int octet) throws IOException {
                throw new IOException("Broken pipe");
            }
        };
        Console console = new Console(
                InputStream.nullInputStream(), gone, new PrintStream(err, true, UTF_8), false, false, false, handler -> {});
        assertThat(Main.run(args("work", "mail", "--", "cat"), console)).isEqualTo(141);
        assertThat(err.toString(UTF_8)).isEmpty();
        assertThat(run("", "take", "mail").out()).isEqualTo("a\n");
    }

    @Test
    void work_mistakes_areOneSentenceAndTakeNothing() {
        run("", "put", "mail", "a");
        assertMistake("was not found", "--", "no-such-command-here");
        assertMistake("is not an executable file", "--", temporary.toString());
        assertMistake("no command is named");
        assertMistake("--max=0 is outside 1 …", "--max", "0", "--", "true");
        assertMistake("--count=0 is outside 1 …", "--count", "0", "--", "true");
        assertMistake("--max-attempts=65536 is outside 1 … 65535", "--max-attempts", "65536", "--", "true");
        assertMistake("not a length of time", "--backoff", "soon", "--", "true");
        assertMistake("--timeout of 0ms is outside", "--timeout", "0", "--", "true");
        assertMistake("holds a NUL byte", "--", "true", "a\0b");
        assertMistake("--output-to=mail is the queue that is worked on", "--output-to", "mail", "--", "true");
        assertMistake("Unknown option: '-n'", "echo", "-n");
        assertThat(Cli.run("", "work", "mail", "--at", "embedded:" + temporary.resolve("none"), "--", "true").err())
                .contains("does not exist");
        assertThat(temporary.resolve("none")).doesNotExist();
        assertThat(run("", "stats", "mail", "--json").out()).contains("\"ready\":1");
    }

    private void assertMistake(String told, String... rest) {
        List<String> args = new ArrayList<>(List.of("work", "mail"));
        args.addAll(Arrays.asList(rest));
        Outcome outcome = run("", args.toArray(String[]::new));
        assertThat(outcome.exitCode()).as(told).isEqualTo(2);
        assertThat(outcome.err()).startsWith("millrace: ").contains(told).hasLineCount(1);
        assertThat(outcome.out()).isEmpty();
    }

    private Path pipe() throws Exception {
        Path pipe = temporary.resolve("pipe");
        assertThat(new ProcessBuilder("mkfifo", pipe.toString()).start().waitFor()).isZero();
        return pipe;
    }

    /** On a thread of its own, since it waits for as long as the commands run. */
    private CompletableFuture<Outcome> start(List<IntConsumer> signals, String... args) {
        return CompletableFuture.supplyAsync(
                () -> Cli.run(InputStream.nullInputStream(), signals::add, args(args)),
                run -> Thread.ofPlatform().daemon().start(run));
    }

    private Outcome run(String in, String... args) {
        return Cli.run(in, args(args));
    }

    /** The engine is named first, since what follows the dashes is the command's. */
    private String[] args(String... args) {
        List<String> all = new ArrayList<>(List.of(args[0], "--at", "embedded:" + temporary.resolve("at")));
        all.addAll(Arrays.asList(args).subList(1, args.length));
        return all.toArray(String[]::new);
    }
}
