package dev.millrace.server;

import dev.millrace.api.ErrorCode;
import dev.millrace.api.MillraceException;
import io.netty.channel.Channel;
import io.netty.channel.ChannelOption;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollChannelOption;
import io.netty.channel.epoll.EpollDatagramChannel;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.epoll.EpollTcpInfo;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.DatagramChannel;
import io.netty.channel.socket.ServerSocketChannel;
import io.netty.channel.socket.SocketChannel;
import io.netty.channel.socket.nio.NioChannelOption;
import io.netty.channel.socket.nio.NioDatagramChannel;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.channel.uring.IoUring;
import io.netty.channel.uring.IoUringChannelOption;
import io.netty.channel.uring.IoUringDatagramChannel;
import io.netty.channel.uring.IoUringIoHandler;
import io.netty.channel.uring.IoUringServerSocketChannel;
import io.netty.channel.uring.IoUringSocketChannel;
import io.netty.channel.uring.IoUringTcpInfo;
import java.util.Locale;
import jdk.net.ExtendedSocketOptions;

/**
 * The sockets of one transport.
 *
 * @param transport never {@link Transport#AUTO}
 * @param handlers of the loop that these sockets need
 * @param keepAlive how the system asks a silent client whether it is still there
 * @param confirmations what the system tells of those of a peer
 */
record Sockets(
        Transport transport,
        IoHandlerFactory handlers,
        Class<? extends ServerSocketChannel> listening,
        Class<? extends SocketChannel> stream,
        Class<? extends DatagramChannel> datagram,
        KeepAlive keepAlive,
        Confirmations confirmations) {
    /**
     * A client that is gone without a word is found out after so long a silence, and as many questions, a time apart.
     */
    private static final int KEEP_ALIVE_IDLE_SECONDS = 10;

    private static final int KEEP_ALIVE_INTERVAL_SECONDS = 2;
    private static final int KEEP_ALIVE_COUNT = 3;

    /** The options of a socket that rule these questions. */
    record KeepAlive(ChannelOption<Integer> idleSeconds, ChannelOption<Integer> intervalSeconds, ChannelOption<Integer> count) {}

    /**
     * The sockets that were asked for.
     *
     * @throws MillraceException BAD_ARGUMENT when this system has none
     */
    static Sockets of(Transport wanted) {
        return switch (wanted) {
            case AUTO -> Epoll.isAvailable() ? epoll() : nio();
            case EPOLL -> {
                require(wanted, Epoll.isAvailable(), Epoll.unavailabilityCause());
                yield epoll();
            }
            case IO_URING -> {
                require(wanted, IoUring.isAvailable(), IoUring.unavailabilityCause());
                yield ioUring();
            }
            case NIO -> nio();
        };
    }

    private static void require(Transport wanted, boolean isAvailable, Throwable cause) {
        if (!isAvailable) {
            throw new MillraceException(
                    ErrorCode.BAD_ARGUMENT,
                    "transport=" + wanted.name().toLowerCase(Locale.ROOT) + " is not to be had here (" + cause.getMessage()
                            + "); use auto, or nio",
                    cause);
        }
    }

    private static Sockets epoll() {
        return new Sockets(
                Transport.EPOLL,
                EpollIoHandler.newFactory(),
                EpollServerSocketChannel.class,
                EpollSocketChannel.class,
                EpollDatagramChannel.class,
                new KeepAlive(EpollChannelOption.TCP_KEEPIDLE, EpollChannelOption.TCP_KEEPINTVL, EpollChannelOption.TCP_KEEPCNT),
                Sockets::confirmed);
    }

    private static Sockets ioUring() {
        return new Sockets(
                Transport.IO_URING,
                IoUringIoHandler.newFactory(),
                IoUringServerSocketChannel.class,
                IoUringSocketChannel.class,
                IoUringDatagramChannel.class,
                new KeepAlive(IoUringChannelOption.TCP_KEEPIDLE, IoUringChannelOption.TCP_KEEPINTVL, IoUringChannelOption.TCP_KEEPCNT),
                Sockets::confirmedOnRing);
    }

    private static Sockets nio() {
        return new Sockets(
                Transport.NIO,
                NioIoHandler.newFactory(),
                NioServerSocketChannel.class,
                NioSocketChannel.class,
                NioDatagramChannel.class,
                new KeepAlive(
                        NioChannelOption.of(ExtendedSocketOptions.TCP_KEEPIDLE),
                        NioChannelOption.of(ExtendedSocketOptions.TCP_KEEPINTERVAL),
                        NioChannelOption.of(ExtendedSocketOptions.TCP_KEEPCOUNT)),
                Confirmations.untold());
    }

    private static long confirmed(Channel channel) {
        EpollTcpInfo info = ((EpollSocketChannel) channel).tcpInfo();
        return info.unacked() == 0 ? Confirmations.COMPLETE : info.lastAckRecv();
    }

    private static long confirmedOnRing(Channel channel) {
        IoUringTcpInfo info = ((IoUringSocketChannel) channel).tcpInfo();
        return info.unacked() == 0 ? Confirmations.COMPLETE : info.lastAckRecv();
    }

    /** Has the system ask a silent client whether it is still there. */
    void watch(Channel channel) {
        channel.config().setOption(keepAlive.idleSeconds(), KEEP_ALIVE_IDLE_SECONDS);
        channel.config().setOption(keepAlive.intervalSeconds(), KEEP_ALIVE_INTERVAL_SECONDS);
        channel.config().setOption(keepAlive.count(), KEEP_ALIVE_COUNT);
    }
}
