package dev.millrace.api;

/**
 * A queue in numbers (T18). The first group is now; the second counts since the engine was opened, or since the queue
 * was last forgotten while empty (see {@link OpenOptions}).
 *
 * @param queue the queue's name
 * @param ready tasks that may be taken now
 * @param delayed tasks with a due time ahead
 * @param taken tasks owned by sessions
 * @param buried tasks set aside
 * @param waiting takes that wait for a task
 * @param putCount tasks stored
 * @param takenCount takes answered with a task
 * @param ackedCount tasks completed
 * @param releasedCount tasks given back, by release or by a session's clean end
 * @param failedCount failures: {@code fail} and deaths of sessions
 * @param buriedCount tasks that became BURIED
 * @param deletedCount tasks deleted or purged
 */
public record QueueStats(
        String queue,
        long ready,
        long delayed,
        long taken,
        long buried,
        long waiting,
        long putCount,
        long takenCount,
        long ackedCount,
        long releasedCount,
        long failedCount,
        long buriedCount,
        long deletedCount) {
    /** All tasks of the queue: ready, delayed, taken and buried. */
    public long total() {
        return ready + delayed + taken + buried;
    }
}
