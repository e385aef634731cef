package dev.millrace.server;

import java.util.function.Consumer;

/** Limits of which a test changes those that it is about, by name; the others stay as they were. */
final class LimitsChange {
    int connectionsMax;
    int commandBytesMax;
    int heldBytesMax;
    int unsentBytesMax;
    int unsentBytesEnd;
    int tagsMax;
    int stalledMs;
    int graceMsMax;
    int detachedMax;
    int drainMs;
    int confirmWithinMs;
    long clientBytesMax;

    private LimitsChange(ServerLimits from) {
        connectionsMax = from.connectionsMax();
        commandBytesMax = from.commandBytesMax();
        heldBytesMax = from.heldBytesMax();
        unsentBytesMax = from.unsentBytesMax();
        unsentBytesEnd = from.unsentBytesEnd();
        tagsMax = from.tagsMax();
        stalledMs = from.stalledMs();
        graceMsMax = from.graceMsMax();
        detachedMax = from.detachedMax();
        drainMs = from.drainMs();
        confirmWithinMs = from.confirmWithinMs();
        clientBytesMax = from.clientBytesMax();
    }

    /** The options with other limits. */
    static ServerOptions limits(ServerOptions options, Consumer<LimitsChange> edit) {
        LimitsChange change = new LimitsChange(options.limits());
        edit.accept(change);
        return options.withLimits(change.result());
    }

    private ServerLimits result() {
        return new ServerLimits(
                connectionsMax,
                commandBytesMax,
                heldBytesMax,
                unsentBytesMax,
                unsentBytesEnd,
                tagsMax,
                stalledMs,
                graceMsMax,
                detachedMax,
                drainMs,
                confirmWithinMs,
                clientBytesMax);
    }
}
