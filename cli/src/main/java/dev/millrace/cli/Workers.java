package dev.millrace.cli;

import dev.millrace.api.AsyncTaskQueue;
import dev.millrace.api.Backoff;
import dev.millrace.api.ErrorCode;
import dev.millrace.api.MillraceException;
import dev.millrace.api.Task;
import dev.millrace.api.TaskQueue;
import dev.millrace.pool.ProcessEnd;
import dev.millrace.pool.ProcessInput;
import dev.millrace.pool.ProcessRequest;
import dev.millrace.pool.ProcessResult;
import dev.millrace.pool.ProcessRunner;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Phaser;
import org.jspecify.annotations.Nullable;

/**
 * Runs the commands: so many threads as there may be commands, each of which takes an item, runs it, and gives the verdict.
 *
 * <p>A thread asks for the next item in the same moment as it acknowledges the last one: the engine answers both in one
 * round. Threads are platform threads, since each sits in a read while its command runs.
 */
final class Workers {
    private static final int TIME_LIMIT_EXIT = 124;
    private static final int REASON_TAIL_BYTES = 300;
    private static final Duration BACKOFF_MAX = Duration.ofMinutes(5);

    /** What they work with. */
    record Tools(
            EachOptions options,
            TaskQueue<byte[]> queue,
            ProcessRunner runner,
            OutputRelay relay,
            @Nullable Results results,
            Path outputFolder,
            Backlog backlog,
            Progress progress,
            StopSwitch stop) {}

    private final Tools tools;
    private final AsyncTaskQueue<byte[]> async;
    private final Backoff backoff;
    private final List<Worker> workers = new ArrayList<>();

    /** Acknowledgements that the engine has not answered yet; few, since the answer to the next take is behind them. */
    private final Phaser acks = new Phaser(1);

    Workers(Tools tools) {
        this.tools = tools;
        this.async = tools.queue().async();
        this.backoff = Backoff.exponential(
                tools.options().backoff(),
                tools.options().backoff().compareTo(BACKOFF_MAX) > 0 ? tools.options().backoff() : BACKOFF_MAX);
        for (int index = 0; index < tools.options().concurrency(); index++) {
            workers.add(new Worker(index));
        }
    }

    void start() {
        workers.forEach(worker -> worker.thread.start());
    }

    /** Takes no more items; those that run may end. */
    void withdraw() {
        workers.forEach(Worker::withdraw);
    }

    /** Waits until all threads have ended, and their verdicts are stored. */
    void await() throws InterruptedException {
        for (Worker worker : workers) {
            worker.thread.join();
        }
        acks.awaitAdvanceInterruptibly(acks.arrive());
    }

    // --- An item

    private void process(Task<byte[]> task) throws InterruptedException {
        try (task) {
            NumberedItem item = NumberedItem.read(task.payload());
            if (item == null) {
                unusable(task, new NumberedItem(task.id().number(), task.payload(), null), "not an item of this job");
                return;
            }
            if (item.problem() != null) {
                unusable(task, item, item.problem());
                return;
            }
            ProcessRequest request;
            try {
                request = request(item);
            } catch (IllegalArgumentException impossible) {
                unusable(task, item, String.valueOf(impossible.getMessage()));
                return;
            }
            tools.progress().running.incrementAndGet();
            try {
                tools.runner().<@Nullable Void, IOException>run(request, result -> {
                    finish(task, item, result);
                    return null;
                });
            } finally {
                tools.progress().running.decrementAndGet();
            }
        } catch (IOException failure) {
            tools.stop().stop(ExitCode.STOPPED, Failures.told(failure));
        }
    }

    private ProcessRequest request(NumberedItem item) {
        EachOptions options = tools.options();
        ProcessRequest request = ProcessRequest.of(
                        options.program(), options.template().fill(item.bytes(), item.number()))
                .withTimeLimit(options.timeLimit());
        if (options.mode() != ItemSource.Mode.JSON) {
            return request;
        }
        byte[] line = Arrays.copyOf(item.bytes(), item.bytes().length + 1);
        line[line.length - 1] = '\n';
        return request.withInput(new ProcessInput.FromBytes(line));
    }

