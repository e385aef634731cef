package dev.millrace.core;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** A machine with a log in memory, that writes down as lines of text what it records and what it says to whom. */
final class World implements Replies {
    private final CoreSettings settings;
    private final List<String> lines = new ArrayList<>();
    private final Map<String, CoreSession> sessions = new HashMap<>();
    private long lastSession;
    /** What the last take got; null when it got nothing. */
    @Nullable TaskView lastTaken;

    private final List<String> among = new ArrayList<>();
    /** What the last put was answered with. */
    long lastStored;

    SegmentLog log;
    TaskMachine<String> machine;

    World(CoreSettings settings, int segmentRecords) {
        this.settings = settings;
        log = new SegmentLog(segmentRecords, this::recorded);
        machine = log.replay(settings).machine(true, 1, Fixture.EPOCH_MS, log, this);
    }

    /** Everything in memory is lost; the log is read again. */
    void reopen(boolean closedCleanly) {
        if (closedCleanly) {
            machine.sessions().forEach(machine::closeSession);
        }
        sessions.clear();
        recoverFrom(this, closedCleanly);
    }

    /** Another world that reads the same log. */
    World fork() {
        World fork = new World(settings, 1);
        fork.recoverFrom(this, false);
        return fork;
    }

    /**
     * What was freed of the log may have been the last trace of an id; then, as a journal, it remembers the next id.
     */
    private void recoverFrom(World other, boolean closedCleanly) {
        long nextId = other.log.firstSegment() == 0 ? 1 : other.machine.nextId();
        long nowMs = other.machine.nowMs();
        log = other.log.reopened(this::recorded);
        machine = log.replay(settings).machine(closedCleanly, nextId, nowMs, log, this);
        advance(0);
    }

    CoreSession open(String name, long silenceMaxMs) {
        CoreSession session = Objects.requireNonNull(machine.openSession(++lastSession, silenceMaxMs, name));
        sessions.put(name, session);
        return session;
    }

    /** The session of this name, opened if it is not; one that ended is still found. */
    CoreSession session(String name) {
        CoreSession session = sessions.get(name);
        return session == null ? open(name, 0) : session;
    }

    void advance(long ms) {
        long to = machine.nowMs() + ms;
        while (machine.advance(to)) {
            // The next slice.
        }
        log.begin(to);
        while (machine.forgetProducers()) {
            // The next slice.
        }
    }

    /** The lines since the last call. */
    List<String> drain() {
        List<String> drained = List.copyOf(lines);
        lines.clear();
        return drained;
    }

    /** All tasks of a queue in a state, in the order of the table. */
    List<TaskView> list(String queue, State state) {
        List<TaskView> found = new ArrayList<>();
        long cursor = 0;
        do {
            cursor = machine.looks().list(queue, state, cursor, 5_000, found::add);
        } while (cursor != 0);
        return found;
    }

    private void recorded(String text) {
        lines.add("log " + text);
    }

    private void say(CoreSession to, Object token, String text) {
        lines.add(to.attachment() + (token.equals("") ? "" : " " + token) + ": " + text);
    }

    @Override
    public void stored(CoreSession session, Object token, StoredTask task) {
        lastStored = task.id();
        say(session, token, "stored " + text(task));
    }

    @Override
    public void storedMany(CoreSession session, Object token, List<StoredTask> tasks) {
        say(session, token, "stored " + tasks.stream().map(World::text).collect(Collectors.joining(", ")));
    }

    private static String text(StoredTask task) {
        String due = task.dueMs() == 0 ? "" : " due=" + (task.dueMs() - Fixture.EPOCH_MS);
        return task.id() + " " + task.state() + due + (task.repeated() ? " repeated" : "")
                + (task.existing() ? " existing" : "");
    }

    @Override
    public void taken(CoreSession session, Object token, TaskView task) {
        lastTaken = task;
        say(session, token, "taken " + task.id() + ":" + task.attempts() + failures(task));
    }

    @Override
    public boolean takenAmong(TaskView task) {
        among.add(task.id() + ":" + task.attempts());
        return true;
    }

    @Override
    public void takenMany(CoreSession session, Object token) {
        say(session, token, "taken " + String.join(", ", among));
        among.clear();
    }

    @Override
    public void each(CoreSession session, Object token, List<Verdict> verdicts) {
        say(
                session,
                token,
                verdicts.stream()
                        .map(verdict -> verdict.refusal() == null
                                ? "done " + verdict.id()
                                : verdict.refusal() + " " + verdict.message())
                        .collect(Collectors.joining("; ")));
    }

    @Override
    public void configured(CoreSession session, Object token, QueueConfig config) {
        say(session, token, "configured" + config(config));
    }

    /** What is not as by default. */
    static String config(QueueConfig config) {
        return (config.paused() ? " paused" : "")
                + (config.maxAttempts() == 0 ? "" : " max=" + config.maxAttempts())
                + (config.ttrMs() == 0 ? "" : " ttr=" + config.ttrMs())
                + (config.backoffMaxMs() == 0 ? "" : " backoff=" + config.backoffFirstMs() + "-" + config.backoffMaxMs());
    }

    @Override
    public void nothing(CoreSession session, Object token) {
        lastTaken = null;
        say(session, token, "nothing, at " + (machine.nowMs() - Fixture.EPOCH_MS));
    }

    @Override
    public void done(CoreSession session, Object token, long id, State state) {
        say(session, token, "done " + id + " " + state);
    }

    @Override
    public void count(CoreSession session, Object token, long count) {
        say(session, token, "count " + count);
    }

    @Override
    public void refused(CoreSession session, Object token, Refusal refusal, String message) {
        say(session, token, refusal + " " + message);
    }

    @Override
    public void lost(CoreSession session, String queue, long id, int attempt) {
        say(session, "", "lost " + id + ":" + attempt + " of " + queue);
    }

    @Override
    public void givenBack(CoreSession session, String queue, long id, State state) {
        say(session, "", "gave back " + id + " of " + queue + ", now " + state);
    }

    @Override
    public void ended(CoreSession session, boolean silent) {
        say(session, "", silent ? "ended, silent" : "ended");
    }

    static String failures(TaskView task) {
        return task.failures() == 0 ? "" : " failures=" + task.failures();
    }
}
