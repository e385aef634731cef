package dev.millrace.api.engine;

import java.util.List;

/**
 * What a {@link StoreDoctor} found.
 *
 * @param problems what keeps the engine from opening the store, or has been lost, each with its place; empty if all is
 *     well
 * @param closedCleanly whether the engine that wrote last ended in order
 * @param tornBytes what opening would cut off the end, for it had never been acknowledged
 * @param parts the store's parts, in their order
 */
public record StoreReport(List<String> problems, boolean closedCleanly, long tornBytes, List<Part> parts) {
    /** Keeps copies of the lists. */
    public StoreReport {
        problems = List.copyOf(problems);
        parts = List.copyOf(parts);
    }

    /** {@return whether an engine would open it with all that was acknowledged} */
    public boolean isSound() {
        return problems.isEmpty();
    }

    /**
     * A part of the store, such as a file.
     *
     * @param name how to find it
     * @param role what it is for, in a word
     * @param number its place among the others; 0 if it has none
     * @param bytes how large it is
     * @param usedBytes how much of that holds records
     * @param records how many
     */
    public record Part(String name, String role, long number, long bytes, long usedBytes, long records) {}
}
