package dev.millrace.api.engine;

/**
 * An engine that lives by the clock it is given ({@link dev.millrace.api.OpenOptions#timeSource}), in the process of
 * its user, and so can be led through time by a test: the capability that a test's own clock needs. Engines elsewhere
 * have clocks of their own.
 */
public interface TestableEngine extends Engine {
    /**
     * How long it is, by the engine's clock as it stands, until the engine does something by itself: a task becomes
     * due, a wait runs out, a silent session ends. Everything that was submitted before is counted in. Blocks until the
     * engine has come to it.
     *
     * @return nanoseconds; 0 when it has something to do now; less than the whole way when that is over a day;
     *     {@link Long#MAX_VALUE} when nothing will happen, and after the engine's end
     * @throws dev.millrace.api.MillraceException BAD_ARGUMENT when called on the engine's own thread
     */
    long nanosUntilNextEvent();
}
