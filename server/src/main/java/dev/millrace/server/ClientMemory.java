package dev.millrace.server;

import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * What the server has in memory for all clients together (G7): commands that lie there, begun or held back, and answers
 * that were not read. Past {@code clientBytesMax} the connection with most of it is closed, until the rest fits: as
 * Redis does it. It is the likeliest cause, and its end disturbs the fewest. To read nobody any more would free
 * nothing: what is held would stay, and all would wait for one.
 *
 * <p>What a connection takes is counted when it keeps something after a read, and when it sends. What leaves in between
 * is noticed later, so before anybody is closed all are counted anew. Used on the loop's thread.
 */
final class ClientMemory {
    private static final System.Logger LOG = System.getLogger("dev.millrace.server");

    private final ServerState server;
    private long totalBytes;

    ClientMemory(ServerState server) {
        this.server = server;
    }

    /** As counted last. */
    long totalBytes() {
        return totalBytes;
    }

    /** A connection takes so much more, or less. */
    void changed(long bytes) {
        totalBytes += bytes;
    }

    /** Sees to it that all fit. */
    void require() {
        long max = server.limits().clientBytesMax();
        if (totalBytes <= max) {
            return;
        }
        List.copyOf(server.connections().all()).forEach(Connection::count);
        while (totalBytes > max) {
            Optional<Connection> largest =
                    server.connections().all().stream().max(Comparator.comparingLong(Connection::countedBytes));
            if (largest.isEmpty() || largest.get().countedBytes() == 0) {
                return;
            }
            close(largest.get(), max);
        }
    }

    private void close(Connection largest, long max) {
        LOG.log(
                System.Logger.Level.WARNING,
                "clients take bytes=" + totalBytes + " > clientBytesMax=" + max + "; the connection of " + largest.peer()
                        + " is closed, which takes most: bytes=" + largest.countedBytes());
        server.counters().met(Limit.CLIENT_BYTES_MAX);
        largest.kill();
        largest.uncount();
    }
}
