package dev.millrace.cli;

import dev.millrace.api.Backoff;
import dev.millrace.api.ErrorCode;
import dev.millrace.api.MillraceException;
import dev.millrace.api.QueueStats;
import dev.millrace.api.Task;
import dev.millrace.api.TaskQueue;
import dev.millrace.api.TaskState;
import dev.millrace.pool.ProcessEnd;
import dev.millrace.pool.ProcessOutput;
import dev.millrace.pool.ProcessRequest;
import dev.millrace.pool.ProcessResult;
import dev.millrace.pool.ProcessRunner;
import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * One call of `work`: takes the tasks of a queue, and runs a command for each.
 *
 * <p>Only what the command does counts as a failure of its task. A command that is killed because this call ends, or
 * whose output cannot be passed on, leaves its task to be released.
 */
final class WorkJob {
    /**
     * What is asked for, checked.
     *
     * @param requests the command
     * @param max how many run at once
     * @param untilEmpty whether to end when no task is ready or running
     * @param count after how many runs to end; null for never
     * @param maxAttempts at which failure a task is buried here; null for only its own limit
     * @param backoff the pause after a failure; null for the engine's
     * @param timeLimit of one run; null for none
     * @param quiet whether to say nothing unless a command failed
     */
    record Settings(
            WorkRequests requests,
            int max,
            boolean untilEmpty,
            @Nullable Long count,
            @Nullable Integer maxAttempts,
            @Nullable Backoff backoff,
            @Nullable Duration timeLimit,
            boolean quiet) {}

    /** The longest payload of an engine that nobody configured; a server may have been told a shorter one. */
    private static final int OUTPUT_BYTES_MAX = 1 << 20;

    private final TaskQueue<byte[]> queue;
    /** Where the output of what succeeds goes; null for standard output. */
    private final @Nullable TaskQueue<byte[]> outputs;

    private final Settings settings;
    private final Console console;
    private final OutputRelay relay;
    private final StopSwitch stop = new StopSwitch();
    private final Stopping stopping;
    private final Acks acks = new Acks(stop);
    private final AtomicLong done = new AtomicLong();
    private final AtomicLong failed = new AtomicLong();
    private final AtomicLong buried = new AtomicLong();
    private final AtomicLong killed = new AtomicLong();
    private final AtomicLong lost = new AtomicLong();
    private final long beginNanos = System.nanoTime();

    WorkJob(
            TaskQueue<byte[]> queue, @Nullable TaskQueue<byte[]> outputs, Settings settings, Console console) {
        this.queue = queue;
        this.outputs = outputs;
        this.settings = settings;
        this.console = console;
        this.relay = new OutputRelay(console);
        this.stopping = new Stopping(stop, relay);
    }

    int run() throws IOException, InterruptedException {
        console.signals().onSignal(stopping::onSignal);
        try (ProcessRunner commands = stopping.startRunner(settings.max())) {
            Workers workers = new Workers(
                    "work", settings.max(), queue.async(), (task, all) -> handle(task, commands, all), stop);
            if (settings.count() != null) {
                workers.limit(settings.count());
            }
            stop.onStop(workers::withdraw);
            if (isEndless() && console.isErrTerminal() && !settings.quiet()) {
                relay.say("waiting for tasks of " + queue.name() + "; Ctrl-C ends it");
            }
            if (settings.untilEmpty() && isEmpty(queue.stats())) {
                workers.withdraw();
            }
            workers.start();
            workers.await();
            acks.await();
        }
        return ended();
    }

    private boolean isEndless() {
        return !settings.untilEmpty() && settings.count() == null;
    }

    // --- A task, on a worker's thread

    private void handle(Task<byte[]> task, ProcessRunner commands, Workers all) throws InterruptedException {
        try {
            ProcessRequest request = request(task);
            if (request != null) {
                commands.<@Nullable Void, IOException>run(request, result -> {
                    finish(task, result);
                    return null;
                });
            }
        } catch (IOException failure) {
            stop.stop(ExitCode.STOPPED, Failures.told(failure));
        }
        if (settings.untilEmpty() && !stop.isOn()) {
            // Asked after the verdict, by whoever gives the last one: nothing is ready or running then.
            queue.async().stats().whenComplete((stats, failure) -> {
                if (failure != null) {
                    // It would wait for ever, if this was the last one.
                    stop.stop(ExitCode.STOPPED, Loader.told(failure));
                } else if (isEmpty(stats)) {
                    all.withdraw();
                }
            });
        }
    }

    /** The command for a task; null for one that has none, and is buried: it would be no other the next time. */
    private @Nullable ProcessRequest request(Task<byte[]> task) {
        try {
            return settings.requests().of(task.payload(), task.id().number()).withVariables(variables(task));
        } catch (IllegalArgumentException impossible) {
            String reason = String.valueOf(impossible.getMessage());
            task.bury(reason);
            buried.incrementAndGet();
            relay.say("task " + task.id().number() + " cannot be run: " + reason + "; buried");
            return null;
        }
    }

