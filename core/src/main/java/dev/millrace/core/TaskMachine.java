package dev.millrace.core;

import java.util.ArrayDeque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The state machine of sessions and tasks: chapters G and T of the contract, as commands at given times.
 *
 * <p>A round of its owner is: {@link #advance} to the time of now, so that what is due is ready and waits that ran out
 * are over; the commands; {@link #expire}, which ends silent sessions only after everything they said has been heard;
 * then the log is made durable and the replies go out. Every command either is refused and has changed nothing, or
 * happens at once and completely. Arguments are within their bounds, sessions given along are open, and {@link TaskLog}
 * and {@link Replies} do not call back: the owner sees to that.
 *
 * @param <P> a payload, which is only handed through to the log
 */
public final class TaskMachine<P> {
    /** How many timers, or slots in search of purged tasks, one round works on. */
    public static final int SLICE = 4_096;

    /** How many tasks of sessions that end go back in one round. */
    public static final int GIVEN_BACK_MAX = 4_096;

    /** How many producers one round forgets. */
    public static final int FORGOTTEN_MAX = 256;

    /** The most tasks that one kick makes ready. */
    public static final int KICK_MAX = 10_000;

    private final Tasks tasks;
    private final TaskTable table;
    private final CoreTime time;
    private final TaskLog<P> log;
    private final Replies replies;
    private final Waits waits;
    private final Takes takes;
    private final Puts<P> puts;
    private final Producers producers;
    private final Transitions transitions;
    private final Verdicts verdicts;
    private final Administration administration;
    private final Looks looks;
    /** Ends of silent sessions. */
    private final Deadlines<CoreSession> silences = new Deadlines<>();
    /** Sessions that have ended for themselves, and whose tasks are going back. */
    private final ArrayDeque<CoreSession> ending = new ArrayDeque<>();
    /** How many tasks may go back in this round. */
    private int givenBackLeft = GIVEN_BACK_MAX;

    /** Begins where recovery ended; see {@link TaskReplay#machine}. */
    TaskMachine(
            CoreSettings settings,
            Tasks tasks,
            Producers producers,
            long nextId,
            CoreTime time,
            TaskLog<P> log,
            Replies replies) {
        this.tasks = tasks;
        this.table = tasks.table;
        this.time = time;
        this.log = log;
        this.replies = replies;
        this.waits = new Waits(tasks, time);
        this.transitions = new Transitions(tasks, time, log);
        this.takes = new Takes(settings, tasks, time, log, replies, waits, transitions);
        this.puts = new Puts<>(settings, tasks, producers, time, log, nextId);
        this.producers = producers;
        this.verdicts = new Verdicts(settings, tasks, time, takes, transitions);
        this.administration = new Administration(tasks, log, replies, transitions);
        this.looks = new Looks(tasks, producers, time);
    }

    /** Queries. */
    public Looks looks() {
        return looks;
    }

    /** How much there is of what is bounded. */
    public CoreLoad load() {
        return new CoreLoad(
                waits.count(),
                takes.refusedWaits(),
                producers.count(),
                producers.refusals(),
                tasks.queues.count(),
                tasks.queues.refusals(),
                tasks.queues.idleCount(),
                tasks.queues.displacedCount(),
                tasks.spentBurials,
                tasks.engineDeathBurials);
    }

    // --- Time

    /** The time of this round, in ms since 1970. It never goes back. */
    public long nowMs() {
        return time.nowMs();
    }

    /** The id that the next task gets. */
    public long nextId() {
        return puts.nextId();
    }

    /** How many tasks there are, with those that were purged and not yet swept. */
    public int taskCount() {
        return table.taskCount();
    }

    /**
     * Lets time pass: tasks become ready or expire and waits run out in the order of their times. Passes no due time
     * whose timers are not all processed, and processes at most {@link #SLICE} of them.
     *
     * @return whether more are due, so that another round should follow at once
     */
    public boolean advance(long toMs) {
        for (int budget = SLICE; ; budget--) {
            int due = tasks.firstDue();
            long dueMs = due == 0 ? Long.MAX_VALUE : tasks.fields.eventMs(due);
            Waiter wait = waits.first();
            long waitMs = wait == null ? Long.MAX_VALUE : wait.atMs;
            if (Math.min(dueMs, waitMs) > toMs) {
                time.reach(toMs);
                return false;
            }
            if (budget == 0) {
                return true;
            }
            if (wait == null || dueMs <= waitMs) {
                time.reach(dueMs);
                transitions.becomeDue(due);
                takes.serve();
            } else {
                time.reach(waitMs);
                waits.end(wait);
                replies.nothing(wait.session, wait.token);
            }
        }
    }

    /**
     * Ends takes whose time to run is over, at most {@link #SLICE} of them, and sessions that have been silent for too
     * long. To be called after the commands of a round, so that a touch that came in time counts.
     *
     * @return whether more are over, so that another round should follow at once
     */
    public boolean expire() {
        for (int budget = SLICE; ; budget--) {
            int over = tasks.firstLease();
            if (over == 0 || tasks.fields.eventMs(over) > time.nowMs()) {
                break;
            }
            if (budget == 0) {
                return true;
            }
            if (tasks.purges.isDead(over)) {
                sweep(over);
            } else {
                verdicts.timeOut(over, replies);
                takes.serve();
            }
        }
        endSilentSessions();
        return false;
    }

    private void endSilentSessions() {
        for (CoreSession session = silences.first();
                session != null && session.atMs <= time.nowMs();
                session = silences.first()) {
            silences.disarm(session);
            long lastLifeMs = session.waiters.isEmpty() ? session.lastHeardMs : time.nowMs();
            if (lastLifeMs + session.silenceMaxMs > time.nowMs()) {
                silences.arm(session, lastLifeMs + session.silenceMaxMs);
            } else {
                end(session, true);
            }
        }
    }

    /** When something happens by itself, in ms since 1970; {@link Long#MAX_VALUE} when nothing will. */
    public long nextEventMs() {
        int due = tasks.firstDue();
        int lease = tasks.firstLease();
        Waiter wait = waits.first();
        CoreSession silent = silences.first();
        long next = due == 0 ? Long.MAX_VALUE : tasks.fields.eventMs(due);
        next = Math.min(next, lease == 0 ? Long.MAX_VALUE : tasks.fields.eventMs(lease));
        next = Math.min(next, wait == null ? Long.MAX_VALUE : wait.atMs);
        return Math.min(next, silent == null ? Long.MAX_VALUE : silent.atMs);
    }

    /** Removes purged tasks from memory, a slice of them; whether more are left. */
    public boolean sweep() {
        if (!tasks.purges.hasUnswept()) {
            return false;
        }
        int stop = tasks.purges.sweepStop(SLICE);
        for (int slot = tasks.purges.nextDead(stop); slot != 0; slot = tasks.purges.nextDead(stop)) {
            sweep(slot);
        }
        return tasks.purges.hasUnswept();
    }

    private void sweep(int dead) {
        if (tasks.fields.state(dead) == State.TAKEN) {
            replies.lost(tasks.holderOf(dead), tasks.queueOf(dead).name, table.id(dead), table.attempts(dead));
        }
        transitions.discard(dead);
    }

    /**
     * Whether {@link #forgetProducers} has something to do. Until then those producers count as unknown all the same.
     */
    public boolean hasOutlivedProducers() {
        return producers.hasOutlived(time.nowMs());
    }

    /**
     * Forgets producers that were silent for as long as they are kept (G1, G10), at most {@link #FORGOTTEN_MAX};
     * whether there are more.
     */
    public boolean forgetProducers() {
        return producers.forgetOutlived(time.nowMs(), FORGOTTEN_MAX, log);
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
            session.lastHeardMs = time.nowMs();
            silences.arm(session, time.nowMs() + silenceMaxMs);
        }
        return session;
    }

    /** The session is alive. The owner says so with every command and beat; the commands themselves do not. */
    public void heard(CoreSession session) {
        session.lastHeardMs = time.nowMs();
    }

    /**
     * Ends a session by its own wish, or at the engine's orderly end; nothing when it has ended (G4). Its tasks go back
     * as {@link #giveBack} says.
     */
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

    /**
     * Ends all sessions, in order and wholly: first every wait, so that no task that goes back is handed out once more.
     */
    public void closeSessions() {
        List<CoreSession> open = sessions();
        open.forEach(this::withdrawWaits);
        open.forEach(this::closeSession);
        while (giveBack()) {
            // The next slice.
        }
    }

    /** The open sessions, and those whose tasks are going back. */
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
        session.end(silent);
        ending.add(session);
        giveBackOfEnded();
    }

    /**
     * Ends a round for sessions that have ended: their tasks go back, one session after the other, at most {@link
     * #GIVEN_BACK_MAX} in a round. Who holds more is among the sessions until all went back.
     *
     * @return whether more are to go back, so that another round should follow at once
     */
    public boolean giveBack() {
        giveBackOfEnded();
        givenBackLeft = GIVEN_BACK_MAX;
        return !ending.isEmpty();
    }

    private void giveBackOfEnded() {
        for (CoreSession session = ending.peek(); session != null && giveBack(session); session = ending.peek()) {
            ending.remove();
            tasks.sessions.remove(session);
            takes.serve();
            replies.ended(session, session.isSilent());
        }
        takes.serve();
    }

    /** Whether the session holds nothing any more. */
    private boolean giveBack(CoreSession session) {
        for (int slot = session.heldHead; slot != 0; slot = session.heldHead) {
            if (givenBackLeft == 0) {
                return false;
            }
            givenBackLeft--;
            if (tasks.purges.isDead(slot)) {
                transitions.discard(slot);
                continue;
            }
            String queueName = tasks.queueOf(slot).name;
            long id = table.id(slot);
            if (session.isSilent()) {
                transitions.fail(slot, 0, "session " + session.id() + " was silent and ended");
            } else {
                verdicts.release(slot, 0);
            }
            replies.givenBack(session, queueName, id, stateOf(id));
        }
        return true;
    }

    private void withdrawWaits(CoreSession session) {
        for (Waiter wait : List.copyOf(session.waiters.values())) {
            waits.end(wait);
            replies.refused(
                    session, wait.token, Refusal.CLOSED, "session " + session.id() + " ended while its take waited");
        }
    }

    private State stateOf(long id) {
        int slot = tasks.findAnywhere(id);
        return slot == 0 ? State.GONE : tasks.fields.state(slot);
    }

    // --- Putting and taking

    /**
     * Stores a task (T3, T4, T23, G10); the id is given here.
     *
     * @param put what was asked for, within its bounds
     */
    public void put(CoreSession session, Object token, String queueName, PutCommand put, P payload) {
        if (!isRefused(session, token, puts.refuses(queueName, put))) {
            replies.stored(session, token, puts.store(queueName, put, payload));
            takes.serve();
        }
    }

    /**
     * Stores tasks, all or none (T25). The owner sees to it that their records stay together in the log.
     *
     * @param batch what was asked for, at least one, each within its bounds
     * @param payloads for each its payload
     */
    public void putMany(
            CoreSession session, Object token, String queueName, List<PutCommand> batch, List<P> payloads) {
        if (!isRefused(session, token, puts.refuses(queueName, batch))) {
            replies.storedMany(session, token, puts.store(queueName, batch, payloads));
            takes.serve();
        }
    }

    /**
     * Takes the first task of the first queue that has one, or begins to wait: {@code timeoutMs} 0 does not wait, −1
     * waits for ever (T6, T25).
     *
     * @param queueNames at least one, all different
     */
    public void take(CoreSession session, Object token, List<String> queueNames, long timeoutMs) {
        takes.take(session, token, queueNames, 0, timeoutMs);
    }

    /** {@link #take} of up to {@code max} tasks, at least 1, of the first queue that has one (T25). */
    public void takeMany(CoreSession session, Object token, List<String> queueNames, int max, long timeoutMs) {
        takes.take(session, token, queueNames, max, timeoutMs);
    }

    /** Withdraws a waiting take (T9); nothing when it does not wait any more. */
    public void cancel(CoreSession session, Object token) {
        Waiter wait = session.waiters.get(token);
        if (wait != null) {
            waits.end(wait);
            replies.refused(
                    session, token, Refusal.CANCELLED, "the take on " + Waits.names(wait) + " was withdrawn");
        }
    }

    // --- Verdicts

    /** Completes a task (T11). {@code attempt} 0 stands for the session's current take, here and below. */
    public void ack(CoreSession session, Object token, String queueName, long id, int attempt) {
        if (!isRefused(session, token, verdicts.ack(session, queueName, id, attempt))) {
            replies.done(session, token, id, State.GONE);
            takes.serve();
        }
    }

    /** Completes tasks, each for itself (T25). */
    public void ackMany(CoreSession session, Object token, String queueName, long[] ids, int[] attempts) {
        replies.each(session, token, verdicts.ackMany(session, queueName, ids, attempts));
        takes.serve();
    }

    /** Gives a task back (T12). */
    public void release(CoreSession session, Object token, String queueName, long id, int attempt, long delayMs) {
        if (holds(session, token, queueName, id, attempt)
                && !isRefused(session, token, puts.refusesDue("delayMs", delayMs))) {
            verdicts.release(tasks.findAnywhere(id), delayMs);
            done(session, token, id);
        }
    }

    /** Reports a failure (T22); {@code delayMs} −1 for the backoff of the queue. */
    public void fail(
            CoreSession session,
            Object token,
            String queueName,
            long id,
            int attempt,
            long delayMs,
            @Nullable String reason) {
        if (holds(session, token, queueName, id, attempt)
                && !isRefused(session, token, puts.refusesDue("delayMs", delayMs))) {
            verdicts.fail(tasks.findAnywhere(id), delayMs, reason);
            done(session, token, id);
        }
    }

    /** Sets a task aside (T20). */
    public void bury(
            CoreSession session, Object token, String queueName, long id, int attempt, @Nullable String reason) {
        if (holds(session, token, queueName, id, attempt)) {
            transitions.bury(tasks.findAnywhere(id), reason);
            done(session, token, id);
        }
    }

    /** Confirms that the session still works on a task (T20); its time to run begins anew (T21). */
    public void touch(CoreSession session, Object token, String queueName, long id, int attempt) {
        if (holds(session, token, queueName, id, attempt)) {
            verdicts.touch(tasks.findAnywhere(id));
            done(session, token, id);
        }
    }

    private boolean holds(CoreSession session, Object token, String queueName, long id, int attempt) {
        return !isRefused(session, token, takes.refuses(session, queueName, id, attempt));
    }

    /** The task's state is the answer, and whoever waits is served. */
    private void done(CoreSession session, Object token, long id) {
        replies.done(session, token, id, stateOf(id));
        takes.serve();
    }

    // --- Administration

    /**
     * Makes up to {@code count}, at most {@link #KICK_MAX}, buried tasks ready, lowest id first (T20). Those that were
     * taken as often as can be counted stay buried (T22), here and in {@link #kickOne}.
     */
    public void kick(CoreSession session, Object token, String queueName, int count) {
        replies.count(
                session, token, administration.kick(tasks.queues.find(queueName), Math.min(count, KICK_MAX)));
        takes.serve();
    }

    /** Makes one buried or delayed task ready (T20). */
    public void kickOne(CoreSession session, Object token, String queueName, long id) {
        if (!isRefused(session, token, administration.refusesKick(queueName, id))) {
            transitions.revive(tasks.findAnywhere(id));
            done(session, token, id);
        }
    }

    /** Removes a task; one that another session has taken only if forced (T20). */
    public void delete(CoreSession session, Object token, String queueName, long id, boolean force) {
        if (!isRefused(session, token, administration.refusesDelete(session, queueName, id, force))) {
            administration.delete(session, tasks.findAnywhere(id));
            done(session, token, id);
        }
    }

    /** Removes all tasks of the queue (T20), at once for everybody; memory follows with {@link #sweep}. */
    public void purge(CoreSession session, Object token, String queueName) {
        replies.count(session, token, administration.purge(tasks.queues.find(queueName), nextId() - 1));
    }

    /** Stops takes from a queue, or lets them go on (T20). */
    public void pause(CoreSession session, Object token, String queueName, boolean paused) {
        change(session, token, queueName, looks.config(queueName).withPaused(paused));
    }

    /** Configures a queue anew (T20); it stays paused, or not, as it is. */
    public void configure(CoreSession session, Object token, String queueName, QueueConfig config) {
        change(session, token, queueName, config.withPaused(looks.config(queueName).paused()));
    }

    private void change(CoreSession session, Object token, String queueName, QueueConfig config) {
        if (!isRefused(session, token, tasks.queues.refusesToOpen(List.of(queueName)))) {
            administration.configure(tasks.queues.open(queueName), config);
            replies.configured(session, token, config);
            takes.serve();
        }
    }

    // --- The log

    /**
     * Writes again what is still needed and was last written in segments that are about to be freed: the names of
     * queues that have tasks or producers or are configured, and producers.
     *
     * @param before positions below this one are about to go
     * @param bytesMax stops once about so many bytes are written
     * @return whether that was all
     */
    public boolean restate(long before, long bytesMax) {
        return tasks.queues.recorded.restate(before, bytesMax, log);
    }

    /**
     * About how many bytes {@link #restate} would write. Costs little when it was asked for the same position before,
     * or an earlier one.
     */
    public long bytesBefore(long before) {
        return tasks.queues.recorded.bytesBefore(before);
    }

    /**
     * What it takes, nearly, to write all again that {@link #restate} is about: it lives in the log beside the tasks.
     */
    public long recordedBytes() {
        return tasks.queues.recorded.bytes();
    }

    /** How many tasks sessions hold: each may go back without being asked for, which is recorded. */
    public int heldCount() {
        return tasks.sessions.heldCount();
    }

    /**
     * How much more than in the log by now that would be: a producer's record grows with its sequences, which are in
     * the log with the tasks that they were stored with.
     */
    public long recordedGrowthBytes() {
        return tasks.queues.recorded.growthBytes();
    }

    /**
     * Sees to it that the record at this position is not needed any more: if it is a task's home, the task is written
     * again as it is now, or swept if it was purged.
     *
     * @return whether it was written again
     */
    public boolean copy(long id, long position) {
        int slot = tasks.findAnywhere(id);
        if (slot == 0 || table.position(slot) != position) {
            return false;
        }
        if (tasks.purges.isDead(slot)) {
            sweep(slot);
            return false;
        }
        boolean keyed = tasks.keys.has(slot) || tasks.keys.firstOf(slot) != 0;
        table.position(slot, log.copy(tasks.record(slot), position, keyed));
        log.retire(position);
        return true;
    }

    /** The memory taken, nearly, without what the log and the owner take; the same for the same commands. */
    long heldBytes() {
        return tasks.heldBytes() + waits.heldBytes() + silences.heldBytes();
    }

    int recordedCount() {
        return tasks.queues.recorded.size();
    }

    private boolean isRefused(CoreSession session, Object token, @Nullable Refused refused) {
        if (refused != null) {
            replies.refused(session, token, refused.refusal(), refused.message());
        }
        return refused != null;
    }
}
