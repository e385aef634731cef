package dev.millrace.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.api.MillraceException;
import dev.millrace.server.TestServer.Client;
import dev.millrace.testkit.Clause;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Numbers that are sent to Graphite (T19). */
@Timeout(120)
class GraphiteTest {
    private static final GraphiteOptions EACH_SECOND = new GraphiteOptions("graphite", 2003, false, "site.one", 1_000, 2);

    /** A line that keeps what it is given. */
    private static final class Kept implements GraphiteFeed.Line {
        private final List<String> reports = new ArrayList<>();
        private boolean isThere = true;
        private boolean isClosed;

        @Override
        public boolean send(String report) {
            reports.add(report);
            return isThere;
        }

        @Override
        public void close() {
            isClosed = true;
        }
    }

    @Test
    @Clause("T19")
    void feed_eachInterval_sendsQueuesSumsAndServer() {
        try (TestServer server = new TestServer()) {
            Kept line = new Kept();
            GraphiteFeed feed = new GraphiteFeed(server.state(), options -> line);
            feed.renew(EACH_SECOND);
            Client client = server.connect();
            client.call("TASK.PUT", "mail.out/\u00c3\u00a9", "x");
            client.call("TASK.PUT", "mail.out/\u00c3\u00a9", "y");
            client.call("TASK.TAKE", "mail.out/\u00c3\u00a9");

            server.advance(Duration.ofMillis(999));
            assertThat(line.reports).isEmpty();
            server.advance(Duration.ofMillis(1));
            assertThat(line.reports).hasSize(1);
            long seconds = server.clock().wallMs() / 1_000;
            assertThat(line.reports.getFirst().lines())
                    .contains(
                            "site.one.queue.mail_out__.ready 1 " + seconds,
                            "site.one.queue.mail_out__.taken 1 " + seconds,
                            "site.one.queue.mail_out__.total 2 " + seconds,
                            "site.one.queue.mail_out__.putCount 2 " + seconds,
                            "site.one.server.queues 1 " + seconds,
                            "site.one.server.queues_ready 1 " + seconds,
                            "site.one.server.connected_clients 1 " + seconds,
                            "site.one.server.total_commands_processed 3 " + seconds,
                            "site.one.server.met_connectionsMax 0 " + seconds)
                    .allMatch(one -> one.matches("site\\.one\\.[A-Za-z0-9_.-]+ \\d+ " + seconds));
            server.advance(Duration.ofMillis(3_000));
            assertThat(line.reports).hasSizeBetween(2, 4);
        }
    }

    @Test
    @Clause({"T19", "G7"})
    void feed_withMoreQueuesThanItsLimit_sendsTheSumsOfAll_andCounts() {
        try (TestServer server = new TestServer()) {
            Kept line = new Kept();
            GraphiteFeed feed = new GraphiteFeed(server.state(), options -> line);
            feed.renew(EACH_SECOND);
            Client client = server.connect();
            for (int queue = 0; queue < 500; queue++) {
                client.call("TASK.PUT", "q" + queue, "x");
            }
            server.advance(Duration.ofMillis(1_000));

            assertThat(line.reports.getFirst().lines().filter(one -> one.contains(".queue.") && one.contains(".ready ")))
                    .hasSize(2);
            assertThat(line.reports.getFirst()).contains("site.one.server.queues 500 ", "site.one.server.queues_ready 500 ");
            assertThat(server.state().counters().metCount(Limit.GRAPHITE_QUEUES_MAX)).isOne();
        }
    }

    @Test
    @Clause("T19")
    void feed_thatCannotBeSent_isCounted_andAnotherIsTried() {
        try (TestServer server = new TestServer()) {
            Kept line = new Kept();
            line.isThere = false;
            GraphiteFeed feed = new GraphiteFeed(server.state(), options -> line);
            feed.renew(EACH_SECOND);
            server.advance(Duration.ofMillis(1_000));
            server.advance(Duration.ofMillis(1_000));

            assertThat(line.reports).hasSize(2);
            assertThat(server.state().counters().lostReportCount()).isEqualTo(2);
            assertThat(server.connect().call("INFO", "stats")).contains("lost_graphite_reports:2");
        }
    }

    @Test
    void renew_withTheSameOptions_goesOn_withNone_ends() {
        try (TestServer server = new TestServer()) {
            List<Kept> lines = new ArrayList<>();
            GraphiteFeed feed = new GraphiteFeed(server.state(), options -> {
                lines.add(new Kept());
                return lines.getLast();
            });
            feed.renew(EACH_SECOND);
            feed.renew(new GraphiteOptions("graphite", 2003, false, "site.one", 1_000, 2));
            assertThat(lines).hasSize(1);

            feed.renew(new GraphiteOptions("graphite", 2003, false, "", 500, 2));
            assertThat(lines).hasSize(2);
            assertThat(lines.getFirst().isClosed).isTrue();
            server.advance(Duration.ofMillis(500));
            assertThat(lines.getLast().reports.getFirst()).startsWith("server.");

            feed.renew(null);
            server.advance(Duration.ofMillis(5_000));
            assertThat(lines.getLast().isClosed).isTrue();
            assertThat(lines.getLast().reports).hasSize(1);
        }
    }

