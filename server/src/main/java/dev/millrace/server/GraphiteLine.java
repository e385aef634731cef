package dev.millrace.server;

import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.ByteBufUtil;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.channel.socket.nio.NioDatagramChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.util.ReferenceCountUtil;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The way to Graphite over a network, on the server's loop, which it never blocks: a name is looked up on another thread. It connects when it
 * is to send something and is not connected; what cannot be sent at once is not kept. At most one report is on its way, and if that makes no
 * end for {@value #STALLED_SECONDS} s the connection is given up. Used on the loop's thread.
 */
final class GraphiteLine implements GraphiteFeed.Line {
    private static final System.Logger LOG = System.getLogger("dev.millrace.server.graphite");
    private static final int CONNECT_MS_MAX = 3_000;
    private static final int STALLED_SECONDS = 5;
    /** So much goes through every network in one datagram. */
    private static final int DATAGRAM_BYTES_MAX = 1_400;

    private final EventLoop loop;
    private final Executor lookingUp;
    private final GraphiteOptions options;
    private @Nullable Channel channel;
    private boolean isConnecting;
    private boolean isClosed;
    /** Whether it was told that nobody can be reached. */
    private boolean isLossTold;
    /** Writes on their way, and since when. */
    private int unsent;

    private long unsentSinceNs;

    GraphiteLine(EventLoop loop, Executor lookingUp, GraphiteOptions options) {
        this.loop = loop;
        this.lookingUp = lookingUp;
        this.options = options;
    }

    @Override
    public boolean send(String report) {
        Channel open = channel;
        if (open == null || !open.isActive()) {
            connect();
            return false;
        }
        if (unsent > 0) {
            if (System.nanoTime() - unsentSinceNs > TimeUnit.SECONDS.toNanos(STALLED_SECONDS)) {
                lost("it reads nothing");
                open.close();
            }
            return false;
        }
        unsentSinceNs = System.nanoTime();
        if (options.isUdp()) {
            inDatagrams(report, open);
        } else {
            write(report, open);
        }
        open.flush();
        return true;
    }

    private void write(String text, Channel to) {
        unsent++;
        to.write(ByteBufUtil.writeUtf8(to.alloc(), text)).addListener(sent -> unsent--);
    }

    /** Whole lines in each. */
    private void inDatagrams(String report, Channel to) {
        int from = 0;
        while (from < report.length()) {
            int end = report.length();
            if (end - from > DATAGRAM_BYTES_MAX) {
                int lineEnd = report.lastIndexOf('\n', from + DATAGRAM_BYTES_MAX - 1);
                end = lineEnd < from ? report.indexOf('\n', from) + 1 : lineEnd + 1;
            }
            write(report.substring(from, end), to);
            from = end;
        }
    }

    private void connect() {
        if (isConnecting || isClosed) {
            return;
        }
        isConnecting = true;
        try {
            lookingUp.execute(() -> {
                InetSocketAddress found = lookUp();
                try {
                    loop.execute(() -> connect(found));
                } catch (RejectedExecutionException serverHasEnded) {
                    // Nobody sends anything any more.
                }
            });
        } catch (RejectedExecutionException serverEnds) {
            isConnecting = false;
        }
    }

    private @Nullable InetSocketAddress lookUp() {
        try {
            return new InetSocketAddress(InetAddress.getByName(options.host()), options.port());
        } catch (UnknownHostException unknown) {
            return null;
        }
    }

    private void connect(@Nullable InetSocketAddress address) {
        if (address == null || isClosed) {
            isConnecting = false;
            lost("its name is not known");
            return;
        }
        Bootstrap bootstrap = new Bootstrap().group(loop).handler(new Listener());
        if (options.isUdp()) {
            bootstrap.channel(NioDatagramChannel.class);
        } else {
            bootstrap.channel(NioSocketChannel.class).option(ChannelOption.CONNECT_TIMEOUT_MILLIS, CONNECT_MS_MAX);
        }
        ChannelFuture connected = bootstrap.connect(address);
        channel = connected.channel();
        connected.addListener(done -> {
            isConnecting = false;
            if (!done.isSuccess()) {
                lost(String.valueOf(done.cause().getMessage()));
            } else if (isClosed) {
                connected.channel().close();
            } else {
                isLossTold = false;
                LOG.log(System.Logger.Level.INFO, "Graphite is reached: " + place());
            }
        });
    }

    /** Told once, until it was reached again. */
    private void lost(String why) {
        if (!isLossTold && !isClosed) {
            isLossTold = true;
            LOG.log(
                    System.Logger.Level.WARNING,
                    "Graphite cannot be reached: " + place() + ": " + why + "; trying again each intervalMs=" + options.intervalMs());
        }
    }

    private String place() {
        return options.host() + ":" + options.port() + (options.isUdp() ? " (UDP)" : "");
    }

    @Override
    public void close() {
        isClosed = true;
        if (channel != null) {
            channel.close();
        }
    }

    /** What Graphite says is of no interest, but for its end. */
    private final class Listener extends ChannelInboundHandlerAdapter {
        @Override
        public void channelRead(ChannelHandlerContext context, Object message) {
            ReferenceCountUtil.release(message);
        }

        @Override
        public void channelInactive(ChannelHandlerContext context) {
            if (context.channel() == channel) {
                lost("the connection has ended");
                channel = null;
            }
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
            lost(String.valueOf(cause.getMessage()));
            if (!options.isUdp()) {
                context.close();
            }
        }
    }
}
