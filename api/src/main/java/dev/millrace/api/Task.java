package dev.millrace.api;

import dev.millrace.api.engine.Answer;
import dev.millrace.api.engine.Command;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * A task that this session owns (T8), from the take until a verdict: {@link #ack}, {@link #release}, {@link #fail} or
 * {@link #bury}. Closing it without a verdict releases it, so that a {@code try} block loses nothing.
 *
 * <p>Every verdict names this take's receipt: once the session has ended it is refused with CLOSED, and once the task
 * is no longer this take's with NOT_OWNER, NOT_TAKEN or NOT_FOUND; it changes nothing then. Safe for use by several
 * threads.
 *
 * @param <T> the payload's type
 */
public final class Task<T> implements AutoCloseable {
    private final SessionCalls calls;
    private final Codec<T> codec;
    private final Receipt receipt;
    private final int failures;
    private final int maxAttempts;
    private final long priority;
    private final byte[] bytes;
    private final AtomicBoolean decided = new AtomicBoolean();

    private Task(SessionCalls calls, Codec<T> codec, Receipt receipt, Answer.Taken taken, byte[] bytes) {
        this.calls = calls;
        this.codec = codec;
        this.receipt = receipt;
        this.failures = taken.failures();
        this.maxAttempts = taken.maxAttempts();
        this.priority = taken.priority();
        this.bytes = bytes;
    }

    /** Reads an answer to a take: a task, or null when there was none. */
    static <T> @Nullable Task<T> read(SessionCalls calls, Codec<T> codec, Answer answer) {
        return answer instanceof Answer.Taken taken ? of(calls, codec, taken) : null;
    }

    static <T> Task<T> of(SessionCalls calls, Codec<T> codec, Answer.Taken taken) {
        Receipt receipt = new Receipt(new TaskId(taken.queue(), taken.id()), taken.attempt());
        return new Task<>(calls, codec, receipt, taken, copy(taken.payload()));
    }

    static byte[] copy(ByteBuffer buffer) {
        byte[] bytes = new byte[buffer.remaining()];
        buffer.get(buffer.position(), bytes);
        return bytes;
    }

    /** {@return the task's name} */
    public TaskId id() {
        return receipt.id();
    }

    /** {@return proof of this take, with which {@link AsyncTaskQueue} and other threads can give the verdict (T21)} */
    public Receipt receipt() {
        return receipt;
    }

    /**
     * {@return the payload, decoded anew at each call}
     *
     * @throws RuntimeException whatever the codec throws for these bytes; the task stays taken
     */
    public T payload() {
        return codec.decode(bytes.clone());
    }

    /** {@return how often it was taken, this time included (T22)} */
    public int attempts() {
        return receipt.attempt();
    }

    /** {@return how often it had failed when it was taken (T22)} */
    public int failures() {
        return failures;
    }

    /**
     * {@return at which failure it is buried, as its put says or else its queue's settings did when it was taken; 0
     * means never (T22)} This take is the last one, unless it succeeds or gives the task back, where
     * {@code failures() + 1} is as much.
     */
    public int maxAttempts() {
        return maxAttempts;
    }

    /** {@return its urgency, 0 first (T7)} */
    public long priority() {
        return priority;
    }

    /** {@return whether this task still waits for a verdict from its holder} */
    public boolean isOpen() {
        return !decided.get();
    }

    /**
     * The task is done and gone (T11). Blocks until that is as durable as configured.
     *
     * @throws MillraceException as the class says; UNKNOWN when it may be done, so that the task may come again (G9)
     */
    public void ack() {
        await(new Command.Ack(queue(), number(), receipt.attempt()));
    }

    /**
     * {@link #ack()} without blocking.
     *
     * @return completed with null once it is stored; fails as {@link #ack()} does
     */
    public CompletionStage<@Nullable Void> ackAsync() {
        decided.set(true);
        return calls.start(new Command.Ack(queue(), number(), receipt.attempt()), answer -> null);
    }

    /** Gives the task back: READY under its id, first in order again (T12). Counts no failure. Blocks. */
    public void release() {
        release(Duration.ZERO);
    }

    /**
     * Gives the task back, to be ready after a delay (T12). Counts no failure. Blocks.
     *
     * @param delay at most ten years, else BAD_ARGUMENT, and the task stays taken; zero or less is ready at once
     */
    public void release(Duration delay) {
        long delayMs = Limits.requireDelayMs("delay", delay);
        await(new Command.Release(queue(), number(), receipt.attempt(), delayMs));
    }

    /**
     * The work failed (T22): DELAYED by the queue's backoff, or the engine's; BURIED once its failures reach its
     * maxAttempts, or the queue's; gone if its time to live is over. Blocks.
     *
     * @param reason why, or null; kept when it is buried, shortened to 1,024 bytes of UTF-8
     * @return DELAYED, READY or BURIED; null when it is gone, its time to live being over
     */
    public @Nullable TaskState fail(@Nullable String reason) {
        return failAfter(reason, -1);
    }

    /**
     * {@link #fail(String)} with a delay of the caller's choice, as in {@link #release(Duration)}.
     *
     * @param reason as in {@link #fail(String)}
     * @param delay at most ten years, else BAD_ARGUMENT; zero or less is ready at once
     * @return as {@link #fail(String)} says
     */
    public @Nullable TaskState fail(@Nullable String reason, Duration delay) {
        return failAfter(reason, Limits.requireDelayMs("delay", delay));
    }

    /**
     * Sets the task aside until it is kicked or deleted (T20). Blocks.
     *
     * @param reason why, or null; shortened to 1,024 bytes of UTF-8
     */
    public void bury(@Nullable String reason) {
        await(new Command.Bury(queue(), number(), receipt.attempt(), shortened(reason)));
    }

    /**
     * Confirms that the work goes on (T20): the time to run, if there is one, begins anew (T21). Blocks; NOT_OWNER,
     * NOT_TAKEN or NOT_FOUND tell that the work is in vain.
     */
    public void touch() {
        calls.await(new Command.Touch(queue(), number(), receipt.attempt()), answer -> answer);
    }

    /** Releases the task if it has had no verdict; an end of the session in between is not an error. Does not block. */
    @Override
    public void close() {
        giveBack();
    }

    void giveBack() {
        if (decided.compareAndSet(false, true)) {
            calls.start(new Command.Release(queue(), number(), receipt.attempt(), 0), answer -> null);
        }
    }

    private @Nullable TaskState failAfter(@Nullable String reason, long delayMs) {
        Answer.Done done =
                await(new Command.Fail(queue(), number(), receipt.attempt(), delayMs, shortened(reason)));
        return done.state();
    }

    /** A verdict that is refused or lost to an interrupt leaves nothing to release: the engine has the last word. */
    private Answer.Done await(Command verdict) {
        decided.set(true);
        return calls.await(verdict, Answer.Done.class::cast);
    }

    private static @Nullable String shortened(@Nullable String reason) {
        return reason == null ? null : Limits.shortenReason(reason);
    }

    private String queue() {
        return receipt.id().queue();
    }

    private long number() {
        return receipt.id().number();
    }
}
