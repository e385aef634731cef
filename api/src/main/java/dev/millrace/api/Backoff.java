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

    /**
     * The same delay after every failure; zero or less is none. Over ten years: BAD_ARGUMENT.
     *
     * @param delay at most ten years; zero or less is ready at once
     * @return pure, and so safe for use by several threads
     */
    static Backoff fixed(Duration delay) {
        Limits.requireDelayMs("backoff", delay);
        return failures -> delay;
    }

    /**
     * Doubles from {@code first} with each failure, to an hour at the most. Over ten years: BAD_ARGUMENT.
     *
     * @param first the delay after the first failure, at most ten years; zero or less is ready at once, for ever
     * @return pure, and so safe for use by several threads
     */
    static Backoff exponential(Duration first) {
        return exponential(first, Duration.ofHours(1));
    }

    /**
     * Doubles from {@code first} with each failure, to {@code max} at the most. Either over ten years: BAD_ARGUMENT.
     *
     * @param first the delay after the first failure, at most ten years; zero or less is ready at once, for ever
     * @param max the longest delay, at most ten years; one below {@code first} counts from the first failure on
     * @return pure, and so safe for use by several threads
     */
    static Backoff exponential(Duration first, Duration max) {
        long firstMs = Limits.requireDelayMs("backoff", first);
        long maxMs = Limits.requireDelayMs("backoff max", max);
        return failures -> {
            int doublings = Math.min(failures - 1, Long.numberOfLeadingZeros(firstMs) - 2);
            return Duration.ofMillis(Math.min(maxMs, firstMs << Math.max(0, doublings)));
        };
    }
}
