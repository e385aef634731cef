package dev.millrace.testkit;

import dev.millrace.api.Millrace;
import dev.millrace.api.OpenOptions;
import java.util.function.UnaryOperator;

/** A fixture whose engine can die: the capability that {@link dev.millrace.testkit.contract.CrashContract} needs. */
public interface CrashableFixture extends EngineFixture {
    /**
     * Ends the engine as a kill of its process does, with nothing written or said any more, and opens the store again.
     *
     * @param change given the fixture's options, answers with those for the next life
     * @return the engine of the next life
     */
    Millrace crash(UnaryOperator<OpenOptions> change);

    /**
     * {@link #crash(UnaryOperator)} with the fixture's options.
     *
     * @return the engine of the next life
     */
    default Millrace crash() {
        return crash(UnaryOperator.identity());
    }
}
