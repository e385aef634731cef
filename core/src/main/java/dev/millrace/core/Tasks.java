package dev.millrace.core;

import org.jspecify.annotations.Nullable;

/**
 * Every task, and the one place where a task changes state: it leaves the structure that its old state keeps it in,
 * enters that of its new one, and the queue's counts follow. Used alike by commands and by recovery, and writes
 * nothing. What tasks say of themselves is in {@link TaskFields}, who waits for whom in {@link Keys}, who takes turns
 * in {@link Memberships}.
 *
 * <p>What a task has in the task table and its extension, by state:
 * <ul>
 *   <li>READY: a place in its group's, or its queue's, {@link ReadyTasks}; since when, or, if it expires, a timer for
 *       that, and in its extension since when.
 *   <li>DELAYED: a timer for its due time or, if that is sooner, its end. Of one that expires the due time is in the
 *       extension. A successor that waits for the first of its key is DELAYED in a place of its own, with no timer but
 *       for its end.
 *   <li>TAKEN: a place in its session's list; with a time to run, a timer among the leases.
 *   <li>BURIED: a place in the queue's heap.
 * </ul>
 */
final class Tasks {
    static final int NOWHERE = 0;
    static final int IN_LANE = 1;
    static final int IN_HEAP = 2;
    static final int HELD = 3;
    static final int IN_BURIED = 4;
    static final int BEHIND = 5;

    final TaskFields fields;
    final TaskTable table;
    final QueueTable queues;
    final Keys keys;
    final Purges purges;
    final Overdue overdue;
    final SessionTable sessions;
    final Wakeable wakeable = new Wakeable();
    /**
     * The machine's, once there is one; what became ready before, while the store was read, is known to be ready since
     * the opening.
     */
    final CoreTime time = new CoreTime(0);
    /** How many tasks were buried since they had been taken as often as can be counted. */
    long spentBurials;
    /** How many were buried since the engine had died too often while they were held. */
    long engineDeathBurials;

    private final Extensions extensions;
    private final IdTable ids;
    private final Memberships groups;
    /** Due times and ends of lives. */
    private final TimerHeap timers;
    /** Ends of takes. */
    private final TimerHeap leases;
    private long openedMs;

    /**
     * No tasks yet.
     *
     * @param epochMs from which due times are counted, for 34 years
     */
    Tasks(long epochMs, int idleQueuesMax) {
        fields = new TaskFields(epochMs);
        table = fields.table;
        extensions = fields.extensions;
        queues = new QueueTable(idleQueuesMax, fields);
        purges = new Purges(fields, queues);
        keys = new Keys(fields, slot -> !purges.isDead(slot));
        sessions = new SessionTable(table);
        ids = new IdTable(table);
        groups = new Memberships(fields, wakeable);
        timers = new TimerHeap(table);
        leases = new TimerHeap(table);
        overdue = new Overdue(fields, queues, purges, timers);
    }

    /** The memory taken by all tasks, queues and sessions, nearly, reckoned by {@link HeldBytes}. */
    long heldBytes() {
        return table.heldBytes()
                + extensions.heldBytes()
                + ids.placeBytes()
                + keys.heldBytes()
                + timers.heldBytes()
                + leases.heldBytes()
                + queues.heldBytes()
                + sessions.heldBytes();
    }

    // --- Finding

    /** The living task of this id in this queue, or 0. */
    int find(@Nullable QueueState queue, long id) {
        if (queue == null || id <= queue.purgedThrough) {
            return 0;
        }
        int slot = ids.find(id);
        return slot != 0 && table.queue(slot) == queue.number ? slot : 0;
    }

    /** The task of this id in whatever queue, also if it was purged. */
    int findAnywhere(long id) {
        return ids.find(id);
    }

    /** The task that a take from the queue gets, or 0. */
    static int first(QueueState queue) {
        if (queue.config.paused()) {
            return 0;
        }
        return queue.groups == null ? queue.ready.first() : queue.groups.first();
    }

    /** The task that is due, or at its end, next; or 0. */
    int firstDue() {
        return timers.first();
    }

    /** The take that is over next, or 0. */
    int firstLease() {
        return leases.first();
    }

    // --- Coming and going

    /** A new task, in no state yet. */
    int create(QueueState queue, long id) {
        int slot = table.allocate(id);
        table.queueAndPriority(slot, queue.number, 0);
        ids.add(id, slot);
        return slot;
    }

    /** All tasks that were stored are here, and the engine begins at this time. */
    void recovered(long nowMs) {
        ids.settle();
        time.reach(nowMs);
        openedMs = nowMs;
    }

