package dev.millrace.cli;

import dev.millrace.api.Backoff;
import dev.millrace.api.Task;
import dev.millrace.pool.ProcessEnd;
import dev.millrace.pool.ProcessInput;
import dev.millrace.pool.ProcessRequest;
import dev.millrace.pool.ProcessResult;
import dev.millrace.pool.ProcessRunner;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** What `each` does with an item: runs its command, passes on and records what came of it, and gives the verdict. */
final class EachItems implements Workers.Handler {
    private static final int TIME_LIMIT_EXIT = 124;

    /** What it works with. */
    record Tools(
            EachOptions options,
            ProcessRunner runner,
            OutputRelay relay,
            @Nullable OrderedOutput ordered,
            @Nullable Results results,
            Path outputFolder,
            Backlog backlog,
            Progress progress,
            Acks acks,
            StopSwitch stop) {}

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
        String reason = result.succeeded() ? "" : FailureReason.of(result, tools.options().timeLimit());
        if (!result.succeeded() && failures <= tools.options().retries()) {
            tools.progress().retried.incrementAndGet();
            task.fail(reason, backoff.delay(failures));
            return;
        }
        OrderedOutput ordered = tools.ordered();
        boolean isPassedOn =
                ordered == null ? tools.relay().pass(result, tools.stop()) : ordered.pass(item.number(), result);
        if (!isPassedOn) {
            return;
        }
        Results results = tools.results();
        if (results != null) {
            int exitCode = result.end() == ProcessEnd.TIME_LIMIT ? TIME_LIMIT_EXIT : result.exitCode();
            results.add(ResultLine.of(item, task.attempts(), exitCode, result, tools.outputFolder()));
        }
        if (result.succeeded()) {
            Runnable done = () -> {
                tools.progress().done.incrementAndGet();
                tools.backlog().finished();
            };
            tools.acks().ack(task, done, () -> tools.stop().stop(ExitCode.STOPPED, "item " + item.number() + " was lost"));
        } else {
            bury(task, item, reason);
        }
    }

    private void unusable(Task<byte[]> task, NumberedItem item, String problem) throws IOException {
        OrderedOutput ordered = tools.ordered();
        if (ordered != null && !ordered.pass(item.number(), null)) {
            return;
        }
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
}
