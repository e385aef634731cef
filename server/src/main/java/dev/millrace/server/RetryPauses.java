package dev.millrace.server;

/**
 * When to try again to reach somebody: after a pause that doubles with each failure, up to a longest one. A connection
 * that is lost sooner than the longest pause after it was made counts as a failure too, so that one who lets us in and
 * then does nothing is not asked all the time.
 */
final class RetryPauses {
    private final long firstNs;
    private final long maxNs;
    private long pauseNs;
    private long reachedNs;
    private long nextTryNs;
    private boolean isWaiting;

    /** Nothing was tried yet. */
    RetryPauses(long firstNs, long maxNs) {
        this.firstNs = Math.min(firstNs, maxNs);
        this.maxNs = maxNs;
    }

    /** Whether the pause is over. */
    boolean mayTry(long nowNs) {
        return !isWaiting || nowNs - nextTryNs >= 0;
    }

    void reached(long nowNs) {
        isWaiting = false;
        reachedNs = nowNs;
    }

    /** A connection was lost; whether it had lasted. */
    boolean lost(long nowNs) {
        boolean hasLasted = !isWaiting && nowNs - reachedNs >= maxNs;
        if (hasLasted) {
            pauseNs = 0;
        }
        failed(nowNs);
        return hasLasted;
    }

    /** Nobody was reached. */
    void failed(long nowNs) {
        pauseNs = pauseNs == 0 ? firstNs : Math.min(maxNs, 2 * pauseNs);
        nextTryNs = nowNs + pauseNs;
        isWaiting = true;
    }
}
