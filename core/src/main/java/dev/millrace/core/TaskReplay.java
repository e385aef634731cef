package dev.millrace.core;

import java.util.HashMap;
import java.util.Map;

/**
 * Rebuilds the state from the records of the log, in their order, and then makes a {@link TaskMachine} of it.
 *
 * <p>The log is a window whose beginning moves on, so records may speak of tasks whose own record is gone already: that is
 * legal only if it was in a segment before the window. A queue's name may come after its first tasks, when it was written
 * again because the segment with the first one was freed.
 */
public final class TaskReplay {
    private final CoreSettings settings;
    private final long firstSegment;
    private final Tasks tasks;
    private final RecordedItems recorded;
    /** Queues by number that have records but no name yet. */
    private final Map<Integer, QueueState> unnamed = new HashMap<>();

    private long lastId;

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
    }

    /** A queue's number stands for a name. */
    public void queue(long position, int number, String name) {
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
            known = tasks.queues.make(number, name, tasks);
        } else if (isNameless) {
            tasks.queues.rename(known, name);
        }
        recorded.add(known, position);
    }

    /** A task was put. */
    public void task(long position, TaskLog.PutRecord put) {
        require(tasks.findAnywhere(put.id()) == 0, "task " + put.id() + " was put twice");
        QueueState queue = queueOf(put.queue());
        lastId = Math.max(lastId, put.id());
        int slot = tasks.create(queue, put.id(), position, put.priority(), put.maxAttempts());
        if (put.dueMs() > 0) {
            tasks.toDelayed(slot, put.dueMs());
        } else {
            tasks.toReady(slot);
        }
        if (put.producer() != null) {
            Producer producer = producerOf(queue, put.producer());
            if (put.sequence() > producer.last()) {
                producer.add(put.sequence(), put.id());
            }
            if (producer.neededFrom < 0) {
                recorded.add(producer, position);
            }
        }
    }

    /** A task was taken. */
    public void take(long id, long homeSegment, int attempt) {
        int slot = find(id, homeSegment);
        if (slot != 0) {
            tasks.table.attempts(slot, attempt);
            tasks.toTaken(slot, null);
        }
    }

    /** A task is gone. */
    public void gone(long id, long homeSegment) {
        int slot = find(id, homeSegment);
        if (slot != 0) {
            tasks.remove(slot);
        }
    }

    /** A task's state changed; {@code homeSegment} counts, the position in it is not known here. */
    public void move(TaskLog.Move move, long homeSegment) {
        int slot = find(move.id(), homeSegment);
        if (slot == 0) {
            return;
        }
        tasks.table.attempts(slot, move.attempts());
        tasks.failures(slot, move.failures());
        tasks.table.engineDeaths(slot, move.engineDeaths());
        switch (move.state()) {
            case READY -> tasks.toReady(slot);
            case DELAYED -> tasks.toDelayed(slot, move.dueMs());
            case BURIED -> tasks.toBuried(slot, move.reason());
            default -> throw new IllegalArgumentException("task " + move.id() + " moved to " + move.state());
        }
    }

    /** All tasks of the queue up to this id are gone. */
    public void purge(int number, long throughId) {
        lastId = Math.max(lastId, throughId);
        QueueState queue = tasks.queues.findNumber(number);
        if (queue != null) {
            tasks.purge(queue, throughId);
        }
    }

    /** A producer's last sequences and ids. */
    public void producer(long position, int number, String name, long[] sequences, long[] ids) {
        QueueState queue = queueOf(number);
        Producer old = queue.producers.remove(name);
        if (old != null) {
            recorded.remove(old);
        }
        Producer producer = producerOf(queue, name);
        for (int index = 0; index < sequences.length; index++) {
            require(sequences[index] > producer.last(), "sequences of producer " + name + " do not increase");
            producer.add(sequences[index], ids[index]);
            lastId = Math.max(lastId, ids[index]);
        }
        recorded.add(producer, position);
    }

    /**
     * The end of the log: tells it which records are still somebody's home; what was taken is ready again (T16), and what
     * that changed is written.
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
        for (QueueState nameless : unnamed.values()) {
            forget(nameless);
        }
        tasks.queues.recovered();
        long firstId = Math.max(nextId, lastId + 1);
        TaskMachine<P> machine =
                new TaskMachine<>(settings, tasks, firstId, nowMs, log, replies);
        Takes takes = new Takes(tasks, log, replies, wait -> {});
        int end = tasks.table.slotEnd();
        for (int slot = tasks.table.nextUsed(1, end); slot < end; slot = tasks.table.nextUsed(slot + 1, end)) {
            log.adopt(tasks.table.position(slot));
            if (tasks.state(slot) == State.TAKEN) {
                giveBack(slot, closedCleanly);
                takes.logMove(slot);
            }
        }
        return machine;
    }

    private void giveBack(int slot, boolean closedCleanly) {
        int deaths = tasks.table.engineDeaths(slot) + (closedCleanly ? 0 : 1);
        tasks.table.engineDeaths(slot, Math.min(deaths, 255));
        int max = settings.engineDeathsMax();
        if (max != 0 && deaths >= max) {
            tasks.toBuried(slot, "held " + deaths + " times when the engine died (engineDeathsMax=" + max + ")");
        } else if (tasks.isSpent(slot)) {
            tasks.toBuried(slot, "attempts=" + TaskTable.ATTEMPTS_MAX + ", the most that are counted");
        } else {
            tasks.toReady(slot);
        }
    }

    private int find(long id, long homeSegment) {
        int slot = tasks.findAnywhere(id);
        require(
                slot != 0 || homeSegment < firstSegment,
                "task " + id + " has no record, though segment " + homeSegment + " is there");
        require(slot == 0 || !tasks.isDead(slot), "task " + id + " was purged, and nothing can happen to it");
        return slot;
    }

    private QueueState queueOf(int number) {
        requireNumber(number);
        QueueState queue = tasks.queues.findNumber(number);
        if (queue == null) {
            // No name has a control character, so none can meet this one.
            queue = tasks.queues.make(number, "\u0000" + number, tasks);
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
        while (tasks.hasUnswept()) {
            int stop = tasks.sweepStop(Integer.MAX_VALUE);
            for (int slot = tasks.nextDead(stop); slot != 0; slot = tasks.nextDead(stop)) {
                tasks.discard(slot);
            }
        }
    }

    private Producer producerOf(QueueState queue, String name) {
        return queue.producers.computeIfAbsent(name, absent -> new Producer(queue, name));
    }

    private static void requireNumber(int number) {
        require(number > 0 && number < TaskTable.QUEUES_MAX, "queue number " + number + " cannot be");
    }

    private static void require(boolean holds, String otherwise) {
        if (!holds) {
            throw new IllegalArgumentException(otherwise);
        }
    }
}
