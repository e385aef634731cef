package dev.millrace.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.testkit.Clause;
import io.netty.channel.EventLoop;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The way to a Graphite that is deaf, or vanishes and returns: real sockets, and a clock that the test moves (T19). */
@Timeout(120)
class GraphiteLineTest {
    private static final int INTERVAL_MS = 1_000;
    /** More than the buffers of both systems take. */
    private static final String MUCH = "x".repeat(32 << 20) + "\n";

    private final Sockets sockets = Sockets.of(Transport.AUTO);
    private final MultiThreadIoEventLoopGroup group = new MultiThreadIoEventLoopGroup(1, sockets.handlers());
    private final EventLoop loop = group.next();
    private final AtomicLong nowNs = new AtomicLong();
    private final AtomicInteger tries = new AtomicInteger();

    @AfterEach
    void close() {
        group.shutdownGracefully(0, 1, TimeUnit.SECONDS).syncUninterruptibly();
    }

    /** What it does not read is given up after 5 s, and it is asked again after pauses that grow. */
    @Test
    @Clause({"T19", "G7"})
    void deafGraphite_isGivenUp_andAskedMoreAndMoreSeldom() throws Exception {
        try (ServerSocket deaf = new ServerSocket()) {
            deaf.setReceiveBufferSize(1_024);
            deaf.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 100);
            GraphiteLine line = line(deaf.getLocalPort());
            for (int round = 1; round <= 5; round++) {
                reach(line);
                assertThat(send(line, MUCH)).isTrue();
                try (Socket accepted = deaf.accept()) {
                    advance(5_000);
                    assertThat(send(line, "more\n")).as("at most one report is on its way").isFalse();
                    advance(1);
                    assertThat(send(line, "more\n")).isFalse();

                    assertThat(drained(accepted)).as("what came before it was given up").isLessThan(MUCH.length());
                }
                assertThat(tries).hasValue(round);
                advance((INTERVAL_MS << (round - 1)) - 1);
                assertThat(send(line, "more\n")).isFalse();
                assertThat(tries).as("it is left alone for a while").hasValue(round);
                advance(1);
            }
        }
    }

    @Test
    @Clause("T19")
    void goneGraphite_isTriedMoreAndMoreSeldom_andReachedWhenItIsBack() throws Exception {
        InetAddress here = InetAddress.getLoopbackAddress();
        ServerSocket first = new ServerSocket(0, 5, here);
        int port = first.getLocalPort();
        GraphiteLine line = line(port);
        reach(line);
        try (first;
                Socket graphite = first.accept()) {
            assertThat(send(line, "first\n")).isTrue();
            assertThat(in(graphite).readLine()).isEqualTo("first");
            advance(60_000);
        }
        awaitLost(line);
        int before = tries.get();
        for (int second = 0; second < 120; second++) {
            advance(1_000);
            assertThat(send(line, "nobody hears it\n")).isFalse();
            settle(line);
        }
        assertThat(tries.get() - before).as("after 1, 2, 4, 8, 16, 30, 30 s").isEqualTo(7);

        try (ServerSocket second = new ServerSocket(port, 5, here)) {
            advance(30_000);
            reach(line);
            assertThat(send(line, "back\n")).isTrue();
            try (Socket graphite = second.accept()) {
                assertThat(in(graphite).readLine()).isEqualTo("back");
            }
        }
    }

    @Test
    void pauses_doubleUpToTheLongest_andBeginAnewAfterAConnectionThatLasted() {
        RetryPauses pauses = new RetryPauses(1_000, 30_000);
        assertThat(pauses.mayTry(Long.MAX_VALUE - 10)).isTrue();
        long now = Long.MAX_VALUE - 10;
        for (int pause : new int[] {1_000, 2_000, 4_000, 8_000, 16_000, 30_000, 30_000}) {
            pauses.failed(now);
            assertThat(pauses.mayTry(now + pause - 1)).isFalse();
            now += pause;
            assertThat(pauses.mayTry(now)).isTrue();
        }
        pauses.reached(now);
        assertThat(pauses.lost(now + 29_999)).as("it has not lasted").isFalse();
        assertThat(pauses.mayTry(now + 29_999 + 29_999)).isFalse();
        now += 29_999 + 30_000;
        pauses.reached(now);
        assertThat(pauses.lost(now + 30_000)).isTrue();
        assertThat(pauses.mayTry(now + 30_999)).isFalse();
        assertThat(pauses.mayTry(now + 31_000)).isTrue();
    }

    private GraphiteLine line(int port) {
        GraphiteOptions options = new GraphiteOptions("127.0.0.1", port, false, "", INTERVAL_MS, 10);
        return new GraphiteLine(
                loop,
                sockets,
                lookUp -> {
                    tries.incrementAndGet();
                    lookUp.run();
                },
                options,
                nowNs::get);
    }

    private void advance(int ms) {
        nowNs.addAndGet(TimeUnit.MILLISECONDS.toNanos(ms));
    }

    private boolean send(GraphiteLine line, String report) throws Exception {
        return loop.submit(() -> line.send(report)).get();
    }

    /** Has it connect, by a report that is left out. */
    private void reach(GraphiteLine line) throws Exception {
        assertThat(send(line, "left out\n")).isFalse();
        settle(line);
    }

    private void settle(GraphiteLine line) throws Exception {
        while (loop.submit(line::isConnecting).get()) {
            Thread.onSpinWait();
        }
    }

    /** Until it has noticed that the connection has ended; what is sent before may seem to go. */
    private void awaitLost(GraphiteLine line) throws Exception {
        while (send(line, "into the void\n")) {
            Thread.onSpinWait();
        }
        settle(line);
    }

    private static BufferedReader in(Socket graphite) throws IOException {
        graphite.setSoTimeout(30_000);
        return new BufferedReader(new InputStreamReader(graphite.getInputStream(), StandardCharsets.US_ASCII));
    }

    /** Reads all that comes to the end, and tells how much that was. */
    private static long drained(Socket accepted) throws IOException {
        accepted.setSoTimeout(30_000);
        byte[] buffer = new byte[1 << 16];
        long bytes = 0;
        try {
            for (int count = accepted.getInputStream().read(buffer); count >= 0; count = accepted.getInputStream().read(buffer)) {
                bytes += count;
            }
        } catch (SocketException reset) {
            // Given up with something on the way.
        }
        return bytes;
    }
}
