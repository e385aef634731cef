package dev.millrace.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.cli.Cli.Outcome;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * `work` and `each` in processes of their own, with signals of the system. The command writes to a pipe once it runs,
 * and goes on when something is written to another; so every signal meets a running command, and nothing here sleeps.
 */
@Timeout(120)
class SignalProcessTest {
    private static final String COMMAND = "echo begun > begun; read word < goOn; echo done";

    @TempDir
    Path temporary;

    @Test
    void work_sigtermWhileACommandRuns_letsItEndAcknowledgesItAndExits143() throws Exception {
        assertLetsEnd("TERM", 143, "work");
    }

    @Test
    void work_sigintWhileACommandRuns_letsItEndAcknowledgesItAndExits130() throws Exception {
        assertLetsEnd("INT", 130, "work");
    }

    @Test
    void work_sighupWhileACommandRuns_letsItEndAcknowledgesItAndExits129() throws Exception {
        assertLetsEnd("HUP", 129, "work");
    }

    @Test
    void each_sigtermWhileACommandRuns_letsItEndAcknowledgesItAndExits143() throws Exception {
        assertLetsEnd("TERM", 143, "each");
    }

    @Test
    void work_sigtermTwice_killsTheCommandAndGivesItsTaskBackWithoutAFailure() throws Exception {
        assertKills("TERM", 143, "work");
        assertThat(run("stats", "mail", "--json")).contains("\"ready\":2", "\"buried\":0");
        assertThat(run("peek", "mail", "--json")).contains("\"failures\":0");
    }

    @Test
    void each_sigintTwice_killsTheCommandAndTheNextCallRunsItAgain() throws Exception {
        assertKills("INT", 130, "each");
        Outcome rest = Cli.run("", each("echo again"));
        assertThat(rest.exitCode()).as(rest.err()).isZero();
        assertThat(rest.out()).isEqualTo("again\nagain\n");
    }

    private void assertLetsEnd(String signal, int exitCode, String verb) throws Exception {
        Cli.assumeHeard(signal);
        Process process = start(verb);
        begun();
        send(signal, process);
        assertSays("stopping: running commands may end", process);
        Files.writeString(temporary.resolve("goOn"), "go\n");
        assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
        assertThat(process.exitValue()).isEqualTo(exitCode);
        assertThat(new String(process.getInputStream().readAllBytes(), UTF_8)).isEqualTo("done\n");
        if (verb.equals("work")) {
            assertThat(run("stats", "mail", "--json")).as("one is done, one was not taken").contains("\"ready\":1");
        }
    }

    private void assertKills(String signal, int exitCode, String verb) throws Exception {
        Cli.assumeHeard(signal);
        Process process = start(verb);
        begun();
        send(signal, process);
        assertSays("stopping: running commands may end", process);
        send(signal, process);
        assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
        assertThat(process.exitValue()).isEqualTo(exitCode);
        assertThat(process.getInputStream().readAllBytes()).isEmpty();
    }

    private Process start(String verb) throws Exception {
        for (String pipe : List.of("begun", "goOn")) {
            assertThat(new ProcessBuilder("mkfifo", temporary.resolve(pipe).toString()).start().waitFor()).isZero();
        }
        String command = "cd " + temporary + "; " + COMMAND;
        String[] args = verb.equals("each") ? each(command) : work(command);
        return Cli.process(Main.class, List.of(), args).start();
    }

    private String[] work(String command) {
        run("put", "mail", "one", "two");
        return new String[] {"work", "mail", "--at", at(), "--max", "1", "--", "sh", "-c", command};
    }

    private String[] each(String command) throws Exception {
        Path input = Files.writeString(temporary.resolve("items"), "one\ntwo\n");
        String folder = temporary.resolve("job").toString();
        return new String[] {
            "each", "--folder", folder, "--name", "job", "--input", input.toString(), "--max", "1", "--", "sh", "-c", command
        };
    }

    /** Waits until the command runs. */
    private void begun() throws Exception {
        assertThat(Files.readString(temporary.resolve("begun"))).isEqualTo("begun\n");
    }

    private static void send(String signal, Process process) throws Exception {
        assertThat(new ProcessBuilder("kill", "-" + signal, Long.toString(process.pid())).start().waitFor()).isZero();
    }

    /** Waits for a line on standard error that holds the text. */
    private static void assertSays(String text, Process process) throws Exception {
        BufferedReader err = new BufferedReader(new InputStreamReader(process.getErrorStream(), UTF_8), 1);
        String line = err.readLine();
        while (line != null && !line.contains(text)) {
            line = err.readLine();
        }
        assertThat(line).isNotNull();
    }

    private String run(String command, String... args) {
        String[] all = new String[args.length + 3];
        all[0] = command;
        all[1] = "--at";
        all[2] = at();
        System.arraycopy(args, 0, all, 3, args.length);
        Outcome outcome = Cli.run("", all);
        assertThat(outcome.exitCode()).as(outcome.err()).isZero();
        return outcome.out();
    }

    private String at() {
        return "embedded:" + temporary.resolve("at");
    }
}
