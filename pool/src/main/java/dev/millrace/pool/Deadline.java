package dev.millrace.pool;

import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * Decides, once, who ends a command: itself, its time limit, or the closing of the runner. The first to write the end
 * has decided. If that was not the command, its group is signalled, and the slot must not use that shell again: a
 * signal may still be under way to it.
 */
final class Deadline {
    private final Guardian guardian;
    private final ScheduledExecutorService clock;
    private final Duration grace;
    private final Shell shell;

    /** Null while the command runs and has not been signalled. */
    private final AtomicReference<@Nullable ProcessEnd> end = new AtomicReference<>();

    /** When the time limit passes, if there is one. For the thread that runs the command. */
    private @Nullable Future<?> limit;

    Deadline(Guardian guardian, ScheduledExecutorService clock, Duration grace, Shell shell) {
        this.guardian = guardian;
        this.clock = clock;
        this.grace = grace;
        this.shell = shell;
    }

    /** Begins to count the time limit. */
    void start(Duration timeLimit) {
        limit = clock.schedule(() -> cut(ProcessEnd.TIME_LIMIT), timeLimit.toNanos(), TimeUnit.NANOSECONDS);
    }

    /** Ends the command for this reason, unless it has ended: SIGTERM now, SIGKILL after the grace. Any thread. */
    void cut(ProcessEnd reason) {
        if (end.compareAndSet(null, reason)) {
            clock.schedule(this::kill, grace.toNanos(), TimeUnit.NANOSECONDS);
            try {
                guardian.terminate(shell.group());
            } catch (IOException noGuardian) {
                shell.destroy();
            }
        }
    }

    /** The command has ended: how it came to that. */
    ProcessEnd over() {
        if (limit != null) {
            limit.cancel(false);
        }
        ProcessEnd cut = end.compareAndExchange(null, ProcessEnd.EXITED);
        return cut == null ? ProcessEnd.EXITED : cut;
    }

    /**
     * If the command has ended in the meantime, the guardian no longer knows the group and does nothing. Its shell,
     * whose work is done in any case, is ended from here as well: should the guardian be gone, the slot then sees to
     * the rest.
     */
    private void kill() {
        try {
            guardian.kill(shell.group());
        } catch (IOException noGuardian) {
            // The slot meets the same when its shell has ended, and tells its caller.
        } finally {
            shell.destroy();
        }
    }
}
