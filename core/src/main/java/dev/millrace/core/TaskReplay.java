package dev.millrace.core;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Rebuilds the state from the records of the log, in their order, and then makes a {@link TaskMachine} of it.
 *
 * <p>The log is a window whose beginning moves on, so records may speak of tasks whose own record is gone already: that
 * is legal only if it was in a segment before the window. A queue's name may come after its first tasks, when it was
 * written again because the segment with the first one was freed.
 */
public final class TaskReplay {
    private final CoreSettings settings;
    private final long firstSegment;
    private final Tasks tasks;
    private final RecordedItems recorded;
    private final Producers producers;
    /** Queues by number that have records but no name yet. */
    private final Map<Integer, QueueState> unnamed = new HashMap<>();

    /** Successors by the id of the first, while that has no record yet; and their keys by their own id. */
    private final Map<Long, Long> early = new HashMap<>();

    private final Map<Long, KeyHash> earlyKeys = new HashMap<>();

    private long lastId;
    /** When the record that is told now was written. */
    private long writtenMs;

    /**
     * Nothing recovered yet.
     *
     * @param epochMs the creation of the store, in ms since 1970
     * @param firstSegment where the window of the log begins
     */
    public TaskReplay(CoreSettings settings, long epochMs, long firstSegment) {
        this.settings = settings;
        this.firstSegment = firstSegment;
        this.tasks = new Tasks(epochMs, settings.idleQueuesMax());
        this.recorded = tasks.queues.recorded;
        this.producers = new Producers(settings, tasks.queues);
    }

    /** The next records were written at this time, in ms since 1970. */
    public void at(long timeMs) {
        writtenMs = timeMs;
    }

    /** A queue's number stands for a name, and it is configured so. */
    public void queue(long position, int number, String name, QueueConfig config) {
        requireNumber(number);
        QueueState known = tasks.queues.findNumber(number);
        boolean isNameless = known != null && unnamed.remove(number) != null;
        if (known != null && !isNameless && !known.name.equals(name)) {
            forget(known);
            known = null;
        }
        QueueState elsewhere = tasks.queues.find(name);
        if (elsewhere != null && elsewhere != known) {
            forget(elsewhere);
        }
        if (known == null) {
            known = tasks.queues.make(number, name);
        } else if (isNameless) {
            tasks.queues.rename(known, name);
        }
        known.config = config;
        recorded.add(known, position);
    }

    /** A task was put, written anew, or copied as it was. */
    public void task(long position, TaskRecord task) {
        QueueState queue = queueOf(task.queue());
        int slot = task.id() > lastId ? 0 : tasks.findAnywhere(task.id());
        lastId = Math.max(lastId, task.id());
        if (slot == 0) {
            slot = tasks.create(queue, task.id());
        } else {
            require(
                    tasks.queueOf(slot) == queue && !tasks.purges.isDead(slot),
                    "task " + task.id() + " cannot be written again: it was purged, or is in another queue");
            tasks.leave(slot);
        }
        tasks.define(slot, position, task);
        place(slot, task);
        if (task.producer() != null) {
            Producer producer = producers.open(queue, task.producer());
            if (task.sequence() > producer.last()) {
                producer.add(task.sequence(), task.id());
                producers.used(producer, writtenMs);
            }
            if (producer.neededFrom < 0) {
                recorded.addKnownByTask(producer, position);
            } else {
                recorded.grown(producer);
            }
        }
    }

    private void place(int slot, TaskRecord task) {
        KeyHash key = task.key() == null
                ? null
                : KeyHash.of(settings.keySecret0(), settings.keySecret1(), task.queue(), task.key());
        if (!earlyKeys.isEmpty()) {
            earlyKeys.remove(task.id());
        }
        if (task.firstId() != 0) {
            wait(slot, task, key);
            return;
        }
        if (key == null) {
            // It lost its key to one that is gone with all its records; this record is the first that is left to say
            // so.
            requireOf(task.id(), tasks.keys.successorOf(slot) == 0, "has a successor for a key that its record does not know");
            tasks.keys.drop(slot);
        } else if (!tasks.keys.has(slot)) {
            tasks.keys.give(slot, key);
        }
        switch (task.state()) {
            case READY -> tasks.toReady(slot);
            case DELAYED -> tasks.toDelayed(slot, task.dueMs());
            case TAKEN -> tasks.toTaken(slot, null, 0);
            case BURIED -> promote(tasks.toBuried(slot, task.reason()));
            default -> throw new IllegalArgumentException("task " + task.id() + " is " + task.state());
        }
        Long successor = key == null ? null : early.remove(task.id());
        if (successor != null) {
            join(slot, tasks.findAnywhere(successor));
        }
    }

