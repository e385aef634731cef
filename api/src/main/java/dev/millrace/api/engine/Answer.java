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
     * @param id the task's number in its queue
     * @param state null when it was stored before and is gone
     * @param dueMs wall-clock milliseconds when it becomes ready; 0 unless DELAYED
     * @param repeated the producer had stored this sequence before: {@code id} is the first one's
     * @param existing a task with the put's key was there: {@code id} is that one's
     */
    record Stored(long id, @Nullable TaskState state, long dueMs, boolean repeated, boolean existing)
            implements Answer {}

    /**
     * The tasks are stored, in the order they were given.
     *
     * @param tasks in the order of the command, or of urgency
     */
    record StoredMany(List<Stored> tasks) implements Answer {}

    /**
     * The session owns this task now.
     *
     * @param queue the one it came from
     * @param id the task's number in its queue
     * @param attempt the fencing token: the number of this take
     * @param failures how often it has failed so far
     * @param maxAttempts at which failure it is buried, by its put or else by its queue's settings as they are now; 0
     *     means never
     * @param priority its urgency, 0 first
     * @param payload valid during the call only
     */
    record Taken(String queue, long id, int attempt, int failures, int maxAttempts, long priority, ByteBuffer payload)
            implements Answer {}

    /**
     * The session owns these tasks now, one at least; their payloads are valid during the call only.
     *
     * @param tasks in the order of the command, or of urgency
     */
    record TakenMany(List<Taken> tasks) implements Answer {}

    /**
     * To each part of the command its own answer, in the same order.
     *
     * @param answers {@link Done} or {@link Failed}
     */
    record Each(List<Answer> answers) implements Answer {}

    /**
     * The settings of a queue as they are now.
     *
     * @param settings the defaults where it was never configured
     * @param paused whether takes get nothing
     */
    record Settings(QueueSettings settings, boolean paused) implements Answer {}

    /** There was no task, in time. */
    record Nothing() implements Answer {}

    /**
     * It happened to this task.
     *
     * @param id the task's number in its queue
     * @param state the task's state now; null when it is gone
     */
    record Done(long id, @Nullable TaskState state) implements Answer {}

    /**
     * How many, or how much.
     *
     * @param count 0 or more
     */
    record Count(long count) implements Answer {}

    /**
     * A task as it is, taken by nobody through this look.
     *
     * @param id the task's number in its queue
     * @param state its state, by the clock
     * @param priority its urgency, 0 first
     * @param dueMs wall-clock milliseconds when it becomes ready; 0 unless DELAYED
     * @param attempts how often it was taken
     * @param failures how often it has failed so far
     * @param reason why it was buried; null in other states, and where none was given
     * @param payload valid during the call only
     */
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
     * @param tasks perhaps none, also before the end
     * @param nextCursor where to go on; 0 at the end
     */
    record Page(List<Seen> tasks, long nextCursor) implements Answer {}

    /**
     * The numbers of a queue.
     *
     * @param stats by the clock, all of one moment
     */
    record Stats(QueueStats stats) implements Answer {}

    /**
     * Some queues.
     *
     * @param queues perhaps none, also before the end
     * @param nextCursor where to go on; 0 at the end
     */
    record Queues(List<QueueStats> queues, long nextCursor) implements Answer {}

    /**
     * Some of the tasks that the session has taken.
     *
     * @param held how many it has in all; some that were purged a moment ago may be among them
     * @param tasks perhaps none, also before the end
     * @param nextCursor where to go on; 0 at the end
     */
    record Held(long held, List<Receipt> tasks, long nextCursor) implements Answer {
        /**
         * A take: the task and the attempt.
         *
         * @param queue the one it came from
         * @param id the task's number in its queue
         * @param attempt the fencing token: the number of the take
         */
        public record Receipt(String queue, long id, int attempt) {}
    }

    /**
     * It was refused, and changed nothing; or, with UNKNOWN, it may have happened.
     *
     * @param code what a program is told
     * @param message what a person is told: what was wrong, its value, the bound, the remedy
     */
    record Failed(ErrorCode code, String message) implements Answer {}
}
