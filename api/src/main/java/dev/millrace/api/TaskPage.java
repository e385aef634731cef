package dev.millrace.api;

import java.util.List;

/**
 * A page of {@link TaskQueue#list}: some tasks, and where to go on.
 *
 * @param tasks the tasks found on this page; it may be empty though more follow
 * @param nextCursor hand this to the next call; 0 when the listing is complete
 * @param <T> the payload's type
 */
public record TaskPage<T>(List<TaskInfo<T>> tasks, long nextCursor) {
    /** Keeps its own copy of the list. */
    public TaskPage {
        tasks = List.copyOf(tasks);
    }
}
