package dev.millrace.journal;

/**
 * Learns what of a log's dead bytes stays however often it is cleaned: headers, mostly. Each time that all segments
 * have been gone through, it is what nobody made dead meanwhile. A full disk that was cleaned for that as well would be
 * cleaned for ever.
 */
final class Passes {
    /** This pass is over when all segments up to that one are freed. */
    private long through;
    /** What others had appended when it began, and what lived. */
    private long usedBefore;

    private long liveBefore;
    private long stayingBytes;

    /** A first pass begins with this segment being written. */
    Passes(long current) {
        through = current;
    }

    /** What the last pass did not free. */
    long stayingBytes() {
        return stayingBytes;
    }

    /**
     * Segments were freed.
     *
     * @param usedBytes what others than the cleaner have appended so far
     */
    void freed(Window window, long usedBytes, long liveBytes, long deadBytes) {
        if (window.oldest() > through) {
            long made = usedBytes - usedBefore + Math.max(0, liveBefore - liveBytes);
            stayingBytes = Math.max(0, deadBytes - made);
            through = window.currentNumber();
            usedBefore = usedBytes;
            liveBefore = liveBytes;
        }
    }
}
