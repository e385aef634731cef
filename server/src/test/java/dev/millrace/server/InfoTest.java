package dev.millrace.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.api.Durability;
import dev.millrace.api.OpenOptions;
import dev.millrace.server.TestServer.Client;
import dev.millrace.testkit.Clause;
import io.netty.channel.embedded.EmbeddedChannel;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What INFO tells of limits and of the journal. */
@Timeout(120)
class InfoTest {
    private static final List<String> ENGINE_LIMITS = List.of(
            "payloadBytesMax", "batchBytesMax", "commandBytesMax", "openingsMax", "waitersMax", "producersMax", "queuesMax",
            "idleQueuesMax", "attemptsMax", "engineDeathsMax", "sessionsMax", "memoryBytesMax");

    @TempDir
    private Path folder;

    @Test
    @Clause("G7")
    void limits_areAllThere_withHowMuchIsUsed_andHowOftenTheyWereMet() {
        OpenOptions engine = OpenOptions.defaults().withPayloadBytesMax(10).withWaitersMax(1).withProducersMax(1);
        try (TestServer server = new TestServer(options -> LimitsChange.limits(options.withEngine(engine), limits -> {
            limits.connectionsMax = 7;
            limits.commandBytesMax = 1 << 10;
            limits.tagsMax = 1;
            limits.graceMsMax = 2;
        }))) {
            Client client = server.connect();
            Map<String, String> before = limits(client);
            assertThat(before).containsEntry("connectionsMax", "max=7,now=1,met=0");
            for (Limit limit : Limit.values()) {
                assertThat(before.get(limit.told())).as(limit.told()).matches("max=\\d+(,now=\\d+)?,met=0");
            }

            for (String name : ENGINE_LIMITS) {
                assertThat(before.get("engine." + name)).as(name).matches("max=\\d+(,now=\\d+)?,met=0");
            }

            client.call("TASK.PUT", "mail", "x".repeat(11));
            client.call("TASK.PUT", "mail", "x", "PRODUCER", "one", "SEQUENCE", "1");
            client.call("TASK.PUT", "mail", "x", "PRODUCER", "two", "SEQUENCE", "1");
            client.call("SESSION.GRACE", "3");
            client.call("HELLO", "3");
            client.call("TASK.TAKE", "empty", "TIMEOUT", "-1", "TAG", "a");
            client.call("TASK.TAKE", "empty", "TIMEOUT", "-1", "TAG", "b");
            server.connect().call("TASK.TAKE", "empty", "TIMEOUT", "-1");
            server.connect().call("ECHO", "z".repeat(2_000));

            assertThat(limits(client))
                    .containsEntry("connectionsMax", "max=7,now=2,met=0")
                    .containsEntry("graceMsMax", "max=2,met=1")
                    .containsEntry("tagsMax", "max=1,met=1")
                    .containsEntry("commandBytesMax", "max=1024,met=1")
                    .containsEntry("engine.payloadBytesMax", "max=10,met=1")
                    .containsEntry("engine.producersMax", "max=1,now=1,met=1")
                    .containsEntry("engine.waitersMax", "max=1,now=1,met=1");
        }
    }

    /** So that what others do on the same connection is not disturbed. */
    @Test
    @Clause({"G2", "G7"})
    void payloadThatIsTooLarge_upToAUsualOne_isRefusedAlone_andCounted() {
        OpenOptions engine = OpenOptions.defaults().withPayloadBytesMax(10);
        try (TestServer server = new TestServer(options -> options.withEngine(engine))) {
            Client client = server.connect();
            for (int bytes : new int[] {11, 20_000, 1 << 20}) {
                assertThat(client.call("TASK.PUT", "mail", "x".repeat(bytes)))
                        .startsWith("-TOO_LARGE payloadBytes=" + bytes + " > payloadBytesMax=10");
            }
            assertThat(client.call("TASK.PUT", "mail", "x")).contains("ready");
            assertThat(limits(client)).containsEntry("engine.payloadBytesMax", "max=10,met=3");
            assertThat(client.call("TASK.PUT", "mail", "x".repeat((1 << 20) + 1))).startsWith("-TOO_LARGE argumentBytes=1048577 > ");
            assertThat(client.isOpen()).isFalse();
        }
    }

    @Test
    @Clause("G7")
    void limits_countTheTimesThatAConnectionWasNotRead() {
        try (TestServer server = new TestServer(options -> LimitsChange.limits(options, limits -> limits.heldBytesMax = 1 << 10))) {
            Client ahead = server.connect();
            ahead.call("TASK.TAKE", "empty", "TIMEOUT", "-1");
            ahead.call("ECHO", "z".repeat(2_000));
            ahead.call("ECHO", "z".repeat(2_000));

            assertThat(limits(server.connect())).containsEntry("heldBytesMax", "max=1024,met=1");
        }
    }

