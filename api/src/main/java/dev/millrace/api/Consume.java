package dev.millrace.api;

import java.time.Duration;
import java.util.Objects;

/**
 * Options of {@link TaskQueue#consume}; immutable.
 *
 * {@snippet file = "ApiExamplesTest.java" region = "consume"}
 *
 * @param concurrency how many tasks are handled at once, 1 … 100,000; 1 by default
 * @param backoff the delay of a task whose handler threw; exponential from one second by default. Called on the
 *     handler's thread
 */
public record Consume(int concurrency, Backoff backoff) {
    private static final int CONCURRENCY_MAX = 100_000;
    private static final Consume DEFAULT = new Consume(1, Backoff.exponential(Duration.ofSeconds(1)));

    /** Checks the bounds; BAD_ARGUMENT outside. The backoff may not be null. */
    public Consume {
        Objects.requireNonNull(backoff, "backoff");
        Limits.requireCount("concurrency", concurrency, CONCURRENCY_MAX);
    }

    /**
     * One task at a time, exponential backoff from one second.
     *
     * @return the options that all others begin with
     */
    public static Consume options() {
        return DEFAULT;
    }

    /**
     * Short for {@code options().withConcurrency(concurrency)}; BAD_ARGUMENT outside 1 … 100,000.
     *
     * @param concurrency 1 … 100,000
     * @return the default options, changed so
     */
    public static Consume concurrency(int concurrency) {
        return DEFAULT.withConcurrency(concurrency);
    }

    /**
     * Handles this many tasks at once, each on a virtual thread of its own; BAD_ARGUMENT outside 1 … 100,000.
     *
     * @param concurrency 1 … 100,000
     * @return these options, changed so
     */
    public Consume withConcurrency(int concurrency) {
        return new Consume(concurrency, backoff);
    }

    /**
     * Waits this long after a failure. A delay outside 0 … ten years is cut, and where the backoff throws, that is
     * logged and a second is taken; the task has failed all the same.
     *
     * @param backoff called on the handler's thread, with the failures so far, this one included
     * @return these options, changed so
     */
    public Consume withBackoff(Backoff backoff) {
        return new Consume(concurrency, backoff);
    }
}
