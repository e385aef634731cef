package dev.millrace.server;

import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.ByteBufUtil;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.util.ReferenceCountUtil;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The way to Graphite over a network, on the server's loop, which it never blocks: a name is looked up on another
 * thread. It connects when it is to send something and is not connected, with pauses that grow to {@value
 * #PAUSE_SECONDS_MAX} s; what cannot be sent at once is not kept. At most one report is on its way, and if that makes
 * no end for {@value #STALLED_SECONDS} s the connection is given up. Used on the loop's thread.
 */
final class GraphiteLine implements GraphiteFeed.Line {
    private static final System.Logger LOG = System.getLogger("dev.millrace.server.graphite");
    private static final int CONNECT_MS_MAX = 3_000;
    private static final int STALLED_SECONDS = 5;
    private static final int PAUSE_SECONDS_MAX = 30;
    /** So much goes through every network in one datagram. */
    private static final int DATAGRAM_BYTES_MAX = 1_400;

    private final EventLoop loop;
    private final Sockets sockets;
    private final Executor lookingUp;
    private final GraphiteOptions options;
    private final LongSupplier nowNs;
    private final RetryPauses pauses;
    private @Nullable Channel channel;
    private boolean isConnecting;
    private boolean isClosed;
    /** Whether it was told that nobody can be reached; until a connection has lasted. */
    private boolean isLossTold;
    /** And whether it was told that it was reached since. */
    private boolean isReturnTold;
    /** Writes on their way, and since when. */
    private int unsent;

    private long unsentSinceNs;

    /**
     * Not connected yet.
     *
     * @param sockets of the loop's transport
     * @param lookingUp where names are looked up
     * @param nowNs a clock that only goes forward
     */
    GraphiteLine(EventLoop loop, Sockets sockets, Executor lookingUp, GraphiteOptions options, LongSupplier nowNs) {
        this.loop = loop;
        this.sockets = sockets;
        this.lookingUp = lookingUp;
        this.options = options;
        this.nowNs = nowNs;
        this.pauses = new RetryPauses(
                TimeUnit.MILLISECONDS.toNanos(options.intervalMs()), TimeUnit.SECONDS.toNanos(PAUSE_SECONDS_MAX));
    }

    @Override
    public boolean send(String report) {
        Channel open = channel;
        if (open == null || !open.isActive()) {
            connect();
            return false;
        }
        if (unsent > 0) {
            if (nowNs.getAsLong() - unsentSinceNs > TimeUnit.SECONDS.toNanos(STALLED_SECONDS)) {
                drop(open, "it reads nothing");
            }
            return false;
        }
        unsentSinceNs = nowNs.getAsLong();
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

    /** Whether it is trying to reach Graphite. */
    boolean isConnecting() {
        return isConnecting;
    }

    private void connect() {
        if (isConnecting || isClosed || !pauses.mayTry(nowNs.getAsLong())) {
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
            failed("its name is not known");
            return;
        }
        Bootstrap bootstrap = new Bootstrap().group(loop).handler(new Listener());
        if (options.isUdp()) {
            bootstrap.channel(sockets.datagram());
        } else {
            bootstrap.channel(sockets.stream()).option(ChannelOption.CONNECT_TIMEOUT_MILLIS, CONNECT_MS_MAX);
        }
        ChannelFuture connected = bootstrap.connect(address);
        channel = connected.channel();
        connected.addListener(done -> {
            isConnecting = false;
            if (!done.isSuccess()) {
                failed(String.valueOf(done.cause().getMessage()));
            } else if (isClosed) {
                connected.channel().close();
            } else {
                pauses.reached(nowNs.getAsLong());
                if (!isLossTold || !isReturnTold) {
                    isReturnTold = true;
                    LOG.log(System.Logger.Level.INFO, "Graphite is reached: " + place());
                }
            }
        });
    }

    private void drop(Channel ended, String why) {
        if (ended == channel) {
            channel = null;
            lost(why);
        }
        ended.close();
    }

    private void lost(String why) {
        if (pauses.lost(nowNs.getAsLong())) {
            isLossTold = false;
            isReturnTold = false;
        }
        tell(why);
    }

    private void failed(String why) {
        pauses.failed(nowNs.getAsLong());
        tell(why);
    }

    private void tell(String why) {
        if (!isLossTold && !isClosed) {
            isLossTold = true;
            LOG.log(
                    System.Logger.Level.WARNING,
                    "Graphite cannot be reached: " + place() + ": " + why + "; trying again after intervalMs=" + options.intervalMs()
                            + ", then more and more seldom, each " + PAUSE_SECONDS_MAX + " s in the end");
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
            drop(context.channel(), "the connection has ended");
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
            if (options.isUdp()) {
                lost(String.valueOf(cause.getMessage()));
            } else {
                drop(context.channel(), String.valueOf(cause.getMessage()));
            }
        }
    }
}
