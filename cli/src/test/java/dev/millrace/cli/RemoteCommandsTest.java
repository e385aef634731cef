package dev.millrace.cli;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.cli.Cli.Outcome;
import dev.millrace.server.MillraceServer;
import dev.millrace.server.ServerOptions;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The commands on a server's queues. */
@Timeout(120)
class RemoteCommandsTest {
    private static MillraceServer server;

    @BeforeAll
    static void start() {
        server = MillraceServer.start(ServerOptions.of("memory:").withListen(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0)));
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    @BeforeEach
    void empty() {
        run("", "purge", "mail", "--yes");
    }

    @Test
    void put_take_peekAndList_areThoseOfAFolder() {
        Outcome put = run("", "put", "mail", "one", "two", "three");
        assertThat(put.exitCode()).as(put.err()).isZero();
        List<String> ids = put.out().lines().toList();
        assertThat(ids).hasSize(3);
        assertThat(run("four\nfive\n", "put", "mail", "--delay", "1h").out().lines()).hasSize(2);
        assertThat(run("", "peek", "mail", "--raw").out()).isEqualTo("one");
        assertThat(run("", "peek", "mail", ids.get(1)).out()).contains("two", "ready");
        assertThat(run("", "list", "mail", "--json").out().lines()).hasSize(5);
        assertThat(run("", "list", "mail", "--state", "delayed").out()).contains("four", "five").doesNotContain("one");
        assertThat(run("", "take", "mail").out()).isEqualTo("one\n");
        assertThat(run("", "take", "mail", "--all").out()).isEqualTo("two\nthree\n");
        assertThat(run("", "take", "mail", "--timeout", "10ms").exitCode()).isEqualTo(1);
        assertThat(run("", "stats", "mail", "--json").out()).contains("\"ready\":0,\"delayed\":2,\"taken\":0");
    }

    @Test
    void kick_delete_configureAndPurge_areThoseOfAFolder() {
        String id = run("", "put", "mail", "a", "--delay", "1h").out().strip();
        assertThat(run("", "kick", "mail", id)).extracting(Outcome::exitCode, Outcome::out).containsExactly(0, "1\n");
        assertThat(run("", "delete", "mail", id).exitCode()).isZero();
        assertThat(run("", "delete", "mail", id).exitCode()).isEqualTo(1);
        assertThat(run("", "configure", "mail", "--pause").out()).contains("yes");
        run("", "put", "mail", "b");
        assertThat(run("", "take", "mail").exitCode()).isEqualTo(1);
        assertThat(run("", "configure", "mail", "--resume").exitCode()).isZero();
        assertThat(run("", "purge", "mail", "--yes").out()).isEqualTo("1\n");
    }

    @Test
    void top_showsWhatIsThere_andWhereWithoutAPassword() {
        run("", "put", "mail", "a", "b");
        assertThat(run("", "top", "--once", "--interval", "100ms", "--filter", "mail").out())
                .containsPattern("mail +2 +0 +0 +0 +0 +\\d\\.\\ds +0 +0 +0 +0\n");
        assertThat(EngineUri.shown("millrace://bob:se:cret@host:1?tls=system")).isEqualTo("millrace://bob@host:1?tls=system");
        assertThat(EngineUri.shown("millrace://bob:s/e?c@r@host:1")).isEqualTo("millrace://bob@host:1");
        assertThat(EngineUri.shown("millrace://bob:se/cret@host?tls=a@b")).isEqualTo("millrace://bob@host?tls=a@b");
        assertThat(EngineUri.shown("embedded:./a")).isEqualTo("embedded:./a");
    }

    @Test
    void work_runsTheTasks_andStoresTheirOutput() {
        run("", "put", "mail", "a", "b", "c");
        Outcome outcome = run(
                "", "work", "mail", "--as-argument", "--output-to", "done", "--until-empty", "--max", "1", "--", "echo", "did");
        assertThat(outcome.exitCode()).as(outcome.err()).isZero();
        assertThat(outcome.err()).contains("3 done, 0 failed, 0 buried");
        assertThat(run("", "take", "done", "--all", "--raw").out()).isEqualTo("did a\ndid b\ndid c\n");
    }

    @Test
    void bench_measuresAServer_inAQueueOfItsOwn() {
        Outcome outcome = run("", "bench", "--count", "20", "--seconds", "1s", "--window", "4");
        assertThat(outcome.exitCode()).as(outcome.err()).isZero();
        assertThat(outcome.out()).startsWith("over the network, ").contains("cycle");
        assertThat(run("", "stats", "--json").out().lines().filter(line -> line.contains("bench-")))
                .allSatisfy(line -> assertThat(line).contains("\"total\":0"));
        assertRefused("--durability=none is for a server to say", uri(), "bench", "--durability", "none");
    }

    // --- What is no server

    @Test
    void server_thatIsNotThere_isSaidWithTheRemedy() throws IOException {
        int port;
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = free.getLocalPort();
        }
        for (String command : List.of("stats", "top")) {
            assertRefused("start a server there with `millrace server`", "millrace://127.0.0.1:" + port, command);
        }
    }

    @Test
    void server_ofSomethingElse_isSaid() throws Exception {
        try (ServerSocket other = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            CompletableFuture.runAsync(() -> {
                try (Socket client = other.accept()) {
                    client.getOutputStream().write("HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n".getBytes(US_ASCII));
                    client.getOutputStream().flush();
                    client.getInputStream().transferTo(java.io.OutputStream.nullOutputStream());
                } catch (IOException gone) {
                    // The client has seen enough.
                }
            });
            assertRefused("cannot be understood", "millrace://127.0.0.1:" + other.getLocalPort(), "stats");
        }
    }

    /** A script that puts again and again must not fill the server's table of producers. */
    @Test
    void put_calledOften_leavesNoProducers() {
        assertThat(EngineUri.withPlainPuts("millrace://host")).isEqualTo("millrace://host?puts=plain");
        assertThat(EngineUri.withPlainPuts("millrace://host?tls=system")).isEqualTo("millrace://host?tls=system&puts=plain");
        assertThat(EngineUri.withPlainPuts("millrace://host?puts=numbered")).isEqualTo("millrace://host?puts=numbered");
        assertThat(EngineUri.withPlainPuts("embedded:./a")).isEqualTo("embedded:./a");
    }

    @Test
    void engine_thatIsNone_isSaidWithoutItsPassword() {
        assertRefused("'127.0.0.1:7411' names no engine; use embedded:<folder>, or millrace://host:port", "127.0.0.1:7411", "stats");
        assertRefused("'milrace://bob@host' names no engine", "milrace://bob:secret@host", "stats");
        assertRefused("port=99999 is outside 1 … 65535", "millrace://127.0.0.1:99999", "stats");
    }

    private static void assertRefused(String told, String uri, String command, String... options) {
        List<String> args = new ArrayList<>(List.of(command, "--at", uri));
        args.addAll(List.of(options));
        Outcome outcome = Cli.run("", args.toArray(String[]::new));
        assertThat(outcome.exitCode()).as(outcome.err()).isEqualTo(2);
        assertThat(outcome.err()).startsWith("millrace: ").contains(told).hasLineCount(1).doesNotContain("secret", "Exception");
    }

    private static String uri() {
        return "millrace://127.0.0.1:" + server.address().getPort();
    }

    private static Outcome run(String in, String... args) {
        List<String> all = new ArrayList<>(List.of(args[0], "--at", uri()));
        all.addAll(Arrays.asList(args).subList(1, args.length));
        return Cli.run(in, all.toArray(String[]::new));
    }
}
