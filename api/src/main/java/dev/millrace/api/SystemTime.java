package dev.millrace.api;

/** The machine's own clock. */
enum SystemTime implements TimeSource {
    INSTANCE;

    @Override
    public long wallMs() {
        return System.currentTimeMillis();
    }

    @Override
    public long monotonicNs() {
        return System.nanoTime();
    }
}
