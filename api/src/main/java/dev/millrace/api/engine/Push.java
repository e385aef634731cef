package dev.millrace.api.engine;

/** What an engine tells a session unasked. */
public sealed interface Push {
    /**
     * The session no longer owns a task that it had taken: it was deleted by force or purged (T20), or its time to run
     * is over (T21). Its verdict would be refused.
     *
     * @param queue the task's queue
     * @param id the task
     * @param attempt the take that is void
     */
    record Lost(String queue, long id, int attempt) implements Push {}
}
