package dev.millrace.cli;

import org.jspecify.annotations.Nullable;

/**
 * Counts for the progress and the end of a job.
 *
 * @param finished of a job on a server; null where each item has one end
 */
record JobTally(Progress progress, Backlog backlog, @Nullable Finished finished, boolean failFast, StopSwitch stop) implements Tally {
    @Override
    public void running(int change) {
        progress.running.addAndGet(change);
    }

    @Override
    public void retried() {
        progress.retried.incrementAndGet();
    }

    @Override
    public void done(long number) {
        progress.done.incrementAndGet();
        count(number);
    }

    @Override
    public void failed(long number) {
        progress.failed.incrementAndGet();
        if (failFast) {
            stop.stop(ExitCode.FAILED, "stopped, as --fail-fast asks: item " + number + " failed");
        }
        count(number);
    }

    private void count(long number) {
        if (finished == null || finished.count(number)) {
            backlog.finished();
        }
    }
}
