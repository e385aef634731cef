package dev.millrace.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.cli.Cli.Outcome;
import dev.millrace.server.Credential;
import dev.millrace.server.Grant;
import dev.millrace.server.MillraceServer;
import dev.millrace.server.ServerOptions;
import dev.millrace.server.User;
import dev.millrace.server.Users;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** `work` where a server refuses some of what it asks for. */
@Timeout(60)
class WorkServerTest {
    private static final String TOKEN = "0123456789abcdefghijklmnopqrstuv";
    private static final List<Grant> ALL = List.of(Grant.of("*", List.of("all")));

    private static final ServerOptions OPTIONS = ServerOptions.of("memory:")
            .withListen(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));

    @TempDir
    Path temporary;

    private MillraceServer server;

    @BeforeEach
    void start() {
        server = MillraceServer.start(OPTIONS.withUsers(worker(ALL)));
    }

    @AfterEach
    void stop() {
        server.close();
    }

    /** Whether the queue is empty cannot be known after the last task, so it could wait for ever. */
    @Test
    void work_untilEmpty_whoseStatsAreRefused_endsWithTheError() throws Exception {
        run("put", "mail", "a");
        Path pipe = temporary.resolve("pipe");
        assertThat(new ProcessBuilder("mkfifo", pipe.toString()).start().waitFor()).isZero();
        CompletableFuture<Outcome> work = CompletableFuture.supplyAsync(
                () -> run("work", "mail", "--until-empty", "--max", "1", "--", "cat", pipe.toString()),
                run -> Thread.ofPlatform().daemon().start(run));
        // Opening it waits until the command reads.
        try (OutputStream toCommand = Files.newOutputStream(pipe)) {
            server.reload(OPTIONS.withUsers(worker(List.of(Grant.of("mail", List.of("take"))))));
            toCommand.write("done\n".getBytes(UTF_8));
        }

        Outcome outcome = work.join();
        assertThat(outcome.exitCode()).as(outcome.err()).isEqualTo(ExitCode.STOPPED);
        assertThat(outcome.out()).isEqualTo("done\n");
        assertThat(outcome.err()).contains("1 done, 0 failed, 0 buried", "user worker has not the right read on mail");
        server.reload(OPTIONS.withUsers(worker(ALL)));
        assertThat(run("stats", "mail", "--json").out()).as("its task was acknowledged").contains("\"total\":0");
    }

    /** Several at once, since they share a connection. */
    @Test
    void work_outputThatTheServerFindsTooLarge_isAFailure_andTheOthersGoOn() {
        server.close();
        server = MillraceServer.start(
                OPTIONS.withUsers(worker(ALL)).withEngine(OPTIONS.engine().withPayloadBytesMax(1_000)));
        run("put", "mail", "1000", "1001", "100000", "1048576", "7");
        Outcome outcome = run(
                "work", "mail", "--until-empty", "--max", "3", "--max-attempts", "1", "--as-argument", "--output-to", "done", "--",
                "head", "-c", "{}", "/dev/zero");

        assertThat(outcome.exitCode()).as(outcome.err()).isEqualTo(ExitCode.FAILED);
        assertThat(outcome.err())
                .contains("task 2 failed: its output cannot be stored by --output-to: payloadBytes=1001 > payloadBytesMax=1000")
                .contains("task 3 failed: its output cannot be stored by --output-to: ", "task 4 failed: its output cannot be stored by")
                .contains("2 done, 0 failed, 3 buried");
        assertThat(run("stats", "done", "--json").out()).contains("\"ready\":2,");
        assertThat(run("list", "mail", "--json").out()).contains("\"reason\":\"its output cannot be stored by --output-to: ");
    }

    @Test
    void work_ofAUserWhoMayOnlyTake_isDone_andSaysThatItDoesNotKnowWhatIsLeft() {
        run("put", "mail", "a", "b");
        server.reload(OPTIONS.withUsers(worker(List.of(Grant.of("mail", List.of("take"))))));
        Outcome outcome = run("work", "mail", "--count", "1", "--", "cat");

        assertThat(outcome.exitCode()).as(outcome.err()).isZero();
        assertThat(outcome.out()).isEqualTo("a");
        assertThat(outcome.err()).contains("1 done, 0 failed, 0 buried", "; what is left is not known: ", "not the right read on mail");
        Outcome refused = run("work", "mail", "--until-empty", "--", "cat");
        assertThat(refused.exitCode()).as("nothing was taken").isEqualTo(ExitCode.USAGE);
        assertThat(refused.err()).contains("not the right read on mail").hasLineCount(1);
    }

    private static Users worker(List<Grant> grants) {
        return Users.of(List.of(new User("worker", List.of(Credential.ofToken(TOKEN)), grants)));
    }

    /** The engine is named first, since what follows the dashes is the command's. */
    private Outcome run(String... args) {
        String[] all = new String[args.length + 2];
        all[0] = args[0];
        all[1] = "--at";
        all[2] = "millrace://worker:" + TOKEN + "@127.0.0.1:" + server.address().getPort();
        System.arraycopy(args, 1, all, 3, args.length - 1);
        return Cli.run("", all);
    }
}
