package dev.millrace.api.engine;

/**
 * One session of an engine (G3). Safe for use by several threads; commands submitted by one thread are applied in that
 * order.
 *
 * @param <T> see {@link Outlet}
 */
public interface EngineSession<T> {
    /**
     * {@return the session's number, as error messages name it} Where a server gives it, this waits for that, though no
     * longer than for a connection, and not on the engine's thread; 0 when there is none.
     */
    long id();

    /**
     * Hands over a command. Never blocks, and never calls an outlet of an open engine. Of the verdicts (ack, release,
     * fail, bury) one is never refused for each task that was handed to the session, since it ends work; more of them
     * take room like other commands.
     *
     * @param token handed back with the command's answer; told apart by identity
     * @param command the engine owns its payload from here on
     * @return false, with nothing done and nothing to be answered, when the engine's command queue is full (G7); after
     *     the session's end the command is accepted and answered with CLOSED
     * @throws dev.millrace.api.MillraceException TOO_LARGE for a command larger than the whole queue; nothing was done
     */
    boolean trySubmit(T token, Command command);

    /**
     * Hands over a command, on a thread that is about to wait for its answer: waits, without limit, while the engine's
     * command queue is full, and may then do a bounded part of the engine's work, which calls outlets of any session.
     * On return the answer has often been given already. An interrupt meanwhile is kept.
     *
     * @param token handed back with the command's answer; told apart by identity
     * @param command the engine owns its payload from here on
     * @throws InterruptedException if interrupted while waiting; nothing was done
     * @throws dev.millrace.api.MillraceException TOO_LARGE for a command larger than the whole queue; nothing was done
     */
    void submit(T token, Command command) throws InterruptedException;

    /**
     * Withdraws a waiting take: it is answered with CANCELLED, unless its answer is under way already. Never blocks,
     * and is never refused; a token that is withdrawn again before the engine came to it counts once.
     *
     * @param token that of the take
     */
    void cancel(T token);

    /** Ends the session: its tasks are ready again, its waiting takes withdrawn (G4). Never blocks; idempotent. */
    void close();

    /**
     * Ends the session because whoever used it is gone without a word: as {@link #close}, but the tasks it had taken
     * have failed once more (T22). Never blocks; idempotent.
     */
    void abandon();
}
