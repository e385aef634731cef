package dev.millrace.embedded;

import dev.millrace.api.TimeSource;
import java.util.concurrent.TimeUnit;

/**
 * The engine's time: what the wall clock said at the opening, or the last time in the store if that is later, plus what
 * has passed since by a clock that never steps (T17).
 */
final class EngineTime {
    private static final long SLEEP_MAX_MS = TimeUnit.DAYS.toMillis(1);

    private final TimeSource source;
    private final long startMs;
    private final long startNs;

    EngineTime(TimeSource source, long notBeforeMs) {
        this.source = source;
        this.startMs = Math.max(source.wallMs(), notBeforeMs);
        this.startNs = source.monotonicNs();
    }

    /** Milliseconds since 1970. */
    long nowMs() {
        return startMs + (source.monotonicNs() - startNs) / 1_000_000;
    }

    /** How long until {@link #nowMs} reaches a time; {@link Long#MAX_VALUE} for one that never comes. */
    long nanosUntil(long ms) {
        if (ms == Long.MAX_VALUE) {
            return Long.MAX_VALUE;
        }
        long wholeMs = Math.clamp(ms - startMs, 0, SLEEP_MAX_MS + (nowMs() - startMs));
        return Math.max(0, startNs + wholeMs * 1_000_000 - source.monotonicNs());
    }
}
