package dev.millrace.api;

/** What a put with a key does while a task with that key lives in the queue; BURIED lives too (T23). */
public enum KeyMode {
    /** Nothing changes; the put answers with the task that is there. */
    KEEP,

    /**
     * A READY, DELAYED or BURIED task is rewritten under its id, as if it had been put now; its attempts go on
     * counting, its failures begin anew. While it is TAKEN this is {@link #RERUN}.
     */
    REPLACE,

    /**
     * One task more, the successor, with an id of its own: DELAYED until the first is gone or buried, then as its own
     * put said. While it waits a further put rewrites it, so that the latest payload wins. A BURIED task has no
     * successor to wait: the new task is stored at once, and the key is its.
     */
    RERUN
}
