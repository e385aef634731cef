package dev.millrace.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.server.TestServer.Client;
import dev.millrace.testkit.Clause;
import io.netty.buffer.ByteBuf;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * Clients that do not read, never end what they begin, or say nothing: each meets its limit, and the others notice
 * nothing (G7).
 */
class BadClientTest {
    private static final int STALLED_MS = 1_000;

    private final TestServer server = new TestServer(options -> LimitsChange.limits(options, limits -> {
        limits.connectionsMax = 20_000;
        limits.commandBytesMax = 1 << 20;
        limits.heldBytesMax = 64 << 10;
        limits.unsentBytesMax = 64 << 10;
        limits.unsentBytesEnd = 1 << 20;
        limits.stalledMs = STALLED_MS;
    }));
    private final Client good = server.connect();

    @AfterEach
    void close() {
        server.close();
    }

    @BeforeEach
    void store() {
        good.call("TASK.PUT", "mail", "x".repeat(10_000));
    }

    @Test
    @Clause("G7")
    void clientThatStopsReading_isReadNoMore_thenClosed_whenNothingMoves() {
        Client deaf = server.connect();
        deaf.stopsReading();
        long askedBefore = server.state().counters().commandCount();
        for (int count = 0; count < 100; count++) {
            deaf.call("TASK.PEEK", "mail");
        }
        assertThat(server.state().counters().commandCount() - askedBefore).as("commands carried out").isLessThan(20);
        requireGoodServed();

        server.advance(Duration.ofMillis(STALLED_MS - 1));
        assertThat(deaf.isOpen()).isTrue();
        server.advance(Duration.ofMillis(1));
        assertThat(deaf.isOpen()).isFalse();
        assertThat(server.state().counters().stalledCount()).isOne();
        requireGoodServed();
    }

    @Test
    @Clause("G7")
    void clientThatAsksMuchWithFewBytes_isAnsweredInPieces() {
        for (int number = 0; number < 100; number++) {
            good.call("TASK.PUT", "queue" + number, "x");
            server.connect();
        }
        Client curious = server.connect();
        requireSentInPieces(curious, "COMMAND DOCS\r\n".repeat(500), 500);
        requireSentInPieces(curious, "TASK.PEEK mail\r\n" + "COMMAND DOCS\r\n".repeat(500), 501);
        requireSentInPieces(curious, "TASK.PEEK mail\r\n" + "INFO\r\n".repeat(500), 501);
        requireSentInPieces(curious, "TASK.QUEUES COUNT 1000\r\n".repeat(500), 500);
        requireSentInPieces(curious, "SESSION.LIST COUNT 1000\r\n".repeat(500), 500);
        requireSentInPieces(curious, "TASK.PEEK mail\r\n" + "X\r\n".repeat(10_000), 10_001);
        requireGoodServed();
    }

    @Test
    @Clause("G7")
    void consumptionWithMoreCreditThanTagsMax_isRefused_fromItsBeginning() {
        try (TestServer small = new TestServer(options -> LimitsChange.limits(options, limits -> limits.tagsMax = 5))) {
            Client client = small.connect();
            client.call("HELLO", "3");

            assertThat(client.call("TASK.CONSUME", "mail", "CREDIT", "6", "TAG", "c")).contains("OVERLOADED credit=6 > tagsMax=5");
            assertThat(client.call("TASK.CONSUME", "mail", "CREDIT", "5", "TAG", "c")).isEqualTo("+OK\r\n");
            assertThat(client.call("TASK.CREDIT", "c", "1")).contains("OVERLOADED credit=6 > tagsMax=5");
            assertThat(small.state().counters().metCount(Limit.TAGS_MAX)).isEqualTo(2);
        }
    }

    /** Each piece has what fits, and the answer that goes beyond. */
    private void requireSentInPieces(Client client, String commands, int count) {
        long before = server.state().counters().commandCount();
        client.sendWithinTurn(commands.getBytes(StandardCharsets.ISO_8859_1));
        int largestBytes = 0;
        int rounds = 0;
        while (rounds < 2 * count && (server.state().counters().commandCount() - before < count || rounds == 0)) {
            server.settle();
            rounds++;
            for (ByteBuf out = client.channel().readOutbound(); out != null; out = client.channel().readOutbound()) {
                largestBytes = Math.max(largestBytes, out.readableBytes());
                out.release();
            }
        }
        assertThat(server.state().counters().commandCount() - before).as("commands carried out").isEqualTo(count);
        assertThat(largestBytes).as("bytes sent at once for " + commands.substring(0, 40)).isBetween(1, 500_000);
    }

