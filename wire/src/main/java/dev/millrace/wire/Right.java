package dev.millrace.wire;

/** The families of commands, by which users are given rights (G11). */
public enum Right {
    /** What stores tasks. */
    PUT,
    /** What takes tasks and says what became of them. */
    TAKE,
    /** What changes or removes others' tasks, and a queue's settings. */
    ADMIN,
    /** What only looks. */
    READ,
    /** What concerns the connection and its session, and needs no right. */
    CONNECTION
}
