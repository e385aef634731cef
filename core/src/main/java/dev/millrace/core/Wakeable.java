package dev.millrace.core;

import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/** Queues in which a task may have become takeable while takes wait; in the order that happened. */
final class Wakeable {
    private final ArrayDeque<QueueState> queues = new ArrayDeque<>();

    void add(QueueState queue) {
        if (queue.waiters.size() > 0 && !queue.isWakeable) {
            queue.isWakeable = true;
            queues.add(queue);
        }
    }

    /** The memory taken, nearly. */
    long heldBytes() {
        return HeldBytes.REFERENCE * queues.size();
    }

    @Nullable QueueState poll() {
        QueueState queue = queues.poll();
        if (queue != null) {
            queue.isWakeable = false;
        }
        return queue;
    }
}
