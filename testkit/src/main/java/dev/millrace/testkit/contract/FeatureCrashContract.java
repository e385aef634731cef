package dev.millrace.testkit.contract;

import dev.millrace.testkit.CrashableFixture;

/**
 * {@link FeatureRestartContract} after a death of the engine. For engines whose fixture is a {@link CrashableFixture}.
 */
public abstract class FeatureCrashContract extends FeatureRestartContract {
    /** For subclasses. */
    protected FeatureCrashContract() {}

    @Override
    final void restart() {
        mill = ((CrashableFixture) fixture).crash();
    }
}
