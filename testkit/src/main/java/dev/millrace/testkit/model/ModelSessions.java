package dev.millrace.testkit.model;

import dev.millrace.api.ErrorCode;
import dev.millrace.api.engine.Answer;
import dev.millrace.api.engine.EndReason;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** How sessions begin and end, and what becomes of what they hold (G3, G4, T22). */
final class ModelSessions {
    private final ModelState state;
    private final ModelTakes takes;

    ModelSessions(ModelState state, ModelTakes takes) {
        this.state = state;
        this.takes = takes;
    }

    /** A session begins. */
    void open(long session, long silenceMaxMs) {
        state.sessions.put(session, new ModelSession(session, silenceMaxMs, state.nowMs));
    }

    /** A session ends by its own will; nothing happens if it has ended. */
    void close(long session) {
        ModelSession closing = state.sessions.get(session);
        if (closing != null) {
            end(closing, EndReason.CLOSED);
        }
    }

    /**
     * The engine is closed: every session ends in order. Whether a task that one gives back is handed to another one's
     * wait before that ends, too, is the engine's choice.
     *
     * @param order of the sessions; one that has ended already is passed over
     * @param withdrawsFirst whether all waits are withdrawn before the first session ends
     */
    void closeAll(List<Long> order, boolean withdrawsFirst) {
        state.dialogue = new Dialogue(null, state.owed);
        if (withdrawsFirst) {
            state.waits.clear();
        }
        for (long id : order) {
            ModelSession session = state.sessions.get(id);
            if (session != null) {
                end(session, EndReason.ENGINE_CLOSED);
            }
        }
    }

    /** Those that were silent too long end. */
    void endSilent() {
        for (ModelSession silent = firstSilent(); silent != null; silent = firstSilent()) {
            end(silent, EndReason.SILENT);
        }
    }

    /** Which of those that have been silent for too long ends first is the engine's choice. */
    private @Nullable ModelSession firstSilent() {
        List<ModelSession> silent = state.sessions.values().stream()
                .filter(session -> session.silentMs() <= state.nowMs && !takes.waits(session.id))
                .sorted(Comparator.comparingLong(ModelSession::silentMs))
                .toList();
        return silent.stream()
                .min(Comparator.comparingInt(session -> state.dialogue.endsAfter(session.id)))
                .orElse(null);
    }

    /** When one has been silent too long next: a wait is its session's sign of life (G3). */
    long nextEndMs() {
        long next = Long.MAX_VALUE;
        for (ModelSession session : state.sessions.values()) {
            if (!takes.waits(session.id)) {
                next = Math.min(next, session.silentMs());
            }
        }
        return next;
    }

    /** G4: its waits are withdrawn, its tasks go back, and only then others are served. */
    private void end(ModelSession session, EndReason reason) {
        for (ModelWait wait : List.copyOf(state.waits)) {
            if (wait.session() == session.id) {
                state.waits.remove(wait);
                state.answer(session.id, wait.token(), new Answer.Failed(ErrorCode.CLOSED, ""));
            }
        }
        state.sessions.remove(session.id);
        Set<ModelQueue> changed = new TreeSet<>(Comparator.comparing((ModelQueue queue) -> queue.name));
        for (Held held : heldBy(session)) {
            goBackWithSession(held.queue, held.task, reason);
            changed.add(held.queue);
        }
        takes.settle(changed);
        state.dialogue.dropOwed(session.id);
        state.dialogue.say(new Event.Ended(session.id, reason));
    }

    /** A task that a session has taken. */
    private record Held(ModelQueue queue, ModelTask task) {}

    /**
     * What was taken last goes back first; the order is the engine's to choose, and shows only if it dies meanwhile.
     */
    private List<Held> heldBy(ModelSession session) {
        List<Held> held = new ArrayList<>();
        for (ModelQueue queue : state.queues.values()) {
            for (ModelTask task : queue.tasks.values()) {
                if (task.isTaken() && task.owner == session.id) {
                    held.add(new Held(queue, task));
                }
            }
        }
        held.sort(Comparator.comparingLong((Held each) -> each.task.takenAs).reversed());
        return held;
    }

    /** T22: a clean end is a release, and death a failure. */
    private void goBackWithSession(ModelQueue queue, ModelTask task, EndReason reason) {
        if (reason == EndReason.SILENT) {
            state.failTake(queue, task, 0, ModelTask.ENGINES_REASON);
        } else {
            queue.counts.releases++;
            state.giveBack(queue, task, 0);
        }
    }
}
