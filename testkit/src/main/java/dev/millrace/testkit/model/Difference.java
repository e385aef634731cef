package dev.millrace.testkit.model;

/** An engine did what no model allows. */
public sealed class Difference extends RuntimeException permits Undecided {
    private static final long serialVersionUID = 1L;

    /** What differs. */
    public Difference(String message) {
        super(message);
    }

    /** What differs, and what led to it. */
    public Difference(String message, Throwable cause) {
        super(message, cause);
    }
}
