package dev.millrace.core;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The tasks of one queue that may be taken, the most urgent first, then the lowest id (T7).
 *
 * <p>Most tasks become ready in the order of their ids: for each of up to 16 priorities there is a lane, a linked list in
 * id order to which such a task is added in O(1), at its tail, or at its head when it came back. What fits neither end,
 * and what has a seventeenth priority, goes to a heap.
 */
final class ReadyTasks {
    private static final int LANES_MAX = 16;

    private final TaskFields fields;
    private final TaskTable table;
    /** By priority. */
    private final List<Lane> lanes = new ArrayList<>(1);

    private final PriorityHeap heap;

    ReadyTasks(TaskFields fields) {
        this.fields = fields;
        this.table = fields.table;
        this.heap = new PriorityHeap(fields);
    }

    /** The task that a take gets, or 0. */
    int first() {
        int outOfOrder = heap.first();
        for (int index = 0; index < lanes.size(); index++) {
            int head = lanes.get(index).head;
            if (head != 0) {
                return outOfOrder == 0 || heap.before(head, outOfOrder) ? head : outOfOrder;
            }
        }
        return outOfOrder;
    }

    /** Adds a task, and says where it lies now: {@link Tasks#IN_LANE} or {@link Tasks#IN_HEAP}. */
    int add(int slot) {
        Lane lane = laneFor(fields.priority(slot));
        if (lane != null && lane.add(slot)) {
            return Tasks.IN_LANE;
        }
        heap.add(slot);
        return Tasks.IN_HEAP;
    }

    /** Removes a task from where it lies. */
    void remove(int slot, int place) {
        if (place == Tasks.IN_HEAP) {
            heap.remove(table.previous(slot));
        } else {
            lanes.get(indexOf(fields.priority(slot))).remove(slot);
        }
    }

    /** The memory taken, nearly. */
    long heldBytes() {
        return HeldBytes.ENTRY * lanes.size() + heap.heldBytes();
    }

    private @Nullable Lane laneFor(long priority) {
        int index = indexOf(priority);
        if (index >= 0) {
            return lanes.get(index);
        }
        if (lanes.size() == LANES_MAX && !lanes.removeIf(lane -> lane.head == 0)) {
            return null;
        }
        Lane lane = new Lane(priority);
        lanes.add(-1 - indexOf(priority), lane);
        return lane;
    }

    /** The lane's index, or −1 − where it would be. */
    private int indexOf(long priority) {
        for (int index = 0; index < lanes.size(); index++) {
            long other = lanes.get(index).priority;
            if (other >= priority) {
                return other == priority ? index : -1 - index;
            }
        }
        return -1 - lanes.size();
    }

    private final class Lane {
        final long priority;
        int head;
        int tail;

        Lane(long priority) {
            this.priority = priority;
        }

        /** Adds the task at an end if it belongs there. */
        boolean add(int slot) {
            if (head == 0) {
                table.previous(slot, 0);
                table.next(slot, 0);
                head = slot;
                tail = slot;
            } else if (table.id(slot) > table.id(tail)) {
                table.previous(slot, tail);
                table.next(slot, 0);
                table.next(tail, slot);
                tail = slot;
            } else if (table.id(slot) < table.id(head)) {
                table.previous(slot, 0);
                table.next(slot, head);
                table.previous(head, slot);
                head = slot;
            } else {
                return false;
            }
            return true;
        }

        void remove(int slot) {
            int previous = table.previous(slot);
            int next = table.next(slot);
            if (previous == 0) {
                head = next;
            } else {
                table.next(previous, next);
            }
            if (next == 0) {
                tail = previous;
            } else {
                table.previous(next, previous);
            }
        }
    }
}
