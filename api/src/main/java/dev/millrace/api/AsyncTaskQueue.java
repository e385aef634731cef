package dev.millrace.api;

import dev.millrace.api.engine.Answer;
import dev.millrace.api.engine.Command;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * The everyday verbs of {@link TaskQueue} as stages. None blocks: while the engine's command queue is full a stage
 * fails with OVERLOADED at once, except a verdict, which is always accepted.
 *
 * <p>Stages are completed on the engine's thread (its own, or one that waits in a blocking verb), in bursts: a
 * dependent stage that takes long, or blocks, belongs on an executor ({@code thenApplyAsync}). Commands submitted by
 * one thread are applied in that order. Cancelling the future of a waiting take withdraws it, cancelling a stage that
 * depends on it does not; other commands are not undone. Safe for use by several threads.
 *
 * @param <T> the payload's type
 */
public final class AsyncTaskQueue<T> {
    private final SessionCalls calls;
    private final String name;
    private final Codec<T> codec;

    AsyncTaskQueue(SessionCalls calls, String name, Codec<T> codec) {
        this.calls = calls;
        this.name = name;
        this.codec = codec;
    }

    /**
     * {@link TaskQueue#put(Object)} as a stage. A codec's failure is thrown here.
     *
     * @param payload encoded before this returns or throws
     * @return of the id and the state; fails as that verb does
     */
    public CompletionStage<Stored> put(T payload) {
        return put(payload, Put.options());
    }

    /**
     * {@link TaskQueue#put(Object, Put)} as a stage. A codec's failure is thrown here.
     *
     * @param payload encoded before this returns or throws
     * @param options as in {@link TaskQueue#put(Object, Put)}
     * @return of the id and the state; fails as that verb does
     */
    public CompletionStage<Stored> put(T payload, Put options) {
        return calls.start(
                TaskQueue.putCommand(name, codec.encode(payload), options), answer -> TaskQueue.stored(name, answer));
    }

    /**
     * {@link TaskQueue#putAll(List, Put)} as a stage. A codec's failure is thrown here.
     *
     * @param payloads as in {@link TaskQueue#putAll(List, Put)}; encoded before this returns or throws
     * @param options as in {@link TaskQueue#putAll(List, Put)}
     * @return of what {@link TaskQueue#putAll(List, Put)} answers with; fails as it does, with none stored
     */
    public CompletionStage<List<Stored>> putAll(List<? extends T> payloads, Put options) {
        return calls.start(
                TaskQueue.putManyCommand(name, codec, payloads, options), answer -> TaskQueue.storedMany(name, answer));
    }

    /**
     * {@link TaskQueue#takeMany(int, Duration)} as a stage.
     *
     * @param max 1 … 10,000
     * @param timeout how long to wait, counted from now; zero or less does not wait, over ten years is ten years
     * @return of tasks in the order of urgency, none if none came in time
     */
    public CompletionStage<List<Task<T>>> takeMany(int max, Duration timeout) {
        return calls.start(
                TaskQueue.takeManyCommand(name, max, Limits.waitMs(timeout)),
                answer -> TaskQueue.tasks(calls, codec, answer));
    }

    /**
     * {@link TaskQueue#ackAll(List)} as a stage.
     *
     * @param receipts 1 … 10,000 of this queue; a copy is kept
     * @return of what became of each, in order
     */
    public CompletionStage<List<AckResult>> ackAll(List<Receipt> receipts) {
        List<Receipt> copy = List.copyOf(receipts);
        return calls.start(TaskQueue.ackManyCommand(name, copy), answer -> TaskQueue.acked(copy, answer));
    }

    /**
     * {@link TaskQueue#take()} as a stage; null when there is no task.
     *
     * @return of the task, or null
     */
    public CompletionStage<@Nullable Task<T>> take() {
        return takeWithin(0);
    }

    /**
     * {@link TaskQueue#take(Duration)} as a stage; null when none came in time.
     *
     * @param timeout how long to wait, counted from now; zero or less does not wait, over ten years is ten years
     * @return of the task, or null
     */
    public CompletionStage<@Nullable Task<T>> take(Duration timeout) {
        return takeWithin(Limits.waitMs(timeout));
    }

