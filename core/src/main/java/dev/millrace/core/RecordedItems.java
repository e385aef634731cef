package dev.millrace.core;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;

/**
 * The queues and producers that the log knows, in the order of the oldest record needed to know each: what must be written
 * again before the beginning of the log is freed.
 */
final class RecordedItems {
    private final LinkedHashSet<Recorded> items = new LinkedHashSet<>();

    /** The item is known from this record on, which is the latest. */
    void add(Recorded item, long position) {
        items.remove(item);
        item.neededFrom = position;
        items.add(item);
    }

    /** Nobody needs to know it any more. */
    void remove(Recorded item) {
        items.remove(item);
        item.neededFrom = -1;
    }

    int size() {
        return items.size();
    }

    int producerCount() {
        return (int) items.stream().filter(Producer.class::isInstance).count();
    }

    /** Writes again what is needed and known only from records before a position. */
    void restate(long before, TaskLog<?> log) {
        List<Recorded> affected = new ArrayList<>();
        for (Recorded item : items) {
            if (item.neededFrom >= before) {
                break;
            }
            affected.add(item);
        }
        for (Recorded item : affected) {
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
        }
    }
}
