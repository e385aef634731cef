package dev.millrace.remote;

import java.util.random.RandomGenerator;

/**
 * The pauses between attempts to connect: each twice as long as the one before, up to a bound, and half of it left to
 * chance.
 */
final class Pauses {
    private final RemoteLimits limits;
    private final RandomGenerator random;
    private long boundMs;

    Pauses(RemoteLimits limits, RandomGenerator random) {
        this.limits = limits;
        this.random = random;
        this.boundMs = limits.retryMinMs();
    }

    /** The attempts that follow begin anew. */
    void reset() {
        boundMs = limits.retryMinMs();
    }

    long nextMs() {
        long pauseMs = boundMs - (long) (random.nextDouble() * boundMs / 2);
        boundMs = Math.min(2 * boundMs, limits.retryMaxMs());
        return pauseMs;
    }
}
