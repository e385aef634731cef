package dev.millrace.core;

import java.util.LinkedHashSet;

/**
 * The queues and producers that the log knows, in the order of the oldest record needed to know each: what must be written
 * again before the beginning of the log is freed.
 */
final class RecordedItems {
    private final LinkedHashSet<Recorded> items = new LinkedHashSet<>();
    private long bytes;

    /** The item is known from this record on, which is the latest. */
    void add(Recorded item, long position) {
        remove(item);
        item.neededFrom = position;
        item.recordBytes = item.recordBytesNow();
        bytes += item.recordBytes;
        items.add(item);
    }

    /** Nobody needs to know it any more. */
    void remove(Recorded item) {
        if (items.remove(item)) {
            bytes -= item.recordBytes;
        }
        item.neededFrom = -1;
    }

    /** What it takes, nearly, to write all of them again. */
    long bytes() {
        return bytes;
    }

    int size() {
        return items.size();
    }

    int producerCount() {
        return (int) items.stream().filter(Producer.class::isInstance).count();
    }

    /**
     * Writes again what is needed and known only from records before a position.
     *
     * @param bytesMax stops once about so many bytes are written
     * @return whether that was all
     */
    boolean restate(long before, long bytesMax, TaskLog<?> log) {
        long written = 0;
        while (!items.isEmpty() && items.getFirst().neededFrom < before) {
            if (written >= bytesMax) {
                return false;
            }
            Recorded item = items.getFirst();
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
                                    producer.queue.number, producer.name, producer.sequences(), producer.ids()));
            }
            written += item.recordBytesNow();
        }
        return true;
    }
}
