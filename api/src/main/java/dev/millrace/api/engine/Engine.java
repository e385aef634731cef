package dev.millrace.api.engine;

import dev.millrace.api.SessionOptions;

/** An open engine, the thing that keeps the contract. Safe for use by several threads. */
public interface Engine extends AutoCloseable {
    /**
     * Opens a session. Never blocks.
     *
     * @param options how the session lives
     * @param outlet gets the session's answers
     * @return the session; after the engine's end, one whose commands are answered with CLOSED
     * @param <T> see {@link Outlet}
     */
    <T> EngineSession<T> open(SessionOptions options, Outlet<T> outlet);

    /**
     * {@return whether the calling thread is at this moment the one that calls outlets, which must never wait for an
     * answer}
     */
    boolean isEngineThread();

    /**
     * Ends every session, makes what was accepted as durable as it can be, and lets go of the store. Blocks until that
     * is done; idempotent.
     *
     * @throws dev.millrace.api.MillraceException BAD_ARGUMENT when called within a call of an outlet
     */
    @Override
    void close();
}