    /** Runs while the output is still there. What returns early leaves the task to be released. */
    private void finish(Task<byte[]> task, NumberedItem item, ProcessResult result) throws IOException {
        if (result.end() == ProcessEnd.RUNNER_CLOSED) {
            return;
        }
        int failures = task.failures() + 1;
        String reason = result.succeeded() ? "" : reason(result);
        if (!result.succeeded() && failures <= tools.options().retries()) {
            tools.progress().retried.incrementAndGet();
            task.fail(reason, backoff.delay(failures));
            return;
        }
        if (!passOn(result)) {
            return;
        }
        Results results = tools.results();
        if (results != null) {
            int exitCode = result.end() == ProcessEnd.TIME_LIMIT ? TIME_LIMIT_EXIT : result.exitCode();
            results.add(ResultLine.of(item, task.attempts(), exitCode, result, tools.outputFolder()));
        }
        if (result.succeeded()) {
            ack(task);
        } else {
            bury(task, item, reason);
        }
    }

    /** Whether the item may count as done: its output has gone where it should. */
    private boolean passOn(ProcessResult result) {
        try {
            tools.relay().pass(result);
            return true;
        } catch (IOException failure) {
            if (Console.isReaderGone(failure)) {
                tools.stop().stop(ExitCode.OUTPUT_CLOSED, "");
            } else {
                tools.stop().stop(ExitCode.STOPPED, "passing on output failed: " + Failures.told(failure));
            }
            return false;
        }
    }

    private void unusable(Task<byte[]> task, NumberedItem item, String problem) throws IOException {
        Results results = tools.results();
        if (results != null) {
            results.add(ResultLine.ofUnusable(item, problem));
        }
        bury(task, item, problem);
    }

    private void bury(Task<byte[]> task, NumberedItem item, String reason) {
        task.bury(reason);
        tools.progress().failed.incrementAndGet();
        if (tools.options().failFast()) {
            tools.stop().stop(ExitCode.FAILED, "stopped, as --fail-fast asks: item " + item.number() + " failed");
        }
        tools.backlog().finished();
    }

    /** Does not wait. A verdict that cannot be stored ends it all: nothing that follows could be. */
    private void ack(Task<byte[]> task) {
        acks.register();
        task.ackAsync().whenComplete((done, failure) -> {
            if (failure == null) {
                tools.progress().done.incrementAndGet();
                tools.backlog().finished();
            } else {
                tools.stop().stop(ExitCode.STOPPED, Loader.told(failure));
            }
            acks.arriveAndDeregister();
        });
    }

    private String reason(ProcessResult result) throws IOException {
        int code = result.exitCode();
        String what = switch (result.end()) {
            case TIME_LIMIT -> "time limit of " + Durations.shown(java.util.Objects.requireNonNull(
                            tools.options().timeLimit())) + " passed";
            case SHELL_LOST -> "exit " + code + " (the command killed its parent or its process group)";
            case EXITED, RUNNER_CLOSED -> code > 128 ? "exit " + code + " (signal " + (code - 128) + ")" : "exit " + code;
        };
        String tail = new String(result.stderr().tail(REASON_TAIL_BYTES), StandardCharsets.UTF_8).strip();
        String line = tail.substring(tail.lastIndexOf('\n') + 1);
        return line.isEmpty() ? what : what + ": " + Text.shown(line.getBytes(StandardCharsets.UTF_8), REASON_TAIL_BYTES);
    }

    // --- The threads

    private final class Worker {
        private final Thread thread;
        private volatile @Nullable CompletableFuture<@Nullable Task<byte[]>> waiting;
        private volatile boolean withdrawn;

        Worker(int index) {
            thread = Thread.ofPlatform().name("millrace-each-" + index).unstarted(this::run);
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
                while (!withdrawn) {
                    CompletableFuture<@Nullable Task<byte[]>> take = async.takeWhenReady().toCompletableFuture();
                    waiting = take;
                    if (withdrawn) {
                        take.cancel(false);
                    }
                    Task<byte[]> task = take.get();
                    if (task != null) {
                        process(task);
                    }
                }
            } catch (CancellationException withdrawnWhileWaiting) {
                // Nothing was taken.
            } catch (ExecutionException failure) {
                tools.stop().stop(ExitCode.STOPPED, Loader.told(java.util.Objects.requireNonNull(failure.getCause())));
            } catch (MillraceException failure) {
                int exitCode = failure.code() == ErrorCode.CLOSED ? ExitCode.INTERRUPTED : ExitCode.STOPPED;
                tools.stop().stop(exitCode, Failures.told(failure));
            } catch (IllegalStateException | InterruptedException runnerClosed) {
                tools.stop().stop(ExitCode.INTERRUPTED, "");
            } catch (RuntimeException unexpected) {
                tools.stop().stop(ExitCode.STOPPED, "unexpected: " + unexpected + "; please report this");
            }
        }
    }
}
