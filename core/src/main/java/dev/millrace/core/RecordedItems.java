package dev.millrace.core;

import org.jspecify.annotations.Nullable;

/**
 * The queues and producers that the log knows, in the order of the oldest record needed to know each: what must be
 * written again before the beginning of the log is freed.
 */
final class RecordedItems {
    private final OldestItems first = new OldestItems();
    private @Nullable Recorded oldest;
    private @Nullable Recorded newest;
    private int size;
    /** What it takes, nearly, to write all of them again. */
    private long bytes;

    /** What of it is in the log by now, in records of their own. */
    private long recordedBytes;

    /** The item is known from this record on, which is the latest. */
    void add(Recorded item, long position) {
        add(item, position, item.recordBytesNow());
    }

    /** The item is known from this record of a task on; it has none of its own. */
    void addKnownByTask(Recorded item, long position) {
        add(item, position, 0);
    }

    private void add(Recorded item, long position, long recordBytes) {
        remove(item);
        item.neededFrom = position;
        item.recordBytes = recordBytes;
        item.countedBytes = item.recordBytesNow();
        recordedBytes += recordBytes;
        bytes += item.countedBytes;
        item.older = newest;
        if (newest == null) {
            oldest = item;
        } else {
            newest.newer = item;
        }
        newest = item;
        size++;
        first.onAdded(item);
    }

    /** More is known of the item, by records after the one that it is needed from. */
    void grown(Recorded item) {
        long now = item.recordBytesNow();
        bytes += now - item.countedBytes;
        first.onGrown(item, now - item.countedBytes);
        item.countedBytes = now;
    }

    /** Nobody needs to know it any more. */
    void remove(Recorded item) {
        if (item.neededFrom < 0) {
            return;
        }
        first.onRemoving(item);
        item.neededFrom = -1;
        bytes -= item.countedBytes;
        recordedBytes -= item.recordBytes;
        size--;
        if (item.older == null) {
            oldest = item.newer;
        } else {
            item.older.newer = item.newer;
        }
        if (item.newer == null) {
            newest = item.older;
        } else {
            item.newer.older = item.older;
        }
        item.older = null;
        item.newer = null;
    }

    /** What it takes, nearly, to write all of them again. */
    long bytes() {
        return bytes;
    }

    /** How much more than what would be freed by it. */
    long growthBytes() {
        return bytes - recordedBytes;
    }

    int size() {
        return size;
    }

    /**
     * About how many bytes {@link #restate} would write. Costs little when it was asked for the same position before,
     * or an earlier one.
     */
    long bytesBefore(long before) {
        first.moveTo(before, oldest);
        return first.bytes();
    }

    /**
     * Writes again what is needed and known only from records before a position.
     *
     * @param bytesMax stops once about so many bytes are written
     * @return whether that was all
     */
    boolean restate(long before, long bytesMax, TaskLog<?> log) {
        long written = 0;
        for (Recorded item = oldest; item != null && item.neededFrom < before; item = oldest) {
            if (written >= bytesMax) {
                return false;
            }
            remove(item);
            switch (item) {
                case QueueState queue -> {
                    if (queue.isNeeded()) {
                        add(queue, log.queue(queue.number, queue.name, queue.config));
                    }
                }
                case Producer producer ->
                    add(
                            producer,
                            log.producer(
                                    producer.queue.number, producer.name, producer.usedMs, producer.sequences(),
                                    producer.ids()));
            }
            written += item.recordBytesNow();
        }
        return true;
    }
}
