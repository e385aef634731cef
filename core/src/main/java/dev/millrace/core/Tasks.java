package dev.millrace.core;

import org.jspecify.annotations.Nullable;

/**
 * Every task, and the one place where a task changes state: it leaves the structure that its old state keeps it in, enters
 * that of its new one, and the queue's counts follow. Used alike by commands and by recovery, and writes nothing.
 */
final class Tasks {
    static final int NOWHERE = 0;
    static final int IN_LANE = 1;
    static final int IN_HEAP = 2;
    static final int HELD = 3;
    static final int IN_BURIED = 4;

    final TaskTable table = new TaskTable();
    final QueueTable queues;
    final SessionTable sessions = new SessionTable();
    private final IdTable ids = new IdTable(table);
    private final Extensions extensions = new Extensions();
    private final TimerHeap timers = new TimerHeap(table);
    private final long epochMs;
    /** Purged tasks that are still in the table. */
    private int unswept;

    private int sweepCursor = 1;

    /**
     * No tasks yet.
     *
     * @param epochMs from which due times are counted, for 34 years
     */
    Tasks(long epochMs, int idleQueuesMax) {
        this.epochMs = epochMs;
        this.queues = new QueueTable(idleQueuesMax);
    }

    /** The living task of this id in this queue, or 0. */
    int find(@Nullable QueueState queue, long id) {
        if (queue == null || id <= queue.purgedThrough) {
            return 0;
        }
        int slot = ids.find(id);
        return slot != 0 && table.queue(slot) == queue.number ? slot : 0;
    }

    /** The task of this id in whatever queue, also if it was purged; for recovery. */
    int findAnywhere(long id) {
        return ids.find(id);
    }

    /** A new task, in no state yet. */
    int create(QueueState queue, long id, long home, long priority, int maxAttempts) {
        int slot = table.allocate(id);
        boolean isLong = priority >= TaskTable.PRIORITY_EXTENDED;
        table.queueAndPriority(slot, queue.number, isLong ? TaskTable.PRIORITY_EXTENDED : (int) priority);
        table.position(slot, home);
        if (isLong || maxAttempts != 0) {
            int row = extensionOf(slot);
            extensions.priority(row, priority);
            extensions.maxAttempts(row, maxAttempts);
        }
        ids.add(id, slot);
        return slot;
    }

    /** The task is gone from everywhere. */
    void remove(int slot) {
        leave(slot);
        forget(slot);
    }

    void toReady(int slot) {
        leave(slot);
        QueueState queue = queueOf(slot);
        table.stateAndPlace(slot, State.READY.ordinal(), queue.ready.add(slot));
        queue.readyCount++;
    }

    void toDelayed(int slot, long dueMs) {
        leave(slot);
        table.stateAndPlace(slot, State.DELAYED.ordinal(), NOWHERE);
        table.event(slot, Math.clamp(dueMs - epochMs, 0, TaskTable.EVENT_MAX));
        timers.add(slot);
        queueOf(slot).delayedCount++;
    }

    /** Taken by a session; by null when recovery reads of a take in an earlier life of the engine. */
    void toTaken(int slot, @Nullable CoreSession session) {
        leave(slot);
        table.stateAndPlace(slot, State.TAKEN.ordinal(), session == null ? NOWHERE : HELD);
        queueOf(slot).takenCount++;
        if (session != null) {
            table.holder(slot, session.number);
            table.previous(slot, 0);
            table.next(slot, session.heldHead);
            if (session.heldHead != 0) {
                table.previous(session.heldHead, slot);
            }
            session.heldHead = slot;
        }
    }

    void toBuried(int slot, @Nullable String reason) {
        leave(slot);
        QueueState queue = queueOf(slot);
        if (isSpent(slot)) {
            table.stateAndPlace(slot, State.BURIED.ordinal(), NOWHERE);
        } else {
            table.stateAndPlace(slot, State.BURIED.ordinal(), IN_BURIED);
            queue.buried.add(slot);
        }
        queue.buriedCount++;
        if (reason != null) {
            extensions.reason(extensionOf(slot), reason);
        }
    }

    /** Whether the task was taken as often as can be counted; once buried it stays so, since no take could follow. */
    boolean isSpent(int slot) {
        return table.attempts(slot) == TaskTable.ATTEMPTS_MAX;
    }

    State state(int slot) {
        return State.of(table.state(slot));
    }

    QueueState queueOf(int slot) {
        return queues.get(table.queue(slot));
    }

    /** The session that holds a TAKEN task. */
    CoreSession holderOf(int slot) {
        return sessions.get(table.holder(slot));
    }

    long priority(int slot) {
        int priority = table.shortPriority(slot);
        return priority == TaskTable.PRIORITY_EXTENDED ? extensions.priority(table.extension(slot)) : priority;
    }

