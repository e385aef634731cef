package dev.millrace.api;

import dev.millrace.api.engine.Answer;
import dev.millrace.api.engine.Command;
import dev.millrace.api.engine.Engine;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ThreadFactory;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Who owns the tasks it takes, and waits for those it wants (G3). When it ends, its tasks are ready again and its
 * waiting takes are withdrawn, in one step (G4).
 *
 * <p>Safe for use by several threads.
 */
public final class Session implements AutoCloseable {
    private final SessionCalls calls;
    private final ThreadFactory handlerThreads;

    Session(Engine engine, SessionOptions options, ThreadFactory handlerThreads) {
        this.calls = new SessionCalls(engine, options);
        this.handlerThreads = handlerThreads;
    }

    SessionCalls calls() {
        return calls;
    }

    ThreadFactory handlerThreads() {
        return handlerThreads;
    }

    /** {@return the session's number, as messages about ownership name it} */
    public long id() {
        return calls.id();
    }

    /**
     * A queue of bytes; see {@link #queue(String, Codec)}.
     *
     * @param name 1–255 bytes of UTF-8 without control characters (G1); otherwise BAD_ARGUMENT
     * @return bound to this session; it costs nothing to make another one
     */
    public TaskQueue<byte[]> queue(String name) {
        return queue(name, Codec.bytes());
    }

    /**
     * A queue, as this session uses it. Nothing is created until a task is put; queues need not be closed.
     *
     * @param name 1–255 bytes of UTF-8 without control characters (G1); otherwise BAD_ARGUMENT
     * @param codec turns payloads into bytes and back
     * @param <T> the payload's type
     * @return bound to this session; it costs nothing to make another one
     */
    public <T> TaskQueue<T> queue(String name, Codec<T> codec) {
        return new TaskQueue<>(this, Limits.requireName("queue", name), codec);
    }

    /**
     * Takes the first task of the first queue that has one, waiting for one (T25).
     *
     * @param queues 1 … 64 different queues of this session, in the order of preference
     * @param timeout as in {@link TaskQueue#take(Duration)}
     * @param <T> what all their payloads are
     * @return the task, which names its queue, or null when none came in time
     * @throws InterruptedException if interrupted while waiting; a task that arrived meanwhile goes back unseen
     * @throws MillraceException BAD_ARGUMENT for too many queues, one named twice, or one of another session; else as
     *     {@link TaskQueue#take(Duration)}
     */
    public <T> @Nullable Task<? extends T> take(List<TaskQueue<? extends T>> queues, Duration timeout)
            throws InterruptedException {
        Limits.requireCount("queues", queues.size(), Limits.TAKE_QUEUES_MAX);
        Map<String, TaskQueue<? extends T>> byName = new LinkedHashMap<>();
        for (TaskQueue<? extends T> queue : queues) {
            if (queue.session() != this) {
                throw Limits.bad("queue " + queue.name() + " is of session " + queue.session().id() + ", not of this one ("
                        + id() + "); ask this session for it");
            }
            if (byName.put(queue.name(), queue) != null) {
                throw Limits.bad("queue " + queue.name() + " is named twice; name it once");
            }
        }
        Command.Take take = new Command.Take(List.copyOf(byName.keySet()), Limits.waitMs(timeout));
        return calls.awaitInterruptibly(take, answer -> read(byName, answer));
    }

    private static <T> @Nullable Task<? extends T> read(Map<String, TaskQueue<? extends T>> queues, Answer answer) {
        return answer instanceof Answer.Taken taken
                ? Objects.requireNonNull(queues.get(taken.queue())).read(answer)
                : null;
    }

    /**
     * Tells of tasks that were taken from this session while it worked on them: deleted by force, purged (T20), or over
     * their time to run (T21). Their verdicts would be refused. The listener is called on the engine's thread and must
     * not block; what it throws is logged. It replaces an earlier one, and hears nothing of what was lost before.
     *
     * @param listener given the receipt of the take that is void
     */
    public void onLost(Consumer<Receipt> listener) {
        calls.onLost(listener);
    }

    /** {@return whether the session has not ended, as far as is known here} */
    public boolean isOpen() {
        return calls.isOpen();
    }

    /**
     * Ends the session (G4). Its verbs answer CLOSED from now on, those under way included if the engine comes to them
     * later; its consumptions end with CLOSED. Does not wait for the engine; idempotent. The session that came with
     * {@link Millrace#session()} ends likewise, and the engine stays open.
     */
    @Override
    public void close() {
        calls.close();
    }
}
