package dev.millrace.testkit.model;

import dev.millrace.api.TaskState;
import org.jspecify.annotations.Nullable;

/** What time alone does to tasks and waits: they fall due, expire, and last too long (T9, T17, T21, T24). */
final class ModelTime {
    private final ModelState state;
    private final ModelTakes takes;

    ModelTime(ModelState state, ModelTakes takes) {
        this.state = state;
        this.takes = takes;
    }

    /** Time passes, and what it brings happens in the order of its times; at one and the same time tasks come first. */
    void pass(long untilMs) {
        while (true) {
            Due task = firstDue(untilMs);
            ModelWait wait = firstWait(untilMs);
            if (task != null && (wait == null || task.atMs <= wait.deadlineMs())) {
                state.nowMs = Math.max(state.nowMs, task.atMs);
                fallDue(task);
            } else if (wait != null) {
                state.nowMs = Math.max(state.nowMs, wait.deadlineMs());
                takes.timeOut(wait);
            } else {
                state.nowMs = Math.max(state.nowMs, untilMs);
                return;
            }
        }
    }

    /** A task, and when time changes it. */
    private record Due(long atMs, ModelQueue queue, ModelTask task) {}

    /** By time, then by id. */
    private @Nullable Due firstDue(long untilMs) {
        Due first = null;
        for (ModelQueue queue : state.queues.values()) {
            for (ModelTask task : queue.tasks.values()) {
                long atMs = task.nextEventMs();
                if (atMs <= untilMs
                        && (first == null || atMs < first.atMs || atMs == first.atMs && task.id < first.task.id)) {
                    first = new Due(atMs, queue, task);
                }
            }
        }
        return first;
    }

    private void fallDue(Due due) {
        if (state.isExpired(due.task)) {
            state.expire(due.queue, due.task);
        } else {
            due.task.state = TaskState.READY;
            due.task.readySinceMs = state.nowMs;
        }
        takes.settle(due.queue);
    }

    /** Which of those that end at the same time is first is the engine's choice. */
    private @Nullable ModelWait firstWait(long untilMs) {
        long atMs = untilMs;
        for (ModelWait wait : state.waits) {
            atMs = Math.min(atMs, wait.deadlineMs());
        }
        ModelWait first = null;
        for (ModelWait wait : state.waits) {
            if (wait.deadlineMs() == atMs
                    && (first == null || state.dialogue.answersNext(wait.session(), wait.token()))) {
                first = wait;
            }
        }
        return first;
    }

    /** Takes that lasted too long are over. */
    void endOvertime() {
        for (Due over = firstOvertime(); over != null; over = firstOvertime()) {
            timeOut(over.queue, over.task);
        }
    }

    private @Nullable Due firstOvertime() {
        Due first = null;
        for (ModelQueue queue : state.queues.values()) {
            for (ModelTask task : queue.tasks.values()) {
                if (task.isTaken()
                        && task.ttrOverMs <= state.nowMs
                        && (first == null
                                || task.ttrOverMs < first.atMs
                                || task.ttrOverMs == first.atMs && task.id < first.task.id)) {
                    first = new Due(task.ttrOverMs, queue, task);
                }
            }
        }
        return first;
    }

    /** T21. */
    private void timeOut(ModelQueue queue, ModelTask task) {
        long ttrMs = task.ttrMs != 0 ? task.ttrMs : queue.settings.ttrMs();
        Event lost = Dialogue.lost(task.owner, queue.name, task);
        queue.counts.timeouts++;
        state.failTake(queue, task, 0, "its time to run, " + ttrMs + " ms, is over");
        state.dialogue.say(lost);
        takes.settle(queue);
    }

    /** When time alone changes a task, or ends a wait, next. */
    long nextEventMs() {
        long next = Long.MAX_VALUE;
        for (ModelQueue queue : state.queues.values()) {
            for (ModelTask task : queue.tasks.values()) {
                next = Math.min(next, task.isTaken() ? task.ttrOverMs : task.nextEventMs());
            }
        }
        for (ModelWait wait : state.waits) {
            next = Math.min(next, wait.deadlineMs());
        }
        return next;
    }
}
