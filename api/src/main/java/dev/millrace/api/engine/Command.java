package dev.millrace.api.engine;

import dev.millrace.api.TaskState;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * What a session may ask of an engine. Values are checked again by the engine: a command that arrives outside its
 * bounds is refused with BAD_ARGUMENT or TOO_LARGE and changes nothing (T14).
 *
 * <p>Where a command names a task, {@code attempt} is the fencing token of the take it speaks for; 0 stands for a bare
 * id, the session's current take (T21).
 */
public sealed interface Command {
    /** The queue it concerns; empty when it concerns none in particular. */
    String queue();

    /**
     * Stores a task (T3, T4). Answered with {@link Answer.Stored}.
     *
     * @param payload the bytes between position and limit; the engine owns the buffer from here on
     * @param delayMs milliseconds until it is ready
     * @param priority 0 … 2³²−1
     * @param maxAttempts failures until it is buried; 0 without limit
     * @param producer who counts the sequence, or null (G10)
     * @param sequence the producer's number of this put; 0 without a producer
     */
    record Put(
            String queue,
            ByteBuffer payload,
            long delayMs,
            long priority,
            int maxAttempts,
            @Nullable String producer,
            long sequence)
            implements Command {}

    /**
     * Takes the first task (T6, T7). Answered with {@link Answer.Taken}, or {@link Answer.Nothing} after the timeout.
     *
     * @param timeoutMs 0 does not wait, −1 waits for ever
     */
    record Take(String queue, long timeoutMs) implements Command {}

    /** Completes a task (T11). Answered with {@link Answer.Done}. */
    record Ack(String queue, long id, int attempt) implements Command {}

    /** Gives a task back (T12). Answered with {@link Answer.Done}. */
    record Release(String queue, long id, int attempt, long delayMs) implements Command {}

    /**
     * Reports a failure (T22). Answered with {@link Answer.Done}, whose state tells whether it was buried.
     *
     * @param delayMs milliseconds until it is ready again; −1 for the queue's backoff
     * @param reason why, at most 1,024 bytes of UTF-8, or null
     */
    record Fail(String queue, long id, int attempt, long delayMs, @Nullable String reason) implements Command {}

    /** Sets a task aside (T20). Answered with {@link Answer.Done}. */
    record Bury(String queue, long id, int attempt, @Nullable String reason) implements Command {}

    /** Confirms that the session still works on a task (T20). Answered with {@link Answer.Done}. */
    record Touch(String queue, long id, int attempt) implements Command {}

    /** Makes up to {@code count} buried tasks ready, lowest id first, 1 … 10,000 (T20). Answered with {@link Answer.Count}. */
    record Kick(String queue, int count) implements Command {}

    /** Makes one buried or delayed task ready and forgets its failures (T20). Answered with {@link Answer.Done}. */
    record KickOne(String queue, long id) implements Command {}

    /** Looks at a task; id 0 means the one that a take would get. Answered with {@link Answer.Seen} or Nothing. */
    record Peek(String queue, long id) implements Command {}

    /**
     * Lists tasks in one state (T20). Answered with {@link Answer.Page}. A task that is in the queue from the first call
     * to the last is listed; one that changes may be listed or not, none twice.
     *
     * @param cursor 0 to begin, then what the last page said
     * @param count at most this many slots are looked at, 1 … 10,000
     */
    record ListTasks(String queue, TaskState state, long cursor, int count) implements Command {}

    /** Removes a task; one taken by another session only if forced (T20). Answered with {@link Answer.Done}. */
    record Delete(String queue, long id, boolean force) implements Command {}

    /** Removes all tasks of the queue (T20). Answered with {@link Answer.Count}. */
    record Purge(String queue) implements Command {}

    /** Counts (T18). Answered with {@link Answer.Stats}. */
    record Stats(String queue) implements Command {}

    /** The last sequence stored for a producer (G10). Answered with {@link Answer.Count}; 0 when there is none. */
    record LastSequence(String queue, String producer) implements Command {}

    /**
     * Lists the queues that have tasks, waiters, producers or recent counters, in no particular order (G12). Answered
     * with {@link Answer.Queues}.
     *
     * @param cursor 0 to begin, then what the last answer said
     * @param count at most this many, 1 … 1,000
     */
    record ListQueues(long cursor, int count) implements Command {
        @Override
        public String queue() {
            return "";
        }
    }

    /** A sign of life from a session that announced a silence limit (G3). Answered with {@link Answer.Count} 0. */
    record Beat() implements Command {
        @Override
        public String queue() {
            return "";
        }
    }
}