    /**
     * Takes a task, waiting without limit; cancel the stage's future to withdraw it.
     *
     * @return of the task, never null
     */
    public CompletionStage<@Nullable Task<T>> takeWhenReady() {
        return takeWithin(-1);
    }

    /**
     * {@link TaskQueue#ack(Receipt)} as a stage.
     *
     * @param receipt of this queue; else BAD_ARGUMENT is thrown here
     * @return completed with null once it is stored; fails as that verb does
     */
    public CompletionStage<@Nullable Void> ack(Receipt receipt) {
        return verdict(new Command.Ack(name, TaskQueue.requireMine(name, receipt.id()), receipt.attempt()));
    }

    /**
     * {@link Task#release(Duration)} by receipt, as a stage.
     *
     * @param receipt of this queue; else BAD_ARGUMENT is thrown here
     * @param delay until it is ready again, at most ten years; zero or less is at once
     * @return completed with null once it is stored; fails with NOT_FOUND, NOT_TAKEN or NOT_OWNER
     */
    public CompletionStage<@Nullable Void> release(Receipt receipt, Duration delay) {
        return verdict(new Command.Release(
                name,
                TaskQueue.requireMine(name, receipt.id()),
                receipt.attempt(),
                Limits.requireDelayMs("delay", delay)));
    }

    /**
     * {@link Task#fail(String, Duration)} by receipt, as a stage of the state it is in now.
     *
     * @param receipt of this queue; else BAD_ARGUMENT is thrown here
     * @param reason why, or null; shortened to 1,024 bytes of UTF-8
     * @param delay until it is ready again, at most ten years; zero or less is at once
     * @return of DELAYED, READY or BURIED; null when it is gone, its time to live being over
     */
    public CompletionStage<@Nullable TaskState> fail(Receipt receipt, @Nullable String reason, Duration delay) {
        Command command = new Command.Fail(
                name,
                TaskQueue.requireMine(name, receipt.id()),
                receipt.attempt(),
                Limits.requireDelayMs("delay", delay),
                reason == null ? null : Limits.shortenReason(reason));
        return calls.start(command, answer -> ((Answer.Done) answer).state());
    }

    /**
     * {@link Task#bury(String)} by receipt, as a stage.
     *
     * @param receipt of this queue; else BAD_ARGUMENT is thrown here
     * @param reason why, or null; shortened to 1,024 bytes of UTF-8
     * @return completed with null once it is stored; fails with NOT_FOUND, NOT_TAKEN or NOT_OWNER
     */
    public CompletionStage<@Nullable Void> bury(Receipt receipt, @Nullable String reason) {
        return verdict(new Command.Bury(
                name,
                TaskQueue.requireMine(name, receipt.id()),
                receipt.attempt(),
                reason == null ? null : Limits.shortenReason(reason)));
    }

    /**
     * {@link Task#touch()} by receipt, as a stage.
     *
     * @param receipt of this queue; else BAD_ARGUMENT is thrown here
     * @return completed with null; fails with NOT_FOUND, NOT_TAKEN or NOT_OWNER, when the work is in vain
     */
    public CompletionStage<@Nullable Void> touch(Receipt receipt) {
        return verdict(
                new Command.Touch(name, TaskQueue.requireMine(name, receipt.id()), receipt.attempt()));
    }

    /**
     * {@link TaskQueue#stats()} as a stage.
     *
     * @return of numbers of one moment
     */
    public CompletionStage<QueueStats> stats() {
        return calls.start(new Command.Stats(name), answer -> ((Answer.Stats) answer).stats());
    }

    private CompletionStage<@Nullable Task<T>> takeWithin(long timeoutMs) {
        return calls.start(new Command.Take(name, timeoutMs), answer -> Task.read(calls, codec, answer));
    }

    private CompletionStage<@Nullable Void> verdict(Command command) {
        return calls.start(command, answer -> null);
    }
}
