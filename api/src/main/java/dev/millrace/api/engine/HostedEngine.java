package dev.millrace.api.engine;

import dev.millrace.api.MillraceException;
import dev.millrace.api.SessionOptions;
import java.util.concurrent.CompletionStage;

/**
 * An engine that lives on a loop that is not its own ({@link EngineProvider#openOn}).
 *
 * <p>A command that is submitted on the loop's thread, though not within a call of an outlet, is applied before {@link
 * EngineSession#trySubmit} returns, is never refused for want of room, and leaves its buffers to whoever submitted it.
 * Its answer comes at the end of the loop's turn, when what the turn changed is as durable as configured. Everything
 * else is as with any engine: other threads may submit, their commands wait for their turn.
 */
public interface HostedEngine extends Engine {
    /** Opens a session; on the loop's thread it is open on return. */
    @Override
    <T> EngineSession<T> open(SessionOptions options, Outlet<T> outlet);

    /**
     * {@return whether the answers of this turn have become so large that nothing more should be submitted in it (G7)}
     * Asked on the loop's thread by doors, which go on in the next turn.
     */
    boolean isTurnFull();

    /**
     * {@return what the engine says of itself; takes time in proportion to the segments of its store} Asked on the
     * loop's thread.
     */
    EngineFigures figures();

    /**
     * {@return a stage that completes, on the loop's thread, with what broke the engine: its store failed, and it
     * carries out nothing more (G8)} It never does while the engine is well, nor because it was closed.
     */
    CompletionStage<MillraceException> broken();

    /**
     * Ends the engine as {@link Engine#close} says: on the loop's thread before it returns, on another one by waiting
     * for the loop, which must not have ended.
     */
    @Override
    void close();
}
