package dev.millrace.core;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The queues, by name and by number. A queue comes into being on first use; once it is idle it is kept for its counters
 * only, among a limited number of others, and then forgotten (G1). Its number may then stand for another one.
 */
final class QueueTable {
    /** How many numbers one listing looks at, most of which may stand for no queue any more. */
    private static final int LISTED_NUMBERS_MAX = 10_000;

    private final int idleMax;
    private final TaskFields fields;
    private final Named<QueueState> byName = new Named<>();
    private final Numbered<QueueState> byNumber = new Numbered<>();
    /** In the order they became idle. */
    private final LinkedHashSet<QueueState> idle = new LinkedHashSet<>();
    /** Queues and producers that the log knows, in the order of the records needed to know them. */
    final RecordedItems recorded = new RecordedItems();

    private long refusals;
    private long displaced;

    QueueTable(int idleMax, TaskFields fields) {
        this.idleMax = idleMax;
        this.fields = fields;
    }

    @Nullable QueueState find(String name) {
        return byName.get(name);
    }

    QueueState get(int number) {
        QueueState queue = byNumber.get(number);
        if (queue == null) {
            throw new IllegalStateException("no queue has number " + number);
        }
        return queue;
    }

    @Nullable QueueState findNumber(int number) {
        return byNumber.get(number);
    }

    /** The queue of this name, made if it is new. There must be room: see {@link #refusesToOpen}. */
    QueueState open(String name) {
        QueueState known = byName.get(name);
        return known != null ? known : make(byNumber.firstFree(), name);
    }

    /** Why not all of these queues can be there at once, or null. */
    @Nullable Refused refusesToOpen(List<String> names) {
        if (byName.size() + names.size() < TaskTable.QUEUES_MAX || names.stream().allMatch(byName::has)) {
            return null;
        }
        refusals++;
        return new Refused(Refusal.OVERLOADED, "queues=" + byName.size() + " of " + (TaskTable.QUEUES_MAX - 1)
                + ", the most there can be; empty some");
    }

    int count() {
        return byName.size();
    }

    int idleCount() {
        return idle.size();
    }

    /** How often another one was refused. */
    long refusals() {
        return refusals;
    }

    /** How many were forgotten since others became idle after them. */
    long displacedCount() {
        return displaced;
    }

    /** A queue of a given number, which must be free; for recovery. */
    QueueState make(int number, String name) {
        QueueState queue = new QueueState(number, name, fields);
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
                displaced++;
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
        byNumber.remove(queue.number);
    }

    /** Gives a queue its name, once recovery knows it. */
    void rename(QueueState queue, String name) {
        byName.remove(queue.name, queue);
        queue.name = name;
        byName.put(name, queue);
    }

    /** After recovery: idle queues are nobody's. */
    void recovered() {
        for (int number = byNumber.nextUsed(1); number > 0; number = byNumber.nextUsed(number + 1)) {
            settle(get(number));
        }
    }

    /** Adds what is told of up to {@code max} queues from a number on; the number to go on with, or 0 at the end. */
    long list(long from, int max, Function<QueueState, QueueCounts> counts, List<QueueCounts> into) {
        int first = (int) Math.max(1, Math.min(from, byNumber.end()));
        int stop = (int) Math.min(byNumber.end(), first + (long) LISTED_NUMBERS_MAX);
        for (int number = first; number < stop; number++) {
            if (into.size() == max) {
                return number;
            }
            QueueState queue = byNumber.get(number);
            if (queue != null) {
                into.add(counts.apply(queue));
            }
        }
        return stop < byNumber.end() ? stop : 0;
    }

    /** The memory taken, nearly. */
    long heldBytes() {
        long queues = 0;
        for (int number = byNumber.nextUsed(1); number > 0; number = byNumber.nextUsed(number + 1)) {
            queues += get(number).heldBytes();
        }
        return queues + byName.heldBytes() + byNumber.heldBytes() + HeldBytes.ENTRY * idle.size();
    }
}
