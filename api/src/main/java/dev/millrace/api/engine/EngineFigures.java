package dev.millrace.api.engine;

import java.util.List;

/**
 * What an engine says of itself, for those who run it (G7); immutable.
 *
 * @param store figures of the store, such as {@code segments} or {@code fsyncs}, in an order that reads well; empty
 *     where nothing is stored
 * @param bounds the named limits of the engine
 */
public record EngineFigures(List<Figure> store, List<Bound> bounds) {
    /** Keeps copies of the lists. */
    public EngineFigures {
        store = List.copyOf(store);
        bounds = List.copyOf(bounds);
    }

    /**
     * A number and its name.
     *
     * @param name in the words of the documentation
     * @param value as it is now, or since the engine was opened
     */
    public record Figure(String name, long value) {}

    /**
     * A named limit.
     *
     * @param name as in the documentation, {@code waitersMax} for example
     * @param max where it is
     * @param now how much of it is used; −1 where each use is over at once, as with the size of a payload
     * @param met how often something was refused for it since the engine was opened
     */
    public record Bound(String name, long max, long now, long met) {
        /** The value of {@code now} that says nothing. */
        public static final long NO_USE = -1;
    }
}
