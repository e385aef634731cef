package dev.millrace.core;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** Who owns what: gives ready tasks to sessions, waiting or not, and checks what a session says about a task it took. */
final class Takes {
    private final CoreSettings settings;
    private final Tasks tasks;
    private final TaskTable table;
    private final CoreTime time;
    private final TaskLog<?> log;
    private final Replies replies;
    private final Waits waits;
    private final Transitions transitions;

    private long refusedWaits;

    Takes(
            CoreSettings settings,
            Tasks tasks,
            CoreTime time,
            TaskLog<?> log,
            Replies replies,
            Waits waits,
            Transitions transitions) {
        this.settings = settings;
        this.tasks = tasks;
        this.table = tasks.table;
        this.time = time;
        this.log = log;
        this.replies = replies;
        this.waits = waits;
        this.transitions = transitions;
    }

    /** Takes from the first of the queues that has a task, or begins to wait; {@code max} as in {@link Waiter}. */
    void take(CoreSession session, Object token, List<String> queueNames, int max, long timeoutMs) {
        for (String name : queueNames) {
            QueueState queue = tasks.queues.find(name);
            if (queue != null && first(queue) != 0) {
                give(queue, session, token, max);
                return;
            }
        }
        if (timeoutMs == 0) {
            replies.nothing(session, token);
            return;
        }
        Refused refused = refusesWait(session, token, queueNames);
        if (refused != null) {
            replies.refused(session, token, refused.refusal(), refused.message());
        } else {
            waits.begin(new Waiter(session, token, open(queueNames), max), timeoutMs);
        }
    }

    /** How many takes could not wait, since too many did. */
    long refusedWaits() {
        return refusedWaits;
    }

    private @Nullable Refused refusesWait(CoreSession session, Object token, List<String> queueNames) {
        if (waits.count() >= settings.waitersMax()) {
            refusedWaits++;
            return new Refused(Refusal.OVERLOADED, "waiting takes=" + waits.count() + " reached waitersMax="
                    + settings.waitersMax() + "; raise it, or wait less");
        }
        if (session.waiters.containsKey(token)) {
            return new Refused(
                    Refusal.BAD_ARGUMENT, "a take with token " + token + " waits already; use another");
        }
        return tasks.queues.refusesToOpen(queueNames);
    }

    private List<QueueState> open(List<String> queueNames) {
        return queueNames.stream().map(name -> tasks.queues.open(name)).toList();
    }

    /** Gives tasks that have become takeable to the takes that wait, in the order they began to (T5, T9). */
    void serve() {
        for (QueueState queue = tasks.wakeable.poll(); queue != null; queue = tasks.wakeable.poll()) {
            Waiter wait = queue.waiters.first();
            while (wait != null && first(queue) != 0) {
                // In this order: a log that throws leaves the wait where a breakdown finds it, and answers it.
                give(queue, wait.session, wait.token, wait.max);
                waits.end(wait);
                wait = queue.waiters.first();
            }
        }
    }

    private void give(QueueState queue, CoreSession session, Object token, int max) {
        if (max == 0) {
            replies.taken(session, token, take(queue, session));
            return;
        }
        boolean hasRoom = true;
        for (int count = 0; hasRoom && count < max && first(queue) != 0; count++) {
            hasRoom = replies.takenAmong(take(queue, session));
        }
        replies.takenMany(session, token);
    }

    /** The task that a take gets. One whose end has come, with so many others that its timer must wait, ends now (T24). */
    private int first(QueueState queue) {
        int slot = Tasks.first(queue);
        while (slot != 0 && tasks.fields.isExpired(slot, time.nowMs())) {
            transitions.becomeDue(slot);
            slot = Tasks.first(queue);
        }
        return slot;
    }

    /** The session owns the queue's first task from now on. */
    private TaskView take(QueueState queue, CoreSession session) {
        int slot = Tasks.first(queue);
        int attempt = table.attempts(slot) + 1;
        table.attempts(slot, attempt);
        long ttrMs = tasks.ttrMs(slot);
        tasks.toTaken(slot, session, ttrMs == 0 ? 0 : time.nowMs() + ttrMs);
        queue.takes++;
        log.take(table.id(slot), table.position(slot), attempt);
        return tasks.view(slot);
    }

    /** Why a session may not say anything about a task, or null if it holds it with this attempt (T13, T21). */
    @Nullable Refused refuses(CoreSession session, String queueName, long id, int attempt) {
        int slot = tasks.find(tasks.queues.find(queueName), id);
        if (slot == 0) {
            return notFound(queueName, id);
        }
        State state = tasks.fields.state(slot);
        if (state != State.TAKEN) {
            return new Refused(Refusal.NOT_TAKEN, "task " + id + " is taken by nobody; it is " + state);
        }
        CoreSession holder = tasks.holderOf(slot);
        if (holder != session) {
            return notOwner(session, id, holder);
        }
        int current = table.attempts(slot);
        if (attempt != 0 && attempt != current) {
            return new Refused(Refusal.NOT_OWNER, "receipt " + id + ":" + attempt
                    + " is of another take than the present one, " + id + ":" + current);
        }
        return null;
    }

    static Refused notFound(String queueName, long id) {
        return new Refused(Refusal.NOT_FOUND, "task " + id + " is not in queue " + queueName + " (any more)");
    }

    static Refused notOwner(CoreSession session, long id, @Nullable CoreSession holder) {
        return new Refused(
                Refusal.NOT_OWNER,
                "task " + id + " is taken by session " + (holder == null ? 0 : holder.id()) + ", not by you ("
                        + session.id() + ")");
    }
}
