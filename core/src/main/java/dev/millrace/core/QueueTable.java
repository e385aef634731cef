package dev.millrace.core;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import org.jspecify.annotations.Nullable;

/**
 * The queues, by name and by number. A queue comes into being on first use; once it is idle it is kept for its counters
 * only, among a limited number of others, and then forgotten (G1). Its number may then stand for another one.
 */
final class QueueTable {
    /** How many numbers one listing looks at, most of which may stand for no queue any more. */
    private static final int LISTED_NUMBERS_MAX = 10_000;

    private final int idleMax;
    private final Map<String, QueueState> byName = new HashMap<>();
    private final List<@Nullable QueueState> byNumber = new ArrayList<>();
    private final PriorityQueue<Integer> freeNumbers = new PriorityQueue<>();
    /** In the order they became idle. */
    private final LinkedHashSet<QueueState> idle = new LinkedHashSet<>();
    /** Queues and producers that the log knows, in the order of the records needed to know them. */
    final RecordedItems recorded = new RecordedItems();

    QueueTable(int idleMax) {
        this.idleMax = idleMax;
        byNumber.add(null);
    }

    @Nullable QueueState find(String name) {
        return byName.get(name);
    }

    QueueState get(int number) {
        QueueState queue = number < byNumber.size() ? byNumber.get(number) : null;
        if (queue == null) {
            throw new IllegalStateException("no queue has number " + number);
        }
        return queue;
    }

    @Nullable QueueState findNumber(int number) {
        return number < byNumber.size() ? byNumber.get(number) : null;
    }

    /** The queue of this name, made if it is new; null when no number is left. */
    @Nullable QueueState open(String name, Tasks tasks) {
        QueueState known = byName.get(name);
        if (known != null) {
            return known;
        }
        Integer free = freeNumbers.poll();
        int number = free == null ? byNumber.size() : free;
        return number >= TaskTable.QUEUES_MAX ? null : make(number, name, tasks);
    }

    /** A queue of a given number, which must be free; for recovery. */
    QueueState make(int number, String name, Tasks tasks) {
        while (byNumber.size() <= number) {
            byNumber.add(null);
        }
        QueueState queue = new QueueState(number, name, tasks);
        byNumber.set(number, queue);
        byName.put(name, queue);
        return queue;
    }

    /** Notes whether the queue is idle now; the one that has been idle for longest may be forgotten. */
    void settle(QueueState queue) {
        boolean isIdle = queue.isIdle();
        if (isIdle == queue.isListedIdle) {
            return;
        }
        queue.isListedIdle = isIdle;
        if (isIdle) {
            idle.add(queue);
            if (idle.size() > idleMax) {
                forget(idle.getFirst());
            }
        } else {
            idle.remove(queue);
        }
    }

    /** Gives an idle queue's name and number away. */
    void forget(QueueState queue) {
        idle.remove(queue);
        recorded.remove(queue);
        byName.remove(queue.name, queue);
        byNumber.set(queue.number, null);
        freeNumbers.add(queue.number);
    }

    /** Gives a queue its name, once recovery knows it. */
    void rename(QueueState queue, String name) {
        byName.remove(queue.name);
        queue.name = name;
        byName.put(name, queue);
    }

    /** After recovery: numbers between known ones are free, and idle queues are nobody's. */
    void recovered() {
        freeNumbers.clear();
        for (int number = 1; number < byNumber.size(); number++) {
            QueueState queue = byNumber.get(number);
            if (queue == null) {
                freeNumbers.add(number);
            } else {
                settle(queue);
            }
        }
    }

    /** Adds the counts of up to {@code max} queues from a number on; the number to go on with, or 0 at the end. */
    long list(long from, int max, List<QueueCounts> into) {
        int first = (int) Math.max(1, Math.min(from, byNumber.size()));
        int stop = (int) Math.min(byNumber.size(), first + (long) LISTED_NUMBERS_MAX);
        for (int number = first; number < stop; number++) {
            if (into.size() == max) {
                return number;
            }
            QueueState queue = byNumber.get(number);
            if (queue != null) {
                into.add(queue.counts());
            }
        }
        return stop < byNumber.size() ? stop : 0;
    }
}