    int maxAttempts(int slot) {
        int row = table.extension(slot);
        return row == 0 ? 0 : extensions.maxAttempts(row);
    }

    int failures(int slot) {
        int row = table.extension(slot);
        return row == 0 ? 0 : extensions.failures(row);
    }

    void failures(int slot, int failures) {
        if (failures != 0 || table.extension(slot) != 0) {
            extensions.failures(extensionOf(slot), Math.min(failures, TaskTable.ATTEMPTS_MAX));
        }
    }

    /** No task can be due later, in ms since 1970. */
    long latestDueMs() {
        return epochMs + TaskTable.EVENT_MAX;
    }

    /** When a DELAYED task is due, in ms since 1970; 0 in other states. */
    long dueMs(int slot) {
        return table.state(slot) == State.DELAYED.ordinal() ? epochMs + table.event(slot) : 0;
    }

    TaskView view(int slot) {
        int row = table.extension(slot);
        return new TaskView(
                table.id(slot),
                table.position(slot),
                state(slot),
                priority(slot),
                dueMs(slot),
                table.attempts(slot),
                failures(slot),
                row == 0 ? null : extensions.reason(row));
    }

    /** The task that is due next, or 0. */
    int firstDue() {
        return timers.first();
    }

    /** Whether the task was purged and is not yet swept. */
    boolean isDead(int slot) {
        return table.id(slot) <= queueOf(slot).purgedThrough;
    }

    /** Makes every task of the queue dead, in one step; {@link #sweep} removes them from the table by and by. */
    int purge(QueueState queue, long throughId) {
        int count = queue.total();
        queue.purgedThrough = throughId;
        queue.unswept += count;
        unswept += count;
        queue.readyCount = 0;
        queue.delayedCount = 0;
        queue.takenCount = 0;
        queue.buriedCount = 0;
        queue.ready = new ReadyTasks(this);
        queue.buried = new IdHeap(table);
        return count;
    }

    boolean hasUnswept() {
        return unswept > 0;
    }

    /** Where a sweep over the next so many slots ends; at the end of the table the next one begins anew. */
    int sweepStop(int slotsMax) {
        int end = table.slotEnd();
        if (sweepCursor >= end) {
            sweepCursor = 1;
        }
        sweepCursor = table.nextUsed(sweepCursor, end);
        return (int) Math.min(end, (long) sweepCursor + slotsMax);
    }

    /** The next dead task before {@code stop}, or 0. */
    int nextDead(int stop) {
        while (sweepCursor < stop) {
            int slot = table.nextUsed(sweepCursor, stop);
            sweepCursor = Math.min(slot + 1, stop);
            if (slot < stop && isDead(slot)) {
                return slot;
            }
        }
        return 0;
    }

    /** Removes a dead task: it left its queue's structures with the purge, but not the timers and its holder's list. */
    void discard(int slot) {
        QueueState queue = queueOf(slot);
        if (table.state(slot) == State.DELAYED.ordinal()) {
            timers.remove(table.timerIndex(slot));
        } else if (table.place(slot) == HELD) {
            unhold(slot);
        }
        forget(slot);
        queue.unswept--;
        unswept--;
    }

    private void forget(int slot) {
        int row = table.extension(slot);
        if (row != 0) {
            extensions.free(row);
        }
        ids.remove(table.id(slot));
        table.free(slot);
    }

    private void leave(int slot) {
        QueueState queue = queueOf(slot);
        switch (state(slot)) {
            case GONE -> {
                return;
            }
            case READY -> {
                queue.ready.remove(slot, table.place(slot));
                queue.readyCount--;
            }
            case DELAYED -> {
                timers.remove(table.timerIndex(slot));
                queue.delayedCount--;
            }
            case TAKEN -> {
                if (table.place(slot) == HELD) {
                    unhold(slot);
                }
                queue.takenCount--;
            }
            case BURIED -> {
                if (table.place(slot) == IN_BURIED) {
                    queue.buried.remove(table.previous(slot));
                }
                queue.buriedCount--;
                int row = table.extension(slot);
                if (row != 0) {
                    extensions.reason(row, null);
                }
            }
        }
        table.stateAndPlace(slot, State.GONE.ordinal(), NOWHERE);
    }

    private void unhold(int slot) {
        CoreSession session = holderOf(slot);
        int previous = table.previous(slot);
        int next = table.next(slot);
        if (previous == 0) {
            session.heldHead = next;
        } else {
            table.next(previous, next);
        }
        if (next != 0) {
            table.previous(next, previous);
        }
        table.holder(slot, 0);
    }

    /** The task's extension row, made if it has none; its priority is carried over. */
    private int extensionOf(int slot) {
        int row = table.extension(slot);
        if (row == 0) {
            row = extensions.allocate();
            extensions.priority(row, table.shortPriority(slot));
            table.extension(slot, row);
        }
        return row;
    }
}
