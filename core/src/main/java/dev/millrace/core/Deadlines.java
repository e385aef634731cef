package dev.millrace.core;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Deadlines, the nearest first, then in the order they were armed: a binary heap from which any can be removed. */
final class Deadlines<D extends Deadline> {
    private final List<@Nullable D> heap = new ArrayList<>();
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
        if (last == deadline) {
            return;
        }
        if (index > 1 && before(last, at(index / 2))) {
            siftUp(index, last);
        } else {
            siftDown(index, last);
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
