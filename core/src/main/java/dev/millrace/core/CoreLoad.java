package dev.millrace.core;

/**
 * How much there is of what is bounded (G7), and how often more was refused since the machine began.
 *
 * @param waiters takes that wait
 * @param producers those that are kept
 * @param queues those that have a number
 * @param idleQueues those among them that are kept for their counters
 */
public record CoreLoad(
        int waiters,
        long refusedWaiters,
        int producers,
        long refusedProducers,
        int queues,
        long refusedQueues,
        int idleQueues) {
    /** The most queues that there can be. */
    public static final int QUEUES_MAX = TaskTable.QUEUES_MAX - 1;
}
