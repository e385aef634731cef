package dev.millrace.core;

/** The time of the round, in ms since 1970, for all parts of one state machine. It never goes back. */
final class CoreTime {
    private long nowMs;

    CoreTime(long nowMs) {
        this.nowMs = nowMs;
    }

    long nowMs() {
        return nowMs;
    }

    void reach(long ms) {
        nowMs = Math.max(nowMs, ms);
    }
}
