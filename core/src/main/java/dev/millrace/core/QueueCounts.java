package dev.millrace.core;

/**
 * A queue in numbers (T18): first what is there now, then what happened since the engine opened.
 *
 * @param queue the queue's name
 * @param ageMs for how long the task that the next take gets has been ready; 0 when there is none
 */
public record QueueCounts(
        String queue,
        int ready,
        int delayed,
        int taken,
        int buried,
        int waiting,
        long ageMs,
        boolean paused,
        long puts,
        long takes,
        long acks,
        long releases,
        long failures,
        long timeouts,
        long burials,
        long expirations,
        long deletions) {}