    @Test
    @Clause("G7")
    void limits_countRepliesThatWaitForAnAnswer_onceEachTimeThatTheyAreTooMany() {
        try (TestServer server = new TestServer()) {
            Client client = server.connect();
            for (int count = 0; count < 2; count++) {
                client.send(("TASK.PEEK mail\r\n" + "X\r\n".repeat(5_000)).getBytes(StandardCharsets.US_ASCII));
            }

            assertThat(limits(client)).containsEntry("waitingRepliesMax", "max=4096,met=2");
        }
    }

    @Test
    @Clause("G7")
    void limits_countConnectionsThatAreTurnedAwayWithoutAWord() {
        try (TestServer server = new TestServer()) {
            for (int count = 0; count < 16; count++) {
                assertThat(TurnedAway.tell(server.state(), new EmbeddedChannel(), "no")).isTrue();
            }
            assertThat(limits(server.connect())).containsEntry("turnedAwayMax", "max=16,now=16,met=0");
            assertThat(TurnedAway.tell(server.state(), new EmbeddedChannel(), "no")).isFalse();

            assertThat(limits(server.connect())).containsEntry("turnedAwayMax", "max=16,now=16,met=1");
            server.advance(Duration.ofSeconds(3));
            assertThat(limits(server.connect())).containsEntry("turnedAwayMax", "max=16,now=0,met=1");
        }
    }

    @Test
    @Clause("G11")
    void store_isShownToWhoMayAdministerAll_orWhereNobodyLogsIn() {
        try (TestServer server = new TestServer(TestUsers::in)) {
            Client ada = server.connect();
            assertThat(ada.call("AUTH", "ada", "secret")).isEqualTo("+OK\r\n");
            assertThat(ada.call("INFO")).contains("durability:sync\r\n").doesNotContain("store:", "memory:");
            Client admin = server.connect();
            assertThat(admin.call("AUTH", "all")).isEqualTo("+OK\r\n");
            assertThat(admin.call("INFO", "persistence")).contains("store:memory:\r\n", "durability:sync\r\n");
        }
        try (TestServer server = new TestServer()) {
            assertThat(server.connect().call("INFO", "persistence")).contains("store:memory:\r\n");
        }
    }

    @Test
    void journal_hasItsFigures_onAFolderAlone() throws IOException {
        ServerOptions onFolder = ServerOptions.of("embedded:" + folder.resolve("data"))
                .withListen(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
                .withEngine(OpenOptions.defaults().withDurability(Durability.SYNC));
        try (MillraceServer server = MillraceServer.start(onFolder);
                RespPeer peer = new RespPeer(server.address())) {
            Map<String, Long> before = journal(peer);
            peer.call("TASK.PUT mail " + "x".repeat(1_000));
            Map<String, Long> after = journal(peer);

            assertThat(after.get("journal_commits")).isEqualTo(figure(before, "journal_commits") + 1);
            assertThat(after.get("journal_fsyncs")).isGreaterThan(figure(before, "journal_fsyncs"));
            assertThat(after.get("journal_live_records")).isEqualTo(figure(before, "journal_live_records") + 1);
            assertThat(after.get("journal_live_bytes")).isGreaterThan(figure(before, "journal_live_bytes"));
            assertThat(after.get("journal_log_bytes")).isGreaterThan(figure(before, "journal_log_bytes") + 1_000);
            assertThat(after).containsEntry("journal_disk_full", 0L).containsEntry("journal_refused_for_room", 0L);
            assertThat(after.get("journal_free_bytes")).isPositive();
            assertThat(after).containsKeys("journal_segments", "journal_cleaned_bytes", "journal_disk_bytes");
        }
        try (TestServer server = new TestServer()) {
            assertThat(server.connect().call("INFO")).doesNotContain("# Journal").contains("# Limits");
        }
    }

    private static long figure(Map<String, Long> figures, String name) {
        return Objects.requireNonNull(figures.get(name), name);
    }

    private static Map<String, String> limits(Client client) {
        return lines(List.of(client.call("INFO", "limits").split("\r\n")));
    }

    private static Map<String, Long> journal(RespPeer peer) throws IOException {
        Map<String, Long> figures = new LinkedHashMap<>();
        lines(peer.info("journal")).forEach((name, value) -> figures.put(name, Long.parseLong(value)));
        return figures;
    }

    private static Map<String, String> lines(List<String> told) {
        Map<String, String> lines = new LinkedHashMap<>();
        told.stream()
                .filter(line -> line.contains(":") && !line.startsWith("="))
                .forEach(line -> lines.put(line.substring(0, line.indexOf(':')), line.substring(line.indexOf(':') + 1)));
        return lines;
    }
}
