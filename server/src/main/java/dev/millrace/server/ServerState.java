package dev.millrace.server;

import dev.millrace.api.engine.HostedEngine;
import dev.millrace.wire.CommandReader;
import dev.millrace.wire.NameCache;
import dev.millrace.wire.WireLimits;

/**
 * What the connections of a server share. Used on the loop's thread.
 *
 * @param engine who does the work
 * @param reader reads commands, whose payloads stay where they were read
 * @param names names that come again and again
 * @param wireLimits what a command may consist of
 */
record ServerState(
        ServerOptions options,
        HostedEngine engine,
        CommandReader reader,
        NameCache names,
        WireLimits wireLimits,
        Connections connections,
        Counters counters,
        long startedNs) {
    ServerState(ServerOptions options, HostedEngine engine) {
        this(
                options,
                engine,
                new CommandReader(CommandReader.Payloads.SHARED),
                new NameCache(),
                wireLimits(options),
                new Connections(options.limits().connectionsMax()),
                new Counters(),
                System.nanoTime());
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
