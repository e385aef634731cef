package dev.millrace.wire;

/** What the answer to a command looks like on the wire: what is left to know once the command itself is gone. */
public enum Shape {
    /** A task that was stored. */
    STORED,
    /** Tasks that were stored. */
    STORED_MANY,
    /** A task, or null. */
    TAKEN,
    /** Tasks, or null. */
    TAKEN_MANY,
    /** A task that is acked. */
    ACKED,
    /** For each receipt a task that is acked, or an error. */
    ACKED_MANY,
    /** A task that is deleted. */
    DELETED,
    /** A task and its state. */
    STATE,
    /** How many were kicked. */
    KICKED,
    /** How many were purged. */
    PURGED,
    /** A producer's last sequence. */
    SEQUENCE,
    /** A task that was looked at, or null. */
    SEEN,
    /** Some tasks, and where to go on. */
    PAGE,
    /** A queue's settings. */
    SETTINGS,
    /** A queue's numbers. */
    STATS,
    /** The numbers of some queues, and where to go on. */
    QUEUES,
    /** Some takes of the session, and where to go on. */
    HELD,
    /** A sign of life. */
    PONG
}
