package dev.millrace.testkit.model;

import dev.millrace.api.Durability;
import dev.millrace.api.OpenOptions;
import dev.millrace.api.TaskState;
import dev.millrace.api.engine.Command;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * An engine as the contract describes it, with lists and maps, round by round: {@link #begin} lets time pass, then come
 * the session's doings, and {@link #end} ends what is over. What it says is compared with what an engine said in the
 * same round, if that is handed in, and follows the engine where the contract leaves a choice.
 */
public final class Model {
    private final ModelState state;
    private final ModelTakes takes;
    private final ModelTime time;
    private final ModelSessions sessions;
    private final ModelDisk disk;
    private final ModelCommands commands;
    /**
     * What may have been stored when the engine was opened last, if what that opening changed may be taken back: by a
     * loss of power, or because its first round broke. Several, if several pasts look the same after the opening.
     */
    private List<Model> origins = List.of();

    /** An empty engine. */
    public Model(OpenOptions options, long nowMs) {
        this(new ModelState(options, nowMs));
    }

    private Model(ModelState state) {
        this.state = state;
        this.takes = new ModelTakes(state);
        this.time = new ModelTime(state, takes);
        this.sessions = new ModelSessions(state, takes);
        this.disk = new ModelDisk(state);
        this.commands = new ModelCommands(state, takes, disk);
    }

    /** Another one that knows the same. */
    public Model copy() {
        Model copy = new Model(new ModelState(state, true));
        copy.origins = origins;
        return copy;
    }

    /** What outlives the engine of what this one knows. */
    Model stored() {
        return new Model(new ModelState(state, false));
    }

    /** What it may have been opened on, if what the opening changed may be taken back. */
    List<Model> origins() {
        return origins;
    }

    /** Called after each change that an engine may record by itself: a crash can come right after it. */
    void onChange(Runnable action) {
        state.onChange = action;
    }

    /**
     * Makes other choices where the contract leaves them open and no engine tells: for each number another.
     *
     * @param afterwards what the engine shows after the next opening, so that the first choices are the likely ones
     * @param changes with a {@link ModelDisk#weight} that are to come in the round of which nobody heard
     */
    void choose(int choices, Sightings afterwards, int changes) {
        state.choices = choices;
        state.ways = 1;
        disk.foresee(afterwards, changes);
    }

    /** How many different choices there were to make, had all gone as they did this time. */
    int ways() {
        return state.ways;
    }

    /** Ids up to this one may have been given, and lost together with all that was done to their tasks. */
    void allowLostIds(long lastId) {
        state.lastIdMax = Math.max(state.lastIdMax, lastId);
    }

    // --- Rounds

    /**
     * Begins a round: time passes, and what it brings happens in the order of its times.
     *
     * @param heard what an engine said in this round; null when there is none to compare with
     */
    public void begin(long nowMs, @Nullable List<Event> heard) {
        state.dialogue = new Dialogue(heard, state.owed);
        disk.beginRound();
        time.pass(nowMs);
    }

    /**
     * Ends a round: takes that lasted too long are over, then sessions that were silent too long.
     *
     * @param toldAll whether the engine has no work left, and so must have told all news of purged tasks
     * @return the first difference between what the engine said and what it should have; null when there is none
     */
    public @Nullable String end(boolean toldAll) {
        return endAgrees(toldAll) ? null : difference();
    }

    /** {@link #end}; whether there was no difference. */
    boolean endAgrees(boolean toldAll) {
        time.endOvertime();
        sessions.endSilent();
        state.dialogue.close();
        if (toldAll) {
            state.dialogue.requireNothingOwed();
        }
        return !state.dialogue.differs();
    }

    /** The first difference of the round that has ended, in words; null when there was none. */
    @Nullable String difference() {
        return state.dialogue.difference();
    }

    // --- Sessions and their commands

    /** A session begins. */
    public void open(long session, long silenceMaxMs) {
        sessions.open(session, silenceMaxMs);
    }

    /** A session ends by its own will; nothing happens if it has ended. */
    public void close(long session) {
        sessions.close(session);
    }

    /** Withdraws a waiting take. */
    public void cancel(long session, long token) {
        takes.cancel(session, token);
    }

    /** A command of a session. */
    public void submit(long session, long token, Command command) {
        commands.submit(session, token, command);
    }

    /** Whether the disk may be full, so that any command may be refused with OVERLOADED (G8). */
    public void mayBeOverloaded(boolean may) {
        disk.mayBeFull(may);
    }

    // --- Ends and beginnings of the engine

    /**
     * The engine is closed: every session ends in order. Whether a task that one gives back is handed to another one's
     * wait before that ends, too, is the engine's choice.
     *
     * @param order of the sessions; one that has ended already is passed over
     * @param withdrawsFirst whether all waits are withdrawn before the first session ends
     */
    void closeSessions(List<Long> order, boolean withdrawsFirst) {
        sessions.closeAll(order, withdrawsFirst);
    }

    /**
     * The model of an engine that is opened on what this one had stored (T16, T17, T22). This one must not change any
     * more.
     *
     * @param afterClose whether the engine before was closed, rather than killed
     */
    public Model reopened(boolean afterClose, long nowMs) {
        return reopened(afterClose, nowMs, state.options.durability() != Durability.SYNC);
    }

    /** {@link #reopened(boolean, long)}; whether what the opening changes may be taken back. */
    Model reopened(boolean afterClose, long nowMs, boolean mayBeTakenBack) {
        ModelState next = new ModelState(state, false);
        next.nowMs = nowMs;
        Model model = new Model(next);
        model.origins = mayBeTakenBack ? List.of(this) : List.of();
        for (ModelQueue queue : next.queues.values()) {
            for (ModelTask task : List.copyOf(queue.tasks.values())) {
                task.readySinceMs = nowMs;
                model.recover(queue, task, afterClose);
            }
            next.promoteSuccessors(queue);
            queue.forgetTurns();
        }
        model.time.pass(nowMs);
        for (ModelQueue queue : next.queues.values()) {
            queue.forgetTurns();
            queue.refreshTurns();
            queue.counts.opened();
        }
        return model;
    }

    /** Another past left the same, but for what its recovery counted, and for what a loss of power would bring back. */
    void allowPastOf(Model other) {
        other.state.queues.forEach((name, queue) -> state.queue(name).counts.allowRecovered(queue.counts));
        List<Model> all = new ArrayList<>(origins);
        for (Model origin : other.origins) {
            if (all.stream().noneMatch(origin::storesTheSameAs)) {
                all.add(origin);
            }
        }
        origins = List.copyOf(all);
        allowLostIds(other.state.lastIdMax);
    }

    private void recover(ModelQueue queue, ModelTask task, boolean afterClose) {
        if (task.isTaken()) {
            task.engineDeaths += afterClose ? 0 : 1;
            int deathsMax = state.options.engineDeathsMax();
            if (deathsMax != 0 && task.engineDeaths >= deathsMax) {
                state.bury(queue, task, ModelTask.ENGINES_REASON);
            } else {
                state.giveBack(queue, task, 0);
            }
        } else if (task.isReady() && task.dueMs > state.nowMs) {
            task.state = TaskState.DELAYED;
        }
    }

    // --- Looks for those who make steps, and for tests

    /** What was said in this round. */
    public List<Event> said() {
        return List.copyOf(state.dialogue.said());
    }

    /** When time alone changes something next: an engine must want a round then, at the latest. */
    public long nextEventMs() {
        return Math.min(time.nextEventMs(), sessions.nextEndMs());
    }

    /** The time of the round. */
    public long nowMs() {
        return state.nowMs;
    }

    /** The highest id given so far. */
    public long lastId() {
        return state.lastId;
    }

    /** The open sessions. */
    public List<Long> sessions() {
        return List.copyOf(state.sessions.keySet());
    }

    /** Takes that wait, as session and token. */
    public List<long[]> waits() {
        return state.waits.stream().map(wait -> new long[] {wait.session(), wait.token()}).toList();
    }

    /**
     * A task, as somebody outside may know it.
     *
     * @param owner the session that has taken it; 0 when nobody has
     */
    public record Known(String queue, long id, TaskState state, long owner, int attempts) {}

    /** All tasks. */
    public List<Known> tasks() {
        List<Known> all = new ArrayList<>();
        for (ModelQueue queue : state.queues.values()) {
            for (ModelTask task : queue.tasks.values()) {
                all.add(new Known(queue.name, task.id, task.state, task.owner, task.attempts));
            }
        }
        return all;
    }

    // --- Comparing

    /**
     * Whether it knows all that the other one knows, but for the ids it has given: each will say what the other says.
     */
    boolean saysTheSameAs(Model other) {
        return state.nowMs == other.state.nowMs
                && state.sessions.keySet().equals(other.state.sessions.keySet())
                && state.waits.equals(other.state.waits)
                && ModelQueue.areAlike(state.queues, other.state.queues, ModelQueue::saysTheSameAs);
    }

    /** Whether engines that are opened on what the two have stored find the same. */
    boolean storesTheSameAs(Model other) {
        return ModelQueue.areAlike(state.queues, other.state.queues, ModelQueue::storesTheSameAs);
    }

    /** The same for models that store the same, and so for those that say the same. */
    int digest() {
        int digest = 0;
        for (ModelQueue queue : state.queues.values()) {
            digest += queue.digest();
        }
        return digest;
    }

    /**
     * Whether another one that stores the same leaves nothing to this one: it knows of no more ids, and of as many that
     * may be lost.
     */
    boolean allowsNoMoreIdsThan(Model other, long lostIdMax) {
        return other.state.lastId <= state.lastId && Math.max(other.state.lastIdMax, lostIdMax) >= state.lastIdMax;
    }
}
