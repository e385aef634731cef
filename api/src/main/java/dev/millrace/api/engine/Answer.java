package dev.millrace.api.engine;

import dev.millrace.api.ErrorCode;
import dev.millrace.api.QueueSettings;
import dev.millrace.api.QueueStats;
import dev.millrace.api.TaskState;
import java.nio.ByteBuffer;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What an engine says to a {@link Command}. Every accepted command is answered exactly once. */
public sealed interface Answer {
    /**
     * The task is stored.
     *
     * @param state null when it was stored before and is gone
     * @param dueMs wall-clock milliseconds when it becomes ready; 0 unless DELAYED
     * @param repeated the producer had stored this sequence before: {@code id} is the first one's
     * @param existing a task with the put's key was there: {@code id} is that one's
     */
    record Stored(long id, @Nullable TaskState state, long dueMs, boolean repeated, boolean existing)
            implements Answer {}

    /** The tasks are stored, in the order they were given. */
    record StoredMany(List<Stored> tasks) implements Answer {}

    /**
     * The session owns this task now.
     *
     * @param queue the one it came from
     * @param attempt the fencing token: the number of this take
     * @param payload valid during the call only
     */
    record Taken(String queue, long id, int attempt, int failures, long priority, ByteBuffer payload) implements Answer {}

    /** The session owns these tasks now, one at least; their payloads are valid during the call only. */
    record TakenMany(List<Taken> tasks) implements Answer {}

    /** To each part of the command its own answer, in the same order. */
    record Each(List<Answer> answers) implements Answer {}

    /** The settings of a queue as they are now. */
    record Settings(QueueSettings settings, boolean paused) implements Answer {}

    /** There was no task, in time. */
    record Nothing() implements Answer {}

    /**
     * It happened to this task.
     *
     * @param state the task's state now; null when it is gone
     */
    record Done(long id, @Nullable TaskState state) implements Answer {}

    /** How many, or how much. */
    record Count(long count) implements Answer {}

    /** A task as it is, taken by nobody through this look. */
    record Seen(
            long id,
            TaskState state,
            long priority,
            long dueMs,
            int attempts,
            int failures,
            @Nullable String reason,
            ByteBuffer payload)
            implements Answer {}

    /**
     * Some tasks.
     *
     * @param nextCursor where to go on; 0 at the end
     */
    record Page(List<Seen> tasks, long nextCursor) implements Answer {}

    /** The numbers of a queue. */
    record Stats(QueueStats stats) implements Answer {}

    /**
     * Some queues.
     *
     * @param nextCursor where to go on; 0 at the end
     */
    record Queues(List<QueueStats> queues, long nextCursor) implements Answer {}

    /**
     * Some of the tasks that the session has taken.
     *
     * @param held how many it has in all; some that were purged a moment ago may be among them
     * @param nextCursor where to go on; 0 at the end
     */
    record Held(long held, List<Receipt> tasks, long nextCursor) implements Answer {
        /** A take: the task and the attempt. */
        public record Receipt(String queue, long id, int attempt) {}
    }

    /** It was refused, and changed nothing; or, with UNKNOWN, it may have happened. */
    record Failed(ErrorCode code, String message) implements Answer {}
}
