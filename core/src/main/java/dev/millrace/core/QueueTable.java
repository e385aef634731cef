package dev.millrace.core;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The queues, by name and by number. A queue comes into being on first use; once it is idle it is kept for its counters
 * only, among a limited number of others, and then forgotten (G1). Its number may then stand for another one.
 */
final class QueueTable {
    /** How many numbers one listing looks at, most of which may stand for no queue any more. */
    private static final int LISTED_NUMBERS_MAX = 10_000;

    /** Smaller tables stay as they are. */
    private static final int SHRUNK_MIN = 4_096;

    private final int idleMax;
    private final TaskFields fields;
    private Map<String, QueueState> byName = new HashMap<>();
    /** How many names the map may have room for. */
    private int mostNames;

    private final ArrayList<@Nullable QueueState> byNumber = new ArrayList<>();
    private final BitSet usedNumbers = new BitSet();
    /** All below are in use. */
    private int firstFree = 1;

    /** In the order they became idle. */
    private final LinkedHashSet<QueueState> idle = new LinkedHashSet<>();
    /** Queues and producers that the log knows, in the order of the records needed to know them. */
    final RecordedItems recorded = new RecordedItems();

    QueueTable(int idleMax, TaskFields fields) {
        this.idleMax = idleMax;
        this.fields = fields;
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

    /** The queue of this name, made if it is new. There must be room: see {@link #refusesToOpen}. */
    QueueState open(String name) {
        QueueState known = byName.get(name);
        if (known != null) {
            return known;
        }
        firstFree = usedNumbers.nextClearBit(firstFree);
        return make(firstFree, name);
    }

    /** Why not all of these queues can be there at once, or null. */
    @Nullable Refused refusesToOpen(List<String> names) {
        if (byName.size() + names.size() < TaskTable.QUEUES_MAX || names.stream().allMatch(byName::containsKey)) {
            return null;
        }
        return new Refused(Refusal.OVERLOADED, "queues=" + byName.size() + " of " + (TaskTable.QUEUES_MAX - 1)
                + ", the most there can be; empty some");
    }

    /** A queue of a given number, which must be free; for recovery. */
    QueueState make(int number, String name) {
        while (byNumber.size() <= number) {
            byNumber.add(null);
        }
        QueueState queue = new QueueState(number, name, fields);
        byNumber.set(number, queue);
        usedNumbers.set(number);
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
        usedNumbers.clear(queue.number);
        firstFree = Math.min(firstFree, queue.number);
        shrink();
    }

    /** Gives back what many queues took, now that few are left. */
    private void shrink() {
        int end = usedNumbers.length();
        if (end < byNumber.size() / 2 && byNumber.size() > SHRUNK_MIN) {
            byNumber.subList(Math.max(1, end), byNumber.size()).clear();
            byNumber.trimToSize();
        }
        mostNames = Math.max(mostNames, byName.size() + 1);
        if (byName.size() < mostNames / 8 && mostNames > SHRUNK_MIN) {
            byName = new HashMap<>(byName);
            mostNames = byName.size();
        }
    }

    /** Gives a queue its name, once recovery knows it. */
    void rename(QueueState queue, String name) {
        byName.remove(queue.name);
        queue.name = name;
        byName.put(name, queue);
    }

    /** After recovery: idle queues are nobody's. */
    void recovered() {
        for (int number = usedNumbers.nextSetBit(1); number > 0; number = usedNumbers.nextSetBit(number + 1)) {
            settle(get(number));
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
