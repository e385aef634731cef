package dev.millrace.core;

import org.jspecify.annotations.Nullable;

/**
 * Tasks of a queue of which only so many run at once (T26). The tasks without a group are one of these too, without a
 * name.
 */
final class Group {
    /** Of a group with a task that is ready, in memory, nearly. */
    static final long BYTES = 256;

    /** Null for the tasks without a group. */
    final @Nullable String name;

    ReadyTasks ready;
    /** How many may be TAKEN; the largest int without a limit. */
    int limit = Integer.MAX_VALUE;

    int running;
    /** How many there are, in all states; with the last one the group goes. */
    int living;

    boolean isInTurn;
    @Nullable Group previous;
    @Nullable Group next;

    Group(@Nullable String name, ReadyTasks ready) {
        this.name = name;
        this.ready = ready;
    }

    boolean mayRun() {
        return running < limit && ready.first() != 0;
    }
}
