package dev.millrace.core;

/** How a task came to its end. */
public enum Outcome {
    /** Completed by its owner (T11). */
    ACKED,
    /** Deleted (T20). */
    DELETED,
    /** It outlived its time to live (T24). */
    EXPIRED
}
