package dev.millrace.testkit;

import dev.millrace.api.TimeSource;
import java.time.Duration;
import java.time.Instant;

/**
 * A clock that stands still until a test moves it. Safe for use by several threads: what one thread has moved, another
 * sees.
 *
 * <p>It begins in 2030, with a monotonic count below zero that soon passes zero, as a machine's may.
 */
public final class VirtualClock implements TimeSource {
    private static final long WALL_MS_BEGIN =
            Instant.parse("2030-01-01T00:00:00Z").toEpochMilli();
    private static final long MONOTONIC_NS_BEGIN = Duration.ofSeconds(-2).toNanos();

    private Duration elapsed = Duration.ZERO;
    private Duration stepped = Duration.ZERO;

    /** A clock at its beginning. */
    public VirtualClock() {}

    @Override
    public synchronized long wallMs() {
        return WALL_MS_BEGIN + elapsed.plus(stepped).toMillis();
    }

    @Override
    public synchronized long monotonicNs() {
        return MONOTONIC_NS_BEGIN + elapsed.toNanos();
    }

    /** {@return the wall clock's reading} */
    public Instant now() {
        return Instant.ofEpochMilli(wallMs());
    }

    /**
     * Lets time pass, on both clocks. An engine notices at its next tick; see {@link EngineFixture#advance} and
     * {@link MillControl#advance}.
     *
     * @param time zero or more, exactly
     * @throws IllegalArgumentException for less than nothing
     */
    public synchronized void advance(Duration time) {
        if (time.isNegative()) {
            throw new IllegalArgumentException("time=" + time + " is negative; use stepWall to step back");
        }
        elapsed = elapsed.plus(time);
    }

    /**
     * Sets the wall clock forward or back, as people and time servers do; the monotonic one goes on undisturbed.
     *
     * @param step may be negative
     */
    public synchronized void stepWall(Duration step) {
        stepped = stepped.plus(step);
    }
}
