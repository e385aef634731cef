package dev.millrace.core;

import java.util.Arrays;
import java.util.function.IntConsumer;
import java.util.function.IntPredicate;

/**
 * A 4-ary heap of tasks, the first on top. Each task knows its index, so that any can be removed in O(log n). The index
 * is counted from 1, since 0 stands for none.
 */
abstract class SlotHeap {
    private static final int ARITY = 4;

    private int[] slots = new int[4];
    private int size;

    /** Whether task {@code a} comes before task {@code b}. */
    abstract boolean before(int a, int b);

    /** Notes where a task is now; 0 when it has left. */
    abstract void moved(int slot, int index);

    /** The first task, or 0. */
    final int first() {
        return size == 0 ? 0 : slots[1];
    }

    final int size() {
        return size;
    }

    /** Tells of every task of which this {@code holds}; it must hold of all tasks before one that it holds of. */
    final void forEach(IntPredicate holds, IntConsumer each) {
        forEach(1, holds, each);
    }

    private void forEach(int index, IntPredicate holds, IntConsumer each) {
        if (index <= size && holds.test(slots[index])) {
            each.accept(slots[index]);
            int child = firstChild(index);
            for (int end = child + ARITY; child < end; child++) {
                forEach(child, holds, each);
            }
        }
    }

    /** The memory taken. */
    final long heldBytes() {
        return (long) Integer.BYTES * slots.length;
    }

    final void add(int slot) {
        if (++size == slots.length) {
            slots = Arrays.copyOf(slots, slots.length + (slots.length >> 1));
        }
        siftUp(size, slot);
    }

    /** Removes the task that was last noted at this index. */
    final void remove(int index) {
        moved(slots[index], 0);
        int last = slots[size];
        slots[size--] = 0;
        if (index <= size) {
            int parent = parent(index);
            if (index > 1 && before(last, slots[parent])) {
                siftUp(index, last);
            } else {
                siftDown(index, last);
            }
        }
        if (size < slots.length / 4 && slots.length > 64) {
            slots = Arrays.copyOf(slots, slots.length / 2);
        }
    }

    private void siftUp(int from, int slot) {
        int index = from;
        while (index > 1) {
            int parent = parent(index);
            if (!before(slot, slots[parent])) {
                break;
            }
            set(index, slots[parent]);
            index = parent;
        }
        set(index, slot);
    }

    private void siftDown(int from, int slot) {
        int index = from;
        while (true) {
            int child = firstChild(index);
            if (child > size) {
                break;
            }
            int end = Math.min(child + ARITY, size + 1);
            int least = child;
            for (int other = child + 1; other < end; other++) {
                if (before(slots[other], slots[least])) {
                    least = other;
                }
            }
            if (!before(slots[least], slot)) {
                break;
            }
            set(index, slots[least]);
            index = least;
        }
        set(index, slot);
    }

    private void set(int index, int slot) {
        slots[index] = slot;
        moved(slot, index);
    }

    private static int parent(int index) {
        return (index - 2) / ARITY + 1;
    }

    private static int firstChild(int index) {
        return (index - 1) * ARITY + 2;
    }
}
