package dev.millrace.server;

import dev.millrace.api.engine.EngineLoop;
import dev.millrace.api.engine.HostedEngine;
import dev.millrace.wire.CommandReader;
import dev.millrace.wire.NameCache;
import dev.millrace.wire.WireLimits;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.handler.ssl.SslContext;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/** What the connections of a server share. Used on the loop's thread. */
final class ServerState {
    private static final int DESK_BYTES = 64 << 10;

    private final EngineLoop loop;
    private final HostedEngine engine;
    private final CommandReader reader = new CommandReader(CommandReader.Payloads.SHARED);
    private final NameCache names = new NameCache();
    private final ByteBuf desk = Unpooled.buffer(DESK_BYTES);
    private final Connections connections;
    private final Sessions sessions;
    private final Alarms alarms;
    private final Counters counters = new Counters();
    private final long startedNs;
    private final Logins logins;
    private final ClientMemory memory = new ClientMemory(this);
    private final Drain drain = new Drain(this);
    /** What it is to do now; a reload changes these three. */
    private ServerOptions options;

    private WireLimits wireLimits;
    private @Nullable SslContext tls;

    /**
     * The state of a server that has just started.
     *
     * @param random where secrets come from
     * @param checker derives passwords, not on the loop
     */
    ServerState(ServerOptions options, HostedEngine engine, EngineLoop loop, RandomGenerator random, Executor checker) {
        this.loop = loop;
        this.options = options;
        this.engine = engine;
        this.wireLimits = wireLimits(options);
        this.tls = Tls.load(options.tls());
        this.connections = new Connections(options.limits().connectionsMax());
        this.sessions = new Sessions(options.limits().detachedMax(), random);
        this.alarms = new Alarms(loop, options.engine().timeSource());
        this.startedNs = alarms.nowNs();
        this.logins = new Logins(loop, alarms, checker, counters);
        logins.renew(options.users(), options.logins());
    }

    /**
     * From now on these users, limits and certificates; the rest stays as it began.
     *
     * @param newTls of the options' certificates
     */
    void renew(ServerOptions renewed, @Nullable SslContext newTls) {
        options = renewed;
        tls = newTls;
        wireLimits = wireLimits(renewed);
        connections.max(renewed.limits().connectionsMax());
        logins.renew(renewed.users(), renewed.logins());
        List.copyOf(connections.all()).forEach(Connection::renewed);
        List.copyOf(sessions.all()).forEach(ClientSession::renewed);
    }

    /**
     * A payload is the longest argument. One that would be allowed elsewhere is read here as well, for the engine to
     * refuse: so it is told to its put alone, while what the parser refuses ends the connection, and with it whatever
     * else is under way there.
     */
    private static WireLimits wireLimits(ServerOptions options) {
        WireLimits usual = WireLimits.USUAL;
        int bulkBytes = Math.max(options.engine().payloadBytesMax(), usual.bulkBytesMax());
        return new WireLimits(
                usual.argumentsMax(),
                Math.min(bulkBytes, options.limits().commandBytesMax()),
                options.limits().commandBytesMax(),
                Math.min(usual.inlineBytesMax(), options.limits().commandBytesMax()));
    }

    ServerOptions options() {
        return options;
    }

    ServerLimits limits() {
        return options.limits();
    }

    /** Whose thread serves everything. */
    EngineLoop loop() {
        return loop;
    }

    /** Who does the work. */
    HostedEngine engine() {
        return engine;
    }

    /** Reads commands, whose payloads stay where they were read. */
    CommandReader reader() {
        return reader;
    }

    /** Names that come again and again. */
    NameCache names() {
        return names;
    }

    /**
     * Where a connection puts what it has read, to look at it: an array is looked at faster than the socket's buffer.
     * It is free again when the connection has done what it can.
     */
    ByteBuf desk() {
        return desk;
    }

    /** What a command may consist of. */
    WireLimits wireLimits() {
        return wireLimits;
    }

    Connections connections() {
        return connections;
    }

    /** Those that may outlive their connections. */
    Sessions sessions() {
        return sessions;
    }

    /** What is to happen at certain times. */
    Alarms alarms() {
        return alarms;
    }

    /** What all clients take. */
    ClientMemory memory() {
        return memory;
    }

    /** Its end, which may have begun. */
    Drain drain() {
        return drain;
    }

    Counters counters() {
        return counters;
    }

    long startedNs() {
        return startedNs;
    }

    /** With what new connections are spoken to; null for plain text. */
    @Nullable SslContext tls() {
        return tls;
    }

    /** Who may use the server. */
    Logins logins() {
        return logins;
    }
}