    @Test
    @Clause("G7")
    void clientThatReadsSlowly_staysOpen_whileAnythingMoves() {
        Client slow = server.connect();
        slow.stopsReading();
        slow.call("TASK.PEEK", "mail");
        for (int count = 0; count < 20; count++) {
            server.advance(Duration.ofMillis(STALLED_MS - 1));
            slow.trickles(1);
        }
        assertThat(slow.isOpen()).isTrue();

        slow.readsAgain();
        assertThat(slow.received()).contains("payload");
        server.advance(Duration.ofMillis(10L * STALLED_MS));
        assertThat(slow.isOpen()).isTrue();
        assertThat(slow.call("PING")).isEqualTo("+PONG\r\n");
    }

    @Test
    @Clause("G7")
    void clientThatIsPushedTooMuchAndReadsNothing_isClosed_andItsTasksGoBack() {
        Client deaf = server.connect();
        deaf.call("HELLO", "3");
        deaf.call("TASK.CONSUME", "mail", "CREDIT", "1000", "TAG", "c");
        deaf.stopsReading();
        for (int count = 0; count < 200 && deaf.isOpen(); count++) {
            good.call("TASK.PUT", "mail", "x".repeat(10_000));
        }
        assertThat(deaf.isOpen()).isFalse();
        assertThat(server.state().counters().cutOffCount()).isOne();
        assertThat(good.call("TASK.STATS", "mail")).contains("$5\r\ntaken\r\n:0\r\n", "$7\r\nwaiting\r\n:0\r\n");
    }

    @Test
    @Clause("G7")
    void tenMegabytesWithoutALineEnd_areRefusedEarly_andNotKept() {
        Client endless = server.connect();
        byte[] piece = new byte[64 << 10];
        Arrays.fill(piece, (byte) 'x');
        StringBuilder told = new StringBuilder();
        int sent = 0;
        for (; sent < 10 << 20 && endless.isOpen(); sent += piece.length) {
            told.append(endless.send(piece));
            assertThat(server.state().connections().all())
                    .allSatisfy(connection -> assertThat(connection.inputBytes()).isLessThanOrEqualTo(128 << 10));
        }
        assertThat(told.toString()).startsWith("-TOO_LARGE ").contains("inlineBytesMax");
        assertThat(sent).isLessThanOrEqualTo(256 << 10);
        assertThat(endless.isOpen()).isFalse();
        requireGoodServed();
    }

    @Test
    @Clause("G7")
    void commandThatNeverEnds_isRefusedAtItsLimit() {
        Client endless = server.connect();
        String told = endless.send("*3\r\n$8\r\nTASK.PUT\r\n$4\r\nmail\r\n$99999999\r\n".getBytes(StandardCharsets.US_ASCII));
        assertThat(told).startsWith("-TOO_LARGE ");
        assertThat(endless.isOpen()).isFalse();

        Client many = server.connect();
        byte[] piece = "$100\r\n".concat("y".repeat(100)).concat("\r\n").repeat(100).getBytes(StandardCharsets.US_ASCII);
        StringBuilder all = new StringBuilder(many.send("*300000\r\n$13\r\nTASK.PUTALL..\r\n".getBytes(StandardCharsets.US_ASCII)));
        for (int sent = 0; sent < 10 << 20 && many.isOpen(); sent += piece.length) {
            all.append(many.send(piece));
            assertThat(server.state().connections().all())
                    .allSatisfy(connection -> assertThat(connection.inputBytes()).isLessThanOrEqualTo(2 << 20));
        }
        assertThat(all.toString()).startsWith("-TOO_LARGE ").contains("commandBytesMax");
        assertThat(many.isOpen()).isFalse();
        requireGoodServed();
    }

    @Test
    @Clause("G7")
    void commandsSentAheadOfABlockedTake_areHeldUpToTheLimit() {
        Client ahead = server.connect();
        ahead.call("TASK.TAKE", "empty", "TIMEOUT", "-1");
        for (int count = 0; count < 20; count++) {
            ahead.call("ECHO", "z".repeat(10_000));
        }
        assertThat(ahead.channel().config().isAutoRead()).isFalse();
        requireGoodServed();

        good.call("TASK.PUT", "empty", "now");
        assertThat(ahead.received()).contains("now", "zzz");
        assertThat(ahead.channel().config().isAutoRead()).isTrue();
    }

