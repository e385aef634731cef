package dev.millrace.core;

import java.util.ArrayList;
import org.jspecify.annotations.Nullable;

/** Deadlines, the nearest first, then in the order they were armed: a binary heap from which any can be removed. */
final class Deadlines<D extends Deadline> {
    /** A list that never had more stays as it is. */
    private static final int SHRUNK_MIN = 1_024;

    private final ArrayList<@Nullable D> heap = new ArrayList<>();
    /** The most since the list was last trimmed: for so many it has room. */
    private int most;
    private long armed;

    Deadlines() {
        heap.add(null);
    }

    /** The nearest, or null. */
    @Nullable D first() {
        return heap.size() > 1 ? heap.get(1) : null;
    }

    void arm(D deadline, long atMs) {
        deadline.atMs = atMs;
        deadline.order = armed++;
        heap.add(deadline);
        most = Math.max(most, heap.size());
        siftUp(heap.size() - 1, deadline);
    }

    /** Calls it off; nothing happens when it is not armed. */
    void disarm(D deadline) {
        int index = deadline.index;
        if (index == 0) {
            return;
        }
        deadline.index = 0;
        D last = at(heap.size() - 1);
        heap.removeLast();
        trim();
        if (last == deadline) {
            return;
        }
        if (index > 1 && before(last, at(index / 2))) {
            siftUp(index, last);
        } else {
            siftDown(index, last);
        }
    }

    /** The memory taken, nearly, without the deadlines themselves. */
    long heldBytes() {
        return HeldBytes.REFERENCE * Math.max(most, heap.size());
    }

    private void trim() {
        if (heap.size() < most / 4 && most > SHRUNK_MIN) {
            heap.trimToSize();
            most = heap.size();
        }
    }

    private void siftUp(int from, D deadline) {
        int index = from;
        while (index > 1 && before(deadline, at(index / 2))) {
            set(index, at(index / 2));
            index /= 2;
        }
        set(index, deadline);
    }

    private void siftDown(int from, D deadline) {
        int index = from;
        int size = heap.size();
        while (2 * index < size) {
            int child = 2 * index;
            if (child + 1 < size && before(at(child + 1), at(child))) {
                child++;
            }
            if (!before(at(child), deadline)) {
                break;
            }
            set(index, at(child));
            index = child;
        }
        set(index, deadline);
    }

    private D at(int index) {
        D deadline = heap.get(index);
        if (deadline == null) {
            throw new IllegalStateException("no deadline at " + index);
        }
        return deadline;
    }

    private void set(int index, D deadline) {
        heap.set(index, deadline);
        deadline.index = index;
    }

    private static boolean before(Deadline a, Deadline b) {
        return a.atMs != b.atMs ? a.atMs < b.atMs : a.order < b.order;
    }
}
