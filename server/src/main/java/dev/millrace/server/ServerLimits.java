package dev.millrace.server;

import dev.millrace.api.ErrorCode;
import dev.millrace.api.MillraceException;

/**
 * How much a server lets its clients have (G7); immutable. Begin with {@link #defaults()}.
 *
 * @param connectionsMax how many connections may be open, 1 … 1,000,000; 10,000 by default. One more is told OVERLOADED and closed
 * @param commandBytesMax how many bytes one command may have on the wire, 1 KiB … 1 GiB; 64 MiB by default. A longer one is told
 *     TOO_LARGE, and the connection closed
 * @param heldBytesMax how many bytes of commands a connection may send ahead while a take of its own waits or its answers are not
 *     read, 1 KiB … 1 GiB; 1 MiB by default. Past it the connection is not read
 * @param unsentBytesMax past how many bytes of answers that the client does not read its commands are no longer read, 1 KiB … 1 GiB; 1
 *     MiB by default
 * @param unsentBytesEnd past how many such bytes the connection is closed, at least {@code unsentBytesMax}; 64 MiB by default
 * @param tagsMax how many tagged takes and consumptions a connection may have, 1 … 1,000,000; 10,000 by default
 */
public record ServerLimits(
        int connectionsMax, int commandBytesMax, int heldBytesMax, int unsentBytesMax, int unsentBytesEnd, int tagsMax) {
    private static final ServerLimits DEFAULTS =
            new ServerLimits(10_000, 64 << 20, 1 << 20, 1 << 20, 64 << 20, 10_000);

    /** Checks every part against its bounds; BAD_ARGUMENT names the one outside. */
    public ServerLimits {
        requireWithin("connectionsMax", connectionsMax, 1, 1_000_000);
        requireWithin("commandBytesMax", commandBytesMax, 1 << 10, 1 << 30);
        requireWithin("heldBytesMax", heldBytesMax, 1 << 10, 1 << 30);
        requireWithin("unsentBytesMax", unsentBytesMax, 1 << 10, 1 << 30);
        requireWithin("unsentBytesEnd", unsentBytesEnd, unsentBytesMax, 1 << 30);
        requireWithin("tagsMax", tagsMax, 1, 1_000_000);
    }

    /** The defaults named above. */
    public static ServerLimits defaults() {
        return DEFAULTS;
    }

    private static void requireWithin(String name, int value, int min, int max) {
        if (value < min || value > max) {
            throw new MillraceException(
                    ErrorCode.BAD_ARGUMENT, name + "=" + value + " is outside " + min + " … " + max);
        }
    }
}
