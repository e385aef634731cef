package dev.millrace.remote;

/**
 * What the engine has of the world: the one thread that everything of it happens on, and the way to its server. Safe
 * for use by several threads, but for what says otherwise.
 */
interface Network extends AutoCloseable {
    /** Whether the calling thread is the loop's. */
    boolean isInLoop();

    /**
     * Runs the work on the loop's thread later, in the order of the calls. Never blocks.
     *
     * @throws java.util.concurrent.RejectedExecutionException when the loop has ended
     */
    void execute(Runnable work);

    /**
     * Runs the work on the loop's thread after some time, and not before. Called on the loop's thread.
     *
     * @return calls it off, as far as it has not begun; called on the loop's thread
     */
    Runnable schedule(Runnable work, long nanos);

    /**
     * Begins to connect: the link becomes a channel's handler, or is told why not with {@link Link#refused}. Never
     * blocks. Called on the loop's thread.
     */
    void connect(Link link);

    /** Ends the loop once its work is done. Blocks until then, unless it is called on the loop's thread. */
    @Override
    void close();
}