    @Test
    @Clause({"G3", "G7"})
    void tenThousandIdleConnections_costNoTimer_andEachEndsWhenItIsSilent() {
        int idle = 10_000;
        for (int count = 0; count < idle; count++) {
            server.connectWithinTurn().sendWithinTurn("SESSION.TIMEOUT", "1000");
        }
        server.settle();
        assertThat(server.state().connections().count()).isEqualTo(idle + 1);
        assertThat(server.plannedCount()).isLessThanOrEqualTo(2);
        requireGoodServed();

        server.advance(Duration.ofMillis(999));
        assertThat(server.state().connections().count()).isEqualTo(idle + 1);
        requireGoodServed();
        server.advance(Duration.ofMillis(1));
        assertThat(server.state().connections().count()).isOne();
        requireGoodServed();
    }

    /** Each is within its own limits, but all together are too much: who takes most goes, and nobody else. */
    @Test
    @Clause("G7")
    void clientsThatTakeTooMuchTogether_loseTheLargest() {
        server.state().renew(
                LimitsChange.limits(server.state().options().withLimits(ServerLimits.defaults()), limits -> limits.clientBytesMax = 1 << 20),
                null);
        Client large = beginner(600_000);
        Client small = beginner(100_000);
        requireGoodServed();
        assertThat(server.state().memory().totalBytes()).isBetween(700_000L, 1L << 20);

        Client medium = beginner(400_000);

        assertThat(large.isOpen()).isFalse();
        assertThat(small.isOpen()).isTrue();
        assertThat(medium.isOpen()).isTrue();
        assertThat(server.state().counters().metCount(Limit.CLIENT_BYTES_MAX)).isOne();
        assertThat(good.call("INFO", "limits")).contains("clientBytesMax:max=1048576,now=", ",met=1");
        assertThat(small.send(("x".repeat(900_000) + "\r\n").getBytes(StandardCharsets.US_ASCII))).contains("ready");
        requireGoodServed();
        small.drop();
        medium.drop();
        assertThat(server.state().memory().totalBytes()).isZero();
    }

    @Test
    @Clause("G7")
    void answersThatAreNotRead_countAmongTheMemoryOfAll() {
        server.state().renew(
                LimitsChange.limits(server.state().options().withLimits(ServerLimits.defaults()), limits -> limits.clientBytesMax = 1 << 20),
                null);
        Client[] deaf = new Client[20];
        for (int index = 0; index < deaf.length; index++) {
            deaf[index] = server.connect();
            deaf[index].stopsReading();
            for (int count = 0; count < 10; count++) {
                deaf[index].call("TASK.PEEK", "mail");
            }
        }
        assertThat(Arrays.stream(deaf).filter(Client::isOpen).count()).isBetween(5L, 15L);
        assertThat(server.state().memory().totalBytes()).isLessThanOrEqualTo(1 << 20);
        requireGoodServed();
        for (Client one : deaf) {
            one.readsAgain();
        }
        requireGoodServed();
        good.call("ECHO", "x");
        for (Client one : deaf) {
            one.call("PING");
        }
        assertThat(server.state().memory().totalBytes()).isZero();
    }

    /** A client that has begun a put of 1,000,000 bytes, and sent so many of them. */
    private Client beginner(int bytes) {
        Client client = server.connect();
        client.send(("*3\r\n$8\r\nTASK.PUT\r\n$4\r\nlong\r\n$1000000\r\n" + "x".repeat(bytes)).getBytes(StandardCharsets.US_ASCII));
        return client;
    }

    /**
     * More answers than a turn holds: the others have theirs when the turn ends, which must not wait for the loop to do
     * something else.
     */
    @Test
    @Clause("G7")
    void answersThatFillATurn_endIt_andAreAllGiven() {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        for (int count = 0; count < 6_000; count++) {
            all.writeBytes(TestServer.bulks("TASK.PEEK", "mail"));
        }
        Client greedy = server.connect();
        greedy.sendWithinTurn(all.toByteArray());
        good.sendWithinTurn("PING");
        assertThat(server.state().engine().isTurnFull()).isTrue();

        greedy.channel().runPendingTasks();
        assertThat(greedy.channel().hasPendingTasks()).as("it waits for the turn's end").isFalse();
        assertThat(greedy.channel().config().isAutoRead()).as("more than heldBytesMax lies there").isFalse();
        server.settle();

        assertThat(good.received()).isEqualTo("+PONG\r\n");
    }

    private void requireGoodServed() {
        assertThat(good.call("PING")).isEqualTo("+PONG\r\n");
        assertThat(good.call("TASK.PEEK", "mail")).contains("payload");
    }
}
