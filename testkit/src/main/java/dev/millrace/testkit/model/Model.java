package dev.millrace.testkit.model;

import dev.millrace.api.Durability;
import dev.millrace.api.ErrorCode;
import dev.millrace.api.Limits;
import dev.millrace.api.MillraceException;
import dev.millrace.api.OpenOptions;
import dev.millrace.api.TaskState;
import dev.millrace.api.engine.Answer;
import dev.millrace.api.engine.Command;
import dev.millrace.api.engine.EndReason;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * An engine as the contract describes it, with lists and maps, round by round: {@link #begin} lets time pass, then come the
 * session's doings, and {@link #end} ends what is over. What it says is compared with what an engine said in the same round, if
 * that is handed in, and follows the engine where the contract leaves a choice.
 */
public final class Model {
    /** In a round of which nobody heard, so many changes are looked at one by one for the first that a full disk refused. */
    private static final int CHANGES_MAX = 24;

    private final ModelState state;
    private final ModelTakes takes;
    private final ModelPuts puts;
    private final ModelVerdicts verdicts;
    private final ModelLooks looks;
    /**
     * What may have been stored when the engine was opened last, if that opening need not fsync what it changes: a loss of
     * power takes it back. Several, if several pasts look the same after the opening.
     */
    private List<Model> origins = List.of();

    /** An empty engine. */
    public Model(OpenOptions options, long nowMs) {
        this(new ModelState(options, nowMs));
    }

    private Model(ModelState state) {
        this.state = state;
        this.takes = new ModelTakes(state);
        this.puts = new ModelPuts(state, takes);
        this.verdicts = new ModelVerdicts(state, takes);
        this.looks = new ModelLooks(state, takes);
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

    /** What it may have been opened on, if an opening need not fsync what it changes. */
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
     */
    void choose(int choices, Sightings afterwards) {
        state.choices = choices;
        state.ways = 1;
        seen = afterwards;
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
        changesAdmitted = -1;
        passTime(nowMs);
    }

    private void passTime(long untilMs) {
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

    /** A task, and what it is ordered by: as a rule when time changes it. */
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
        for (Due over = firstOvertime(); over != null; over = firstOvertime()) {
            timeOut(over.queue, over.task);
        }
        for (ModelSession silent = firstSilent(); silent != null; silent = firstSilent()) {
            endSession(silent, EndReason.SILENT);
        }
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

    private @Nullable ModelSession firstSilent() {
        List<ModelSession> silent = state.sessions.values().stream()
                .filter(session -> session.silentMs() <= state.nowMs && !takes.waits(session.id))
                .sorted(Comparator.comparingLong(ModelSession::silentMs))
                .toList();
        for (ModelSession session : silent) {
            if (state.dialogue.endsNext(session.id) || givesTaskOf(session)) {
                return session;
            }
        }
        return silent.isEmpty() ? null : silent.getFirst();
    }

    private boolean givesTaskOf(ModelSession session) {
        for (ModelQueue queue : state.queues.values()) {
            for (ModelTask task : queue.tasks.values()) {
                if (task.owner == session.id && state.dialogue.gives(task.id)) {
                    return true;
                }
            }
        }
        return false;
    }

    // --- Sessions

    /** A session begins. */
    public void open(long session, long silenceMaxMs) {
        state.sessions.put(session, new ModelSession(session, silenceMaxMs, state.nowMs));
    }

    /** A session ends by its own will; nothing happens if it has ended. */
    public void close(long session) {
        ModelSession closing = state.sessions.get(session);
        if (closing != null) {
            endSession(closing, EndReason.CLOSED);
        }
    }

    /** G4: its waits are withdrawn, its tasks go back, and only then others are served. */
    private void endSession(ModelSession session, EndReason reason) {
        for (ModelWait wait : List.copyOf(state.waits)) {
            if (wait.session() == session.id) {
                state.waits.remove(wait);
                state.answer(session.id, wait.token(), new Answer.Failed(ErrorCode.CLOSED, ""));
            }
        }
        state.sessions.remove(session.id);
        Set<ModelQueue> changed = new TreeSet<>(Comparator.comparing((ModelQueue queue) -> queue.name));
        for (Due held : heldBy(session)) {
            goBackWithSession(held.queue, held.task, reason);
            changed.add(held.queue);
        }
        takes.settle(changed);
        state.dialogue.dropOwed(session.id);
        state.dialogue.say(new Event.Ended(session.id, reason));
    }

    /** What was taken last goes back first; the order is the engine's to choose, and shows only if it dies meanwhile. */
    private List<Due> heldBy(ModelSession session) {
        List<Due> held = new ArrayList<>();
        for (ModelQueue queue : state.queues.values()) {
            for (ModelTask task : queue.tasks.values()) {
                if (task.isTaken() && task.owner == session.id) {
                    held.add(new Due(task.takenAs, queue, task));
                }
            }
        }
        held.sort(Comparator.comparingLong((Due due) -> due.atMs).reversed());
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

    /** Withdraws a waiting take. */
    public void cancel(long session, long token) {
        takes.cancel(session, token);
    }

    // --- Commands

    /** A command of a session. */
    public void submit(long session, long token, Command command) {
        ModelSession from = state.sessions.get(session);
        if (from == null) {
            state.answer(session, token, new Answer.Failed(ErrorCode.CLOSED, ""));
            return;
        }
        from.lastHeardMs = state.nowMs;
        try {
            if (mayBeOverloaded && isOverloaded(session, token, command)) {
                throw ModelState.refusal(ErrorCode.OVERLOADED, "");
            }
            apply(session, token, command);
        } catch (MillraceException e) {
            String begin = e.told().startsWith("item ") ? "item " : "";
            state.answer(session, token, new Answer.Failed(e.code(), begin));
        }
    }

    private boolean mayBeOverloaded;

    /** Of a round of which nobody heard: so many more of its changes find room on the disk; below 0, not decided yet. */
    private int changesAdmitted = -1;

    /** Of a round of which nobody heard: what is there after the next opening; null when it is not known. */
    private @Nullable Sightings seen;

    /**
     * The engine's choice. Of a round of which nobody heard, any of its puts may have been refused; all changes from one on, unless there
     * was room for a put again; and the end of any task that is still there.
     */
    private boolean isOverloaded(long session, long token, Command command) {
        if (!state.dialogue.isAlone()) {
            return state.dialogue.refusesAsOverloaded(session, token);
        }
        return switch (command) {
            case Command.Put put -> isPutRefused(put);
            case Command.PutMany puts -> isPutRefused(puts);
            case Command.Take take -> isChangeRefused();
            case Command.TakeMany take -> isChangeRefused();
            case Command.Release release -> isChangeRefused();
            case Command.Fail fail -> isChangeRefused();
            case Command.Bury bury -> isChangeRefused();
            case Command.Kick kick -> isChangeRefused();
            case Command.KickOne kick -> isChangeRefused();
            case Command.Pause pause -> isChangeRefused();
            case Command.Resume resume -> isChangeRefused();
            case Command.Configure configure -> isChangeRefused();
            case Command.Ack ack -> isEndRefused(List.of(ack.id()));
            case Command.AckMany acks -> isEndRefused(acks.receipts().stream().map(Command.AckMany.Held::id).toList());
            case Command.Delete delete -> isEndRefused(List.of(delete.id()));
            case Command.Purge purge ->
                isEndRefused(state.queue(purge.queue()).tasks.values().stream().map(task -> task.id).toList());
            default -> false;
        };
    }

    private boolean isEndRefused(List<Long> ids) {
        Sightings shown = seen;
        return shown != null && ids.stream().anyMatch(shown::shows) && state.choose(2) == 1;
    }

    private boolean isPutRefused(Command put) {
        Sightings shown = seen;
        if (shown == null) {
            return isFullForChanges() || state.choose(2) == 1;
        }
        if (shown.shows(put)) {
            changesAdmitted = isFullForChanges() ? -1 : changesAdmitted;
            return false;
        }
        return isFullForChanges() || state.choose(2) == 0;
    }

    private boolean isChangeRefused() {
        if (changesAdmitted < 0) {
            int choice = state.choose(CHANGES_MAX);
            changesAdmitted = choice == 0 ? Integer.MAX_VALUE : choice - 1;
        }
        if (changesAdmitted == 0) {
            return true;
        }
        changesAdmitted--;
        return false;
    }

    private boolean isFullForChanges() {
        return changesAdmitted == 0;
    }

    /** Whether the disk may be full, so that any command may be refused with OVERLOADED (G8). */
    public void mayBeOverloaded(boolean may) {
        mayBeOverloaded = may;
    }

    private void apply(long session, long token, Command command) {
        if (!(command instanceof Command.ListQueues || command instanceof Command.ListHeld || command instanceof Command.Beat
                || command instanceof Command.Take || command instanceof Command.TakeMany)) {
            Limits.requireName("queue", command.queue());
        }
        switch (command) {
            case Command.Put put -> puts.put(session, token, put);
            case Command.PutMany many -> puts.putMany(session, token, many);
            case Command.Take(List<String> queues, long timeoutMs) ->
                takes.take(session, token, queues, false, 1, timeoutMs);
            case Command.TakeMany(List<String> queues, int count, long timeoutMs) ->
                takes.take(session, token, queues, true, count, timeoutMs);
            case Command.AckMany acks -> verdicts.ackMany(session, token, acks);
            case Command.Ack ack -> verdicts.ack(session, token, ack);
            case Command.Release release -> verdicts.release(session, token, release);
            case Command.Fail fail -> verdicts.fail(session, token, fail);
            case Command.Bury bury -> verdicts.bury(session, token, bury);
            case Command.Touch touch -> verdicts.touch(session, token, touch);
            case Command.Kick kick -> verdicts.kick(session, token, kick);
            case Command.KickOne kick -> verdicts.kickOne(session, token, kick);
            case Command.Delete delete -> verdicts.delete(session, token, delete);
            case Command.Purge purge -> verdicts.purge(session, token, purge);
            case Command.Peek peek -> looks.peek(session, token, peek);
            case Command.ListTasks list -> looks.list(session, token, list);
            case Command.Pause(String queue) -> looks.pause(session, token, queue, true);
            case Command.Resume(String queue) -> looks.pause(session, token, queue, false);
            case Command.Configure configure -> looks.configure(session, token, configure);
            case Command.Settings(String queue) -> looks.settings(session, token, queue);
            case Command.Stats stats -> looks.stats(session, token, stats);
            case Command.LastSequence last -> looks.lastSequence(session, token, last);
            case Command.ListQueues list -> looks.listQueues(session, token, list);
            case Command.ListHeld list -> looks.listHeld(session, token, list);
            case Command.Beat() -> state.answer(session, token, new Answer.Count(0));
        }
    }

    // --- Ends and beginnings of the engine

    /**
     * The engine is closed: every session ends in order. Whether a task that one gives back is handed to another one's wait before
     * that ends, too, is the engine's choice.
     *
     * @param order of the sessions; one that has ended already is passed over
     * @param withdrawsFirst whether all waits are withdrawn before the first session ends
     */
    void closeSessions(List<Long> order, boolean withdrawsFirst) {
        state.dialogue = new Dialogue(null, state.owed);
        if (withdrawsFirst) {
            state.waits.clear();
        }
        for (long id : order) {
            ModelSession session = state.sessions.get(id);
            if (session != null) {
                endSession(session, EndReason.ENGINE_CLOSED);
            }
        }
    }

    /**
     * The model of an engine that is opened on what this one had stored (T16, T17, T22). This one must not change any more.
     *
     * @param afterClose whether the engine before was closed, rather than killed
     */
    public Model reopened(boolean afterClose, long nowMs) {
        ModelState next = new ModelState(state, false);
        next.nowMs = nowMs;
        Model model = new Model(next);
        model.origins = state.options.durability() == Durability.SYNC ? List.of() : List.of(this);
        for (ModelQueue queue : next.queues.values()) {
            for (ModelTask task : List.copyOf(queue.tasks.values())) {
                model.recover(queue, task, afterClose);
            }
            next.promoteSuccessors(queue);
            queue.forgetTurns();
        }
        model.passTime(nowMs);
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
        long next = Long.MAX_VALUE;
        for (ModelQueue queue : state.queues.values()) {
            for (ModelTask task : queue.tasks.values()) {
                next = Math.min(next, task.isTaken() ? task.ttrOverMs : task.nextEventMs());
            }
        }
        for (ModelWait wait : state.waits) {
            next = Math.min(next, wait.deadlineMs());
        }
        for (ModelSession session : state.sessions.values()) {
            if (!takes.waits(session.id)) {
                next = Math.min(next, session.silentMs());
            }
        }
        return next;
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

    /** Whether it knows all that the other one knows, but for the ids it has given: each will say what the other says. */
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

    /** Whether another one that stores the same leaves nothing to this one: it knows of no more ids, and of as many that may be lost. */
    boolean allowsNoMoreIdsThan(Model other, long lostIdMax) {
        return other.state.lastId <= state.lastId && Math.max(other.state.lastIdMax, lostIdMax) >= state.lastIdMax;
    }
}
