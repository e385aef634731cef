package dev.millrace.core;

/** What a put does when a task with its key lives already (T23). */
public enum KeyRule {
    /** Nothing. */
    KEEP,
    /** It rewrites the task, unless that is TAKEN: then as RERUN. */
    REPLACE,
    /** It becomes, or rewrites, the task's successor. */
    RERUN
}
