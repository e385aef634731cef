package dev.millrace.core;

import org.jspecify.annotations.Nullable;

/**
 * What each task says of itself, wherever that lies: in the task table, or in its extension, which it gets with the
 * first field that needs one. Changes no structure that a task is in.
 */
final class TaskFields {
    final TaskTable table = new TaskTable();
    final Extensions extensions = new Extensions();
    private final long epochMs;

    /**
     * No tasks yet.
     *
     * @param epochMs from which due times are counted, for 34 years
     */
    TaskFields(long epochMs) {
        this.epochMs = epochMs;
    }

    /** All that its record says of how a task is handled, but its group; it must be in no state. */
    void define(int slot, long home, TaskRecord task) {
        boolean isLong = task.priority() >= TaskTable.PRIORITY_EXTENDED;
        int priority = isLong ? TaskTable.PRIORITY_EXTENDED : (int) task.priority();
        table.queueAndPriority(slot, table.queue(slot), priority);
        table.position(slot, home);
        table.attempts(slot, task.attempts());
        table.engineDeaths(slot, task.engineDeaths());
        boolean isPlain = !isLong
                && task.maxAttempts() == 0
                && task.failures() == 0
                && task.expiresMs() == 0
                && task.ttrMs() == 0
                && task.group() == null;
        if (!isPlain || table.extension(slot) != 0) {
            int row = row(slot);
            extensions.priority(row, task.priority());
            extensions.maxAttempts(row, task.maxAttempts());
            extensions.failures(row, task.failures());
            extensions.expires(row, task.expiresMs() == 0 ? 0 : Math.max(1, eventOf(task.expiresMs())));
            extensions.ttr(row, task.ttrMs());
        }
    }

    /** The task's extension row, made if it has none; its priority is carried over. */
    int row(int slot) {
        int row = table.extension(slot);
        if (row == 0) {
            row = extensions.allocate();
            extensions.priority(row, table.shortPriority(slot));
            table.extension(slot, row);
        }
        return row;
    }

    /** Gives back what the task takes. */
    void free(int slot) {
        int row = table.extension(slot);
        if (row != 0) {
            extensions.free(row);
        }
        table.free(slot);
    }

    State state(int slot) {
        return State.of(table.state(slot));
    }

    long priority(int slot) {
        int priority = table.shortPriority(slot);
        return priority == TaskTable.PRIORITY_EXTENDED ? extensions.priority(table.extension(slot)) : priority;
    }

    /** Failures until it is buried, by the put; 0 = as its queue says. */
    int ownMaxAttempts(int slot) {
        int row = table.extension(slot);
        return row == 0 ? 0 : extensions.maxAttempts(row);
    }

    /** How long a take may last, by the put; 0 = as its queue says. */
    long ownTtrMs(int slot) {
        int row = table.extension(slot);
        return row == 0 ? 0 : extensions.ttr(row);
    }

    int failures(int slot) {
        int row = table.extension(slot);
        return row == 0 ? 0 : extensions.failures(row);
    }

    void failures(int slot, int failures) {
        if (failures != 0 || table.extension(slot) != 0) {
            extensions.failures(row(slot), Math.min(failures, TaskTable.ATTEMPTS_MAX));
        }
    }

    /** Whether the task was taken as often as can be counted; once buried it stays so, since no take could follow. */
    boolean isSpent(int slot) {
        return table.attempts(slot) == TaskTable.ATTEMPTS_MAX;
    }

    @Nullable Group group(int slot) {
        int row = table.extension(slot);
        return row == 0 ? null : extensions.group(row);
    }

    @Nullable String reason(int slot) {
        int row = table.extension(slot);
        return row == 0 ? null : extensions.reason(row);
    }

    // --- Times

    /** When the task's time to live is over, counted from the epoch; 0 = never. */
    long expires(int slot) {
        int row = table.extension(slot);
        return row == 0 ? 0 : extensions.expires(row);
    }

    /** When the task's time to live is over, in ms since 1970; 0 = never. */
    long expiresMs(int slot) {
        long expires = expires(slot);
        return expires == 0 ? 0 : epochMs + expires;
    }

    /** Whether the task's time to live is over at this time. */
    boolean isExpired(int slot, long nowMs) {
        long expires = expires(slot);
        return expires != 0 && epochMs + expires <= nowMs;
    }

    /**
     * When a DELAYED task is due, in ms since 1970; 0 in other states, and for a successor that has no due time of its
     * own.
     */
    long dueMs(int slot) {
        if (table.state(slot) != State.DELAYED.ordinal()) {
            return 0;
        }
        if (table.place(slot) == Tasks.BEHIND) {
            return heldBackDueMs(slot);
        }
        return epochMs + (expires(slot) == 0 ? table.event(slot) : extensions.due(table.extension(slot)));
    }

    /** When a task that waited for another is due, in ms since 1970; 0 = at once. */
    long heldBackDueMs(int slot) {
        long due = extensions.due(table.extension(slot));
        return due == 0 ? 0 : epochMs + due;
    }

    /** Since when a READY task is so, in ms since 1970; long ago, if that was before the opening. */
    long readySinceMs(int slot) {
        return epochMs + (expires(slot) == 0 ? table.event(slot) : extensions.due(table.extension(slot)));
    }

    /** When the task's timer is due, in ms since 1970. */
    long eventMs(int slot) {
        return epochMs + table.event(slot);
    }

    /** A time as the table counts it. */
    long eventOf(long ms) {
        return Math.clamp(ms - epochMs, 0, TaskTable.EVENT_MAX);
    }

    /** No task can be due later, in ms since 1970. */
    long latestDueMs() {
        return epochMs + TaskTable.EVENT_MAX;
    }
}
