package dev.millrace.api;

import dev.millrace.api.engine.Answer;
import dev.millrace.api.engine.Command;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A durable queue of tasks, as one session uses it (contract, chapter T). Its verbs block until the answer is as durable
 * as configured (G8); {@link #async()} has the same ones as stages, and {@link #consume} is the everyday way to work.
 *
 * <p>Every verb may fail with CLOSED after the session's end, UNKNOWN when the engine broke before it could tell whether
 * the command happened, and READ_ONLY afterwards. Blocking verbs wait while the engine's command queue is full, and keep
 * an interrupt for later, except {@link #take(Duration)}. Safe for use by several threads.
 *
 * @param <T> the payload's type
 */
public final class TaskQueue<T> {
    private static final int KICK_STEP = 10_000;

    private final Session session;
    private final SessionCalls calls;
    private final String name;
    private final Codec<T> codec;

    TaskQueue(Session session, String name, Codec<T> codec) {
        this.session = session;
        this.calls = session.calls();
        this.name = name;
        this.codec = codec;
    }

    /** The queue's name. */
    public String name() {
        return name;
    }

    /** The session that owns what is taken through this object. */
    public Session session() {
        return session;
    }

    /** The everyday verbs as stages, never blocking: put, take, ack, release, fail, stats. */
    public AsyncTaskQueue<T> async() {
        return new AsyncTaskQueue<>(calls, name, codec);
    }

    /**
     * Stores a task that is ready at once, with priority 1000 (T3).
     *
     * @return its id and state
     * @throws MillraceException TOO_LARGE when the encoded payload exceeds payloadBytesMax; nothing is stored then. A full
     *     disk is a failed write: UNKNOWN, and READ_ONLY afterwards
     */
    public Stored put(T payload) {
        return put(payload, Put.options());
    }

    /** Stores a task (T3, T4, G10); see {@link #put(Object)} and {@link Put}. */
    public Stored put(T payload, Put options) {
        return calls.await(putCommand(name, codec.encode(payload), options), answer -> stored(name, answer));
    }

    /** Takes the most urgent task (T7), at once (T6); null when there is none. */
    public @Nullable Task<T> take() {
        return calls.await(new Command.Take(name, 0), this::read);
    }

    /**
     * Takes the most urgent task, waiting for one (T6, T9).
     *
     * @param timeout how long to wait, counted from now; zero or less does not wait, over ten years is ten years
     * @return the task, or null when none came in time
     * @throws InterruptedException if interrupted while waiting; a task that arrived meanwhile goes back unseen
     * @throws MillraceException OVERLOADED when waitersMax takes wait already
     */
    public @Nullable Task<T> take(Duration timeout) throws InterruptedException {
        return calls.awaitInterruptibly(
                new Command.Take(name, Limits.waitMs(timeout)), this::read);
    }

    /**
     * Handles tasks as they come, until the result is closed: the handler returns, and the task is acked; it throws, and
     * the task fails, to be ready again after the backoff or buried at its maxAttempts (T22). A handler that gives a
     * verdict itself keeps it.
     *
     * <p>Each task is handled on a virtual thread. Does not block.
     *
     * @param handler called once for each take, by up to {@code concurrency} threads at once
     * @param options concurrency and backoff
     */
    public Consumption consume(TaskHandler<T> handler, Consume options) {
        return Consumption.start(this, handler, options);
    }

    /** {@link #consume(TaskHandler, Consume)}, one task at a time. */
    public Consumption consume(TaskHandler<T> handler) {
        return consume(handler, Consume.options());
    }

    /** Makes up to {@code count} BURIED tasks ready, lowest id first, and zeroes their failures (T20); how many it was. */
    public int kick(int count) {
        Limits.requireCount("count", count, Integer.MAX_VALUE);
        int kicked = 0;
        while (kicked < count) {
            int step = Math.min(KICK_STEP, count - kicked);
            long done = calls.<Long>await(new Command.Kick(name, step), TaskQueue::count);
            kicked += (int) done;
            if (done < step) {
                break;
            }
        }
        return kicked;
    }

    /**
     * Makes a BURIED or DELAYED task ready and zeroes its failures (T20).
     *
     * @throws MillraceException NOT_FOUND when there is no such task, or it is READY or TAKEN
     */
    public void kick(TaskId id) {
        calls.await(new Command.KickOne(name, requireMine(id)), answer -> answer);
    }

    /** The task that a take would get now (T20), or null. Takes nothing. */
    public @Nullable TaskInfo<T> peek() {
        return calls.await(new Command.Peek(name, 0), answer -> info(name, codec, answer));
    }

    /** The task as it is now (T20), or null when there is none of this id. */
    public @Nullable TaskInfo<T> peek(TaskId id) {
        return calls.await(new Command.Peek(name, requireMine(id)), answer -> info(name, codec, answer));
    }

    /**
     * Lists tasks in a state, page by page, in no particular order (T20). A task that is there in this state from the
     * first call to the last is listed once; one that comes, goes or changes meanwhile may be missing.
     *
     * @param state which tasks
     * @param cursor 0 to begin, then {@link TaskPage#nextCursor()}
     * @param count how many places the engine looks at in this call, 1 … 10,000, which bounds the page's length; a page
     *     also ends after 1 MiB of payloads
     */
    public TaskPage<T> list(TaskState state, long cursor, int count) {
        return calls.await(new Command.ListTasks(name, state, cursor, count), answer -> page(name, codec, answer));
    }

    /**
     * Removes a task in any state that no other session owns (T20).
     *
     * @throws MillraceException NOT_FOUND; NOT_OWNER when another session has taken it
     */
    public void delete(TaskId id) {
        calls.await(new Command.Delete(name, requireMine(id), false), answer -> answer);
    }

    /** Removes a task even if another session owns it, which is told ({@link Session#onLost}) (T20). NOT_FOUND. */
    public void forceDelete(TaskId id) {
        calls.await(new Command.Delete(name, requireMine(id), true), answer -> answer);
    }

    /** Removes all tasks of the queue in every state (T20); how many it was. Owners are told. */
    public long purge() {
        return calls.await(new Command.Purge(name), TaskQueue::count);
    }

    /** The queue in numbers (T18). */
    public QueueStats stats() {
        return calls.await(new Command.Stats(name), answer -> ((Answer.Stats) answer).stats());
    }

    /** The last sequence that was stored for a producer in this queue (G10), also across restarts; 0 for none. */
    public long lastSequence(String producer) {
        return calls.await(
                new Command.LastSequence(name, Limits.requireName("producer", producer)), TaskQueue::count);
    }

    /**
     * Completes a task by the receipt of its take, from this session (T11, T21).
     *
     * @throws MillraceException NOT_FOUND, NOT_TAKEN, NOT_OWNER
     */
    public void ack(Receipt receipt) {
        calls.await(new Command.Ack(name, requireMine(receipt.id()), receipt.attempt()), answer -> answer);
    }

    /** Completes this session's current take of a task (T21); see {@link #ack(Receipt)}. */
    public void ack(TaskId id) {
        calls.await(new Command.Ack(name, requireMine(id), 0), answer -> answer);
    }

    @Nullable Task<T> read(Answer answer) {
        return Task.read(calls, name, codec, answer);
    }

    private long requireMine(TaskId id) {
        return requireMine(name, id);
    }

    static long requireMine(String name, TaskId id) {
        if (!id.queue().equals(name)) {
            throw Limits.bad("task id=" + id + " is not of queue " + name + "; ask its own queue");
        }
        return id.number();
    }

    static Command.Put putCommand(String name, byte[] bytes, Put options) {
        return new Command.Put(
                name,
                ByteBuffer.wrap(bytes),
                options.delayMs(),
                options.priority(),
                options.maxAttempts(),
                options.producer(),
                options.sequence());
    }

    static Stored stored(String name, Answer answer) {
        Answer.Stored stored = (Answer.Stored) answer;
        return new Stored(
                new TaskId(name, stored.id()), stored.state(), due(stored.dueMs()), stored.repeated());
    }

    private static long count(Answer answer) {
        return ((Answer.Count) answer).count();
    }

    private static <T> TaskPage<T> page(String name, Codec<T> codec, Answer answer) {
        Answer.Page page = (Answer.Page) answer;
        List<TaskInfo<T>> tasks =
                page.tasks().stream().map(seen -> info(name, codec, seen)).toList();
        return new TaskPage<>(tasks, page.nextCursor());
    }

    private static <T> @Nullable TaskInfo<T> info(String name, Codec<T> codec, Answer answer) {
        return answer instanceof Answer.Seen seen ? info(name, codec, seen) : null;
    }

    private static <T> TaskInfo<T> info(String name, Codec<T> codec, Answer.Seen seen) {
        return new TaskInfo<>(
                new TaskId(name, seen.id()),
                seen.state(),
                seen.priority(),
                due(seen.dueMs()),
                seen.attempts(),
                seen.failures(),
                seen.reason(),
                codec.decode(Task.copy(seen.payload())));
    }

    private static @Nullable Instant due(long dueMs) {
        return dueMs == 0 ? null : Instant.ofEpochMilli(dueMs);
    }
}
