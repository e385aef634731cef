package dev.millrace.core;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What the state machine says. A {@code token} is what came with the command, handed back as it is. Nothing said here
 * may reach a client before the records of the same moment are as durable as configured.
 */
public interface Replies {
    /** The task is stored. */
    void stored(CoreSession session, Object token, StoredTask task);

    /** The tasks are stored, in the order in which they were given. */
    void storedMany(CoreSession session, Object token, List<StoredTask> tasks);

    /** The session owns the task now; its payload is in the record at its home, for this call only. */
    void taken(CoreSession session, Object token, TaskView task);

    /**
     * One of several tasks that a session owns now; the others and {@link #takenMany} follow at once. Whether it has
     * room for more.
     */
    boolean takenAmong(TaskView task);

    /** The session owns all the tasks that were just told, at least one. */
    void takenMany(CoreSession session, Object token);

    /** No task in time. */
    void nothing(CoreSession session, Object token);

    /** It happened; this is the task's state now. */
    void done(CoreSession session, Object token, long id, State state);

    /** Each receipt for itself: the state of its task now, or why it was refused. */
    void each(CoreSession session, Object token, List<Verdict> verdicts);

    /**
     * What became of one receipt.
     *
     * @param id the task
     * @param refusal null when it happened
     * @param message why it did not; empty when it did
     */
    record Verdict(long id, @Nullable Refusal refusal, String message) {}

    /** The queue is configured so. */
    void configured(CoreSession session, Object token, QueueConfig config);

    /** How many. */
    void count(CoreSession session, Object token, long count);

    /** Refused, or withdrawn. */
    void refused(CoreSession session, Object token, Refusal refusal, String message);

    /** The session's take of this task is void: it was deleted by force, purged, or over its time to run. */
    void lost(CoreSession session, String queue, long id, int attempt);

    /** The session's end gave this task back; it is in {@code state} now. */
    void givenBack(CoreSession session, String queue, long id, State state);

    /** The session is over, and everything above has been said; {@code silent}: because nothing was heard of it. */
    void ended(CoreSession session, boolean silent);
}
