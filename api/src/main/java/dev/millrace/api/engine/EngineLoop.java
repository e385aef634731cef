package dev.millrace.api.engine;

/**
 * A thread that does one thing after another, such as a server's event loop, and lends itself to an engine: commands
 * that come up on it are then applied where they are decoded, with no other thread in between. Given by whoever opens
 * the engine with {@link EngineProvider#openOn}.
 */
public interface EngineLoop {
    /** {@return whether the calling thread is the loop's} */
    boolean isInLoop();

    /**
     * Runs the work on the loop's thread later, in the order of the calls. Never blocks. Safe for use by several
     * threads.
     *
     * @param work what to run, once
     * @throws java.util.concurrent.RejectedExecutionException when the loop has ended
     */
    void execute(Runnable work);

    /**
     * Runs the work once, after everything that is at hand on the loop in this turn: all input that was there to be
     * read. So one write to the log serves all of it. Called on the loop's thread.
     *
     * @param work what to run, once
     */
    void atTurnEnd(Runnable work);

    /**
     * Runs the work on the loop's thread after some time, and not before. Called on the loop's thread.
     *
     * @param work what to run, once, unless it is called off
     * @param nanos at least 0
     * @return calls it off, as far as it has not begun; called on the loop's thread
     */
    Runnable schedule(Runnable work, long nanos);
}
