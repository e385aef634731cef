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
 * @param ageMs for how long, in ms, the task that the next take gets has been ready, whether the queue is paused or
 *     not; 0 when there is none. With priorities or groups others may have waited longer. What was ready when the
 *     engine was opened counts from then
 * @param paused whether takes get nothing until the queue is resumed (T20)
 * @param putCount tasks stored
 * @param takenCount takes answered with a task
 * @param ackedCount tasks completed
 * @param releasedCount tasks given back, by release or by a session's clean end
 * @param failedCount failures: {@code fail}, takes that timed out, and deaths of sessions
 * @param timedOutCount takes that lasted longer than their time to run (T21); each is a failure as well
 * @param buriedCount tasks that became BURIED
 * @param expiredCount tasks that outlived their time to live (T24)
 * @param deletedCount tasks deleted or purged
 */
public record QueueStats(
        String queue,
        long ready,
        long delayed,
        long taken,
        long buried,
        long waiting,
        long ageMs,
        boolean paused,
        long putCount,
        long takenCount,
        long ackedCount,
        long releasedCount,
        long failedCount,
        long timedOutCount,
        long buriedCount,
        long expiredCount,
        long deletedCount) {
    /** {@return all tasks of the queue: ready, delayed, taken and buried} */
    public long total() {
        return ready + delayed + taken + buried;
    }
}
