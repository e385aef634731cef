package dev.millrace.testkit.model;

/** An engine did what no model allows. */
public final class Difference extends RuntimeException {
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
