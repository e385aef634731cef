package dev.millrace.cli;

import dev.millrace.api.Backoff;
import dev.millrace.api.MillraceException;
import dev.millrace.api.Task;
import dev.millrace.pool.ProcessEnd;
import dev.millrace.pool.ProcessInput;
import dev.millrace.pool.ProcessRequest;
import dev.millrace.pool.ProcessResult;
import dev.millrace.pool.ProcessRunner;
import java.io.IOException;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** What `each` does with an item: runs its command, has what came of it go where it should, and gives the verdict. */
final class EachItems implements Workers.Handler {
    private static final int TIME_LIMIT_EXIT = 124;

    /**
     * What it works with.
     *
     * @param finished what has come to its end in this call, where an item may do so twice; else null
     */
    record Tools(
            EachOptions options,
            ProcessRunner runner,
            Outcomes outcomes,
            @Nullable Finished finished,
            Tally tally,
            Acks acks,
            Lost lost,
            StopSwitch stop) {}

    /**
     * What happens when an item was no longer this session's, which can be on a server alone. On the engine's thread or
     * a worker's.
     */
    @FunctionalInterface
    interface Lost {
        void lost(Task<byte[]> task, NumberedItem item);
    }

    private final Tools tools;
    private final Backoff backoff;

    EachItems(Tools tools) {
        this.tools = tools;
        this.backoff = Durations.doubling(tools.options().backoff());
    }

    @Override
    public void handle(Task<byte[]> task, Workers workers) throws InterruptedException {
        try {
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
            tools.tally().running(1);
            try {
                tools.runner().<@Nullable Void, IOException>run(request, result -> {
                    finish(task, item, result);
                    return null;
                });
            } finally {
                tools.tally().running(-1);
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
        String reason = result.succeeded() ? "" : FailureReason.of(result, tools.options().timeLimit());
        if (!result.succeeded() && failures <= tools.options().retries()) {
            tools.tally().retried();
            unlessLost(task, item, () -> task.fail(reason, backoff.delay(failures)));
            return;
        }
        Finished finished = tools.finished();
        if (finished != null && !finished.begin(item.number(), result.succeeded())) {
            // Another machine was done with it before, or this one was, and lost it in that moment.
            tools.acks().ack(task, () -> {}, () -> {});
            return;
        }
        int exitCode = result.end() == ProcessEnd.TIME_LIMIT ? TIME_LIMIT_EXIT : result.exitCode();
        if (!tools.outcomes().ran(task, item, exitCode, result)) {
            return;
        }
        if (result.succeeded()) {
            // What came of it has gone where it should, so it counts, whoever has the item by now.
            tools.acks().ack(task, () -> tools.tally().done(item.number()), () -> {
                tools.lost().lost(task, item);
                tools.tally().done(item.number());
            });
        } else {
            bury(task, item, reason);
        }
    }

    private void unusable(Task<byte[]> task, NumberedItem item, String problem) throws IOException {
        if (tools.outcomes().unusable(item, problem)) {
            bury(task, item, problem);
        }
    }

    private void bury(Task<byte[]> task, NumberedItem item, String reason) {
        unlessLost(task, item, () -> task.bury(reason));
        tools.tally().failed(item.number());
    }

    private void unlessLost(Task<byte[]> task, NumberedItem item, Runnable verdict) {
        try {
            verdict.run();
        } catch (MillraceException failure) {
            if (!Acks.isLost(failure)) {
                throw failure;
            }
            tools.lost().lost(task, item);
        }
    }
}
