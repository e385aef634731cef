package dev.millrace.core;

/**
 * How much there is of what is bounded (G7), and how often more was refused since the machine began.
 *
 * @param waiters takes that wait
 * @param producers those that are kept
 * @param queues those that have a number
 * @param idleQueues those among them that are kept for their counters
 * @param displacedQueues those forgotten, with their counters, since others became idle after them
 * @param spentBurials tasks that were buried since they had been taken as often as can be counted
 * @param engineDeathBurials tasks that were buried since the engine had died too often while they were held
 */
public record CoreLoad(
        int waiters,
        long refusedWaiters,
        int producers,
        long refusedProducers,
        int queues,
        long refusedQueues,
        int idleQueues,
        long displacedQueues,
        long spentBurials,
        long engineDeathBurials) {
    /** The most queues that there can be. */
    public static final int QUEUES_MAX = TaskTable.QUEUES_MAX - 1;
}
