package dev.millrace.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.cli.Cli.Outcome;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** `work` in several processes on one server, any of which may be killed. */
@Timeout(180)
class WorkProcessTest {
    private static final int TASKS = 60;

    @TempDir
    private Path temporary;

    /** Its tasks are held for ever by commands that wait, until it is killed: then the other one gets them. */
    @Test
    void work_killedOnOneMachine_isGoneOnWithByTheOther() throws Exception {
        try (ServerProcess server = ServerProcess.start(temporary.resolve("queues"), 0)) {
            List<String> payloads = IntStream.rangeClosed(1, TASKS).mapToObj(number -> "item " + number).toList();
            assertThat(put(server, payloads)).isZero();
            Path never = pipe("never");
            Process holding = work(server, "--max", "3", "--", "sh", "-c", "read x < \"$0\"", never.toString());
            try {
                awaitStats(server, "\"taken\":3", holding);
                Process working = work(server, "--max", "2", "--count", Integer.toString(TASKS), "--output-to", "done", "--", "cat");
                try (BufferedReader none = working.inputReader(UTF_8)) {
                    awaitStats(server, "\"ready\":0,\"delayed\":0,\"taken\":3", working);
                    holding.destroyForcibly().waitFor();

                    assertThat(none.readLine()).as("its output goes elsewhere, and it ends").isNull();
                    assertThat(working.waitFor()).isZero();
                } finally {
                    working.destroyForcibly();
                }
            } finally {
                holding.destroyForcibly();
            }
            Outcome done = Cli.run("", "take", "done", "--all", "--at", server.uri());
            assertThat(done.out().lines()).containsExactlyInAnyOrderElementsOf(payloads);
            assertThat(Cli.run("", "stats", "jobs", "--json", "--at", server.uri()).out()).contains("\"total\":0");
        }
    }

    /** A server that is killed and started again at its place is found again, with all that it had answered. */
    @Test
    void work_serverKilledMeanwhile_goesOnWithTheNextOne() throws Exception {
        Path folder = temporary.resolve("queues");
        Process working = null;
        try {
            int port;
            try (ServerProcess first = ServerProcess.start(folder, 0)) {
                port = first.port();
                assertThat(put(first, List.of("a", "b"))).isZero();
                working = work(first, "--max", "1", "--count", "4", "--", "sh", "-c", "cat; echo");
                BufferedReader out = working.inputReader(UTF_8);
                assertThat(List.of(out.readLine(), out.readLine())).containsExactly("a", "b");
                awaitStats(first, "\"total\":0", working);
                first.process().destroyForcibly().waitFor();
            }
            try (ServerProcess second = ServerProcess.start(folder, port)) {
                assertThat(put(second, List.of("c", "d"))).isZero();
                assertThat(working.inputReader(UTF_8).lines()).containsExactly("c", "d");
                assertThat(working.waitFor(60, TimeUnit.SECONDS)).isTrue();
                assertThat(working.exitValue()).isZero();
                assertThat(Cli.run("", "stats", "jobs", "--json", "--at", second.uri()).out()).contains("\"total\":0");
            }
        } finally {
            if (working != null) {
                working.destroyForcibly();
            }
        }
    }

    private static int put(ServerProcess server, List<String> payloads) {
        return Cli.run(String.join("\n", payloads) + "\n", "put", "jobs", "--at", server.uri()).exitCode();
    }

    /** Asks until a process has brought it about. */
    private static void awaitStats(ServerProcess server, String wanted, Process by) {
        String stats;
        do {
            assertThat(by.isAlive() && !Thread.interrupted()).as("still at it").isTrue();
            stats = Cli.run("", "stats", "jobs", "--json", "--at", server.uri()).out();
        } while (!stats.contains(wanted));
    }

    private Process work(ServerProcess server, String... rest) throws IOException {
        List<String> args = new ArrayList<>(List.of("work", "jobs", "--at", server.uri()));
        args.addAll(List.of(rest));
        return Cli.process(Main.class, List.of(), args.toArray(String[]::new))
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
    }

    private Path pipe(String name) throws Exception {
        Path pipe = temporary.resolve(name);
        assertThat(new ProcessBuilder("mkfifo", pipe.toString()).start().waitFor()).isZero();
        return pipe;
    }
}
