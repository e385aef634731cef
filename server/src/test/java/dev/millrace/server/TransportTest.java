package dev.millrace.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.api.ErrorCode;
import dev.millrace.api.MillraceException;
import dev.millrace.testkit.Clause;
import io.netty.bootstrap.Bootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.uring.IoUring;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The same server by each of the system's interfaces; where this system lacks one, that it says so. */
@Timeout(120)
class TransportTest {
    /** As many as a payload may have: more than a socket takes at once. */
    private static final int LARGE_BYTES = 1 << 20;

    @Test
    @Clause({"G3", "G4 tasks"})
    void epoll_servesAndNoticesWhoGoes() throws IOException {
        serves(Transport.EPOLL, Epoll.isAvailable());
    }

    @Test
    @Clause({"G3", "G4 tasks"})
    void ioUring_servesAndNoticesWhoGoes() throws IOException {
        serves(Transport.IO_URING, IoUring.isAvailable());
    }

    @Test
    @Clause({"G3", "G4 tasks"})
    void nio_servesAndNoticesWhoGoes() throws IOException {
        serves(Transport.NIO, true);
    }

    @Test
    void auto_isEpollWhereItWorks() {
        assertThat(Sockets.of(Transport.AUTO).transport()).isEqualTo(Epoll.isAvailable() ? Transport.EPOLL : Transport.NIO);
    }

    @Test
    @Clause("G4 tasks")
    void confirmations_areToldByTheSystem_butNotByNio() throws Exception {
        assertThat(confirmations(Transport.NIO)).isEqualTo(Confirmations.UNTOLD);
        if (Epoll.isAvailable()) {
            assertThat(confirmations(Transport.EPOLL)).isEqualTo(Confirmations.COMPLETE);
        }
        if (IoUring.isAvailable()) {
            assertThat(confirmations(Transport.IO_URING)).isEqualTo(Confirmations.COMPLETE);
        }
    }

    private static void serves(Transport transport, boolean isAvailable) throws IOException {
        ServerOptions options = ServerOptions.of("memory:")
                .withListen(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
                .withTransport(transport);
        if (!isAvailable) {
            assertThatThrownBy(() -> MillraceServer.check(options))
                    .isInstanceOfSatisfying(MillraceException.class, refused -> {
                        assertThat(refused.code()).isEqualTo(ErrorCode.BAD_ARGUMENT);
                        assertThat(refused).hasMessageContaining("transport=" + told(transport)).hasMessageContaining("use auto");
                    });
            return;
        }
        String large = "z".repeat(LARGE_BYTES);
        try (MillraceServer server = MillraceServer.start(options);
                RespPeer waiting = new RespPeer(server.address());
                RespPeer gone = new RespPeer(server.address())) {
            assertThat(waiting.info("server")).contains("multiplexing_api:" + told(transport));
            assertThat(gone.call("TASK.PUT mail " + large)).isInstanceOf(List.class);
            assertThat((List<?>) gone.call("TASK.TAKE mail")).asString().contains(large);

            waiting.send("TASK.TAKE mail TIMEOUT 60000");
            gone.hangUp();

            assertThat((List<?>) waiting.reply()).asString().contains(large).contains("1:2");
        }
    }

    /** What is told of a peer that lacks nothing. */
    private static long confirmations(Transport transport) throws Exception {
        Sockets sockets = Sockets.of(transport);
        EventLoopGroup group = new MultiThreadIoEventLoopGroup(1, sockets.handlers());
        try (ServerSocket peer = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            Channel channel = new Bootstrap()
                    .group(group)
                    .channel(sockets.stream())
                    .handler(new ChannelInboundHandlerAdapter())
                    .connect(peer.getLocalSocketAddress())
                    .sync()
                    .channel();
            return channel.eventLoop().submit(() -> sockets.confirmations().lastAgoMs(channel)).get(60, TimeUnit.SECONDS);
        } finally {
            group.shutdownGracefully(0, 1, TimeUnit.SECONDS).awaitUninterruptibly();
        }
    }

    private static String told(Transport transport) {
        return transport.name().toLowerCase(Locale.ROOT);
    }
}
