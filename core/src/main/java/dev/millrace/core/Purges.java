package dev.millrace.core;

/**
 * Purged tasks, which are gone for everybody in one step, and are swept from the table by and by. Until then they are
 * dead: in the table, with timers, keys, and in the list of who took them, but in no structure of their queue.
 */
final class Purges {
    private final TaskFields fields;
    private final TaskTable table;
    private final QueueTable queues;
    /** Dead tasks. */
    private int unswept;

    private int cursor = 1;

    Purges(TaskFields fields, QueueTable queues) {
        this.fields = fields;
        this.table = fields.table;
        this.queues = queues;
    }

    /** Whether the task was purged and is not yet swept. */
    boolean isDead(int slot) {
        return table.id(slot) <= queues.get(table.queue(slot)).purgedThrough;
    }

    /** Makes every task of the queue dead; how many that were, without those that count as expired already. */
    int purge(QueueState queue, long throughId) {
        int count = queue.total();
        int ended = queue.endedReadyCount + queue.endedDelayedCount;
        queue.purgedThrough = throughId;
        queue.unswept += count;
        unswept += count;
        queue.expirations += ended;
        queue.forgetTasks(fields);
        return count - ended;
    }

    boolean hasUnswept() {
        return unswept > 0;
    }

    /** Where a sweep over the next so many slots ends; at the end of the table the next one begins anew. */
    int sweepStop(int slotsMax) {
        int end = table.slotEnd();
        if (cursor >= end) {
            cursor = 1;
        }
        cursor = table.nextUsed(cursor, end);
        return (int) Math.min(end, (long) cursor + slotsMax);
    }

    /** The next dead task before {@code stop}, or 0. */
    int nextDead(int stop) {
        while (cursor < stop) {
            int slot = table.nextUsed(cursor, stop);
            cursor = Math.min(slot + 1, stop);
            if (slot < stop && isDead(slot)) {
                return slot;
            }
        }
        return 0;
    }

    /** A dead task of the queue is swept. */
    void swept(QueueState queue) {
        queue.unswept--;
        unswept--;
    }
}
