package dev.millrace.api.engine;

/**
 * Where an engine sends a session's answers. Called on one thread at a time: the engine's own, one that waits in {@link
 * EngineSession#submit}, or for what comes after the engine's end the caller's. So it must never block; buffers are
 * valid during the call only. What it throws is logged, and harms nobody else.
 *
 * @param <T> what the session's user gave along with each command to know the answer by
 */
public interface Outlet<T> {
    /**
     * A hint that the answer to this command is being made safe, and follows within the time of a write: whoever sleeps
     * until it comes may wake up meanwhile. It tells nothing of the answer, and promises none: that may be a failure,
     * or come much later. Most answers are not announced.
     *
     * @param token that of the command
     */
    default void announce(T token) {}

    /**
     * The answer to a command.
     *
     * @param token that of the command
     * @param answer its buffers are valid during the call only
     */
    void answer(T token, Answer answer);

    /**
     * News that nobody asked for.
     *
     * @param push what happened
     */
    void push(Push push);

    /** The answers and pushes of this moment are complete: the time to write them out in one go. */
    void flush();

    /**
     * The session is over; called once. Every command without an answer has got CLOSED, UNKNOWN or READ_ONLY before,
     * and those submitted later get CLOSED.
     *
     * @param reason why it has ended
     */
    void ended(EndReason reason);
}
