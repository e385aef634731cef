package dev.millrace.testkit.model;

import dev.millrace.api.engine.Command;

/**
 * Something that happens to an engine. Steps are data, so that a failing sequence of them can be made shorter and
 * written down.
 *
 * <p>In commands of steps a task is named by the number with which the payload of its put begins, not by its id: so a
 * sequence keeps its meaning when a part of it is left out. See {@link Numbers}.
 */
public sealed interface Step {
    /** The round ends, and the next one begins so much later. */
    record Pass(long ms) implements Step {}

    /** A session begins; 0 for one that may be silent for ever. */
    record Open(long session, long silenceMaxMs) implements Step {}

    /** A session ends by its own will. */
    record Close(long session) implements Step {}

    /** A session withdraws a waiting take. */
    record Cancel(long session, long token) implements Step {}

    /** A session's command. */
    record Do(long session, long token, Command command) implements Step {}

    /** The engine is closed, and opened again so much later by the wall clock, which may have stepped back. */
    record Reopen(long ms) implements Step {}

    /**
     * The engine dies in the middle of the round, and is opened again so much later.
     *
     * @param losesPower whether the machine died with it
     * @param seed of what the disk makes of what was under way
     */
    record Crash(boolean losesPower, long ms, long seed) implements Step {}

    /** Something that only this kind of engine knows: a fault of its disk, for example. */
    record Fault(String name, long amount) implements Step {}
}
