package dev.millrace.server;

import dev.millrace.api.ErrorCode;
import dev.millrace.api.MillraceException;
import dev.millrace.api.engine.Engines;
import dev.millrace.api.engine.HostedEngine;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.SingleThreadEventLoop;
import io.netty.handler.ssl.SslContext;
import io.netty.util.concurrent.DefaultThreadFactory;
import io.netty.util.concurrent.Future;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * A server: an engine, and the native wire to it, on one thread that reads, applies, stores and answers. Safe for use
 * by several threads.
 */
public final class MillraceServer implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger("dev.millrace.server");
    /** As many connections may wait to be accepted. */
    private static final int BACKLOG = 1_024;
    private static final int FAREWELL_SECONDS_MAX = 5;

    private final EventLoopGroup group;
    private final SingleThreadEventLoop loop;
    private final ExecutorService checker;
    private final ServerState state;
    private final GraphiteFeed graphite;
    private final Channel listening;
    private final Recovery recovery;
    private final CompletableFuture<Void> drained = new CompletableFuture<>();
    private final CompletableFuture<Void> hurried = new CompletableFuture<>();
    private final AtomicBoolean isClosing = new AtomicBoolean();
    private final CompletableFuture<Void> closed = new CompletableFuture<>();

    private MillraceServer(
            EventLoopGroup group,
            SingleThreadEventLoop loop,
            ExecutorService checker,
            ServerState state,
            GraphiteFeed graphite,
            Channel listening,
            Recovery recovery) {
        this.group = group;
        this.loop = loop;
        this.checker = checker;
        this.state = state;
        this.graphite = graphite;
        this.listening = listening;
        this.recovery = recovery;
    }

    /**
     * Starts a server. Blocks until what was stored is recovered and clients can connect.
     *
     * @throws MillraceException as opening the engine does; BAD_ARGUMENT when the address cannot be listened on, or is
     *     one that others than this machine reach, without users and TLS or {@link ServerOptions#insecure}; or when a
     *     certificate is of no use
     */
    public static MillraceServer start(ServerOptions options) {
        check(options);
        long beganNs = System.nanoTime();
        Sockets sockets = Sockets.of(options.transport());
        EventLoopGroup group = new MultiThreadIoEventLoopGroup(
                1, new DefaultThreadFactory("millrace-server", false), sockets.handlers());
        ExecutorService checker = passwordChecker();
        @Nullable HostedEngine engine = null;
        try {
            SingleThreadEventLoop loop = (SingleThreadEventLoop) group.next();
            NettyLoop lent = new NettyLoop(loop);
            engine = Engines.openOn(lent, options.uri(), options.engine());
            ServerState state = new ServerState(options.withTransport(sockets.transport()), engine, lent, new SecureRandom(), checker);
            Recovery recovery = new Recovery(
                    TaskCount.of(engine), Duration.ofNanos(System.nanoTime() - beganNs));
            GraphiteFeed graphite = new GraphiteFeed(state, line -> new GraphiteLine(loop, sockets, checker, line, System::nanoTime));
            Channel listening = listen(group, sockets, state);
            loop.execute(() -> graphite.renew(options.graphite()));
            return new MillraceServer(group, loop, checker, state, graphite, listening, recovery);
        } catch (RuntimeException | Error e) {
            if (engine != null) {
                engine.close();
            }
            checker.shutdownNow();
            end(group);
            throw e;
        }
    }

    /**
     * One thread, which is there while there is something to check; how much may wait for it {@link LoginLimits} says.
     */
    private static ExecutorService passwordChecker() {
        ThreadPoolExecutor checker = new ThreadPoolExecutor(
                1, 1, 10, TimeUnit.SECONDS, new LinkedBlockingQueue<>(), new DefaultThreadFactory("millrace-passwords", true));
        checker.allowCoreThreadTimeOut(true);
        return checker;
    }

    /**
     * Says whether a server could begin with these options, as far as that can be told without beginning.
     *
     * @throws MillraceException BAD_ARGUMENT
     */
    public static void check(ServerOptions options) {
        InetSocketAddress listen = options.listen();
        if (listen.isUnresolved()) {
            throw new MillraceException(
                    ErrorCode.BAD_ARGUMENT, "listen=" + listen.getHostString() + " is no address of this machine");
        }
        boolean isSafe = !options.users().isEmpty() && options.tls() != null;
        if (!listen.getAddress().isLoopbackAddress() && !isSafe && !options.insecure()) {
            throw new MillraceException(
                    ErrorCode.BAD_ARGUMENT,
                    "listen=" + listen.getHostString() + " is reached from other machines, and "
                            + (options.users().isEmpty() ? "whoever connects may do everything" : "passwords would cross the network as"
                                    + " they are")
                            + "; use 127.0.0.1, or give it users and TLS, or consent to that with --insecure");
        }
        Tls.load(options.tls());
        options.transport().check();
    }

    private static Channel listen(EventLoopGroup group, Sockets sockets, ServerState state) {
        InetSocketAddress address = state.options().listen();
        ChannelFuture bound = new ServerBootstrap()
                .group(group)
                .channel(sockets.listening())
                .option(ChannelOption.SO_BACKLOG, BACKLOG)
                .option(ChannelOption.SO_REUSEADDR, true)
                .childOption(ChannelOption.TCP_NODELAY, true)
                .childOption(ChannelOption.SO_KEEPALIVE, true)
                .childHandler(new Welcome(state, sockets))
                .bind(address)
                .awaitUninterruptibly();
        Throwable cause = bound.cause();
        if (cause != null) {
            throw new MillraceException(
                    ErrorCode.BAD_ARGUMENT,
                    "listen=" + address.getHostString() + ":" + address.getPort() + " cannot be used ("
                            + cause.getMessage() + "); choose another address, or port 0 for any that is free",
                    cause);
        }
        return bound.channel();
    }

    /**
     * Goes on with other users, limits, certificates and another Graphite, all or none, without dropping a connection
     * that keeps its rights (T28): who has lost its user, or what it had logged in with, is closed, and so is who waits
     * for tasks with rights that have changed. Certificates count for new connections. Address, engine and folder stay
     * as they are, whatever the options say. Blocks until it has happened.
     *
     * @throws MillraceException BAD_ARGUMENT, and everything stays as it was; CLOSED after {@link #close}
     */
    public void reload(ServerOptions options) {
        ServerOptions renewed = state.options()
                .withUsers(options.users())
                .withLimits(options.limits())
                .withLogins(options.logins())
                .withTls(options.tls())
                .withGraphite(options.graphite());
        check(renewed);
        SslContext tls = Tls.load(renewed.tls());
        Throwable failure;
        try {
            failure = loop.submit(() -> {
                        state.renew(renewed, tls);
                        graphite.renew(renewed.graphite());
                    })
                    .awaitUninterruptibly()
                    .cause();
        } catch (RejectedExecutionException ended) {
            throw new MillraceException(ErrorCode.CLOSED, "the server is closed", ended);
        }
        if (failure != null) {
            throw new MillraceException(ErrorCode.INTERNAL, "the server could not be set anew: " + failure, failure);
        }
    }

    /** Where clients connect to: with port 0 asked for, the one that was free. */
    public InetSocketAddress address() {
        return (InetSocketAddress) listening.localAddress();
    }

    /** What the start found, and how long that took. */
    public Recovery recovery() {
        return recovery;
    }

    /**
     * What a start found.
     *
     * @param tasks how many tasks were in the store
     * @param time from the call of {@link #start} until they were ready
     */
    public record Recovery(long tasks, Duration time) {}

    /**
     * {@return a stage that completes with what broke the store} From then on every command is refused, and only {@link
     * #close} is of use; another start recovers what was acknowledged, if the disk lets it. Never completes while the
     * store is well.
     */
    public CompletionStage<MillraceException> broken() {
        return state.engine().broken();
    }

    /**
     * Lets the clients finish, before {@link #close}: nobody can connect any more, and takes get nothing, while
     * everything else goes on. Takes that wait in order, or come now, are told CLOSED; what bears a tag gets nothing
     * more before its connection ends. Blocks, keeping an interrupt for later, until nobody who is connected holds a
     * task, or {@link ServerLimits#drainMs} are over, or {@link #hurry}, or the server is closed; what is held then
     * goes back when it is. Idempotent.
     */
    public void drain() {
        listening.close().awaitUninterruptibly();
        onLoop(() -> state.drain().begin(() -> drained.complete(null)));
        drained.join();
    }

    /**
     * Has {@link #drain} end now, and {@link #close} wait for no client, from another thread perhaps. Never blocks;
     * idempotent.
     */
    public void hurry() {
        hurried.complete(null);
        onLoop(() -> state.drain().hurry());
    }

    /** Nothing if it has ended, since there is nothing left to wait for then. */
    private void onLoop(Runnable work) {
        try {
            loop.execute(work);
        } catch (RejectedExecutionException ended) {
            drained.complete(null);
        }
    }

    /**
     * Ends the server: nobody can connect any more, what was accepted is stored and answered, all sessions end, and the
     * store is let go of. Clients that do not read their last answers within {@value #FAREWELL_SECONDS_MAX} s miss
     * them. Blocks until that is done, also when another thread does it, keeping an interrupt for later; idempotent.
     *
     * @throws MillraceException as closing the engine does; all else has ended nevertheless
     */
    @Override
    public void close() {
        if (!isClosing.compareAndSet(false, true)) {
            closed.join();
            return;
        }
        try {
            end();
        } finally {
            closed.complete(null);
        }
    }

    private void end() {
        listening.close().awaitUninterruptibly();
        CompletableFuture<Void> read = new CompletableFuture<>();
        Future<?> goodbye = loop.submit(() -> sayGoodbye(read)).awaitUninterruptibly();
        CompletableFuture.anyOf(read, hurried)
                .completeOnTimeout(false, FAREWELL_SECONDS_MAX, TimeUnit.SECONDS)
                .join();
        drained.complete(null);
        checker.shutdownNow();
        end(group);
        if (state.drain().isOn()) {
            LOG.log(System.Logger.Level.INFO, "closed" + (read.isDone() ? "" : "; some clients had not read their last answers"));
        }
        if (goodbye.cause() instanceof RuntimeException failure) {
            throw failure;
        }
    }

    /** Stores what was accepted, and ends all sessions and connections; on the loop. */
    private void sayGoodbye(CompletableFuture<Void> read) {
        List<Connection> open = List.copyOf(state.connections().all());
        if (state.drain().isOn()) {
            LOG.log(System.Logger.Level.INFO, "closing: what was accepted is stored and answered; connections=" + open.size());
        }
        try {
            graphite.close();
        } finally {
            closeEngine(open, read);
        }
    }

    private void closeEngine(List<Connection> open, CompletableFuture<Void> read) {
        try {
            state.engine().close();
        } finally {
            CompletableFuture<?>[] farewells = open.stream().map(Connection::goodbye).map(MillraceServer::future).toArray(CompletableFuture[]::new);
            CompletableFuture.allOf(farewells).thenRun(() -> read.complete(null));
        }
    }

    private static CompletableFuture<Void> future(ChannelFuture closing) {
        CompletableFuture<Void> closed = new CompletableFuture<>();
        closing.addListener(done -> closed.complete(null));
        return closed;
    }

    private static void end(EventLoopGroup group) {
        group.shutdownGracefully(0, 10, TimeUnit.SECONDS).awaitUninterruptibly();
    }

    /** What a new connection begins with. */
    private static final class Welcome extends ChannelInitializer<Channel> {
        private final ServerState state;
        private final Sockets sockets;

        Welcome(ServerState state, Sockets sockets) {
            this.state = state;
            this.sockets = sockets;
        }

        @Override
        protected void initChannel(Channel channel) {
            if (state.connections().isFull()) {
                state.counters().refusedConnection();
                LOG.log(
                        System.Logger.Level.WARNING,
                        "connection refused: peer=" + channel.remoteAddress() + " connectionsMax=" + state.connections().max());
                String told = "-OVERLOADED connections=" + state.connections().count() + " are open, connectionsMax="
                        + state.connections().max() + "; close some, or try again later\r\n";
                if (state.tls() != null) {
                    channel.pipeline().addLast(new Doorstep(state.tls(), state.logins().limits().loginWithinMs()));
                    if (!TurnedAway.tell(state, channel, told)) {
                        channel.close();
                    }
                    return;
                }
                channel.writeAndFlush(channel.alloc().buffer().writeBytes(told.getBytes(StandardCharsets.UTF_8)))
                        .addListener(ChannelFutureListener.CLOSE);
                return;
            }
            state.counters().connected();
            sockets.watch(channel);
            channel.pipeline().addLast(new Doorstep(state.tls(), state.logins().limits().loginWithinMs()));
            channel.pipeline().addLast(new Connection(state, channel, sockets.confirmations()));
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
            LOG.log(System.Logger.Level.WARNING, "a connection could not be begun", cause);
            context.close();
        }
    }
}
