package dev.millrace.core;

import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Who owns what: gives ready tasks to sessions, waiting or not, and checks what a session says about a task it took. */
final class Takes {
    private final Tasks tasks;
    private final TaskTable table;
    private final TaskLog<?> log;
    private final Replies replies;
    private final Consumer<Waiter> endWait;

    Takes(Tasks tasks, TaskLog<?> log, Replies replies, Consumer<Waiter> endWait) {
        this.tasks = tasks;
        this.table = tasks.table;
        this.log = log;
        this.replies = replies;
        this.endWait = endWait;
    }

    /** Gives ready tasks to the takes that wait, in the order they began to (T5, T9). */
    void serve(QueueState queue) {
        for (Waiter wait = queue.waiters.first(); wait != null; wait = queue.waiters.first()) {
            int slot = queue.ready.first();
            if (slot == 0) {
                return;
            }
            // In this order: a log that throws leaves the wait where a breakdown finds it, and answers it.
            take(slot, wait.session, wait.token);
            endWait.accept(wait);
        }
    }

    /** The session owns this ready task from now on. */
    void take(int slot, CoreSession session, Object token) {
        int attempt = table.attempts(slot) + 1;
        table.attempts(slot, attempt);
        tasks.toTaken(slot, session);
        QueueState queue = tasks.queueOf(slot);
        queue.takes++;
        log.take(table.id(slot), table.position(slot), attempt);
        replies.taken(session, token, tasks.view(slot));
    }

    /** The task's present state goes to the log. */
    void logMove(int slot) {
        TaskView view = tasks.view(slot);
        log.move(new TaskLog.Move(
                view.id(),
                view.home(),
                view.state(),
                view.dueMs(),
                view.attempts(),
                view.failures(),
                table.engineDeaths(slot),
                view.reason()));
    }

    /** The slot of a task that there is; otherwise refuses and gives 0. */
    int requireFound(CoreSession session, Object token, String queueName, long id) {
        int slot = tasks.find(tasks.queues.find(queueName), id);
        if (slot == 0) {
            replies.refused(
                    session,
                    token,
                    Refusal.NOT_FOUND,
                    "task " + id + " is not in queue " + queueName + " (any more)");
        }
        return slot;
    }

    /** The slot of a task that the session has taken, with this attempt; otherwise refuses (T13, T21) and gives 0. */
    int requireOwned(CoreSession session, Object token, String queueName, long id, int attempt) {
        int slot = requireFound(session, token, queueName, id);
        if (slot == 0) {
            return 0;
        }
        State state = tasks.state(slot);
        if (state != State.TAKEN) {
            replies.refused(
                    session, token, Refusal.NOT_TAKEN, "task " + id + " is taken by nobody; it is " + state);
            return 0;
        }
        CoreSession holder = tasks.holderOf(slot);
        if (holder != session) {
            refuseOwner(session, token, id, holder);
            return 0;
        }
        int current = table.attempts(slot);
        if (attempt != 0 && attempt != current) {
            replies.refused(session, token, Refusal.NOT_OWNER, "receipt " + id + ":" + attempt
                    + " is of another take than the present one, " + id + ":" + current);
            return 0;
        }
        return slot;
    }

    void refuseOwner(CoreSession session, Object token, long id, @Nullable CoreSession holder) {
        replies.refused(
                session,
                token,
                Refusal.NOT_OWNER,
                "task " + id + " is taken by session " + (holder == null ? 0 : holder.id()) + ", not by you ("
                        + session.id() + ")");
    }
}
