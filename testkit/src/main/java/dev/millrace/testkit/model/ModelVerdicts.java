package dev.millrace.testkit.model;

import dev.millrace.api.ErrorCode;
import dev.millrace.api.Limits;
import dev.millrace.api.MillraceException;
import dev.millrace.api.TaskState;
import dev.millrace.api.engine.Answer;
import dev.millrace.api.engine.Command;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What is done to tasks: by their owners (T11–T13, T20–T22), and by anybody (T20). */
final class ModelVerdicts {
    private final ModelState state;
    private final ModelTakes takes;

    ModelVerdicts(ModelState state, ModelTakes takes) {
        this.state = state;
        this.takes = takes;
    }

    // --- By the owner

    void ack(long session, long token, Command.Ack ack) {
        ModelQueue queue = state.queue(ack.queue());
        done(session, token, queue, complete(session, queue, ack.id(), ack.attempt()));
    }

    void ackMany(long session, long token, Command.AckMany acks) {
        ModelState.requireWithin(acks.receipts().size(), 1, Limits.BATCH_MAX);
        ModelQueue queue = state.queue(acks.queue());
        List<Answer> answers = new ArrayList<>();
        for (Command.AckMany.Held held : acks.receipts()) {
            try {
                answers.add(complete(session, queue, held.id(), held.attempt()));
            } catch (MillraceException e) {
                answers.add(new Answer.Failed(e.code(), ""));
            }
        }
        done(session, token, queue, new Answer.Each(answers));
    }

    private Answer.Done complete(long session, ModelQueue queue, long id, int attempt) {
        ModelTask task = requireHeld(session, queue, id, attempt);
        queue.tasks.remove(task.id);
        queue.counts.acks++;
        state.onChange.run();
        return new Answer.Done(id, null);
    }

    void release(long session, long token, Command.Release release) {
        ModelState.requireWithin(release.delayMs(), 0, Limits.DELAY_MAX_MS);
        ModelQueue queue = state.queue(release.queue());
        ModelTask task = requireHeld(session, queue, release.id(), release.attempt());
        queue.counts.releases++;
        TaskState then = state.giveBack(queue, task, release.delayMs());
        done(session, token, queue, new Answer.Done(task.id, then));
    }

    void fail(long session, long token, Command.Fail fail) {
        ModelState.requireWithin(fail.delayMs(), -1, Limits.DELAY_MAX_MS);
        Limits.requireReason(fail.reason());
        ModelQueue queue = state.queue(fail.queue());
        ModelTask task = requireHeld(session, queue, fail.id(), fail.attempt());
        TaskState then = state.failTake(queue, task, fail.delayMs(), fail.reason());
        done(session, token, queue, new Answer.Done(task.id, then));
    }

    void bury(long session, long token, Command.Bury bury) {
        Limits.requireReason(bury.reason());
        ModelQueue queue = state.queue(bury.queue());
        ModelTask task = requireHeld(session, queue, bury.id(), bury.attempt());
        state.bury(queue, task, bury.reason());
        done(session, token, queue, new Answer.Done(task.id, task.state));
    }

    void touch(long session, long token, Command.Touch touch) {
        ModelQueue queue = state.queue(touch.queue());
        ModelTask task = requireHeld(session, queue, touch.id(), touch.attempt());
        task.ttrOverMs = takes.ttrOverMs(queue, task);
        state.answer(session, token, new Answer.Done(task.id, task.state));
    }

    /** T13: each mistake its own code. */
    private static ModelTask requireHeld(long session, ModelQueue queue, long id, int attempt) {
        ModelState.requireWithin(attempt, 0, Limits.ATTEMPTS_MAX);
        ModelTask task = requireTask(queue, id);
        if (!task.isTaken()) {
            throw ModelState.refusal(ErrorCode.NOT_TAKEN, "");
        }
        if (task.owner != session || attempt != 0 && attempt != task.attempts) {
            throw ModelState.refusal(ErrorCode.NOT_OWNER, "");
        }
        return task;
    }

    private static ModelTask requireTask(ModelQueue queue, long id) {
        ModelState.requireWithin(id, 1, Long.MAX_VALUE);
        ModelTask task = queue.tasks.get(id);
        if (task == null) {
            throw ModelState.refusal(ErrorCode.NOT_FOUND, "");
        }
        return task;
    }

    private void done(long session, long token, ModelQueue queue, Answer answer) {
        state.answer(session, token, answer);
        takes.settle(queue);
    }

    // --- By anybody

    void kick(long session, long token, Command.Kick kick) {
        ModelState.requireWithin(kick.count(), 1, 10_000);
        ModelQueue queue = state.queue(kick.queue());
        int kicked = 0;
        for (ModelTask task : List.copyOf(queue.tasks.values())) {
            if (task.state == TaskState.BURIED && kicked < kick.count()) {
                revive(queue, task);
                queue.refreshTurns();
                kicked++;
            }
        }
        done(session, token, queue, new Answer.Count(kicked));
    }

    void kickOne(long session, long token, Command.KickOne kick) {
        ModelQueue queue = state.queue(kick.queue());
        ModelTask task = requireTask(queue, kick.id());
        if (task.isSuccessor || task.isReady() || task.isTaken()) {
            throw ModelState.refusal(ErrorCode.NOT_FOUND, "");
        }
        done(session, token, queue, new Answer.Done(task.id, revive(queue, task)));
    }

    private @Nullable TaskState revive(ModelQueue queue, ModelTask task) {
        if (state.isExpired(task)) {
            state.expire(queue, task);
            return null;
        }
        task.failures = 0;
        task.engineDeaths = 0;
        task.reason = null;
        task.waitUntil(0, state.nowMs);
        state.onChange.run();
        return task.state;
    }

    void delete(long session, long token, Command.Delete delete) {
        ModelQueue queue = state.queue(delete.queue());
        ModelTask task = requireTask(queue, delete.id());
        if (task.isTaken() && task.owner != session) {
            if (!delete.force()) {
                throw ModelState.refusal(ErrorCode.NOT_OWNER, "");
            }
            state.dialogue.say(Dialogue.lost(task.owner, queue.name, task));
        }
        queue.tasks.remove(task.id);
        queue.counts.deletions++;
        state.onChange.run();
        done(session, token, queue, new Answer.Done(task.id, null));
    }

    /** The owners of purged tasks are told when the engine comes to it. */
    void purge(long session, long token, Command.Purge purge) {
        ModelQueue queue = state.queue(purge.queue());
        int count = queue.tasks.size();
        for (ModelTask task : queue.tasks.values()) {
            if (task.isTaken()) {
                state.dialogue.owe(Dialogue.lost(task.owner, queue.name, task));
            }
        }
        queue.tasks.clear();
        queue.counts.deletions += count;
        done(session, token, queue, new Answer.Count(count));
    }
}
