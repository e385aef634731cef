package dev.millrace.testkit.model;

import dev.millrace.api.engine.Command;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** An engine that is driven by hand, round by round, beside the model. */
public interface Subject {
    /** Begins a round at this time. */
    void begin(long nowMs);

    /** A session begins. */
    void open(long session, long silenceMaxMs);

    /** A session ends. */
    void close(long session);

    /** A command. */
    void submit(long session, long token, Command command);

    /** A waiting take is withdrawn. */
    void cancel(long session, long token);

    /** Ends the round: what was said in it, in order. Buffers in it are the caller's. */
    List<Event> end();

    /** Whether the last round left no work that needs no command. */
    boolean isDone();

    /** When it wants a round even if no command comes. */
    long nextEventMs();

    /** Why it acknowledges nothing more, because of a fault; null while all is well. */
    @Nullable String broken();

    /** Closes the engine in order; false when a fault came in between. */
    boolean closeInOrder();

    /**
     * Ends the engine at once.
     *
     * @param losesPower whether what was not fsynced may be lost
     * @param seed of what is lost then
     */
    void kill(boolean losesPower, long seed);

    /**
     * Opens the engine again, after it was closed or killed.
     *
     * @return its time then
     */
    long openAgain(long wallMs);

    /** A fault happens. */
    void fault(String name, long amount);

    /** Whether what was acknowledged outlives a crash of this kind. */
    boolean outlives(boolean losesPower);

    /** Whether a refusal for lack of room may come at any time, as from a full disk. */
    boolean mayBeOverloaded();
}
