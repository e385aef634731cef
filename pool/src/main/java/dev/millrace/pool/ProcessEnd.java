package dev.millrace.pool;

/** How a command came to its end. */
public enum ProcessEnd {
    /** By itself, be it by exiting or by a signal that did not come from the runner. */
    EXITED,

    /** It was signalled because its time limit had passed. */
    TIME_LIMIT,

    /** It was signalled because the runner was closed and would not wait longer. */
    RUNNER_CLOSED,

    /**
     * The slot's shell ended beneath it, most likely because the command killed its parent or its own process group.
     * The exit code is that of the shell. What was left of the command has been killed.
     */
    SHELL_LOST
}
