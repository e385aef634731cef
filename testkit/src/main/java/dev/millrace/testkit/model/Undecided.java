package dev.millrace.testkit.model;

/**
 * The checker gave up, since there is too much that may have happened: the engine is neither right nor wrong. Those who
 * do not know it take it for a {@link Difference}, so that it never counts as passed.
 */
public final class Undecided extends Difference {
    private static final long serialVersionUID = 1L;

    /** What is too much. */
    public Undecided(String message) {
        super("undecided: " + message);
    }

    /** Where that was. */
    public Undecided(String place, Difference undecided) {
        super(place + ": " + undecided.getMessage(), undecided);
    }
}