    @Test
    void options_outsideTheirBounds_areRefused() {
        assertThatThrownBy(() -> new GraphiteOptions("g", 0, false, "", 1_000, 1)).isInstanceOf(MillraceException.class);
        assertThatThrownBy(() -> new GraphiteOptions("g", 2003, false, "a b", 1_000, 1))
                .hasMessageContaining("prefix='a b'");
        assertThatThrownBy(() -> new GraphiteOptions("g", 2003, false, "", 99, 1)).hasMessageContaining("intervalMs=99");
        assertThatThrownBy(() -> new GraphiteOptions(" ", 2003, false, "", 1_000, 1)).hasMessageContaining("empty");
    }

    /** It goes away and comes back; the server goes on meanwhile. */
    @Test
    @Clause("T19")
    @SuppressWarnings("try") // the first end of the feed is closed in the midst of the test, which is what it is about
    void server_connectsToGraphite_andAgainWhenItIsBack() throws IOException {
        InetAddress here = InetAddress.getLoopbackAddress();
        ServerSocket first = new ServerSocket(0, 5, here);
        int port = first.getLocalPort();
        try (MillraceServer server = start(new GraphiteOptions("127.0.0.1", port, false, "", 100, 10));
                RespPeer peer = new RespPeer(server.address())) {
            peer.call("TASK.PUT mail x");
            try (first;
                    Socket graphite = first.accept()) {
                awaitLine(graphite, "queue.mail.ready 1 ");
            }
            peer.awaitInfo("stats", "lost_graphite_reports:1");
            peer.call("TASK.PUT mail y");
            try (ServerSocket second = new ServerSocket(port, 5, here);
                    Socket graphite = second.accept()) {
                awaitLine(graphite, "queue.mail.ready 2 ");
                server.reload(ServerOptions.of("memory:"));
                BufferedReader in = new BufferedReader(new InputStreamReader(graphite.getInputStream(), StandardCharsets.US_ASCII));
                while (in.readLine() != null) {
                    // What was on its way, and then the end.
                }
            }
        }
    }

    /** It accepts and never reads: reports are left out, and nothing piles up. */
    @Test
    @Clause({"T19", "G7"})
    void graphiteThatDoesNotRead_delaysNobody() throws IOException {
        try (ServerSocket deaf = new ServerSocket()) {
            deaf.setReceiveBufferSize(1_024);
            deaf.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 5);
            try (MillraceServer server = start(new GraphiteOptions("127.0.0.1", deaf.getLocalPort(), false, "p".repeat(250), 100, 5_000));
                    RespPeer peer = new RespPeer(server.address())) {
                for (int queue = 0; queue < 2_000; queue++) {
                    peer.call("TASK.PUT q" + queue + " x");
                }
                while (peer.info("stats").contains("lost_graphite_reports:0")) {
                    peer.ping();
                }
            }
        }
    }

    @Test
    @Clause("T19")
    void server_sendsDatagrams_ofWholeLines() throws IOException {
        try (DatagramSocket graphite = new DatagramSocket(0, InetAddress.getLoopbackAddress());
                MillraceServer server = start(new GraphiteOptions("127.0.0.1", graphite.getLocalPort(), true, "", 100, 10));
                RespPeer peer = new RespPeer(server.address())) {
            peer.call("TASK.PUT mail x");
            graphite.setSoTimeout(30_000);
            String told;
            do {
                DatagramPacket packet = new DatagramPacket(new byte[65_536], 65_536);
                graphite.receive(packet);
                assertThat(packet.getLength()).isLessThanOrEqualTo(1_400);
                told = new String(packet.getData(), 0, packet.getLength(), StandardCharsets.US_ASCII);
                assertThat(told).endsWith("\n");
            } while (!told.contains("queue.mail.ready 1 "));
        }
    }

    private static MillraceServer start(GraphiteOptions graphite) {
        return MillraceServer.start(ServerOptions.of("memory:")
                .withListen(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
                .withGraphite(graphite));
    }

    private static void awaitLine(Socket graphite, String beginning) throws IOException {
        graphite.setSoTimeout(30_000);
        BufferedReader in = new BufferedReader(new InputStreamReader(graphite.getInputStream(), StandardCharsets.US_ASCII));
        String line;
        do {
            line = in.readLine();
            assertThat(line).as("a line that begins with " + beginning).isNotNull();
        } while (!line.startsWith(beginning));
    }
}
