package dev.millrace.remote;

import dev.millrace.api.TimeSource;

/** Monotonic time that begins at zero, so that moments can be compared. */
final class Clock {
    private final TimeSource source;
    private final long beganNs;

    Clock(TimeSource source) {
        this.source = source;
        this.beganNs = source.monotonicNs();
    }

    long nowNs() {
        return source.monotonicNs() - beganNs;
    }
}
