package dev.millrace.journal;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The log's segments, oldest to current, and how many live records each holds. A ring, so that the counters of a
 * segment are one array access away from a position, and freeing the oldest moves nothing.
 */
final class Window {
    /** Segment s is at {@code s & ring.length - 1}; the length is a power of two. */
    private @Nullable Segment[] ring = new @Nullable Segment[16];

    private long oldest;
    private long current;
    private long liveRecords;

    /** Of the segments before the current one, whose tails and averages do not change any more. */
    private long closedBytes;

    private long closedLiveBytes;

    /** An empty window whose first segment will be {@code oldest}. */
    Window(long oldest) {
        this.oldest = oldest;
        current = oldest - 1;
    }

    void add(Segment segment) {
        if (segment.number() != current + 1) {
            throw new IllegalStateException("segment " + segment.number() + " cannot follow segment " + current);
        }
        if (current - oldest + 1 == ring.length) {
            grow();
        }
        if (current >= oldest) {
            Segment closed = current();
            closedBytes += closed.tail;
            closedLiveBytes += (long) closed.liveRecords * closed.homeBytesAverage();
        }
        current++;
        ring[index(current)] = segment;
    }

    Segment removeOldest() {
        if (oldest >= current) {
            throw new IllegalStateException("oldest=" + oldest + " is the current segment, which is never freed");
        }
        Segment removed = get(oldest);
        if (removed.liveRecords != 0) {
            throw new IllegalStateException("segment " + oldest + " was released, but holds liveRecords=" + removed.liveRecords);
        }
        ring[index(oldest)] = null;
        closedBytes -= removed.tail;
        oldest++;
        return removed;
    }

    Segment get(long number) {
        Segment segment = number < oldest || number > current ? null : ring[index(number)];
        if (segment == null) {
            throw new IllegalArgumentException(
                    "segment=" + number + " is not within the log, which has segments " + oldest + "…" + current);
        }
        return segment;
    }

    void adopt(long number) {
        Segment segment = get(number);
        segment.liveRecords++;
        liveRecords++;
        if (number != current) {
            closedLiveBytes += segment.homeBytesAverage();
        }
    }

    void retire(long number) {
        Segment segment = get(number);
        if (segment.liveRecords == 0) {
            throw new IllegalStateException("segment " + number + " holds no live record to retire");
        }
        segment.liveRecords--;
        liveRecords--;
        if (number != current) {
            closedLiveBytes -= segment.homeBytesAverage();
        }
    }

    /**
     * The end of the run of segments without live records that begins at {@code from}; the current one never belongs to
     * it.
     */
    long deadThrough(long from) {
        long through = from - 1;
        while (through + 1 < current && get(through + 1).liveRecords == 0) {
            through++;
        }
        return through;
    }

    long oldest() {
        return oldest;
    }

    long currentNumber() {
        return current;
    }

    Segment current() {
        return get(current);
    }

    long liveRecords() {
        return liveRecords;
    }

    /** What the live records take: an estimate, right where the records of a segment are of one size. */
    long liveBytes() {
        Segment last = current();
        return closedLiveBytes + (long) last.liveRecords * last.homeBytesAverage();
    }

    /**
     * The most that one segment takes: a closed one what was written, the current one its size. Goes through all of
     * them.
     */
    int largestBytes() {
        int largest = current().header.bytes();
        for (long number = oldest; number < current; number++) {
            largest = Math.max(largest, get(number).tail);
        }
        return largest;
    }

    /** All segments' headers and written batches. */
    long logBytes() {
        return closedBytes + current().tail;
    }

    int count() {
        return (int) (current - oldest + 1);
    }

    private int index(long number) {
        return (int) number & ring.length - 1;
    }

    private void grow() {
        @Nullable Segment[] old = ring;
        ring = Arrays.copyOf(new @Nullable Segment[0], old.length * 2);
        for (Segment segment : old) {
            if (segment != null) {
                ring[index(segment.number())] = segment;
            }
        }
    }
}
