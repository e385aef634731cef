package dev.millrace.journal;

/**
 * How much the cleaner may copy now: altogether no more than its owner appended, or else 16 MiB a second, whichever is
 * more; and a little at a time, so that no command waits long behind it.
 *
 * <p>The two allowances run side by side and are spent together. Each is capped, so that an hour of rest does not end
 * in a burst; and each may be overdrawn by no more than the last slice, so that a burst by the one does not lame the
 * other for long. A slice is granted whole as soon as there is any allowance: records are not split, and many small
 * reads would cost more than one.
 */
final class CleaningPace {
    /** A slice ends with the record that goes beyond so many bytes of the segment cleaned. */
    static final int SLICE_BYTES_MAX = 256 << 10;

    static final long BYTES_PER_SECOND = 16 << 20;

    private static final long ALLOWANCE_BYTES_MAX = 4L * SLICE_BYTES_MAX;
    private static final long DEBT_BYTES_MAX = 4L * SLICE_BYTES_MAX;

    private long bytesByTime;
    private long bytesByUse;
    private long lastMs = Long.MIN_VALUE;
    private long lastUsedBytes;

    /**
     * How many bytes of a segment to go through now; 0 for none yet.
     *
     * @param nowMs a time before an earlier one counts as that one
     * @param usedBytes all that the owner appended since opening, not counting copies
     */
    int sliceBytes(long nowMs, long usedBytes) {
        if (lastMs == Long.MIN_VALUE) {
            lastMs = nowMs;
            bytesByTime = SLICE_BYTES_MAX;
        }
        long elapsedMs = Math.min(Math.max(0, nowMs - lastMs), 1_000);
        bytesByTime = Math.min(bytesByTime + elapsedMs * BYTES_PER_SECOND / 1_000, ALLOWANCE_BYTES_MAX);
        lastMs = Math.max(lastMs, nowMs);
        bytesByUse = Math.min(bytesByUse + usedBytes - lastUsedBytes, ALLOWANCE_BYTES_MAX);
        lastUsedBytes = usedBytes;
        return Math.max(bytesByTime, bytesByUse) > 0 ? SLICE_BYTES_MAX : 0;
    }

    /** Counts what a slice appended. */
    void spend(long copiedBytes) {
        bytesByTime = Math.max(bytesByTime - copiedBytes, -DEBT_BYTES_MAX);
        bytesByUse = Math.max(bytesByUse - copiedBytes, -DEBT_BYTES_MAX);
    }
}
