package dev.millrace.core;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Who owns what: gives ready tasks to sessions, waiting or not, and checks what a session says about a task it took.
 */
final class Takes {
    /**
     * A take that may wait ends so many tasks whose end has come; with more in its way it waits for their timers, which
     * are due, too.
     */
    static final int EXPIRED_MAX = 256;

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
            if (queue != null && hasTask(queue, timeoutMs == 0 ? Integer.MAX_VALUE : EXPIRED_MAX)) {
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

    /**
     * Gives tasks that have become takeable to the takes that wait, in the order they began to (T5, T9). Where the end
     * of a queue's first task has come, its timer is due in this moment, too, and comes back here.
     */
    void serve() {
        for (QueueState queue = tasks.wakeable.poll(); queue != null; queue = tasks.wakeable.poll()) {
            Waiter wait = queue.waiters.first();
            while (wait != null && hasTask(queue)) {
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
        for (int count = 0; hasRoom && count < max && hasTask(queue); count++) {
            hasRoom = replies.takenAmong(take(queue, session));
            endExpired(queue, EXPIRED_MAX);
        }
        replies.takenMany(session, token);
    }

    /** Whether the queue's first task can be taken. */
    private boolean hasTask(QueueState queue) {
        int slot = Tasks.first(queue);
        return slot != 0 && !tasks.fields.isExpired(slot, time.nowMs());
    }

    /**
     * Whether the queue has a task for one who does not wait yet. Tasks whose end has come, with so many others that
     * their timers must wait, end now (T24), at most so many; what is behind them goes to those who wait first.
     */
    private boolean hasTask(QueueState queue, int expiredMax) {
        if (endExpired(queue, expiredMax)) {
            serve();
        }
        return hasTask(queue);
    }

    /** Whether there were any. */
    private boolean endExpired(QueueState queue, int max) {
        int count = 0;
        for (int slot = Tasks.first(queue);
                count < max && slot != 0 && tasks.fields.isExpired(slot, time.nowMs());
                slot = Tasks.first(queue)) {
            transitions.becomeDue(slot);
            count++;
        }
        return count > 0;
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
