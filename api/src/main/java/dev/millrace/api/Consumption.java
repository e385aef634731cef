package dev.millrace.api;

import dev.millrace.api.engine.Command;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * Tasks being consumed, from {@link TaskQueue#consume} until {@link #close}. Safe for use by several threads.
 *
 * <p>Each unit of concurrency is a loop on a virtual thread: wait for a task, handle it, give the verdict. So a credit
 * of n equals n waiting takes, and a consumer that has finished a task queues at the tail (T25). Where its take or its
 * verdict is OVERLOADED, as on a full disk, it tries again each second: that passes, and would otherwise leave nobody
 * to work, or a task with nobody.
 */
public final class Consumption implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger("dev.millrace.api.consume");
    /** How long what was OVERLOADED is not tried again. */
    private static final long OVERLOADED_PAUSE_MS = 1_000;

    private final SessionCalls calls;
    private final List<Thread> threads = new ArrayList<>();
    private final List<Loop<?>> loops = new ArrayList<>();
    private final AtomicInteger running;
    private final CompletableFuture<@Nullable Void> ended = new CompletableFuture<>();
    private final AtomicReference<@Nullable MillraceException> failure = new AtomicReference<>();
    private final CountDownLatch closed = new CountDownLatch(1);
    private volatile boolean closing;

    private Consumption(SessionCalls calls, int concurrency) {
        this.calls = calls;
        running = new AtomicInteger(concurrency);
    }

    static <T> Consumption start(TaskQueue<T> queue, TaskHandler<T> handler, Consume options) {
        Consumption consumption = new Consumption(queue.session().calls(), options.concurrency());
        for (int index = 0; index < options.concurrency(); index++) {
            Loop<T> loop = consumption.new Loop<>(queue, handler, options.backoff());
            consumption.loops.add(loop);
            Thread thread = queue.session().handlerThreads().newThread(loop);
            thread.setName("millrace-consume-" + queue.name() + "-" + index);
            consumption.threads.add(thread);
        }
        consumption.threads.forEach(Thread::start);
        return consumption;
    }

    /**
     * Completes when the last handler has ended: normally after {@link #close}, with the failure when the session or
     * the engine ended first. It completes on that handler's thread, and cannot be completed or cancelled by its
     * holder.
     *
     * @return the same one at each call
     */
    public CompletionStage<@Nullable Void> ended() {
        return ended.minimalCompletionStage();
    }

    /**
     * Takes no more, and waits, without limit, until the handlers that run have ended. Idempotent; an interrupt is kept
     * for later.
     *
     * @throws MillraceException BAD_ARGUMENT when a handler or the engine's thread calls it, which would wait for
     *     itself
     */
    @Override
    public void close() {
        requireNoHandler();
        stopTaking();
        boolean interrupted = false;
        while (!ended.isDone()) {
            try {
                ended.get();
            } catch (InterruptedException e) {
                interrupted = true;
            } catch (ExecutionException e) {
                // It has ended, and ended() tells how.
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    /**
     * Takes no more, and waits for the handlers that run; interrupts those that still run after the timeout, without
     * waiting further. An interrupted handler that throws has failed its task.
     *
     * @param timeout how long to wait; zero or less does not wait, over ten years is ten years
     * @return whether all had ended in time
     * @throws InterruptedException if interrupted while waiting; nothing more is taken all the same
     * @throws MillraceException BAD_ARGUMENT when a handler or the engine's thread calls it, which would wait for
     *     itself
     */
    public boolean close(Duration timeout) throws InterruptedException {
        requireNoHandler();
        stopTaking();
        try {
            ended.get(Limits.waitMs(timeout), TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            threads.forEach(Thread::interrupt);
            return false;
        } catch (ExecutionException e) {
            // It has ended, and ended() tells how.
        }
        return true;
    }

    private void requireNoHandler() {
        if (threads.contains(Thread.currentThread())) {
            throw Limits.bad("a handler closed its own consumption, which would wait for itself; close it elsewhere");
        }
        calls.requireOtherThread();
    }

    private void stopTaking() {
        closing = true;
        closed.countDown();
        loops.forEach(Loop::withdraw);
    }

    private void loopEnded() {
        if (running.decrementAndGet() == 0) {
            MillraceException cause = failure.get();
            if (cause == null) {
                ended.complete(null);
            } else {
                ended.completeExceptionally(cause);
            }
        }
    }

    /** What a failure says of itself, if it can. */
    private static String words(Throwable cause) {
        try {
            return cause.toString();
        } catch (RuntimeException | Error e) {
            return cause.getClass().getName();
        }
    }

    private final class Loop<T> implements Runnable {
        private final TaskQueue<T> queue;
        private final TaskHandler<T> handler;
        private final Backoff backoff;
        private volatile @Nullable Call<@Nullable Task<T>> waiting;
        /** Whether the last take was, which is said once. */
        private boolean isOverloaded;

        Loop(TaskQueue<T> queue, TaskHandler<T> handler, Backoff backoff) {
            this.queue = queue;
            this.handler = handler;
            this.backoff = backoff;
        }

        @Override
        public void run() {
            try {
                while (!closing) {
                    Task<T> task = nextOnceThereIsRoom();
                    if (task != null) {
                        handle(task);
                        clearHandlersInterrupt();
                    }
                }
            } catch (MillraceException e) {
                if (!closing) {
                    failure.compareAndSet(null, e);
                }
            } catch (InterruptedException e) {
                // close(Duration) interrupted it, and has set closing.
                Thread.currentThread().interrupt();
            } finally {
                loopEnded();
            }
        }

        /** Withdraws the take that waits, if one does. */
        void withdraw() {
            Call<?> call = waiting;
            if (call != null) {
                call.cancel(false);
            }
        }

        /** A take; null when it is to be tried again. */
        private @Nullable Task<T> nextOnceThereIsRoom() throws InterruptedException {
            try {
                return next();
            } catch (MillraceException e) {
                if (e.code() != ErrorCode.OVERLOADED) {
                    throw e;
                }
                pause(e);
                return null;
            }
        }

        private void pause(MillraceException overloaded) throws InterruptedException {
            if (!isOverloaded) {
                isOverloaded = true;
                LOG.log(System.Logger.Level.WARNING, "queue " + queue.name() + ": tried again each second", overloaded);
            }
            clearHandlersInterrupt();
            closed.await(OVERLOADED_PAUSE_MS, TimeUnit.MILLISECONDS);
        }

        /** Only close(Duration) interrupts this loop, after it has set closing. */
        private void clearHandlersInterrupt() {
            if (!closing) {
                Thread.interrupted();
            }
        }

        private @Nullable Task<T> next() throws InterruptedException {
            Command.Take take = new Command.Take(queue.name(), -1);
            Call<@Nullable Task<T>> call = calls.submit(take, answer -> queue.read(answer));
            waiting = call;
            if (closing) {
                call.cancel(false);
            }
            try {
                Task<T> task = SessionCalls.result(call);
                isOverloaded = false;
                return task;
            } finally {
                waiting = null;
            }
        }

        private void handle(Task<T> task) throws InterruptedException {
            try {
                handler.handle(task);
            } catch (Throwable e) {
                failed(task, e);
                return;
            }
            if (task.isOpen()) {
                try {
                    give(task::ack);
                } catch (RuntimeException | Error e) {
                    LOG.log(System.Logger.Level.WARNING, "the ack of task " + task.receipt() + " was not stored", e);
                }
            }
        }

        /**
         * Gives a verdict; again while it is OVERLOADED, since the task would stay taken as long as the session lives.
         */
        private void give(Runnable verdict) throws InterruptedException {
            while (true) {
                try {
                    verdict.run();
                    isOverloaded = false;
                    return;
                } catch (MillraceException e) {
                    if (e.code() != ErrorCode.OVERLOADED || closing) {
                        throw e;
                    }
                    pause(e);
                }
            }
        }

        /** A user's backoff may throw or be out of bounds; the task must fail all the same. */
        private Duration delay(int failures) {
            try {
                return Duration.ofMillis(Math.clamp(backoff.delay(failures).toMillis(), 0, Limits.DELAY_MAX_MS));
            } catch (RuntimeException | Error e) {
                LOG.log(System.Logger.Level.WARNING, "the backoff failed for failures=" + failures + "; using 1 s", e);
                return Duration.ofSeconds(1);
            }
        }

        private void failed(Task<T> task, Throwable cause) throws InterruptedException {
            if (!task.isOpen()) {
                LOG.log(System.Logger.Level.WARNING, "after the verdict on task " + task.receipt(), cause);
                return;
            }
            Duration delay = delay(task.failures() + 1);
            try {
                give(() -> task.fail(words(cause), delay));
            } catch (RuntimeException e) {
                if (e != cause) {
                    e.addSuppressed(cause);
                }
                LOG.log(System.Logger.Level.WARNING, "the failure of task " + task.receipt() + " was not stored", e);
            }
        }
    }
}
