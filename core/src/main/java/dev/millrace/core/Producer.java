package dev.millrace.core;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** A producer's last sequences and the ids they were stored under (G10), oldest first, in a ring. */
final class Producer extends Recorded {
    static final int KEPT = 256;

    final QueueState queue;
    final String name;
    /** When its last sequence was stored, in ms since 1970. */
    long usedMs;

    /** In {@link Producers}, by that time. */
    @Nullable Producer lessRecent;

    @Nullable Producer moreRecent;

    private long[] sequences = new long[4];
    private long[] ids = new long[4];
    private int start;
    private int count;

    Producer(QueueState queue, String name) {
        this.queue = queue;
        this.name = name;
    }

    @Override
    long recordBytesNow() {
        return 32 + 2L * Long.BYTES * count + 3L * name.length();
    }

    /** The last sequence; 0 when there is none. */
    long last() {
        return count == 0 ? 0 : sequences[(start + count - 1) & sequences.length - 1];
    }

    /** The first of the sequences that are kept; 0 when there is none. */
    long firstKept() {
        return count == 0 ? 0 : sequences[start];
    }

    /** Whether an earlier sequence than the first kept may have been stored. */
    boolean isFull() {
        return count == KEPT;
    }

    /** The id stored under a sequence, or 0 when it is not kept. */
    long idOf(long sequence) {
        int low = 0;
        int high = count - 1;
        while (low <= high) {
            int middle = (low + high) >>> 1;
            int at = (start + middle) & sequences.length - 1;
            if (sequences[at] == sequence) {
                return ids[at];
            }
            if (sequences[at] < sequence) {
                low = middle + 1;
            } else {
                high = middle - 1;
            }
        }
        return 0;
    }

    /** Adds the next sequence, which must be greater than the last. */
    void add(long sequence, long id) {
        if (count == sequences.length && count < KEPT) {
            sequences = Arrays.copyOf(sequences, count * 2);
            ids = Arrays.copyOf(ids, count * 2);
        }
        if (count == KEPT) {
            start = (start + 1) & KEPT - 1;
            count--;
        }
        int at = (start + count++) & sequences.length - 1;
        sequences[at] = sequence;
        ids[at] = id;
    }

    /** The sequences kept, oldest first. */
    long[] sequences() {
        return inOrder(sequences);
    }

    /** Their ids. */
    long[] ids() {
        return inOrder(ids);
    }

    private long[] inOrder(long[] ring) {
        long[] list = new long[count];
        for (int index = 0; index < count; index++) {
            list[index] = ring[(start + index) & ring.length - 1];
        }
        return list;
    }
}
