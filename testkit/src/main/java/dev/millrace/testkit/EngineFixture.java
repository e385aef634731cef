package dev.millrace.testkit;

import dev.millrace.api.Millrace;
import dev.millrace.api.OpenOptions;
import dev.millrace.api.engine.Engine;
import java.time.Duration;
import java.util.function.UnaryOperator;

/**
 * What a contract test needs of an engine: one store of its own, empty at first, on a clock that the test moves. At
 * most one engine is open on it at a time. Used by one thread.
 */
public interface EngineFixture extends AutoCloseable {
    /** {@return the clock that every engine opened here reads} */
    VirtualClock clock();

    /**
     * Opens the store with the fixture's options.
     *
     * @return closed with the fixture at the latest
     */
    default Millrace open() {
        return open(UnaryOperator.identity());
    }

    /**
     * Opens the store with options changed by the test.
     *
     * @param change given the fixture's options, answers with those to open with
     * @return closed with the fixture at the latest
     * @throws IllegalStateException when an engine is open here
     */
    Millrace open(UnaryOperator<OpenOptions> change);

    /**
     * Opens the store as {@link #open(UnaryOperator)} does, for a test of the engine interface itself.
     *
     * @param change given the fixture's options, answers with those to open with
     * @return closed with the fixture at the latest
     */
    Engine openEngine(UnaryOperator<OpenOptions> change);

    /**
     * Returns once the engine has processed and answered all that was submitted before, by any session, and all that is
     * due.
     */
    void settle();

    /**
     * Lets time pass and {@linkplain #settle() settles}.
     *
     * @param time zero or more
     */
    default void advance(Duration time) {
        clock().advance(time);
        settle();
    }

    /** Closes what is open here, cleanly. Harmless when nothing is. */
    void closeEngine();

    /**
     * Closes cleanly and opens again.
     *
     * @return closed with the fixture at the latest
     */
    default Millrace reopen() {
        return reopen(UnaryOperator.identity());
    }

    /**
     * Closes cleanly and opens again with options changed by the test.
     *
     * @param change given the fixture's options, answers with those to open with
     * @return closed with the fixture at the latest
     */
    default Millrace reopen(UnaryOperator<OpenOptions> change) {
        closeEngine();
        return open(change);
    }

    /** {@return whether what was acknowledged is still there after {@link #reopen()}; otherwise that begins empty} */
    boolean keepsAcrossRestart();

    /** Closes what is open, and removes the store. */
    @Override
    void close();
}
