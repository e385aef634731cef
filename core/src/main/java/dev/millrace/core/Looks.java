package dev.millrace.core;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** Looks at tasks and queues, which change nothing by it. */
public final class Looks {
    private final Tasks tasks;
    private final TaskTable table;
    private final Producers producers;
    private final CoreTime time;

    Looks(Tasks tasks, Producers producers, CoreTime time) {
        this.tasks = tasks;
        this.producers = producers;
        this.table = tasks.table;
        this.time = time;
    }

    /** Whether the queue is there, so that its name need not be looked at. */
    public boolean knows(String queueName) {
        return tasks.queues.find(queueName) != null;
    }

    /** The task, or with id 0 the one that a take would get; null when there is none. */
    public @Nullable TaskView peek(String queueName, long id) {
        QueueState queue = tasks.queues.find(queueName);
        int slot = id != 0 ? tasks.find(queue, id) : queue == null ? 0 : Tasks.first(queue);
        return slot == 0 ? null : tasks.view(slot);
    }

    /**
     * Adds tasks of a queue in a state to a list, looking at up to {@code slots} places from the cursor on.
     *
     * @param into told each task; says whether it wants more
     * @return the cursor to go on with; 0 at the end
     */
    public long list(String queueName, State state, long cursor, int slots, TaskSink into) {
        QueueState queue = tasks.queues.find(queueName);
        int end = table.slotEnd();
        if (queue == null || cursor < 0 || cursor >= end) {
            return 0;
        }
        int first = (int) Math.max(1, cursor);
        int stop = (int) Math.min(end, (long) first + slots);
        for (int slot = table.nextUsed(first, stop); slot < stop; slot = table.nextUsed(slot + 1, stop)) {
            if (table.queue(slot) == queue.number
                    && table.state(slot) == state.ordinal()
                    && table.id(slot) > queue.purgedThrough
                    && !into.add(tasks.view(slot))) {
                return slot + 1 < end ? slot + 1L : 0;
            }
        }
        int next = table.nextUsed(stop, end);
        return next < end ? next : 0;
    }

    /** Where {@link #list} puts what it finds. */
    @FunctionalInterface
    public interface TaskSink {
        /** Takes a task; false when it wants no more after this one. */
        boolean add(TaskView task);
    }

    /**
     * Tells the tasks that a session holds, the latest take first, {@code max} at the most. Begins anew when the task
     * that the cursor names has left the session.
     *
     * @param cursor 0, or what the last call answered
     * @return the cursor to go on with: the id of the next task; 0 at the end
     */
    public long held(CoreSession session, long cursor, int max, TakeSink into) {
        int named = cursor == 0 ? 0 : tasks.findAnywhere(cursor);
        int slot = named != 0 && tasks.isHeldBy(named, session) ? named : session.heldHead;
        for (int left = max; slot != 0 && left > 0; left--) {
            if (!tasks.purges.isDead(slot)) {
                into.add(tasks.queueOf(slot).name, table.id(slot), table.attempts(slot));
            }
            slot = table.next(slot);
        }
        return slot == 0 ? 0 : table.id(slot);
    }

    /** Told of takes. */
    @FunctionalInterface
    public interface TakeSink {
        /** A task that is taken, and the attempt. */
        void add(String queueName, long id, int attempt);
    }

    /** The numbers of a queue (T18); all 0 for one that nobody has used. */
    public QueueCounts counts(String queueName) {
        QueueState queue = tasks.queues.find(queueName);
        tasks.overdue.look(time.nowMs());
        return queue == null
                ? new QueueCounts(queueName, 0, 0, 0, 0, 0, 0, false, 0, 0, 0, 0, 0, 0, 0, 0, 0)
                : tasks.counts(queue);
    }

    /** How a queue is configured; as by default for one that nobody has used. */
    public QueueConfig config(String queueName) {
        QueueState queue = tasks.queues.find(queueName);
        return queue == null ? QueueConfig.DEFAULT : queue.config;
    }

    /** Adds the numbers of up to {@code max} queues; the cursor to go on with, 0 at the end. */
    public long listQueues(long cursor, int max, List<QueueCounts> into) {
        tasks.overdue.look(time.nowMs());
        return tasks.queues.list(cursor, max, tasks::counts, into);
    }

    /** The last sequence stored for a producer; 0 when there is none (G10). */
    public long lastSequence(String queueName, String producerName) {
        Producer producer = producers.find(tasks.queues.find(queueName), producerName, time.nowMs());
        return producer == null ? 0 : producer.last();
    }
}
