package dev.millrace.core;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The state machine of sessions and tasks: chapters G and T of the contract, as commands at given times.
 *
 * <p>A round of its owner is: {@link #advance} to the time of now, so that what is due is ready and waits that ran out are
 * over; the commands; {@link #expire}, which ends silent sessions only after everything they said has been heard; then the
 * log is made durable and the replies go out. Every command either is refused and has changed nothing, or happens at once
 * and completely. Arguments are within their bounds, sessions given along are open, and {@link TaskLog} and
 * {@link Replies} do not call back: the owner sees to that.
 *
 * @param <P> a payload, which is only handed through to the log
 */
public final class TaskMachine<P> {
    /** How many timers, or slots in search of purged tasks, one round works on. */
    public static final int SLICE = 4_096;

    /** The most tasks that one kick makes ready. */
    public static final int KICK_MAX = 10_000;

    private final CoreSettings settings;
    private final Tasks tasks;
    private final TaskTable table;
    private final TaskLog<P> log;
    private final Replies replies;
    private final Takes takes;
    private final Looks looks;
    /** Ends of waits. */
    private final Deadlines<Waiter> waits = new Deadlines<>();
    /** Ends of silent sessions. */
    private final Deadlines<CoreSession> silences = new Deadlines<>();
    private final RecordedItems recorded;

    private int waiting;
    private int producerCount;
    private long nextId;
    private long nowMs;

    /** Begins where recovery ended; see {@link TaskReplay#machine}. */
    TaskMachine(
            CoreSettings settings,
            Tasks tasks,
            long nextId,
            long nowMs,
            TaskLog<P> log,
            Replies replies) {
        this.settings = settings;
        this.tasks = tasks;
        this.table = tasks.table;
        this.recorded = tasks.queues.recorded;
        this.nextId = nextId;
        this.nowMs = nowMs;
        this.log = log;
        this.replies = replies;
        this.looks = new Looks(tasks);
        this.takes = new Takes(tasks, log, replies, this::endWait);
        this.producerCount = recorded.producerCount();
    }

    /** Queries. */
    public Looks looks() {
        return looks;
    }

    // --- Time

    /** The time of this round, in ms since 1970. It never goes back. */
    public long nowMs() {
        return nowMs;
    }

    /** The id that the next task gets. */
    public long nextId() {
        return nextId;
    }

    /** How many tasks there are, with those that were purged and not yet swept. */
    public int taskCount() {
        return table.taskCount();
    }

    /**
     * Lets time pass: tasks become ready and waits run out in the order of their times. Passes no due time whose timers
     * are not all processed, and processes at most {@link #SLICE} of them.
     *
     * @return whether more are due, so that another round should follow at once
     */
    public boolean advance(long toMs) {
        for (int budget = SLICE; ; budget--) {
            int due = tasks.firstDue();
            long dueMs = due == 0 ? Long.MAX_VALUE : tasks.dueMs(due);
            Waiter wait = waits.first();
            long waitMs = wait == null ? Long.MAX_VALUE : wait.atMs;
            if (Math.min(dueMs, waitMs) > toMs) {
                nowMs = Math.max(nowMs, toMs);
                return false;
            }
            if (budget == 0) {
                return true;
            }
            if (wait == null || dueMs <= waitMs) {
                nowMs = Math.max(nowMs, dueMs);
                becomeDue(due);
            } else {
                nowMs = Math.max(nowMs, waitMs);
                endWait(wait);
                replies.nothing(wait.session, wait.token);
            }
        }
    }

    /** Ends the sessions that have been silent for too long. To be called after the commands of a round. */
    public void expire() {
        for (CoreSession session = silences.first();
                session != null && session.atMs <= nowMs;
                session = silences.first()) {
            silences.disarm(session);
            long lastLifeMs = session.waiters.isEmpty() ? session.lastHeardMs : nowMs;
            if (lastLifeMs + session.silenceMaxMs > nowMs) {
                silences.arm(session, lastLifeMs + session.silenceMaxMs);
            } else {
                end(session, true);
            }
        }
    }

    /** When something happens by itself, in ms since 1970; {@link Long#MAX_VALUE} when nothing will. */
    public long nextEventMs() {
        int due = tasks.firstDue();
        long next = due == 0 ? Long.MAX_VALUE : tasks.dueMs(due);
        Waiter wait = waits.first();
        CoreSession silent = silences.first();
        next = Math.min(next, wait == null ? Long.MAX_VALUE : wait.atMs);
        return Math.min(next, silent == null ? Long.MAX_VALUE : silent.atMs);
    }

    /** Removes purged tasks from memory, a slice of them; whether more are left. */
    public boolean sweep() {
        if (!tasks.hasUnswept()) {
            return false;
        }
        int stop = tasks.sweepStop(SLICE);
        for (int slot = tasks.nextDead(stop); slot != 0; slot = tasks.nextDead(stop)) {
            if (tasks.state(slot) == State.TAKEN) {
                replies.lost(
                        tasks.holderOf(slot), tasks.queueOf(slot).name, table.id(slot), table.attempts(slot));
            }
            discard(slot);
        }
        return tasks.hasUnswept();
    }

    // --- Sessions

    /**
     * Opens a session.
     *
     * @param silenceMaxMs it ends when nothing is heard of it for so long; 0 = never
     * @return null when no more can be open
     */
    public @Nullable CoreSession openSession(long id, long silenceMaxMs, Object attachment) {
        CoreSession session = tasks.sessions.open(id, silenceMaxMs, attachment);
        if (session != null && silenceMaxMs > 0) {
            session.lastHeardMs = nowMs;
            silences.arm(session, nowMs + silenceMaxMs);
        }
        return session;
    }

    /** The session is alive. The owner says so with every command and beat; the commands themselves do not. */
    public void heard(CoreSession session) {
        session.lastHeardMs = nowMs;
    }

    /** Ends a session by its own wish, or at the engine's orderly end; nothing when it has ended (G4). */
    public void closeSession(CoreSession session) {
        if (session.isOpen()) {
            end(session, false);
        }
    }

    /** Ends a session as if nothing had been heard of it for too long; nothing when it has ended (G3, T22). */
    public void silence(CoreSession session) {
        if (session.isOpen()) {
            end(session, true);
        }
    }

    /** Ends all sessions, in order: first every wait, so that no task that goes back is handed out once more. */
    public void closeSessions() {
        List<CoreSession> open = sessions();
        open.forEach(this::withdrawWaits);
        open.forEach(this::closeSession);
    }

    /** The open sessions. */
    public List<CoreSession> sessions() {
        return tasks.sessions.all();
    }

    /** The tokens of the session's takes that wait. */
    public List<Object> waits(CoreSession session) {
        return List.copyOf(session.waiters.keySet());
    }

    private void end(CoreSession session, boolean silent) {
        silences.disarm(session);
        withdrawWaits(session);
        Set<QueueState> touched = new LinkedHashSet<>();
        for (int slot = session.heldHead; slot != 0; slot = session.heldHead) {
            if (tasks.isDead(slot)) {
                discard(slot);
                continue;
            }
            QueueState queue = tasks.queueOf(slot);
            if (silent) {
                failed(slot, 0, "session " + session.id() + " was silent and ended");
            } else {
                queue.releases++;
                giveBack(slot, 0);
            }
            replies.givenBack(session, queue.name, table.id(slot), tasks.state(slot));
            touched.add(queue);
        }
        tasks.sessions.remove(session);
        touched.forEach(takes::serve);
        replies.ended(session, silent);
    }

    private void withdrawWaits(CoreSession session) {
        for (Waiter wait : List.copyOf(session.waiters.values())) {
            endWait(wait);
            replies.refused(
                    session, wait.token, Refusal.CLOSED, "session " + session.id() + " ended while its take waited");
        }
    }

    // --- Putting and taking

    /**
     * Stores a task (T3, T4, G10); the id is given here.
     *
     * @param put what was asked for, within its bounds
     */
    public void put(CoreSession session, Object token, String queueName, PutCommand put, P payload) {
        QueueState known = tasks.queues.find(queueName);
        Producer producer = null;
        if (put.producer() != null) {
            producer = known == null ? null : known.producers.get(put.producer());
            if (known != null && producer != null && put.sequence() <= producer.last()) {
                repeated(session, token, known, producer, put.sequence());
                return;
            }
            if (producer == null && producerCount >= settings.producersMax()) {
                refuse(session, token, Refusal.OVERLOADED, "producers=" + producerCount + " reached producersMax="
                        + settings.producersMax() + "; raise it, or put without a producer");
                return;
            }
        }
        if (refusesDue(session, token, put.delayMs())) {
            return;
        }
        QueueState queue = known != null ? known : openQueue(session, token, queueName);
        if (queue == null) {
            return;
        }
        if (queue.neededFrom < 0) {
            recorded.add(queue, log.queue(queue.number, queue.name));
        }
        long dueMs = put.delayMs() > 0 ? nowMs + put.delayMs() : 0;
        long id = nextId++;
        long home = log.task(
                new TaskLog.PutRecord(
                        queue.number, id, dueMs, put.priority(), put.maxAttempts(), put.producer(), put.sequence()),
                payload);
        if (put.producer() != null) {
            count(queue, producer, put.producer(), put.sequence(), id, home);
        }
        int slot = tasks.create(queue, id, home, put.priority(), put.maxAttempts());
        queue.puts++;
        State state = State.READY;
        if (dueMs > 0) {
            tasks.toDelayed(slot, dueMs);
            state = State.DELAYED;
        } else {
            tasks.toReady(slot);
        }
        tasks.queues.settle(queue);
        replies.stored(session, token, id, state, dueMs, false);
        takes.serve(queue);
    }

    private void repeated(CoreSession session, Object token, QueueState queue, Producer producer, long sequence) {
        long id = producer.idOf(sequence);
        if (id != 0) {
            int slot = tasks.find(queue, id);
            State state = slot == 0 ? State.GONE : tasks.state(slot);
            replies.stored(session, token, id, state, slot == 0 ? 0 : tasks.dueMs(slot), true);
        } else if (sequence < producer.firstKept() && producer.isFull()) {
            refuse(session, token, Refusal.NOT_FOUND, "sequence=" + sequence + " of producer " + producer.name
                    + " is older than the last " + Producer.KEPT + ", whose ids are kept; the last is "
                    + producer.last());
        } else {
            refuse(session, token, Refusal.BAD_ARGUMENT, "sequence=" + sequence + " of producer " + producer.name
                    + " was never stored and is below the last, " + producer.last() + "; sequences must increase");
        }
    }

    private void count(QueueState queue, @Nullable Producer known, String name, long sequence, long id, long home) {
        Producer producer = known;
        if (producer == null) {
            producer = new Producer(queue, name);
            queue.producers.put(name, producer);
            producerCount++;
        }
        producer.add(sequence, id);
        if (producer.neededFrom < 0) {
            recorded.add(producer, home);
        }
    }

    /** Takes the first task, or begins to wait: {@code timeoutMs} 0 does not wait, −1 waits for ever (T6). */
    public void take(CoreSession session, Object token, String queueName, long timeoutMs) {
        QueueState known = tasks.queues.find(queueName);
        int slot = known == null ? 0 : known.ready.first();
        if (slot != 0) {
            takes.take(slot, session, token);
        } else if (timeoutMs == 0) {
            replies.nothing(session, token);
        } else if (waiting >= settings.waitersMax()) {
            refuse(session, token, Refusal.OVERLOADED, "waiting takes=" + waiting + " reached waitersMax="
                    + settings.waitersMax() + "; raise it, or wait less");
        } else if (session.waiters.containsKey(token)) {
            refuse(session, token, Refusal.BAD_ARGUMENT, "a take with token " + token + " waits already; use another");
        } else {
            QueueState queue = openQueue(session, token, queueName);
            if (queue != null) {
                beginWait(new Waiter(session, token, queue), timeoutMs);
            }
        }
    }

    /** Withdraws a waiting take (T9); nothing when it does not wait any more. */
    public void cancel(CoreSession session, Object token) {
        Waiter wait = session.waiters.get(token);
        if (wait != null) {
            endWait(wait);
            refuse(session, token, Refusal.CANCELLED, "the take on queue " + wait.queue.name + " was withdrawn");
        }
    }

    private void beginWait(Waiter wait, long timeoutMs) {
        waiting++;
        wait.queue.waiters.add(wait);
        wait.session.waiters.put(wait.token, wait);
        if (timeoutMs > 0) {
            waits.arm(wait, nowMs + timeoutMs);
        }
        tasks.queues.settle(wait.queue);
    }

    private void endWait(Waiter wait) {
        waiting--;
        wait.queue.waiters.remove(wait);
        wait.session.waiters.remove(wait.token);
        wait.session.lastHeardMs = nowMs;
        waits.disarm(wait);
        tasks.queues.settle(wait.queue);
    }

    // --- Verdicts

    /** Completes a task (T11). {@code attempt} 0 stands for the session's current take, here and below. */
    public void ack(CoreSession session, Object token, String queueName, long id, int attempt) {
        int slot = takes.requireOwned(session, token, queueName, id, attempt);
        if (slot != 0) {
            QueueState queue = tasks.queueOf(slot);
            queue.acks++;
            remove(slot, true);
            replies.done(session, token, id, State.GONE);
        }
    }

    /** Gives a task back (T12). */
    public void release(CoreSession session, Object token, String queueName, long id, int attempt, long delayMs) {
        int slot = takes.requireOwned(session, token, queueName, id, attempt);
        if (slot != 0 && !refusesDue(session, token, delayMs)) {
            QueueState queue = tasks.queueOf(slot);
            queue.releases++;
            giveBack(slot, delayMs);
            replies.done(session, token, id, tasks.state(slot));
            takes.serve(queue);
        }
    }

    /** Reports a failure (T22); {@code delayMs} −1 for the default backoff. */
    public void fail(
            CoreSession session,
            Object token,
            String queueName,
            long id,
            int attempt,
            long delayMs,
            @Nullable String reason) {
        int slot = takes.requireOwned(session, token, queueName, id, attempt);
        if (slot != 0 && !refusesDue(session, token, delayMs)) {
            QueueState queue = tasks.queueOf(slot);
            long delay = delayMs >= 0 ? delayMs : settings.backoffMs().applyAsLong(tasks.failures(slot) + 1);
            failed(slot, delay, reason);
            replies.done(session, token, id, tasks.state(slot));
            takes.serve(queue);
        }
    }

    /** Sets a task aside (T20). */
    public void bury(
            CoreSession session, Object token, String queueName, long id, int attempt, @Nullable String reason) {
        int slot = takes.requireOwned(session, token, queueName, id, attempt);
        if (slot != 0) {
            toBuried(slot, reason);
            replies.done(session, token, id, State.BURIED);
        }
    }

    /** Confirms that the session still owns a task (T20). */
    public void touch(CoreSession session, Object token, String queueName, long id, int attempt) {
        if (takes.requireOwned(session, token, queueName, id, attempt) != 0) {
            replies.done(session, token, id, State.TAKEN);
        }
    }

    private void failed(int slot, long delayMs, @Nullable String reason) {
        QueueState queue = tasks.queueOf(slot);
        queue.failures++;
        int failures = tasks.failures(slot) + 1;
        tasks.failures(slot, failures);
        int max = tasks.maxAttempts(slot);
        if (max != 0 && failures >= max) {
            toBuried(slot, reason);
        } else {
            giveBack(slot, delayMs);
        }
    }

    /** A taken task goes back to its queue, unless it was taken as often as can be counted. */
    private void giveBack(int slot, long delayMs) {
        if (tasks.isSpent(slot)) {
            toBuried(slot, "attempts=" + TaskTable.ATTEMPTS_MAX + ", the most that are counted");
        } else if (delayMs > 0) {
            tasks.toDelayed(slot, nowMs + delayMs);
            takes.logMove(slot);
        } else {
            tasks.toReady(slot);
            takes.logMove(slot);
        }
    }

    private void toBuried(int slot, @Nullable String reason) {
        tasks.queueOf(slot).burials++;
        tasks.toBuried(slot, reason);
        takes.logMove(slot);
    }

    // --- Administration

    /**
     * Makes up to {@code count}, at most {@link #KICK_MAX}, buried tasks ready, lowest id first (T20). Those that were taken
     * as often as can be counted stay buried (T22), here and in {@link #kickOne}.
     */
    public void kick(CoreSession session, Object token, String queueName, int count) {
        QueueState queue = tasks.queues.find(queueName);
        int kicked = 0;
        if (queue != null) {
            for (int slot; kicked < Math.min(count, KICK_MAX) && (slot = queue.buried.first()) != 0; kicked++) {
                revive(slot);
            }
        }
        replies.count(session, token, kicked);
        if (queue != null) {
            takes.serve(queue);
        }
    }

    /** Makes one buried or delayed task ready (T20). */
    public void kickOne(CoreSession session, Object token, String queueName, long id) {
        int slot = takes.requireFound(session, token, queueName, id);
        if (slot == 0) {
            return;
        }
        State state = tasks.state(slot);
        if (state != State.BURIED && state != State.DELAYED) {
            refuse(session, token, Refusal.NOT_FOUND, "task " + id + " is " + state + "; only BURIED and DELAYED"
                    + " tasks can be kicked");
            return;
        }
        if (tasks.isSpent(slot)) {
            refuse(session, token, Refusal.NOT_FOUND, "task " + id + " has attempts=" + TaskTable.ATTEMPTS_MAX
                    + ", the most that are counted, and stays buried; put it anew and delete this one");
            return;
        }
        revive(slot);
        replies.done(session, token, id, State.READY);
        takes.serve(tasks.queueOf(slot));
    }

    private void revive(int slot) {
        tasks.failures(slot, 0);
        table.engineDeaths(slot, 0);
        tasks.toReady(slot);
        takes.logMove(slot);
    }

    /** Removes a task; one that another session has taken only if forced (T20). */
    public void delete(CoreSession session, Object token, String queueName, long id, boolean force) {
        int slot = takes.requireFound(session, token, queueName, id);
        if (slot == 0) {
            return;
        }
        if (tasks.state(slot) == State.TAKEN) {
            CoreSession holder = tasks.holderOf(slot);
            if (holder != session && !force) {
                takes.refuseOwner(session, token, id, holder);
                return;
            }
            if (holder != session) {
                replies.lost(holder, queueName, id, table.attempts(slot));
            }
        }
        QueueState queue = tasks.queueOf(slot);
        queue.deletions++;
        remove(slot, false);
        replies.done(session, token, id, State.GONE);
    }

    /** Removes all tasks of the queue (T20), at once for everybody; memory follows with {@link #sweep}. */
    public void purge(CoreSession session, Object token, String queueName) {
        QueueState queue = tasks.queues.find(queueName);
        int count = 0;
        if (queue != null && queue.total() > 0) {
            log.purge(queue.number, nextId - 1);
            count = tasks.purge(queue, nextId - 1);
            queue.deletions += count;
        }
        replies.count(session, token, count);
    }

    private void remove(int slot, boolean acked) {
        QueueState queue = tasks.queueOf(slot);
        long home = table.position(slot);
        log.gone(table.id(slot), home, table.attempts(slot), acked);
        log.retire(home);
        tasks.remove(slot);
        tasks.queues.settle(queue);
    }

    // --- The log, and details

    /**
     * Writes again what is still needed and was last written in segments that are about to be freed: the names of queues
     * that have tasks or producers, and producers.
     *
     * @param before positions below this one are about to go
     */
    public void restate(long before) {
        recorded.restate(before, log);
    }

    int recordedCount() {
        return recorded.size();
    }

    private void becomeDue(int slot) {
        if (tasks.isDead(slot)) {
            discard(slot);
            return;
        }
        tasks.toReady(slot);
        takes.serve(tasks.queueOf(slot));
    }

    private void discard(int slot) {
        QueueState queue = tasks.queueOf(slot);
        log.retire(table.position(slot));
        tasks.discard(slot);
        tasks.queues.settle(queue);
    }

    private @Nullable QueueState openQueue(CoreSession session, Object token, String name) {
        QueueState queue = tasks.queues.open(name, tasks);
        if (queue == null) {
            refuse(session, token, Refusal.OVERLOADED, "queues=" + TaskTable.QUEUES_MAX + ", the most there can be;"
                    + " empty some");
        }
        return queue;
    }

    /** A store counts due times from its creation, for 34 years. */
    private boolean refusesDue(CoreSession session, Object token, long delayMs) {
        long mostMs = tasks.latestDueMs() - nowMs;
        if (delayMs <= 0 || delayMs <= mostMs) {
            return false;
        }
        refuse(session, token, Refusal.BAD_ARGUMENT, "delayMs=" + delayMs + " > " + mostMs
                + ", the most in a store of this age; use a shorter one, or a new store");
        return true;
    }

    private void refuse(CoreSession session, Object token, Refusal refusal, String message) {
        replies.refused(session, token, refusal, message);
    }
}
