package dev.millrace.testkit.model;

import dev.millrace.api.ErrorCode;
import dev.millrace.api.Limits;
import dev.millrace.api.TaskState;
import dev.millrace.api.engine.Answer;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Takes: at once, or waiting in line (T5–T9, T25). */
final class ModelTakes {
    private final ModelState state;

    ModelTakes(ModelState state) {
        this.state = state;
    }

    void take(long session, long token, List<String> queues, boolean many, int count, long timeoutMs) {
        requireQueues(queues);
        ModelState.requireWithin(count, 1, Limits.BATCH_MAX);
        ModelState.requireWithin(timeoutMs, -1, Limits.DELAY_MAX_MS);
        for (String name : queues) {
            if (state.queue(name).hasTakeable()) {
                hand(session, token, state.queue(name), many, count);
                return;
            }
        }
        if (timeoutMs == 0) {
            state.answer(session, token, new Answer.Nothing());
        } else if (state.waits.size() >= state.options.waitersMax()) {
            throw ModelState.refusal(ErrorCode.OVERLOADED, "");
        } else {
            long deadlineMs = timeoutMs < 0 ? Long.MAX_VALUE : state.nowMs + timeoutMs;
            state.waits.add(new ModelWait(session, token, queues, many, count, deadlineMs));
        }
    }

    private static void requireQueues(List<String> queues) {
        if (queues.isEmpty()
                || queues.size() > Limits.TAKE_QUEUES_MAX
                || new HashSet<>(queues).size() < queues.size()) {
            throw ModelState.bad("");
        }
        queues.forEach(name -> Limits.requireName("queue", name));
    }

    /** Gives a session the first task, or as many as there are, of a queue that has one. */
    private void hand(long session, long token, ModelQueue queue, boolean many, int count) {
        List<Answer.Taken> taken = new ArrayList<>();
        while (taken.size() < count && queue.hasTakeable()) {
            ModelTask task = queue.firstTakeable(state.dialogue.takenId(session, token, taken.size()), state::choose);
            if (task == null) {
                throw new IllegalStateException("a queue that has a takeable task has none");
            }
            String group = task.group;
            task.state = TaskState.TAKEN;
            task.owner = session;
            task.dueMs = 0;
            task.takenAs = ++state.takes;
            task.attempts++;
            task.ttrOverMs = ttrOverMs(queue, task);
            queue.counts.takes++;
            queue.tookTurn(group);
            state.onChange.run();
            taken.add(task.taken(queue.name, queue.settings));
        }
        state.answer(session, token, many ? new Answer.TakenMany(taken) : taken.getFirst());
    }

    /** T21: the put's time to run, else the queue's, as they are now. */
    long ttrOverMs(ModelQueue queue, ModelTask task) {
        long ttrMs = task.ttrMs != 0 ? task.ttrMs : queue.settings.ttrMs();
        return ttrMs == 0 ? Long.MAX_VALUE : state.nowMs + ttrMs;
    }

    // --- What follows a change

    /** The rest of every change of a queue, after its own answer: successors, turns, waiting takes. */
    void settle(ModelQueue queue) {
        promote(queue);
        serve(queue);
    }

    /** {@link #settle(ModelQueue)} for a change of several queues in one step; whose takes come first is open. */
    void settle(Collection<ModelQueue> queues) {
        queues.forEach(this::promote);
        List<ModelQueue> left = new ArrayList<>(queues);
        while (!left.isEmpty()) {
            ModelQueue next = left.getFirst();
            String engines = state.dialogue.queueTakenFrom();
            for (ModelQueue queue : left) {
                if (queue.name.equals(engines) && queue.hasTakeable()) {
                    next = queue;
                }
            }
            if (!serveOne(next)) {
                left.remove(next);
            }
        }
    }

    /**
     * Groups that may run by this change, through a slot or a successor, join the turns together: their order is open.
     */
    private void promote(ModelQueue queue) {
        queue.leaveTurns();
        state.promoteSuccessors(queue);
        queue.refreshTurns();
    }

    private void serve(ModelQueue queue) {
        while (serveOne(queue)) {}
    }

    private boolean serveOne(ModelQueue queue) {
        ModelWait wait = queue.hasTakeable() ? firstInLine(queue) : null;
        if (wait == null) {
            return false;
        }
        end(wait);
        hand(wait.session(), wait.token(), queue, wait.many(), wait.count());
        return true;
    }

    private @Nullable ModelWait firstInLine(ModelQueue queue) {
        for (ModelWait wait : state.waits) {
            if (wait.queues().contains(queue.name)) {
                return wait;
            }
        }
        return null;
    }

    // --- Ends of waits

    void cancel(long session, long token) {
        for (ModelWait wait : List.copyOf(state.waits)) {
            if (wait.session() == session && wait.token() == token) {
                end(wait);
                state.answer(session, token, new Answer.Failed(ErrorCode.CANCELLED, ""));
            }
        }
    }

    void timeOut(ModelWait wait) {
        end(wait);
        state.answer(wait.session(), wait.token(), new Answer.Nothing());
    }

    /** Until now the wait was its session's sign of life (G3). */
    private void end(ModelWait wait) {
        state.waits.remove(wait);
        ModelSession session = state.sessions.get(wait.session());
        if (session != null) {
            session.lastHeardMs = state.nowMs;
        }
    }

    boolean waits(long session) {
        return state.waits.stream().anyMatch(wait -> wait.session() == session);
    }

    long waiting(String queue) {
        return state.waits.stream().filter(wait -> wait.queues().contains(queue)).count();
    }
}
