package dev.millrace.cli;

import dev.millrace.api.AsyncTaskQueue;
import dev.millrace.api.ErrorCode;
import dev.millrace.api.MillraceException;
import dev.millrace.api.Task;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * Take tasks and have them handled: so many threads as there may be commands, each of which takes a task, has its
 * command run, and gives the verdict.
 *
 * <p>A thread asks for the next task in the same moment as it acknowledges the last one: the engine answers both in one
 * round. Threads are platform threads, since each sits in a read while its command runs.
 */
final class Workers {
    /** What is done with a task. */
    @FunctionalInterface
    interface Handler {
        /**
         * Handles a task and gives the verdict; a task left without one is released.
         *
         * @param workers to be withdrawn if this was the last one
         * @throws IllegalStateException if commands are no longer run
         */
        void handle(Task<byte[]> task, Workers workers) throws InterruptedException;
    }

    private final AsyncTaskQueue<byte[]> queue;
    private final Handler handler;
    private final StopSwitch stop;
    private final List<Worker> workers = new ArrayList<>();

    /** How many tasks may still be taken. */
    private final AtomicLong takesLeft = new AtomicLong(Long.MAX_VALUE);

    /**
     * Workers that have not begun.
     *
     * @param name of the command, for the threads' names
     * @param count how many tasks are handled at once
     */
    Workers(String name, int count, AsyncTaskQueue<byte[]> queue, Handler handler, StopSwitch stop) {
        this.queue = queue;
        this.handler = handler;
        this.stop = stop;
        for (int index = 0; index < count; index++) {
            workers.add(new Worker("millrace-" + name + "-" + index));
        }
    }

    /** Takes so many tasks at the most; to be called before the start. */
    void limit(long takes) {
        takesLeft.set(takes);
    }

    void start() {
        workers.forEach(worker -> worker.thread.start());
    }

    /** Takes no more tasks; commands that run may end. */
    void withdraw() {
        workers.forEach(Worker::withdraw);
    }

    /** Waits until all threads have ended. */
    void await() throws InterruptedException {
        for (Worker worker : workers) {
            worker.thread.join();
        }
    }

    // --- The threads

    private final class Worker {
        private final Thread thread;
        private volatile @Nullable CompletableFuture<@Nullable Task<byte[]>> waiting;
        private volatile boolean withdrawn;

        Worker(String name) {
            thread = Thread.ofPlatform().name(name).unstarted(this::run);
        }

        void withdraw() {
            withdrawn = true;
            CompletableFuture<?> take = waiting;
            if (take != null) {
                take.cancel(false);
            }
        }

        private void run() {
            try {
                while (!withdrawn && takesLeft.getAndDecrement() > 0) {
                    CompletableFuture<@Nullable Task<byte[]>> take = queue.takeWhenReady().toCompletableFuture();
                    waiting = take;
                    if (withdrawn) {
                        take.cancel(false);
                    }
                    Task<byte[]> task = take.get();
                    if (task != null) {
                        try (task) {
                            handler.handle(task, Workers.this);
                        }
                    }
                }
            } catch (CancellationException withdrawnWhileWaiting) {
                // Nothing was taken.
            } catch (ExecutionException failure) {
                stop.stop(ExitCode.STOPPED, Loader.told(java.util.Objects.requireNonNull(failure.getCause())));
            } catch (MillraceException failure) {
                int exitCode = failure.code() == ErrorCode.CLOSED ? ExitCode.INTERRUPTED : ExitCode.STOPPED;
                stop.stop(exitCode, Failures.told(failure));
            } catch (IllegalStateException | InterruptedException runnerClosed) {
                stop.stop(ExitCode.INTERRUPTED, "");
            } catch (RuntimeException unexpected) {
                stop.stop(ExitCode.STOPPED, "unexpected: " + unexpected + "; please report this");
            }
        }
    }
}
