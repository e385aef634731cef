package dev.millrace.core;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Every task, and the one place where a task changes state: it leaves the structure that its old state keeps it in, enters
 * that of its new one, and the queue's counts follow. Used alike by commands and by recovery, and writes nothing.
 *
 * <p>What a task has in the task table and its extension, by state:
 * <ul>
 *   <li>READY: a place in its group's, or its queue's, {@link ReadyTasks}; if it expires, a timer for that.
 *   <li>DELAYED: a timer for its due time or, if that is sooner, its end. Of one that expires the due time is in the extension.
 *       A successor that waits for the first of its key is DELAYED in a place of its own, with no timer but for its end.
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

    final TaskTable table = new TaskTable();
    final QueueTable queues;
    final SessionTable sessions = new SessionTable();
    final Wakeable wakeable = new Wakeable();
    private final IdTable ids = new IdTable(table);
    private final Extensions extensions = new Extensions();
    private final KeyTable keys = new KeyTable(table, extensions);
    /** Due times and ends of lives. */
    private final TimerHeap timers = new TimerHeap(table);
    /** Ends of takes. */
    private final TimerHeap leases = new TimerHeap(table);

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

    /** The living task that holds a key, or 0. */
    int findKey(KeyHash key) {
        return keys.find(key, slot -> !isDead(slot));
    }

    /** The task that a take from the queue gets, or 0. */
    static int first(QueueState queue) {
        if (queue.config.paused()) {
            return 0;
        }
        return queue.groups == null ? queue.ready.first() : queue.groups.first();
    }

    // --- Coming and going

    /** A new task, in no state yet. */
    int create(QueueState queue, long id) {
        int slot = table.allocate(id);
        table.queueAndPriority(slot, queue.number, 0);
        ids.add(id, slot);
        return slot;
    }

    /** All tasks that were stored are here, and the engine begins. */
    void recovered() {
        ids.settle();
    }

    /** Says how a task is handled, new or again: it must be in no state; see {@link #leave}. */
    void define(int slot, long home, TaskRecord task) {
        QueueState queue = queueOf(slot);
        boolean isLong = task.priority() >= TaskTable.PRIORITY_EXTENDED;
        table.queueAndPriority(slot, queue.number, isLong ? TaskTable.PRIORITY_EXTENDED : (int) task.priority());
        table.position(slot, home);
        table.attempts(slot, task.attempts());
        table.engineDeaths(slot, task.engineDeaths());
        boolean isPlain = !isLong
                && task.maxAttempts() == 0
                && task.failures() == 0
                && task.expiresMs() == 0
                && task.ttrMs() == 0
                && task.group() == null;
        if (!isPlain || table.extension(slot) != 0) {
            int row = extensionOf(slot);
            extensions.priority(row, task.priority());
            extensions.maxAttempts(row, task.maxAttempts());
            extensions.failures(row, task.failures());
            extensions.expires(row, task.expiresMs() == 0 ? 0 : Math.max(1, eventOf(task.expiresMs())));
            extensions.ttr(row, task.ttrMs());
            setGroup(slot, row, task.group(), task.groupLimit());
        }
    }

    private void setGroup(int slot, int row, @Nullable String name, int limit) {
        QueueState queue = queueOf(slot);
        Group old = extensions.group(row);
        if (old != null && !Objects.equals(old.name, name)) {
            leaveGroup(queue, old);
            extensions.group(row, null);
            old = null;
        }
        if (name == null) {
            return;
        }
        Groups groups = queue.groups;
        if (groups == null) {
            groups = new Groups(queue.ready);
            queue.groups = groups;
        }
        Group group = groups.open(name, this);
        if (old == null) {
            group.living++;
            extensions.group(row, group);
        }
        group.limit = limit;
        settle(queue, groups, group);
    }

    private static void leaveGroup(QueueState queue, Group group) {
        Groups groups = queue.groups;
        if (--group.living == 0 && groups != null) {
            groups.close(group);
            if (groups.isEmpty()) {
                queue.groups = null;
            }
        }
    }

    /**
     * The task is gone from everywhere.
     *
     * @return the successor that waited for it, now the first of its key and in no state; 0 if there is none
     */
    int remove(int slot) {
        leave(slot);
        int row = table.extension(slot);
        int successor = 0;
        if (row != 0) {
            successor = unkey(slot);
            Group group = extensions.group(row);
            if (group != null) {
                leaveGroup(queueOf(slot), group);
            }
        }
        forget(slot);
        return successor;
    }

    // --- States

    void toReady(int slot) {
        leave(slot);
        QueueState queue = queueOf(slot);
        Group group = groupOf(slot);
        ReadyTasks ready = group == null ? queue.ready : group.ready;
        table.stateAndPlace(slot, State.READY.ordinal(), ready.add(slot));
        queue.readyCount++;
        long expires = expires(slot);
        if (expires != 0) {
            table.event(slot, expires);
            timers.add(slot);
        }
        Groups groups = queue.groups;
        if (groups == null) {
            wakeable.add(queue);
        } else {
            settle(queue, groups, group);
        }
    }

    void toDelayed(int slot, long dueMs) {
        leave(slot);
        table.stateAndPlace(slot, State.DELAYED.ordinal(), NOWHERE);
        long due = eventOf(dueMs);
        long expires = expires(slot);
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
        extensions.due(extensionOf(slot), dueMs == 0 ? 0 : Math.max(1, eventOf(dueMs)));
        long expires = expires(slot);
        if (expires != 0) {
            table.event(slot, expires);
            timers.add(slot);
        }
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
        Groups groups = queue.groups;
        if (groups != null) {
            Group group = groupOf(slot);
            if (group != null) {
                group.running++;
            }
            groups.hadTurn(group == null ? groups.ungrouped() : group);
        }
        if (session != null) {
            hold(slot, session);
        }
        lease(slot, endMs);
    }

    /** A taken task's time to run ends then; 0 = never. */
    void lease(int slot, long endMs) {
        if (table.timerIndex(slot) != 0) {
            leases.remove(table.timerIndex(slot));
        }
        if (endMs != 0) {
            table.event(slot, eventOf(endMs));
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
        return successorOf(slot) == 0 ? 0 : unkey(slot);
    }

    /** The task leaves what its state keeps it in, and is in no state. */
    void leave(int slot) {
        QueueState queue = queueOf(slot);
        Groups groups = queue.groups;
        Group group = groups == null ? null : groupOf(slot);
        State left = state(slot);
        if (left == State.GONE) {
            return;
        }
        if (table.timerIndex(slot) != 0) {
            (left == State.TAKEN ? leases : timers).remove(table.timerIndex(slot));
        }
        switch (left) {
            case READY -> {
                (group == null ? queue.ready : group.ready).remove(slot, table.place(slot));
                queue.readyCount--;
            }
            case DELAYED -> {
                queue.delayedCount--;
                if (table.place(slot) == BEHIND) {
                    unlink(slot);
                }
                if (table.extension(slot) != 0) {
                    extensions.due(table.extension(slot), 0);
                }
            }
            case TAKEN -> {
                if (table.place(slot) == HELD) {
                    unhold(slot);
                }
                queue.takenCount--;
            }
            default -> {
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
        if (groups != null) {
            if (group != null && left == State.TAKEN) {
                group.running--;
            }
            settle(queue, groups, group);
        }
    }

    private void settle(QueueState queue, Groups groups, @Nullable Group group) {
        if (groups.settle(group == null ? groups.ungrouped() : group)) {
            wakeable.add(queue);
        }
    }

    // --- Keys

    /** The task is the one with this key from now on; whoever was loses it. It may be in any state but waiting. */
    void key(int slot, KeyHash key) {
        int holder = findKey(key);
        if (holder != 0) {
            keys.remove(holder);
            extensions.key(table.extension(holder), 0, 0);
        }
        extensions.key(extensionOf(slot), key.high(), key.low());
        keys.add(slot);
    }

    /** Whether the task is the one with its key. */
    boolean hasKey(int slot) {
        int row = table.extension(slot);
        return row != 0 && (extensions.keyHigh(row) | extensions.keyLow(row)) != 0 && table.place(slot) != BEHIND;
    }

    /** A task that {@link #toBehind} made wait does so for this one, which has a key and no successor. */
    void link(int first, int successor) {
        int row = table.extension(successor);
        int firstRow = table.extension(first);
        extensions.key(row, extensions.keyHigh(firstRow), extensions.keyLow(firstRow));
        extensions.kin(row, first);
        extensions.kin(firstRow, successor);
    }

    /** Whether the task waits for the first of its key. */
    boolean isBehind(int slot) {
        return table.place(slot) == BEHIND;
    }

    /** The task that waits for this one, or 0. */
    int successorOf(int slot) {
        int row = table.extension(slot);
        return row == 0 || table.place(slot) == BEHIND ? 0 : extensions.kin(row);
    }

    /** The task that this one waits for, or 0. */
    int firstOf(int slot) {
        return table.place(slot) == BEHIND ? extensions.kin(table.extension(slot)) : 0;
    }

    /** A waiting successor waits no more. */
    private void unlink(int successor) {
        int row = table.extension(successor);
        int first = extensions.kin(row);
        if (first != 0) {
            extensions.kin(table.extension(first), 0);
            extensions.kin(row, 0);
            extensions.key(row, 0, 0);
        }
    }

    /** The task's key, if it has one, is its successor's; which is in no state then, with its due time still in its extension. */
    private int unkey(int slot) {
        if (!hasKey(slot)) {
            return 0;
        }
        int row = table.extension(slot);
        KeyHash key = new KeyHash(extensions.keyHigh(row), extensions.keyLow(row));
        int successor = extensions.kin(row);
        keys.remove(slot);
        extensions.key(row, 0, 0);
        if (successor != 0) {
            int successorRow = table.extension(successor);
            long due = extensions.due(successorRow);
            leave(successor);
            extensions.due(successorRow, due);
            extensions.key(successorRow, key.high(), key.low());
            keys.add(successor);
        }
        return successor;
    }

    /** When a task that waited for another is due, in ms since 1970; 0 = at once. */
    long heldBackDueMs(int slot) {
        long due = extensions.due(table.extension(slot));
        return due == 0 ? 0 : epochMs + due;
    }

    // --- Fields

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

    @Nullable Group groupOf(int slot) {
        int row = table.extension(slot);
        return row == 0 ? null : extensions.group(row);
    }

    long priority(int slot) {
        int priority = table.shortPriority(slot);
        return priority == TaskTable.PRIORITY_EXTENDED ? extensions.priority(table.extension(slot)) : priority;
    }

    /** Failures until it is buried, by the put or else by the queue; 0 = without limit. */
    int maxAttempts(int slot) {
        int row = table.extension(slot);
        int own = row == 0 ? 0 : extensions.maxAttempts(row);
        return own != 0 ? own : queueOf(slot).config.maxAttempts();
    }

    /** How long a take may last, by the put or else by the queue; 0 = without limit. */
    long ttrMs(int slot) {
        int row = table.extension(slot);
        long own = row == 0 ? 0 : extensions.ttr(row);
        return own != 0 ? own : queueOf(slot).config.ttrMs();
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

    /** Whether the task's time to live is over at this time. */
    boolean isExpired(int slot, long nowMs) {
        long expires = expires(slot);
        return expires != 0 && epochMs + expires <= nowMs;
    }

    private long expires(int slot) {
        int row = table.extension(slot);
        return row == 0 ? 0 : extensions.expires(row);
    }

    private long eventOf(long ms) {
        return Math.clamp(ms - epochMs, 0, TaskTable.EVENT_MAX);
    }

    /** No task can be due later, in ms since 1970. */
    long latestDueMs() {
        return epochMs + TaskTable.EVENT_MAX;
    }

    /** When a DELAYED task is due, in ms since 1970; 0 in other states, and for a successor that has no due time of its own. */
    long dueMs(int slot) {
        if (table.state(slot) != State.DELAYED.ordinal()) {
            return 0;
        }
        if (table.place(slot) == BEHIND) {
            return heldBackDueMs(slot);
        }
        return epochMs + (expires(slot) == 0 ? table.event(slot) : extensions.due(table.extension(slot)));
    }

    TaskView view(int slot) {
        int row = table.extension(slot);
        return new TaskView(
                queueOf(slot).name,
                table.id(slot),
                table.position(slot),
                state(slot),
                priority(slot),
                dueMs(slot),
                table.attempts(slot),
                failures(slot),
                row == 0 ? null : extensions.reason(row));
    }

    /** The task as a record that says everything, for a copy: key and producer are in the record at its home. */
    TaskRecord record(int slot) {
        int row = table.extension(slot);
        int first = firstOf(slot);
        Group group = groupOf(slot);
        long expires = expires(slot);
        return new TaskRecord(
                table.queue(slot),
                table.id(slot),
                state(slot),
                dueMs(slot),
                expires == 0 ? 0 : epochMs + expires,
                row == 0 ? 0 : extensions.ttr(row),
                priority(slot),
                row == 0 ? 0 : extensions.maxAttempts(row),
                table.attempts(slot),
                failures(slot),
                table.engineDeaths(slot),
                null,
                group == null ? null : group.name,
                group == null ? 0 : group.limit,
                first == 0 ? 0 : table.id(first),
                null,
                0,
                row == 0 ? null : extensions.reason(row));
    }

    // --- Time

    /** The task that is due, or at its end, next; or 0. */
    int firstDue() {
        return timers.first();
    }

    /** The take that is over next, or 0. */
    int firstLease() {
        return leases.first();
    }

    /** When the task's timer is due, in ms since 1970. */
    long eventMs(int slot) {
        return epochMs + table.event(slot);
    }

    // --- Purged tasks

    /** Whether the task was purged and is not yet swept. */
    boolean isDead(int slot) {
        return table.id(slot) <= queueOf(slot).purgedThrough;
    }

    /** Makes every task of the queue dead, in one step; {@link #sweepStop} begins what removes them from the table by and by. */
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
        queue.groups = null;
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

    /** Removes a dead task: it left its queue's structures with the purge, but not the timers, keys, and its holder's list. */
    void discard(int slot) {
        QueueState queue = queueOf(slot);
        if (table.timerIndex(slot) != 0) {
            (state(slot) == State.TAKEN ? leases : timers).remove(table.timerIndex(slot));
        }
        if (table.place(slot) == HELD) {
            unhold(slot);
        }
        if (hasKey(slot)) {
            keys.remove(slot);
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

    private void hold(int slot, CoreSession session) {
        table.holder(slot, session.number);
        table.previous(slot, 0);
        table.next(slot, session.heldHead);
        if (session.heldHead != 0) {
            table.previous(session.heldHead, slot);
        }
        session.heldHead = slot;
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
