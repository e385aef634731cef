package dev.millrace.core;

/**
 * What a queue does where a put says nothing (T20), and whether it is paused. Within the bounds that the owner checks.
 *
 * @param paused whether takes get nothing
 * @param maxAttempts failures until a task is buried; 0 = without limit
 * @param ttrMs how long a take may last without a touch; 0 = without limit
 * @param backoffFirstMs the delay after the first failure; 0 with {@code backoffMaxMs} 0 = the engine's
 * @param backoffMaxMs the delay doubles to this
 */
public record QueueConfig(boolean paused, int maxAttempts, long ttrMs, long backoffFirstMs, long backoffMaxMs) {
    /** Of a queue that nobody configured. */
    public static final QueueConfig DEFAULT = new QueueConfig(false, 0, 0, 0, 0);

    /** The same, paused or not. */
    public QueueConfig withPaused(boolean paused) {
        return new QueueConfig(paused, maxAttempts, ttrMs, backoffFirstMs, backoffMaxMs);
    }

    boolean isDefault() {
        return equals(DEFAULT);
    }

    boolean hasBackoff() {
        return backoffMaxMs > 0;
    }

    /** The delay after so many failures, at least one. */
    long backoffMs(int failures) {
        int doublings = Math.min(failures - 1, Long.numberOfLeadingZeros(backoffFirstMs) - 2);
        return Math.min(backoffMaxMs, backoffFirstMs << Math.max(0, doublings));
    }
}
