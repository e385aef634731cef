package dev.millrace.core;

/** Something that happens at a time unless it is called off: the end of a wait, the end of a silent session. */
abstract class Deadline {
    /** Milliseconds since 1970. */
    long atMs;
    /** Breaks ties in the order of arming. */
    long order;
    /** In {@link Deadlines}; 0 when not armed. */
    int index;
}
