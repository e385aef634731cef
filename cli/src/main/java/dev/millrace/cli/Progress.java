package dev.millrace.cli;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The numbers of this call. Safe for use by several threads.
 *
 * <p>{@link #done} and {@link #failed} count items that came to their end in this call, {@link #retried} the failures
 * after which an item was tried again.
 */
final class Progress {
    final AtomicLong done = new AtomicLong();
    final AtomicLong failed = new AtomicLong();
    final AtomicLong retried = new AtomicLong();
    final AtomicInteger running = new AtomicInteger();

    private final Backlog backlog;
    private final Loader loader;

    /** Of the input, or −1 if nobody knows. */
    private final long inputBytes;

    private final long beginNanos = System.nanoTime();

    Progress(Backlog backlog, Loader loader, long inputBytes) {
        this.backlog = backlog;
        this.loader = loader;
        this.inputBytes = inputBytes;
    }

    long finished() {
        return done.get() + failed.get();
    }

    double seconds() {
        return (System.nanoTime() - beginNanos) / 1e9;
    }

    double perSecond() {
        return finished() / Math.max(0.001, seconds());
    }

    /** How many there are for this call: known once all are loaded, estimated by the bytes read before, or −1. */
    long total() {
        long known = finished() + backlog.unfinished();
        if (backlog.isLoaded()) {
            return known;
        }
        long read = loader.bytesRead();
        return inputBytes <= 0 || read <= 0 ? -1 : Math.max(known, (long) (known * ((double) inputBytes / read)));
    }

    boolean isTotalExact() {
        return backlog.isLoaded();
    }
}
