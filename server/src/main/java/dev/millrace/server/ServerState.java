package dev.millrace.server;

import dev.millrace.api.engine.EngineLoop;
import dev.millrace.api.engine.HostedEngine;
import dev.millrace.wire.CommandReader;
import dev.millrace.wire.NameCache;
import dev.millrace.wire.WireLimits;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.random.RandomGenerator;

/**
 * What the connections of a server share. Used on the loop's thread.
 *
 * @param engine who does the work
 * @param reader reads commands, whose payloads stay where they were read
 * @param desk where a connection puts what it has read, to look at it: an array is looked at faster than the socket's buffer. It is
 *     free again when the connection has done what it can
 * @param names names that come again and again
 * @param sessions those that may outlive their connections
 * @param alarms what is to happen at certain times
 * @param wireLimits what a command may consist of
 */
record ServerState(
        ServerOptions options,
        HostedEngine engine,
        CommandReader reader,
        NameCache names,
        ByteBuf desk,
        WireLimits wireLimits,
        Connections connections,
        Sessions sessions,
        Alarms alarms,
        Counters counters,
        long startedNs) {
    private static final int DESK_BYTES = 64 << 10;

    ServerState(ServerOptions options, HostedEngine engine, EngineLoop loop, RandomGenerator random) {
        this(
                options,
                engine,
                new CommandReader(CommandReader.Payloads.SHARED),
                new NameCache(),
                Unpooled.buffer(DESK_BYTES),
                wireLimits(options),
                new Connections(options.limits().connectionsMax()),
                new Sessions(options.limits().detachedMax(), random),
                new Alarms(loop, options.engine().timeSource()),
                new Counters(),
                options.engine().timeSource().monotonicNs());
    }

    /** A payload is the longest argument, but for names and the like. */
    private static WireLimits wireLimits(ServerOptions options) {
        WireLimits usual = WireLimits.USUAL;
        int bulkBytes = Math.max(options.engine().payloadBytesMax(), 16 << 10);
        return new WireLimits(
                usual.argumentsMax(),
                Math.min(bulkBytes, options.limits().commandBytesMax()),
                options.limits().commandBytesMax(),
                Math.min(usual.inlineBytesMax(), options.limits().commandBytesMax()));
    }

    ServerLimits limits() {
        return options.limits();
    }
}
