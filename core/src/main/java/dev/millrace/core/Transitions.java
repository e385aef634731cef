package dev.millrace.core;

import org.jspecify.annotations.Nullable;

/**
 * Changes of a task's state that go to the log, with all that follows from them: counters, a successor that has its
 * turn, an end because the time to live is over. What recovery would conclude by itself from the records is not
 * recorded: that a task's due time has come, and that a successor waits no more.
 */
final class Transitions {
    private final Tasks tasks;
    private final TaskTable table;
    private final CoreTime time;
    private final TaskLog<?> log;

    Transitions(Tasks tasks, CoreTime time, TaskLog<?> log) {
        this.tasks = tasks;
        this.table = tasks.table;
        this.time = time;
        this.log = log;
    }

    /** The task is gone. */
    void remove(int slot, Outcome outcome) {
        QueueState queue = tasks.queueOf(slot);
        long home = table.position(slot);
        log.gone(table.id(slot), home, table.attempts(slot), outcome);
        log.retire(home);
        promote(tasks.remove(slot));
        tasks.queues.settle(queue);
    }

    /** A purged task leaves the memory. */
    void discard(int slot) {
        QueueState queue = tasks.queueOf(slot);
        log.retire(table.position(slot));
        tasks.discard(slot);
        tasks.queues.settle(queue);
    }

    /** A task's timer is due: it is ready, or at its end (T17, T24). */
    void becomeDue(int slot) {
        if (tasks.purges.isDead(slot)) {
            discard(slot);
        } else if (tasks.fields.isExpired(slot, time.nowMs())) {
            expire(slot);
        } else {
            tasks.toReady(slot);
        }
    }

    /** The task failed once more (T22): it is ready again after the delay, or buried. */
    void fail(int slot, long delayMs, @Nullable String reason) {
        tasks.queueOf(slot).failures++;
        int failures = tasks.fields.failures(slot) + 1;
        tasks.fields.failures(slot, failures);
        int max = tasks.maxAttempts(slot);
        if (max != 0 && failures >= max) {
            bury(slot, reason);
        } else {
            giveBack(slot, delayMs);
        }
    }

    /**
     * A taken task goes back to its queue, unless its time to live is over, or it was taken as often as can be counted.
     */
    void giveBack(int slot, long delayMs) {
        if (tasks.fields.isExpired(slot, time.nowMs())) {
            expire(slot);
        } else if (tasks.fields.isSpent(slot)) {
            tasks.spentBurials++;
            bury(slot, "attempts=" + TaskTable.ATTEMPTS_MAX + ", the most that are counted");
        } else if (delayMs > 0) {
            tasks.toDelayed(slot, time.nowMs() + delayMs);
            recordMove(slot, false);
        } else {
            tasks.toReady(slot);
            recordMove(slot, false);
        }
    }

    /** Sets a task aside. */
    void bury(int slot, @Nullable String reason) {
        tasks.queueOf(slot).burials++;
        int successor = tasks.toBuried(slot, reason);
        recordMove(slot, successor != 0);
        promote(successor);
    }

    /** A task that was set aside or delayed is ready as if it had never failed, unless its time to live is over. */
    void revive(int slot) {
        if (tasks.fields.isExpired(slot, time.nowMs())) {
            expire(slot);
            return;
        }
        tasks.fields.failures(slot, 0);
        table.engineDeaths(slot, 0);
        tasks.toReady(slot);
        recordMove(slot, false);
    }

    /** The successor of a task that has gone, or was buried, is the first of its key now (T23). 0 does nothing. */
    void promote(int successor) {
        if (successor == 0) {
            return;
        }
        long dueMs = tasks.fields.heldBackDueMs(successor);
        if (tasks.fields.isExpired(successor, time.nowMs())) {
            expire(successor);
        } else if (dueMs > time.nowMs()) {
            tasks.toDelayed(successor, dueMs);
        } else {
            tasks.toReady(successor);
        }
    }

    private void expire(int slot) {
        QueueState queue = tasks.queueOf(slot);
        queue.expirations++;
        tasks.wakeable.add(queue); // it may have been in the way of another one
        remove(slot, Outcome.EXPIRED);
    }

    /** The task's present state goes to the log, and whether it has just lost its key to its successor. */
    private void recordMove(int slot, boolean keyLost) {
        TaskView view = tasks.view(slot);
        log.move(new TaskLog.Move(
                view.id(),
                view.home(),
                view.state(),
                view.dueMs(),
                view.attempts(),
                view.failures(),
                table.engineDeaths(slot),
                keyLost,
                view.reason()));
    }
}