    /** A successor waits for the first of its key, whose record may come later, when it was copied. */
    private void wait(int slot, TaskRecord task, @Nullable KeyHash key) {
        if (key == null || task.state() != State.DELAYED) {
            throw new IllegalArgumentException("task " + task.id() + " waits, but is " + task.state() + " or has no key");
        }
        tasks.toBehind(slot, task.dueMs());
        int first = tasks.findAnywhere(task.firstId());
        if (first == 0) {
            early.put(task.firstId(), task.id());
            earlyKeys.put(task.id(), key);
        } else {
            require(tasks.keys.has(first), "task " + task.id() + " waits for one that has no key");
            tasks.keys.link(first, slot);
        }
    }

    /** The first has come; its successor may have gone meanwhile, or may wait no more. */
    private void join(int first, int successor) {
        if (successor != 0 && tasks.keys.isWaiting(successor)) {
            earlyKeys.remove(tasks.table.id(successor));
            tasks.keys.link(first, successor);
        }
    }

    /** The first has gone: recovery knows no time, and leaves it to the due time to come. */
    private void promote(int successor) {
        if (successor != 0) {
            place(successor, tasks.fields.heldBackDueMs(successor));
        }
    }

    private void place(int slot, long dueMs) {
        if (dueMs == 0) {
            tasks.toReady(slot);
        } else {
            tasks.toDelayed(slot, dueMs);
        }
    }

    /** A task was taken. */
    public void take(long id, long homeSegment, int attempt) {
        int slot = find(id, homeSegment);
        if (slot != 0) {
            stopWaiting(slot);
            tasks.table.attempts(slot, attempt);
            tasks.toTaken(slot, null, 0);
        }
    }

    /** A task is gone. */
    public void gone(long id, long homeSegment) {
        int slot = find(id, homeSegment);
        if (slot != 0) {
            earlyKeys.remove(id);
            promote(tasks.remove(slot));
        } else {
            promoteEarly(id);
        }
    }

    /** A first has gone, or was buried, whose own record is not known. */
    private void promoteEarly(long firstId) {
        Long successor = early.remove(firstId);
        if (successor != null) {
            endWait(tasks.findAnywhere(successor));
        }
    }

    private void endWait(int successor) {
        if (successor != 0 && earlyKeys.containsKey(tasks.table.id(successor))) {
            long dueMs = tasks.fields.heldBackDueMs(successor);
            stopWaiting(successor);
            place(successor, dueMs);
        }
    }

    /** A successor whose first is not known waits no more, and is in no state. */
    private void stopWaiting(int slot) {
        KeyHash key = earlyKeys.remove(tasks.table.id(slot));
        if (key != null) {
            tasks.leave(slot);
            tasks.keys.give(slot, key);
        }
    }

    /** A task's state changed; {@code homeSegment} counts, the position in it is not known here. */
    public void move(TaskLog.Move move, long homeSegment) {
        int slot = find(move.id(), homeSegment);
        if (slot == 0) {
            if (move.state() == State.BURIED) {
                promoteEarly(move.id());
            }
            return;
        }
        stopWaiting(slot);
        tasks.table.attempts(slot, move.attempts());
        tasks.fields.failures(slot, move.failures());
        tasks.table.engineDeaths(slot, move.engineDeaths());
        switch (move.state()) {
            case READY -> tasks.toReady(slot);
            case DELAYED -> tasks.toDelayed(slot, move.dueMs());
            case BURIED -> {
                promote(tasks.toBuried(slot, move.reason()));
                if (move.keyLost()) {
                    // Only this says so if all that was written of its successor is freed.
                    tasks.keys.drop(slot);
                }
            }
            default -> throw new IllegalArgumentException("task " + move.id() + " moved to " + move.state());
        }
    }

    /** All tasks of the queue up to this id are gone. */
    public void purge(int number, long throughId) {
        lastId = Math.max(lastId, throughId);
        QueueState queue = tasks.queues.findNumber(number);
        if (queue != null) {
            tasks.purges.purge(queue, throughId);
        }
    }

    /**
     * A producer's last sequences and ids.
     *
     * @param usedMs when the last of them was stored; 0 when the record does not say, and its own time counts
     */
    public void producer(long position, int number, String name, long usedMs, long[] sequences, long[] ids) {
        QueueState queue = queueOf(number);
        Producer old = queue.producers.get(name);
        if (old != null) {
            producers.remove(old);
        }
        Producer producer = producers.open(queue, name);
        producers.used(producer, usedMs == 0 ? writtenMs : usedMs);
        for (int index = 0; index < sequences.length; index++) {
            require(sequences[index] > producer.last(), "sequences of producer " + name + " do not increase");
            producer.add(sequences[index], ids[index]);
            lastId = Math.max(lastId, ids[index]);
        }
        recorded.add(producer, position);
    }