    /** Says how a task is handled, new or again: it must be in no state; see {@link #leave}. */
    void define(int slot, long home, TaskRecord task) {
        fields.define(slot, home, task);
        groups.join(queueOf(slot), slot, task.group(), task.groupLimit());
    }

    /**
     * The task is gone from everywhere.
     *
     * @return the successor that waited for it, now the first of its key and in no state; 0 if there is none
     */
    int remove(int slot) {
        leave(slot);
        int successor = handOn(slot);
        groups.leave(queueOf(slot), slot);
        forget(slot);
        return successor;
    }

    /**
     * Removes a purged task: it left its queue's structures with the purge, but not the timers, keys, and its holder's
     * list.
     */
    void discard(int slot) {
        QueueState queue = queueOf(slot);
        stopTimer(slot, fields.state(slot));
        if (table.place(slot) == HELD) {
            sessions.unhold(slot);
        }
        keys.drop(slot);
        forget(slot);
        purges.swept(queue);
    }

    private void forget(int slot) {
        ids.remove(table.id(slot));
        fields.free(slot);
    }

    // --- States

    void toReady(int slot) {
        leave(slot);
        QueueState queue = queueOf(slot);
        ReadyTasks ready = groups.readyOf(queue, slot);
        table.stateAndPlace(slot, State.READY.ordinal(), ready.add(slot));
        queue.readyCount++;
        readySince(slot, fields.eventOf(time.nowMs()));
        startExpiry(slot);
        groups.becameReady(queue, slot);
    }

    private void readySince(int slot, long event) {
        if (fields.expires(slot) == 0) {
            table.event(slot, event);
        } else {
            extensions.due(table.extension(slot), event);
        }
    }

    /** A queue in numbers, by the clock; after {@link Overdue#look}. */
    QueueCounts counts(QueueState queue) {
        return queue.counts(ageMs(queue));
    }

    /**
     * For how long the task has been ready that a take gets, or would get if the queue were not paused; 0 when there is
     * none. What was ready when the engine opened counts from then.
     */
    private long ageMs(QueueState queue) {
        int slot = queue.groups == null ? queue.ready.first() : queue.groups.first();
        return slot == 0 ? 0 : Math.max(0, time.nowMs() - Math.max(openedMs, fields.readySinceMs(slot)));
    }

    void toDelayed(int slot, long dueMs) {
        leave(slot);
        table.stateAndPlace(slot, State.DELAYED.ordinal(), NOWHERE);
        long due = fields.eventOf(dueMs);
        long expires = fields.expires(slot);
        if (expires != 0) {
            extensions.due(table.extension(slot), due);
        }
        table.event(slot, expires != 0 ? Math.min(expires, due) : due);
        timers.add(slot);
        queueOf(slot).delayedCount++;
    }

    /** Waits for the first task of its key, and then for its due time, if that is not 0. */
    void toBehind(int slot, long dueMs) {
        leave(slot);
        table.stateAndPlace(slot, State.DELAYED.ordinal(), BEHIND);
        extensions.due(fields.row(slot), dueMs == 0 ? 0 : Math.max(1, fields.eventOf(dueMs)));
        startExpiry(slot);
        queueOf(slot).delayedCount++;
    }

    /**
     * Taken by a session; by null when recovery reads of a take in an earlier life of the engine.
     *
     * @param endMs when the take is over; 0 = never
     */
    void toTaken(int slot, @Nullable CoreSession session, long endMs) {
        leave(slot);
        QueueState queue = queueOf(slot);
        table.stateAndPlace(slot, State.TAKEN.ordinal(), session == null ? NOWHERE : HELD);
        queue.takenCount++;
        groups.wasTaken(queue, slot);
        if (session != null) {
            sessions.hold(slot, session);
        }
        lease(slot, endMs);
    }

    /** A taken task's time to run ends then; 0 = never. */
    void lease(int slot, long endMs) {
        stopTimer(slot, State.TAKEN);
        if (endMs != 0) {
            table.event(slot, fields.eventOf(endMs));
            leases.add(slot);
        }
    }

    /**
     * Set aside.
     *
     * @return the successor that waited for it, now the first of its key and in no state; 0 if there is none
     */
    int toBuried(int slot, @Nullable String reason) {
        leave(slot);
        QueueState queue = queueOf(slot);
        if (fields.isSpent(slot)) {
            table.stateAndPlace(slot, State.BURIED.ordinal(), NOWHERE);
        } else {
            table.stateAndPlace(slot, State.BURIED.ordinal(), IN_BURIED);
            queue.buried.add(slot);
        }
        queue.buriedCount++;
        if (reason != null) {
            extensions.reason(fields.row(slot), reason);
        }
        return keys.successorOf(slot) == 0 ? 0 : handOn(slot);
    }

