package dev.millrace.api.engine;

import dev.millrace.api.QueueSettings;
import dev.millrace.api.TaskState;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What a session may ask of an engine. Values are checked again by the engine: a command that arrives outside its
 * bounds is refused with BAD_ARGUMENT or TOO_LARGE and changes nothing (T14).
 *
 * <p>A null where none is said to be right is the caller's mistake, and thrown back by the constructor: within an
 * engine it would be a broken invariant, which ends it.
 *
 * <p>Where a command names a task, {@code attempt} is the fencing token of the take it speaks for; 0 stands for a bare
 * id, the session's current take (T21).
 */
public sealed interface Command {
    /** {@return the queue it concerns; empty when it concerns none in particular} */
    String queue();

    /**
     * Stores a task (T3, T4, T23, T24, T26). Answered with {@link Answer.Stored}.
     *
     * @param queue the queue's name
     * @param payload the bytes between position and limit; the engine owns the buffer from here on
     * @param options how; checked when they were made
     */
    record Put(String queue, ByteBuffer payload, dev.millrace.api.Put options) implements Command {
        /** Nothing may be null. */
        public Put {
            Objects.requireNonNull(queue, "queue");
            Objects.requireNonNull(payload, "payload");
            Objects.requireNonNull(options, "options");
        }

        /**
         * A put without options.
         *
         * @param queue the queue's name
         * @param payload as in the canonical constructor
         */
        public Put(String queue, ByteBuffer payload) {
            this(queue, payload, dev.millrace.api.Put.options());
        }
    }

    /**
     * Stores tasks in one queue, all or none, also in a crash (T25). Answered with {@link Answer.StoredMany}. Where
     * options name a producer, all must name the same one, with sequences one after the other, and at most 256.
     *
     * @param queue the queue's name
     * @param items 1 … 10,000; their payloads in all at most half of commandBytesMax, and 64 MiB
     */
    record PutMany(String queue, List<Item> items) implements Command {
        /** Keeps a copy of the list, in which nothing may be null. */
        public PutMany {
            Objects.requireNonNull(queue, "queue");
            items = List.copyOf(items);
        }

        /**
         * One of the tasks.
         *
         * @param payload as in {@link Put}
         * @param options as in {@link Put}
         */
        public record Item(ByteBuffer payload, dev.millrace.api.Put options) {
            /** Nothing may be null. */
            public Item {
                Objects.requireNonNull(payload, "payload");
                Objects.requireNonNull(options, "options");
            }
        }
    }

    /**
     * Takes the first task of the first queue that has one (T6, T7, T25). Answered with {@link Answer.Taken}, or
     * {@link Answer.Nothing} after the timeout.
     *
     * @param queues 1 … 64 different ones, in the order of preference
     * @param timeoutMs 0 does not wait, −1 waits for ever
     */
    record Take(List<String> queues, long timeoutMs) implements Command {
        /** Keeps a copy of the list. */
        public Take {
            queues = List.copyOf(queues);
        }

        /**
         * A take from one queue.
         *
         * @param queue the queue's name
         * @param timeoutMs as in the canonical constructor
         */
        public Take(String queue, long timeoutMs) {
            this(List.of(queue), timeoutMs);
        }

        @Override
        public String queue() {
            return queues.isEmpty() ? "" : queues.getFirst();
        }
    }

    /**
     * Takes up to {@code count} tasks of the first queue that has one (T25): as many as are there, but none after the
     * one with which their payloads have 1 MiB. Waits for the first only. Answered with {@link Answer.TakenMany}, or
     * {@link Answer.Nothing} after the timeout.
     *
     * @param queues as in {@link Take}
     * @param count 1 … 10,000
     * @param timeoutMs as in {@link Take}
     */
    record TakeMany(List<String> queues, int count, long timeoutMs) implements Command {
        /** Keeps a copy of the list. */
        public TakeMany {
            queues = List.copyOf(queues);
        }

        @Override
        public String queue() {
            return queues.isEmpty() ? "" : queues.getFirst();
        }
    }

    /**
     * Completes tasks of one queue, each for itself (T25). Answered with {@link Answer.Each}: for each receipt Done or
     * Failed.
     *
     * @param queue the queue's name
     * @param receipts 1 … 10,000
     */
    record AckMany(String queue, List<Held> receipts) implements Command {
        /** Keeps a copy of the list. */
        public AckMany {
            receipts = List.copyOf(receipts);
        }

        /**
         * A take: the task and the attempt.
         *
         * @param id the task's number
         * @param attempt the take it speaks for; 0 for the current one
         */
        public record Held(long id, int attempt) {}
    }

    /**
     * Completes a task (T11). Answered with {@link Answer.Done}.
     *
     * @param queue the queue's name
     * @param id the task's number
     * @param attempt the take it speaks for; 0 for the current one
     */
    record Ack(String queue, long id, int attempt) implements Command {}

