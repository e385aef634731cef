package dev.millrace.server;

import dev.millrace.api.ErrorCode;
import dev.millrace.api.MillraceException;

/**
 * How much a server lets its clients have (G7); immutable. Begin with {@link #defaults()}.
 *
 * @param connectionsMax how many connections may be open, 1 … 1,000,000; 10,000 by default. One more is told OVERLOADED
 *     and closed
 * @param commandBytesMax how many bytes one command may have on the wire, 1 KiB … 1 GiB; 64 MiB by default. A longer
 *     one is told TOO_LARGE, and the connection closed
 * @param heldBytesMax how many bytes of commands a connection may send ahead while a take of its own waits or its
 *     answers are not read, 1 KiB … 1 GiB; 1 MiB by default. Past it the connection is not read
 * @param unsentBytesMax past how many bytes of answers that the client does not read its commands are no longer read,
 *     1 KiB … 1 GiB; 1 MiB by default
 * @param unsentBytesEnd past how many such bytes the connection is closed, at least {@code unsentBytesMax}; 64 MiB by
 *     default
 * @param tagsMax how many tagged takes and consumptions a connection may have, 1 … 1,000,000; 10,000 by default
 * @param stalledMs after how long a connection is closed whose client reads nothing of what is to be sent, 10 …
 *     3,600,000; 60,000 by default
 * @param graceMsMax for how long a session may ask to outlive its connection, 0 … 3,600,000; 60,000 by default. 0
 *     allows none
 * @param detachedMax how many sessions may live without a connection, 0 … 1,000,000; 10,000 by default. One more ends
 *     with its connection
 * @param drainMs how long a server that is to end waits for verdicts on the tasks that its clients hold, 0 … 3,600,000;
 *     10,000 by default
 * @param confirmWithinMs within which the system of a client confirms what it is sent, 5,000 … 3,600,000; 20,000 by
 *     default. Its connection is closed by then, 500 ms before half of it at the earliest; where the server's transport
 *     is NIO, which tells nothing of that, never
 * @param clientBytesMax how much memory commands and answers of all connections may take, 1 MiB … 1 TiB; 512 MiB by
 *     default. Past it the connection with most of it is closed
 */
public record ServerLimits(
        int connectionsMax,
        int commandBytesMax,
        int heldBytesMax,
        int unsentBytesMax,
        int unsentBytesEnd,
        int tagsMax,
        int stalledMs,
        int graceMsMax,
        int detachedMax,
        int drainMs,
        int confirmWithinMs,
        long clientBytesMax) {
    private static final ServerLimits DEFAULTS =
            new ServerLimits(10_000, 64 << 20, 1 << 20, 1 << 20, 64 << 20, 10_000, 60_000, 60_000, 10_000, 10_000, 20_000, 512L << 20);

    /** Checks every part against its bounds; BAD_ARGUMENT names the one outside. */
    public ServerLimits {
        requireWithin("connectionsMax", connectionsMax, 1, 1_000_000);
        requireWithin("commandBytesMax", commandBytesMax, 1 << 10, 1 << 30);
        requireWithin("heldBytesMax", heldBytesMax, 1 << 10, 1 << 30);
        requireWithin("unsentBytesMax", unsentBytesMax, 1 << 10, 1 << 30);
        requireWithin("unsentBytesEnd", unsentBytesEnd, unsentBytesMax, 1 << 30);
        requireWithin("tagsMax", tagsMax, 1, 1_000_000);
        requireWithin("stalledMs", stalledMs, 10, 3_600_000);
        requireWithin("graceMsMax", graceMsMax, 0, 3_600_000);
        requireWithin("detachedMax", detachedMax, 0, 1_000_000);
        requireWithin("drainMs", drainMs, 0, 3_600_000);
        requireWithin("confirmWithinMs", confirmWithinMs, 5_000, 3_600_000);
        requireWithin("clientBytesMax", clientBytesMax, 1 << 20, 1L << 40);
    }

    /** The defaults named above. */
    public static ServerLimits defaults() {
        return DEFAULTS;
    }

    private static void requireWithin(String name, long value, long min, long max) {
        if (value < min || value > max) {
            throw new MillraceException(
                    ErrorCode.BAD_ARGUMENT, name + "=" + value + " is outside " + min + " … " + max);
        }
    }
}
