package dev.millrace.api;

import java.time.Duration;

/**
 * How long a task waits after a failure before it is ready again.
 *
 * <p>Implementations are pure and safe for use by several threads.
 */
@FunctionalInterface
public interface Backoff {
    /**
     * The delay after a failure.
     *
     * @param failures how often the task has failed, this failure included; at least 1
     * @return the delay; zero or less means ready at once
     */
    Duration delay(int failures);

    /** The same delay after every failure; zero or less is none. Over ten years: BAD_ARGUMENT. */
    static Backoff fixed(Duration delay) {
        Limits.requireDelayMs("backoff", delay);
        return failures -> delay;
    }

    /** Doubles from {@code first} with each failure, to an hour at the most. Over ten years: BAD_ARGUMENT. */
    static Backoff exponential(Duration first) {
        return exponential(first, Duration.ofHours(1));
    }

    /** Doubles from {@code first} with each failure, to {@code max} at the most. Either over ten years: BAD_ARGUMENT. */
    static Backoff exponential(Duration first, Duration max) {
        long firstMs = Limits.requireDelayMs("backoff", first);
        long maxMs = Limits.requireDelayMs("backoff max", max);
        return failures -> {
            int doublings = Math.min(failures - 1, Long.numberOfLeadingZeros(firstMs) - 2);
            return Duration.ofMillis(Math.min(maxMs, firstMs << Math.max(0, doublings)));
        };
    }
}
