package dev.millrace.api;

import java.time.Duration;

/**
 * What a queue does where a put says nothing (T20); immutable. Kept as durably as tasks, also while the queue is empty.
 *
 * @param maxAttempts failures after which a task is buried; 0 means never
 * @param ttrMs milliseconds that a take may last without a touch (T21); 0 means without limit
 * @param backoffFirstMs the delay after a task's first failure; 0 with {@code backoffMaxMs} 0 means the engine's
 *     backoff
 * @param backoffMaxMs what the delay doubles to with each further failure; at least {@code backoffFirstMs}
 */
public record QueueSettings(int maxAttempts, long ttrMs, long backoffFirstMs, long backoffMaxMs) {
    private static final QueueSettings DEFAULTS = new QueueSettings(0, 0, 0, 0);

    /** Checks every part against its bounds; BAD_ARGUMENT names the one outside. */
    public QueueSettings {
        Limits.requireMaxAttempts(maxAttempts);
        Limits.requireMs("ttrMs", ttrMs);
        Limits.requireMs("backoffFirstMs", backoffFirstMs);
        Limits.requireMs("backoffMaxMs", backoffMaxMs);
        if (backoffMaxMs < backoffFirstMs) {
            throw Limits.bad("backoffMaxMs=" + backoffMaxMs + " < backoffFirstMs=" + backoffFirstMs
                    + "; the delay grows from the first to the most");
        }
    }

    /**
     * No limit of attempts, no time to run, the engine's backoff.
     *
     * @return what a queue has that was never configured
     */
    public static QueueSettings defaults() {
        return DEFAULTS;
    }

    /**
     * {@return these settings with another number of failures, 0 … 65,535, after which a task is buried; 0 means never}
     *
     * @param maxAttempts 0 … 65,535; 0 means never
     */
    public QueueSettings withMaxAttempts(int maxAttempts) {
        return new QueueSettings(maxAttempts, ttrMs, backoffFirstMs, backoffMaxMs);
    }

    /**
     * {@return these settings with another time to run; at most ten years, zero or less is without limit}
     *
     * @param ttr rounded up to milliseconds
     */
    public QueueSettings withTtr(Duration ttr) {
        return new QueueSettings(maxAttempts, Limits.requireDelayMs("ttr", ttr), backoffFirstMs, backoffMaxMs);
    }

    /**
     * {@return these settings with a delay of failed tasks that doubles from {@code first} to {@code max}; at most ten
     * years} Zero for both is the engine's backoff.
     *
     * @param first the delay after the first failure, rounded up to milliseconds
     * @param max the longest delay, at least {@code first}
     */
    public QueueSettings withBackoff(Duration first, Duration max) {
        return new QueueSettings(
                maxAttempts,
                ttrMs,
                Limits.requireDelayMs("backoff first", first),
                Limits.requireDelayMs("backoff max", max));
    }
}
