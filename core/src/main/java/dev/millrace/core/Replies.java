package dev.millrace.core;

/**
 * What the state machine says. A {@code token} is what came with the command, handed back as it is. Nothing said here may
 * reach a client before the records of the same moment are as durable as configured.
 */
public interface Replies {
    /** The task is stored; {@code repeated}: it was before, under this id, and {@code state} is what it is now. */
    void stored(CoreSession session, Object token, long id, State state, long dueMs, boolean repeated);

    /** The session owns the task now; its payload is in the record at {@code home}, for this call only. */
    void taken(CoreSession session, Object token, TaskView task);

    /** No task in time. */
    void nothing(CoreSession session, Object token);

    /** It happened; this is the task's state now. */
    void done(CoreSession session, Object token, long id, State state);

    /** How many. */
    void count(CoreSession session, Object token, long count);

    /** Refused, or withdrawn. */
    void refused(CoreSession session, Object token, Refusal refusal, String message);

    /** The session's take of this task is void: it was deleted by force or purged. */
    void lost(CoreSession session, String queue, long id, int attempt);

    /** The session's end gave this task back; it is in {@code state} now. */
    void givenBack(CoreSession session, String queue, long id, State state);

    /** The session is over, and everything above has been said; {@code silent}: because nothing was heard of it. */
    void ended(CoreSession session, boolean silent);
}