    /** The task leaves what its state keeps it in, and is in no state. */
    void leave(int slot) {
        State state = fields.state(slot);
        if (state == State.GONE) {
            return;
        }
        QueueState queue = queueOf(slot);
        stopTimer(slot, state);
        int place = table.place(slot);
        switch (state) {
            case READY -> {
                groups.readyOf(queue, slot).remove(slot, place);
                queue.readyCount--;
                if (fields.expires(slot) != 0) {
                    extensions.due(table.extension(slot), 0);
                }
            }
            case DELAYED -> {
                queue.delayedCount--;
                if (place == BEHIND) {
                    keys.unlink(slot);
                }
                if (table.extension(slot) != 0) {
                    extensions.due(table.extension(slot), 0);
                }
            }
            case TAKEN -> {
                if (place == HELD) {
                    sessions.unhold(slot);
                }
                queue.takenCount--;
            }
            default -> {
                if (place == IN_BURIED) {
                    queue.buried.remove(table.previous(slot));
                }
                queue.buriedCount--;
                if (table.extension(slot) != 0) {
                    extensions.reason(table.extension(slot), null);
                }
            }
        }
        table.stateAndPlace(slot, State.GONE.ordinal(), NOWHERE);
        groups.left(queue, slot, state);
    }

    /**
     * The task's key, if it has one, is its successor's; which is in no state then, with its due time still in its
     * extension.
     */
    private int handOn(int slot) {
        int successor = keys.successorOf(slot);
        KeyHash key = keys.drop(slot);
        if (key == null || successor == 0) {
            return 0;
        }
        long due = extensions.due(table.extension(successor));
        leave(successor);
        extensions.due(table.extension(successor), due);
        keys.give(successor, key);
        return successor;
    }

    private void startExpiry(int slot) {
        long expires = fields.expires(slot);
        if (expires != 0) {
            table.event(slot, expires);
            timers.add(slot);
        }
    }

    private void stopTimer(int slot, State state) {
        int index = table.timerIndex(slot);
        if (index == 0) {
            return;
        }
        if (state == State.TAKEN) {
            leases.remove(index);
        } else {
            overdue.left(slot);
            timers.remove(index);
        }
    }

    // --- A task beside its queue and its session

    QueueState queueOf(int slot) {
        return queues.get(table.queue(slot));
    }

    /** Whether the session holds the task, purged or not. */
    boolean isHeldBy(int slot, CoreSession session) {
        return fields.state(slot) == State.TAKEN
                && table.place(slot) == HELD
                && table.holder(slot) == session.number;
    }

    /** The session that holds a TAKEN task. */
    CoreSession holderOf(int slot) {
        return sessions.get(table.holder(slot));
    }

    /** Failures until it is buried, by the put or else by the queue; 0 = without limit. */
    int maxAttempts(int slot) {
        int own = fields.ownMaxAttempts(slot);
        return own != 0 ? own : queueOf(slot).config.maxAttempts();
    }

    /** How long a take may last, by the put or else by the queue; 0 = without limit. */
    long ttrMs(int slot) {
        long own = fields.ownTtrMs(slot);
        return own != 0 ? own : queueOf(slot).config.ttrMs();
    }

    TaskView view(int slot) {
        return new TaskView(
                queueOf(slot).name,
                table.id(slot),
                table.position(slot),
                fields.state(slot),
                fields.priority(slot),
                fields.dueMs(slot),
                table.attempts(slot),
                fields.failures(slot),
                maxAttempts(slot),
                fields.reason(slot));
    }

    /** The task as a record that says everything, for a copy: key and producer are in the record at its home. */
    TaskRecord record(int slot) {
        int first = keys.firstOf(slot);
        Group group = fields.group(slot);
        return new TaskRecord(
                table.queue(slot),
                table.id(slot),
                fields.state(slot),
                fields.dueMs(slot),
                fields.expiresMs(slot),
                fields.ownTtrMs(slot),
                fields.priority(slot),
                fields.ownMaxAttempts(slot),
                table.attempts(slot),
                fields.failures(slot),
                table.engineDeaths(slot),
                null,
                group == null ? null : group.name,
                group == null ? 0 : group.limit,
                first == 0 ? 0 : table.id(first),
                null,
                0,
                fields.reason(slot));
    }
}
