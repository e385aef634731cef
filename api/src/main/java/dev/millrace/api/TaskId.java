package dev.millrace.api;

/**
 * Names a task: its queue and its number (T2). Compares by value. Numbers are positive and strictly increase within a
 * queue; one that was answered is never given to another task.
 *
 * @param queue the queue's name
 * @param number the task's number, at least 1
 */
public record TaskId(String queue, long number) {
    /** Checks the parts: the name by G1, the number positive; otherwise BAD_ARGUMENT. */
    public TaskId {
        Limits.requireName("queue", queue);
        if (number < 1) {
            throw new MillraceException(
                    ErrorCode.BAD_ARGUMENT, "task id=" + number + " < 1; use an id that put or take answered");
        }
    }

    /** The queue and the number, as in {@code mail/17}. */
    @Override
    public String toString() {
        return queue + "/" + number;
    }
}
