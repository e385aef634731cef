package dev.millrace.core;

/** Where a task is in its life (contract, chapter T). */
public enum State {
    /** No such task: never there, or gone. */
    GONE,
    /** May be taken now. */
    READY,
    /** Becomes ready at its due time. */
    DELAYED,
    /** Owned by one session. */
    TAKEN,
    /** Set aside. */
    BURIED;

    private static final State[] ALL = values();

    /** The state of this number, as it is stored. */
    public static State of(int number) {
        if (number < 0 || number >= ALL.length) {
            throw new IllegalArgumentException("state=" + number + " is outside 0 … " + (ALL.length - 1));
        }
        return ALL[number];
    }
}
