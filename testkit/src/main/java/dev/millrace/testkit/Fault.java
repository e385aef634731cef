package dev.millrace.testkit;

/** What may go wrong with one command, as its sender sees it; see {@link MillControl#failNext}. */
public enum Fault {
    /** A limit was reached: OVERLOADED, and nothing happened. */
    OVERLOADED,
    /** The answer was lost on the way: UNKNOWN, though it happened. */
    UNKNOWN_DONE,
    /** The command was lost on the way: UNKNOWN, and nothing happened. */
    UNKNOWN_NOT_DONE
}
