package dev.millrace.core;

/**
 * Tasks whose time has come, at an instant with more of them than one round moves: until they have moved, the numbers
 * of their queues tell of them by the clock (T18). They are counted at the first look within such an instant, a small
 * part of the work that moving them is; from then on each counts until it leaves the timers. Without such a look, and
 * at other instants, nothing is counted.
 *
 * <p>A successor of one that has ended still counts as waiting, until that one is removed.
 */
final class Overdue {
    private final TaskFields fields;
    private final QueueTable queues;
    private final Purges purges;
    private final TimerHeap timers;
    /** How many are counted; 0 when it is no such instant, or nobody has looked. */
    private int count;

    private long nowMs;

    Overdue(TaskFields fields, QueueTable queues, Purges purges, TimerHeap timers) {
        this.fields = fields;
        this.queues = queues;
        this.purges = purges;
        this.timers = timers;
    }

    /** Sees to it that the numbers of all queues are right at this time. */
    void look(long nowMs) {
        int first = timers.first();
        if (count == 0 && first != 0 && fields.eventMs(first) <= nowMs) {
            this.nowMs = nowMs;
            timers.forEach(this::isCounted, slot -> add(slot, 1));
        }
    }

    /** The task's timer is about to stop. */
    void left(int slot) {
        if (count > 0 && isCounted(slot)) {
            add(slot, -1);
        }
    }

    private boolean isCounted(int slot) {
        return fields.eventMs(slot) <= nowMs;
    }

    private void add(int slot, int one) {
        count += one;
        if (purges.isDead(slot)) {
            return;
        }
        QueueState queue = queues.get(fields.table.queue(slot));
        if (!fields.isExpired(slot, nowMs)) {
            queue.overdueCount += one;
        } else if (fields.state(slot) == State.READY) {
            queue.endedReadyCount += one;
        } else {
            queue.endedDelayedCount += one;
        }
    }
}
