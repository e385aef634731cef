package dev.millrace.api;

/**
 * Where a task is in its life (contract, chapter T):
 * {@code put → READY | DELAYED; DELAYED → READY → TAKEN → gone | READY | DELAYED | BURIED; BURIED → READY}.
 */
public enum TaskState {
    /** May be taken now. */
    READY,
    /** Becomes ready at its due time. */
    DELAYED,
    /** Owned by one session. */
    TAKEN,
    /** Set aside after it failed too often, until it is kicked or deleted. */
    BURIED
}