    /**
     * Gives a task back (T12). Answered with {@link Answer.Done}.
     *
     * @param queue the queue's name
     * @param id the task's number
     * @param attempt the take it speaks for; 0 for the current one
     * @param delayMs milliseconds until it is ready again; 0 is at once
     */
    record Release(String queue, long id, int attempt, long delayMs) implements Command {}

    /**
     * Reports a failure (T22). Answered with {@link Answer.Done}, whose state tells whether it was buried.
     *
     * @param queue the queue's name
     * @param id the task's number
     * @param attempt the take it speaks for; 0 for the current one
     * @param delayMs milliseconds until it is ready again; −1 for the queue's backoff
     * @param reason why, at most 1,024 bytes of UTF-8, or null
     */
    record Fail(String queue, long id, int attempt, long delayMs, @Nullable String reason) implements Command {}

    /**
     * Sets a task aside (T20). Answered with {@link Answer.Done}.
     *
     * @param queue the queue's name
     * @param id the task's number
     * @param attempt the take it speaks for; 0 for the current one
     * @param reason why, at most 1,024 bytes of UTF-8, or null
     */
    record Bury(String queue, long id, int attempt, @Nullable String reason) implements Command {}

    /**
     * Confirms that the session still works on a task (T20): its time to run begins anew. Answered with {@link
     * Answer.Done}.
     *
     * @param queue the queue's name
     * @param id the task's number
     * @param attempt the take it speaks for; 0 for the current one
     */
    record Touch(String queue, long id, int attempt) implements Command {}

    /**
     * Makes up to {@code count} buried tasks ready, lowest id first, 1 … 10,000 (T20). Answered with {@link
     * Answer.Count}.
     *
     * @param queue the queue's name
     * @param count 1 … 10,000
     */
    record Kick(String queue, int count) implements Command {}

    /**
     * Makes one buried or delayed task ready and forgets its failures (T20). Answered with {@link Answer.Done}.
     *
     * @param queue the queue's name
     * @param id the task's number
     */
    record KickOne(String queue, long id) implements Command {}

    /**
     * Looks at a task; id 0 means the one that a take would get. Answered with {@link Answer.Seen} or Nothing.
     *
     * @param queue the queue's name
     * @param id the task's number; 0 for the one that a take would get
     */
    record Peek(String queue, long id) implements Command {}

    /**
     * Lists tasks in one state (T20). Answered with {@link Answer.Page}. A task that is in the queue from the first
     * call to the last is listed; one that changes may be listed or not, none twice.
     *
     * @param queue the queue's name
     * @param state which tasks
     * @param cursor 0 to begin, then what the last page said
     * @param count at most this many slots are looked at, 1 … 10,000
     */
    record ListTasks(String queue, TaskState state, long cursor, int count) implements Command {
        /** Nothing may be null. */
        public ListTasks {
            Objects.requireNonNull(queue, "queue");
            Objects.requireNonNull(state, "state");
        }
    }

    /**
     * Removes a task; one taken by another session only if forced (T20). Answered with {@link Answer.Done}.
     *
     * @param queue the queue's name
     * @param id the task's number
     * @param force whether also one that another session has taken, which is told
     */
    record Delete(String queue, long id, boolean force) implements Command {}

    /**
     * Removes all tasks of the queue (T20). Answered with {@link Answer.Count}.
     *
     * @param queue the queue's name
     */
    record Purge(String queue) implements Command {}

    /**
     * Takes get nothing until the queue is resumed; they wait on (T20). Answered with {@link Answer.Settings}.
     *
     * @param queue the queue's name
     */
    record Pause(String queue) implements Command {}

    /**
     * Takes get tasks again (T20). Answered with {@link Answer.Settings}.
     *
     * @param queue the queue's name
     */
    record Resume(String queue) implements Command {}

    /**
     * Changes a queue's settings, as durably as a put (T20). Answered with {@link Answer.Settings}.
     *
     * @param queue the queue's name
     * @param settings all of them, in place of those before
     */
    record Configure(String queue, QueueSettings settings) implements Command {
        /** Nothing may be null. */
        public Configure {
            Objects.requireNonNull(queue, "queue");
            Objects.requireNonNull(settings, "settings");
        }
    }

    /**
     * Asks for a queue's settings. Answered with {@link Answer.Settings}.
     *
     * @param queue the queue's name
     */
    record Settings(String queue) implements Command {}

    /**
     * Counts (T18). Answered with {@link Answer.Stats}.
     *
     * @param queue the queue's name
     */
    record Stats(String queue) implements Command {}

    /**
     * The last sequence stored for a producer (G10). Answered with {@link Answer.Count}; 0 when there is none.
     *
     * @param queue the queue's name
     * @param producer the producer's name
     */
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

    /**
     * Lists the tasks that this session has taken, in no particular order (G3): what a user that came back may not have
     * heard of. Answered with {@link Answer.Held}. A task that the session has from the first call to the last is
     * listed, and may be listed twice if others leave it meanwhile.
     *
     * @param cursor 0 to begin, then what the last answer said
     * @param count at most this many, 1 … 10,000
     */
    record ListHeld(long cursor, int count) implements Command {
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
