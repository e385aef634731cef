package dev.millrace.cli;

import dev.millrace.api.QueueStats;
import java.time.Instant;
import java.util.List;

/**
 * All queues at a moment.
 *
 * @param at when they were asked, by the wall clock, to be shown
 * @param nanos when, by the monotonic clock, to be subtracted
 * @param queues of any order
 */
record TopSample(Instant at, long nanos, List<QueueStats> queues) {
    /** The time from another sample to this one; never 0. */
    double secondsSince(TopSample before) {
        return Math.max(1, nanos - before.nanos()) / 1e9;
    }
}
