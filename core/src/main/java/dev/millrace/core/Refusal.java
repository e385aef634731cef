package dev.millrace.core;

/** Why a command was refused or a wait ended without its wish (G5). A refused command changed nothing. */
public enum Refusal {
    /** An argument makes no sense. */
    BAD_ARGUMENT,
    /** There is no such task. */
    NOT_FOUND,
    /** The task is taken by nobody. */
    NOT_TAKEN,
    /** The task is taken by another session, or again. */
    NOT_OWNER,
    /** The wait was withdrawn. */
    CANCELLED,
    /** A named limit is reached. */
    OVERLOADED,
    /** The session has ended. */
    CLOSED
}