    /** A producer was forgotten; all records that name it may have gone before this one. */
    public void forget(int number, String name) {
        requireNumber(number);
        QueueState queue = tasks.queues.findNumber(number);
        Producer producer = queue == null ? null : queue.producers.get(name);
        if (producer != null) {
            producers.remove(producer);
        }
    }

    /**
     * The end of the log: tells it which records are still somebody's home; what was taken is ready again (T16), and
     * what that changed is written.
     *
     * @param closedCleanly whether the engine said farewell; otherwise it died, and what was taken has seen that (T22)
     * @param nextId no task may get a lower id
     * @param nowMs the time to begin at
     * @param log knows the records that were replayed
     * @param <P> see {@link TaskMachine}
     */
    public <P> TaskMachine<P> machine(
            boolean closedCleanly, long nextId, long nowMs, TaskLog<P> log, Replies replies) {
        sweep();
        for (long id : List.copyOf(earlyKeys.keySet())) {
            endWait(tasks.findAnywhere(id));
        }
        for (QueueState nameless : unnamed.values()) {
            forget(nameless);
        }
        tasks.queues.recovered();
        producers.recovered();
        tasks.recovered(nowMs);
        long firstId = Math.max(nextId, lastId + 1);
        CoreTime time = tasks.time;
        TaskMachine<P> machine = new TaskMachine<>(settings, tasks, producers, firstId, time, log, replies);
        int end = tasks.table.slotEnd();
        for (int slot = tasks.table.nextUsed(1, end); slot < end; slot = tasks.table.nextUsed(slot + 1, end)) {
            log.adopt(tasks.table.position(slot));
        }
        Transitions transitions = new Transitions(tasks, time, log);
        for (int slot = tasks.table.nextUsed(1, end); slot < end; slot = tasks.table.nextUsed(slot + 1, end)) {
            if (tasks.fields.state(slot) == State.TAKEN) {
                giveBack(slot, closedCleanly, transitions);
            }
        }
        return machine;
    }

    private void giveBack(int slot, boolean closedCleanly, Transitions transitions) {
        int deaths = tasks.table.engineDeaths(slot) + (closedCleanly ? 0 : 1);
        tasks.table.engineDeaths(slot, Math.min(deaths, 255));
        int max = settings.engineDeathsMax();
        if (max != 0 && deaths >= max) {
            tasks.engineDeathBurials++;
            transitions.bury(slot, "held " + deaths + " times when the engine died (engineDeathsMax=" + max + ")");
        } else {
            transitions.giveBack(slot, 0);
        }
    }

    private int find(long id, long homeSegment) {
        int slot = tasks.findAnywhere(id);
        if (slot == 0 && homeSegment >= firstSegment) {
            throw new IllegalArgumentException(
                    "task " + id + " has no record, though segment " + homeSegment + " is there");
        }
        requireOf(id, slot == 0 || !tasks.purges.isDead(slot), "was purged, and nothing can happen to it");
        return slot;
    }

    private QueueState queueOf(int number) {
        requireNumber(number);
        QueueState queue = tasks.queues.findNumber(number);
        if (queue == null) {
            // No name has a control character, so none can meet this one.
            queue = tasks.queues.make(number, "\u0000" + number);
            unnamed.put(number, queue);
        }
        return queue;
    }

    /** The engine had forgotten this idle queue, and may have given its name or number to another. */
    private void forget(QueueState queue) {
        require(
                queue.total() == 0 && queue.producers.isEmpty(),
                "queue number " + queue.number + " is in use, but the log gives its name or number away");
        if (queue.unswept > 0) {
            sweep();
        }
        tasks.queues.forget(queue);
    }

    private void sweep() {
        while (tasks.purges.hasUnswept()) {
            int stop = tasks.purges.sweepStop(Integer.MAX_VALUE);
            for (int slot = tasks.purges.nextDead(stop); slot != 0; slot = tasks.purges.nextDead(stop)) {
                tasks.discard(slot);
            }
        }
    }

    private static void requireNumber(int number) {
        if (number <= 0 || number >= TaskTable.QUEUES_MAX) {
            throw new IllegalArgumentException("queue number " + number + " cannot be");
        }
    }

    /**
     * {@link #require}, of a task. Records come by the million, so what would be said is put together only if it is
     * said.
     */
    private static void requireOf(long id, boolean holds, String otherwise) {
        if (!holds) {
            throw new IllegalArgumentException("task " + id + " " + otherwise);
        }
    }

    private static void require(boolean holds, String otherwise) {
        if (!holds) {
            throw new IllegalArgumentException(otherwise);
        }
    }
}
