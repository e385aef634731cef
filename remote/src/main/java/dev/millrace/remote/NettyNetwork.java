package dev.millrace.remote;

import dev.millrace.api.ErrorCode;
import dev.millrace.api.MillraceException;
import io.netty.bootstrap.Bootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslHandler;
import io.netty.util.concurrent.DefaultThreadFactory;
import io.netty.util.concurrent.ScheduledFuture;
import java.io.File;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/** The real network: an event loop, and sockets, with TLS where the URI asks for it. */
final class NettyNetwork implements Network {
    private final EventLoopGroup group;
    private final EventLoop loop;
    private final Target target;
    private final RemoteLimits limits;
    private final @Nullable SslContext security;
    /** Which of the host's addresses comes next. Of the loop's thread. */
    private int attempts;

    private NettyNetwork(Target target, RemoteLimits limits, @Nullable SslContext security) {
        this.target = target;
        this.limits = limits;
        this.security = security;
        this.group = new MultiThreadIoEventLoopGroup(
                1, new DefaultThreadFactory("millrace-remote", true), NioIoHandler.newFactory());
        this.loop = group.next();
    }

    /**
     * Starts the loop's thread.
     *
     * @throws MillraceException BAD_ARGUMENT when a file that the URI names cannot be used
     */
    static NettyNetwork start(Target target, RemoteLimits limits) {
        Target.Security wanted = target.security();
        return new NettyNetwork(target, limits, wanted == null ? null : security(wanted));
    }

    private static SslContext security(Target.Security wanted) {
        try {
            SslContextBuilder builder = SslContextBuilder.forClient().endpointIdentificationAlgorithm("HTTPS");
            if (wanted.authorities() != null) {
                builder.trustManager(new File(wanted.authorities()));
            }
            if (wanted.certificate() != null && wanted.key() != null) {
                builder.keyManager(new File(wanted.certificate()), new File(wanted.key()));
            }
            return builder.build();
        } catch (SSLException | IllegalArgumentException e) {
            throw new MillraceException(
                    ErrorCode.BAD_ARGUMENT,
                    "the uri names files for TLS that cannot be used: " + wanted + " (" + Link.words(e)
                            + "); give PEM files, the key in PKCS 8 without a password",
                    e);
        }
    }

    @Override
    public boolean isInLoop() {
        return loop.inEventLoop();
    }

    @Override
    public void execute(Runnable work) {
        loop.execute(work);
    }

    @Override
    public Runnable schedule(Runnable work, long nanos) {
        ScheduledFuture<?> planned = loop.schedule(work, nanos, TimeUnit.NANOSECONDS);
        return () -> planned.cancel(false);
    }

    /** The look-up of a name may take long, so that it has a thread of its own. */
    @Override
    public void connect(Link link) {
        int attempt = attempts++;
        Thread.ofVirtual().name("millrace-remote-name").start(() -> {
            try {
                InetAddress[] addresses = InetAddress.getAllByName(target.host());
                InetAddress address = addresses[Math.floorMod(attempt, addresses.length)];
                onLoop(() -> connect(link, new InetSocketAddress(address, target.port())));
            } catch (UnknownHostException e) {
                onLoop(() -> link.refused("no address is known of the host " + target.host()));
            }
        });
    }

    private void onLoop(Runnable found) {
        try {
            loop.execute(found);
        } catch (RejectedExecutionException closed) {
            // The engine was closed while the name was looked up, and nobody waits for a connection any more.
        }
    }

    private void connect(Link link, InetSocketAddress address) {
        ChannelFuture connected = new Bootstrap()
                .group(group)
                .channel(NioSocketChannel.class)
                .option(ChannelOption.TCP_NODELAY, true)
                .option(ChannelOption.SO_KEEPALIVE, true)
                .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, (int) limits.openMs())
                .handler(new ChannelInitializer<>() {
                    @Override
                    protected void initChannel(Channel channel) {
                        if (security != null) {
                            channel.pipeline().addLast(handshake(channel, security));
                        }
                        channel.pipeline().addLast(link);
                    }
                })
                .connect(address);
        connected.addListener((ChannelFutureListener) done -> {
            Throwable cause = done.cause();
            if (cause != null) {
                link.refused(Link.words(cause));
            }
        });
    }

    private SslHandler handshake(Channel channel, SslContext context) {
        SslHandler handler = context.newHandler(channel.alloc(), target.host(), target.port());
        handler.setHandshakeTimeoutMillis(limits.openMs());
        return handler;
    }

    @Override
    public void close() {
        group.shutdownGracefully(0, limits.closeMs(), TimeUnit.MILLISECONDS);
        if (!loop.inEventLoop()) {
            group.terminationFuture().awaitUninterruptibly();
        }
    }
}
