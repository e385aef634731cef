package dev.millrace.api;

import dev.millrace.api.engine.Answer;
import dev.millrace.api.engine.Command;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A durable queue of tasks, as one session uses it (contract, chapter T). Its verbs block until the answer is as
 * durable as configured (G8); {@link #async()} has the same ones as stages, and {@link #consume} is the everyday way to
 * work.
 *
 * <p>Every verb may fail with CLOSED after the session's end, UNKNOWN when the engine broke before it could tell
 * whether the command happened, and READ_ONLY (INTERNAL, CORRUPT) afterwards; what only looks changes nothing in any
 * case. On a full disk those that write fail with OVERLOADED before anything changes, puts first, and acks, deletions
 * and purges last (G8). No argument and no answer is null where that is not said; an argument that is fails with a
 * NullPointerException, and nothing has happened.
 *
 * <p>All verbs but {@link #async()}, {@link #consume}, {@link #name()} and {@link #session()} block, also while the
 * engine's command queue is full, and keep an interrupt for later, except those that wait for a task. In a callback on
 * the engine's thread they fail with BAD_ARGUMENT. Safe for use by several threads.
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
        this.codec = Objects.requireNonNull(codec, "codec");
    }

    Codec<T> codec() {
        return codec;
    }

    /** {@return the queue's name} */
    public String name() {
        return name;
    }

    /** {@return the session that owns what is taken through this object} */
    public Session session() {
        return session;
    }

    /** {@return the everyday verbs as stages, never blocking} */
    public AsyncTaskQueue<T> async() {
        return new AsyncTaskQueue<>(calls, name, codec);
    }

    /**
     * Stores a task that is ready at once, with priority 1000 (T3).
     *
     * @param payload encoded before this returns or throws; what the codec throws is passed on
     * @return its id and state
     * @throws MillraceException TOO_LARGE when the encoded payload exceeds payloadBytesMax, OVERLOADED when the disk is
     *     full; nothing is stored then. UNKNOWN when it may be stored: a put by a producer can be repeated (G10)
     */
    public Stored put(T payload) {
        return put(payload, Put.options());
    }

    /**
     * Stores a task (T3, T4, G10).
     *
     * @param payload as in {@link #put(Object)}
     * @param options {@link Put} says what each does, and what of them is refused
     * @return its id, state and due time; or those of the task that was there, if a producer repeats itself or a task
     *     with its key lives
     * @throws MillraceException as {@link #put(Object)}, and as {@link Put} says
     */
    public Stored put(T payload, Put options) {
        return calls.await(putCommand(name, codec.encode(payload), options), answer -> stored(name, answer));
    }

    /**
     * Stores tasks, all or none, also when the engine dies meanwhile (T25). They get ids in the order of the list.
     *
     * @param payloads 1 … 10,000; together at most half of commandBytesMax, and 64 MiB
     * @param options for each of them. A producer's sequence is that of the first; the others follow on it, and there
     *     may be 256 then
     * @return what {@link #put(Object, Put)} says, for each in order
     * @throws MillraceException TOO_LARGE, BAD_ARGUMENT, or as {@link #put(Object)}; nothing is stored then
     */
    public List<Stored> putAll(List<? extends T> payloads, Put options) {
        return calls.await(putManyCommand(name, codec, payloads, options), answer -> storedMany(name, answer));
    }

    /**
     * {@link #putAll(List, Put)} with the options of {@link #put(Object)}.
     *
     * @param payloads as in {@link #putAll(List, Put)}
     * @return as {@link #putAll(List, Put)} says
     */
    public List<Stored> putAll(List<? extends T> payloads) {
        return putAll(payloads, Put.options());
    }

    /**
     * Takes the most urgent task (T7), at once (T6); null when there is none, or the queue is paused.
     *
     * @return open until it has a verdict, or null
     */
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
     * Takes the most urgent tasks that are there (T25), waiting for the first one; no more once their payloads have
     * 1 MiB.
     *
     * @param max 1 … 10,000
     * @param timeout as in {@link #take(Duration)}
     * @return in the order of urgency; empty when none came in time
     * @throws InterruptedException if interrupted while waiting; tasks that arrived meanwhile go back unseen
     * @throws MillraceException as {@link #take(Duration)}
     */
    public List<Task<T>> takeMany(int max, Duration timeout) throws InterruptedException {
        return calls.awaitInterruptibly(
                takeManyCommand(name, max, Limits.waitMs(timeout)), answer -> tasks(calls, codec, answer));
    }

    /**
     * {@link #takeMany(int, Duration)} without waiting.
     *
     * @param max 1 … 10,000
     * @return in the order of urgency; empty when there is none
     */
    public List<Task<T>> takeMany(int max) {
        return calls.await(takeManyCommand(name, max, 0), answer -> tasks(calls, codec, answer));
    }

    /**
     * Handles tasks as they come, until the result is closed: the handler returns, and the task is acked; it throws,
     * and the task fails, to be ready again after the backoff or buried at its maxAttempts (T22). A handler that gives
     * a verdict itself keeps it.
     *
     * <p>Each task is handled on a virtual thread. Does not block. A handler's thread takes its next task once it is
     * free, none ahead.
     *
     * @param handler called once for each take, by up to {@code concurrency} threads at once
     * @param options concurrency and backoff
     * @return closes it, and tells when it has ended and why
     */
    public Consumption consume(TaskHandler<T> handler, Consume options) {
        return Consumption.start(this, Objects.requireNonNull(handler, "handler"), options);
    }

    /**
     * {@link #consume(TaskHandler, Consume)}, one task at a time.
     *
     * @param handler as in {@link #consume(TaskHandler, Consume)}
     * @return as {@link #consume(TaskHandler, Consume)} says
     */
    public Consumption consume(TaskHandler<T> handler) {
        return consume(handler, Consume.options());
    }

    /**
     * Makes BURIED tasks ready, lowest id first, and zeroes their failures (T20). More than 10,000 are several steps,
     * between which others may act.
     *
     * @param count at least 1, and at most so many
     * @return how many it was; fewer than asked for when no more are buried
     * @throws MillraceException BAD_ARGUMENT for a count below 1. A failure between two steps leaves those done kicked
     */
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
     * @param id of this queue; else BAD_ARGUMENT, as for every verb that takes one
     * @throws MillraceException NOT_FOUND when there is no such task, or it is READY or TAKEN
     */
    public void kick(TaskId id) {
        ask(new Command.KickOne(name, requireMine(id)));
    }

    /** {@return the task that a take would get now (T20), or null} Takes nothing. */
    public @Nullable TaskInfo<T> peek() {
        return info(name, codec, ask(new Command.Peek(name, 0)));
    }

    /**
     * {@return the task as it is now (T20), or null when there is none of this id}
     *
     * @param id of this queue; else BAD_ARGUMENT
     */
    public @Nullable TaskInfo<T> peek(TaskId id) {
        return info(name, codec, ask(new Command.Peek(name, requireMine(id))));
    }

    /**
     * Lists tasks in a state, page by page, in no particular order (T20). A task that is there in this state from the
     * first call to the last is listed once; one that comes, goes or changes meanwhile may be missing.
     *
     * @param state which tasks
     * @param cursor 0 to begin, then {@link TaskPage#nextCursor()}
     * @param count how many places the engine looks at in this call, 1 … 10,000, which bounds the page's length; a page
     *     also ends after 1 MiB of payloads
     * @return the tasks, perhaps none, and where to go on; {@link TaskPage#nextCursor()} is 0 after the last page
     * @throws MillraceException BAD_ARGUMENT for a negative cursor, or a count outside its range
     */
    public TaskPage<T> list(TaskState state, long cursor, int count) {
        return page(name, codec, ask(new Command.ListTasks(name, state, cursor, count)));
    }

    /**
     * Removes a task in any state that no other session owns (T20).
     *
     * @param id of this queue; else BAD_ARGUMENT
     * @throws MillraceException NOT_FOUND; NOT_OWNER when another session has taken it
     */
    public void delete(TaskId id) {
        ask(new Command.Delete(name, requireMine(id), false));
    }

    /**
     * Removes a task even if another session owns it, which is told ({@link Session#onLost}) (T20).
     *
     * @param id of this queue; else BAD_ARGUMENT
     * @throws MillraceException NOT_FOUND when there is no such task
     */
    public void forceDelete(TaskId id) {
        ask(new Command.Delete(name, requireMine(id), true));
    }

    /**
     * Removes all tasks of the queue in every state (T20); how many it was. Owners are told.
     *
     * @return how many were removed
     */
    public long purge() {
        return calls.await(new Command.Purge(name), TaskQueue::count);
    }

    /**
     * Lets takes get nothing from the queue, whoever's they are; they wait on (T20). Survives a restart. Idempotent.
     */
    public void pause() {
        ask(new Command.Pause(name));
    }

    /** Ends {@link #pause}: takes that waited are served. Idempotent. */
    public void resume() {
        ask(new Command.Resume(name));
    }

    /**
     * Changes what holds where a put says nothing (T20), for the tasks that are there as well: the time to run from a
     * task's next take or touch, the others from its next failure. Survives a restart.
     *
     * @param settings all of them, in place of those before; begin with {@link #settings()} to change one
     */
    public void configure(QueueSettings settings) {
        ask(new Command.Configure(name, settings));
    }

    /** {@return the queue's settings; the defaults for a queue that was never configured} */
    public QueueSettings settings() {
        return calls.await(new Command.Settings(name), answer -> ((Answer.Settings) answer).settings());
    }

    /** {@return the queue in numbers (T18)} */
    public QueueStats stats() {
        return calls.await(new Command.Stats(name), answer -> ((Answer.Stats) answer).stats());
    }

    /**
     * The last sequence that was stored for a producer in this queue (G10), also across restarts; 0 for none, and for
     * one that was silent for {@link OpenOptions#producerKeepMs}.
     *
     * @param producer 1–255 bytes of UTF-8 without control characters
     * @return 0 or more
     * @throws MillraceException BAD_ARGUMENT when it is no name
     */
    public long lastSequence(String producer) {
        return calls.await(
                new Command.LastSequence(name, Limits.requireName("producer", producer)), TaskQueue::count);
    }

    /**
     * Completes a task by the receipt of its take, from this session (T11, T21).
     *
     * @param receipt of this queue; else BAD_ARGUMENT
     * @throws MillraceException NOT_FOUND, NOT_TAKEN, NOT_OWNER
     */
    public void ack(Receipt receipt) {
        ask(new Command.Ack(name, requireMine(receipt.id()), receipt.attempt()));
    }

    /**
     * Completes this session's current take of a task (T21); see {@link #ack(Receipt)}.
     *
     * @param id of this queue; else BAD_ARGUMENT
     */
    public void ack(TaskId id) {
        ask(new Command.Ack(name, requireMine(id), 0));
    }

    /**
     * Completes many tasks by their receipts, each for itself (T25).
     *
     * @param receipts 1 … 10,000 of this queue; another number or queue is BAD_ARGUMENT, and none is acked then
     * @return for each in order whether it is acked, and if not, why
     */
    public List<AckResult> ackAll(List<Receipt> receipts) {
        List<Receipt> copy = List.copyOf(receipts);
        return calls.await(ackManyCommand(name, copy), answer -> acked(copy, answer));
    }

    @Nullable Task<T> read(Answer answer) {
        return Task.read(calls, codec, answer);
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
        return new Command.Put(name, ByteBuffer.wrap(bytes), options);
    }

    static <T> Command.PutMany putManyCommand(String name, Codec<T> codec, List<? extends T> payloads, Put options) {
        Limits.requireCount("payloads", payloads.size(), Limits.BATCH_MAX);
        List<Command.PutMany.Item> items = new ArrayList<>(payloads.size());
        for (T payload : payloads) {
            String producer = options.producer();
            Put own = producer == null ? options : options.withProducer(producer, options.sequence() + items.size());
            items.add(new Command.PutMany.Item(ByteBuffer.wrap(codec.encode(payload)), own));
        }
        return new Command.PutMany(name, items);
    }

    static Command.AckMany ackManyCommand(String name, List<Receipt> receipts) {
        Limits.requireCount("receipts", receipts.size(), Limits.BATCH_MAX);
        List<Command.AckMany.Held> held = receipts.stream()
                .map(receipt -> new Command.AckMany.Held(requireMine(name, receipt.id()), receipt.attempt()))
                .toList();
        return new Command.AckMany(name, held);
    }

    static Command.TakeMany takeManyCommand(String name, int max, long timeoutMs) {
        return new Command.TakeMany(List.of(name), Limits.requireCount("max", max, Limits.BATCH_MAX), timeoutMs);
    }

    static Stored stored(String name, Answer answer) {
        Answer.Stored stored = (Answer.Stored) answer;
        return new Stored(
                new TaskId(name, stored.id()),
                stored.state(),
                due(stored.dueMs()),
                stored.repeated(),
                stored.existing());
    }

    static List<Stored> storedMany(String name, Answer answer) {
        return ((Answer.StoredMany) answer)
                .tasks().stream().map(stored -> stored(name, stored)).toList();
    }

    static List<AckResult> acked(List<Receipt> receipts, Answer answer) {
        List<Answer> answers = ((Answer.Each) answer).answers();
        List<AckResult> results = new ArrayList<>(receipts.size());
        for (Receipt receipt : receipts) {
            boolean refused = answers.get(results.size()) instanceof Answer.Failed;
            Answer.Failed failed = refused ? (Answer.Failed) answers.get(results.size()) : null;
            results.add(new AckResult(
                    receipt, failed == null ? null : new MillraceException(failed.code(), failed.message())));
        }
        return results;
    }

    static <T> List<Task<T>> tasks(SessionCalls calls, Codec<T> codec, Answer answer) {
        return answer instanceof Answer.TakenMany(List<Answer.Taken> tasks)
                ? tasks.stream().map(taken -> Task.of(calls, codec, taken)).toList()
                : List.of();
    }

    private Answer ask(Command command) {
        return calls.await(command, answer -> answer);
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