    private static boolean isEmpty(QueueStats stats) {
        return stats.ready() == 0 && stats.taken() == 0;
    }

    private static Map<String, String> variables(Task<byte[]> task) {
        return Map.of(
                "MILLRACE_QUEUE", task.id().queue(),
                "MILLRACE_TASK", Long.toString(task.id().number()),
                "MILLRACE_ATTEMPT", Integer.toString(task.attempts()),
                "MILLRACE_FAILURES", Integer.toString(task.failures()),
                "MILLRACE_PRIORITY", Long.toString(task.priority()));
    }

    /** Runs while the output is still there. What returns early leaves the task to be released. */
    private void finish(Task<byte[]> task, ProcessResult result) throws IOException {
        if (result.end() == ProcessEnd.RUNNER_CLOSED) {
            killed.incrementAndGet();
            return;
        }
        String reason = reason(result);
        boolean isStored = reason.isEmpty() && outputs != null;
        if (!(isStored ? relay.passErrors(result, stop) : relay.pass(result, stop))) {
            return;
        }
        if (reason.isEmpty()) {
            acks.ack(task, done::incrementAndGet, () -> lost(task));
            return;
        }
        try {
            fail(task, reason);
        } catch (MillraceException failure) {
            if (!Acks.isLost(failure)) {
                throw failure;
            }
            lost(task);
        }
    }

    /** It was taken from this session while its command ran, and what that came to counts no more. */
    private void lost(Task<byte[]> task) {
        lost.incrementAndGet();
        relay.say("task " + task.id().number() + " was no longer taken by this call when its command had ended; it may run again");
    }

    /** Why it has failed; empty if it has not, and what it printed is stored where that is asked for. */
    private String reason(ProcessResult result) throws IOException {
        if (!result.succeeded()) {
            return FailureReason.of(result, settings.timeLimit());
        }
        return outputs == null ? "" : store(result.stdout(), outputs);
    }

    /** Stores what a command printed; why it cannot be, if it is too long, as it would be the next time; else empty. */
    private static String store(ProcessOutput printed, TaskQueue<byte[]> target) throws IOException {
        long bytes = printed.sizeBytes();
        if (bytes > OUTPUT_BYTES_MAX) {
            return "its output of " + bytes + " bytes is longer than payloadBytesMax=" + OUTPUT_BYTES_MAX + " of --output-to";
        }
        try {
            target.put(printed.bytes());
            return "";
        } catch (MillraceException refused) {
            if (refused.code() != ErrorCode.TOO_LARGE) {
                throw refused;
            }
            return "its output cannot be stored by --output-to: " + Failures.told(refused);
        }
    }

    private void fail(Task<byte[]> task, String reason) {
        int failures = task.failures() + 1;
        Integer maxAttempts = settings.maxAttempts();
        Backoff backoff = settings.backoff();
        TaskState state = TaskState.BURIED;
        if (maxAttempts != null && failures >= maxAttempts) {
            task.bury(reason);
        } else {
            state = backoff == null ? task.fail(reason) : task.fail(reason, backoff.delay(failures));
        }
        boolean isBuried = state == TaskState.BURIED;
        (isBuried ? buried : failed).incrementAndGet();
        relay.say("task " + task.id().number() + " failed: " + reason + "; "
                + (isBuried ? "buried at failure " + failures : "it will be tried again"));
    }

    // --- The end

    private int ended() {
        StopSwitch.Cause cause = stop.cause();
        long failures = failed.get() + buried.get();
        if (cause != null && cause.exitCode() == ExitCode.OUTPUT_CLOSED) {
            return cause.exitCode();
        }
        if (!settings.quiet() || failures > 0 || cause != null) {
            console.say(summary());
        }
        if (cause != null && !cause.told().isEmpty()) {
            console.say(cause.told());
        }
        if (cause != null) {
            return cause.exitCode();
        }
        return failures == 0 ? ExitCode.OK : ExitCode.FAILED;
    }

    private String summary() {
        StringBuilder line = new StringBuilder();
        line.append(done.get()).append(" done, ").append(failed.get()).append(" failed, ").append(buried.get());
        line.append(" buried in ").append(Durations.shown(Duration.ofNanos(System.nanoTime() - beginNanos)));
        if (killed.get() > 0) {
            line.append("; ").append(killed.get()).append(" killed and ready again");
        }
        if (lost.get() > 0) {
            line.append("; ").append(lost.get()).append(" lost before they were done");
        }
        return stop.cause() == null ? line.append("; ").append(left()).toString() : line.toString();
    }

    /**
     * What is left, if this user may know: all that was to be done is done, and how it went does not depend on that.
     */
    private String left() {
        try {
            QueueStats left = queue.stats();
            return "left in " + queue.name() + ": " + left.ready() + " ready, " + left.delayed() + " delayed, " + left.buried() + " buried";
        } catch (MillraceException failure) {
            return "what is left is not known: " + Failures.told(failure);
        }
    }
}
