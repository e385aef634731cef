package dev.millrace.api;

/**
 * The work on a task: return, and it is acked; throw, and it fails.
 *
 * @param <T> the payload's type
 */
@FunctionalInterface
public interface TaskHandler<T> {
    /**
     * Works on a task. Called on a virtual thread, which is interrupted if {@link
     * Consumption#close(java.time.Duration)} runs out of time.
     *
     * @param task open; a verdict that the handler gives itself counts
     * @throws Exception anything: the task fails with its text as the reason
     */
    void handle(Task<T> task) throws Exception;
}
