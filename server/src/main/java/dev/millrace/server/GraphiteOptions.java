package dev.millrace.server;

import dev.millrace.api.ErrorCode;
import dev.millrace.api.MillraceException;
import java.util.regex.Pattern;

/**
 * Where a server sends its numbers, in Graphite's plaintext protocol (T19); immutable.
 *
 * @param host the name or address of Graphite; looked up with each attempt to connect, so it need not be known yet
 * @param port its port, 1 … 65,535
 * @param isUdp whether to send datagrams rather than to keep a TCP connection
 * @param prefix what all names begin with, of letters, digits, {@code _}, {@code -} and {@code .}, at most 255; may be
 *     empty
 * @param intervalMs how often, 100 … 3,600,000
 * @param queuesMax of how many queues, 0 … 100,000; of the others only the sums are sent
 */
public record GraphiteOptions(String host, int port, boolean isUdp, String prefix, int intervalMs, int queuesMax) {
    /** The port of Graphite's plaintext protocol where none is said. */
    public static final int PORT_DEFAULT = 2003;

    private static final Pattern PREFIX = Pattern.compile("[A-Za-z0-9_.-]{0,255}");

    /** Checks every part; BAD_ARGUMENT names the one that is wrong. */
    public GraphiteOptions {
        if (host.isBlank()) {
            throw new MillraceException(ErrorCode.BAD_ARGUMENT, "graphite host='" + host + "' is empty; name a host");
        }
        if (!PREFIX.matcher(prefix).matches()) {
            throw new MillraceException(
                    ErrorCode.BAD_ARGUMENT,
                    "graphite prefix='" + prefix + "' may have at most 255 letters, digits, '_', '-' and '.'");
        }
        requireWithin("port", port, 1, 65_535);
        requireWithin("intervalMs", intervalMs, 100, 3_600_000);
        requireWithin("queuesMax", queuesMax, 0, 100_000);
    }

    private static void requireWithin(String name, int value, int min, int max) {
        if (value < min || value > max) {
            throw new MillraceException(
                    ErrorCode.BAD_ARGUMENT, "graphite " + name + "=" + value + " is outside " + min + " … " + max);
        }
    }
}
