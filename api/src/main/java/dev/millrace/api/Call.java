package dev.millrace.api;

import dev.millrace.api.engine.Answer;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ForkJoinWorkerThread;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * One command under way: the token that an engine hands back with the answer, and the stage that its caller holds. Open
 * to subclasses for tests, which decide what happens while somebody waits.
 *
 * <p>A blocking verb waits here rather than in {@code get}, so that its thread can be woken before the answer is there:
 * to wake a thread on an idle core takes longer than to write a round, and both then go on side by side. A thread that
 * was woken so and is early looks for the answer for {@link #ANNOUNCED_NS}, then sleeps again.
 */
class Call<R extends @Nullable Object> extends CompletableFuture<R> {
    /**
     * How long a thread that was woken by an announcement looks for the answer: some writes, and less than a switch of
     * threads.
     */
    private static final long ANNOUNCED_NS = 20_000;

    private final SessionCalls calls;
    private final Function<Answer, R> reading;
    /** Who sleeps in {@link #await}; null when nobody does. */
    private volatile @Nullable Thread waiter;
    /** Whether the answer is said to follow soon; set by the engine, unset by who waits. */
    private volatile boolean announced;

    /**
     * A command that is about to be submitted.
     *
     * @param reading makes the result of an answer; runs on the engine's thread, so that it may read buffers
     */
    Call(SessionCalls calls, Function<Answer, R> reading) {
        this.calls = calls;
        this.reading = reading;
    }

    /**
     * Waits until it is complete, as {@link #get()}, and wakes up early for an answer that is announced. One thread at
     * a time.
     */
    R await() throws InterruptedException, ExecutionException {
        // A worker's pool makes up for the blocked one, if it is get that blocks.
        if (!isDone() && !(Thread.currentThread() instanceof ForkJoinWorkerThread)) {
            sleep();
        }
        return get();
    }

    /** Here as in {@link #wake} one side writes, then reads what the other one wrote: so none misses the other. */
    private void sleep() throws InterruptedException {
        waiter = Thread.currentThread();
        try {
            while (!isDone()) {
                if (Thread.interrupted()) {
                    throw new InterruptedException();
                }
                if (announced) {
                    announced = false;
                    look();
                } else {
                    LockSupport.park(this);
                }
            }
        } finally {
            waiter = null;
        }
    }

    private void look() {
        long startNs = System.nanoTime();
        while (!isDone() && System.nanoTime() - startNs < ANNOUNCED_NS) {
            Thread.onSpinWait();
        }
    }

    /** The answer is said to come soon. */
    void announce() {
        if (waiter != null) {
            announced = true;
            wake();
        }
    }

    private void wake() {
        Thread thread = waiter;
        if (thread != null) {
            LockSupport.unpark(thread);
        }
    }

    /** Completes with what the engine said. A task that nobody waits for any more goes back unseen (T9). */
    void accept(Answer answer) {
        boolean wanted;
        if (answer instanceof Answer.Failed(ErrorCode code, String message)) {
            wanted = completeExceptionally(new MillraceException(code, message));
        } else {
            wanted = completeWith(answer);
        }
        wake();
        if (!wanted && (answer instanceof Answer.Taken || answer instanceof Answer.TakenMany)) {
            giveBack(reading.apply(answer));
        }
    }

    private static void giveBack(@Nullable Object unwanted) {
        if (unwanted instanceof Task<?> task) {
            task.giveBack();
        } else if (unwanted instanceof List<?> many) {
            many.forEach(Call::giveBack);
        }
    }

    private boolean completeWith(Answer answer) {
        if (isDone()) {
            return false;
        }
        try {
            return complete(reading.apply(answer));
        } catch (RuntimeException | Error e) {
            return completeExceptionally(e);
        }
    }

    /** Withdraws a waiting take; a command that changes something is not undone. */
    @Override
    public boolean cancel(boolean mayInterruptIfRunning) {
        boolean cancelled = super.cancel(mayInterruptIfRunning);
        if (cancelled) {
            wake();
            calls.cancel(this);
        }
        return cancelled;
    }

    /** Dependent stages are ordinary ones: cancelling them is not cancelling the call. */
    @Override
    public <U> CompletableFuture<U> newIncompleteFuture() {
        return new CompletableFuture<>();
    }
}
