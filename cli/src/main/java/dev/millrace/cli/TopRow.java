package dev.millrace.cli;

import dev.millrace.api.QueueStats;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;

/**
 * A queue with what happened in it between two samples.
 *
 * @param stats the later numbers
 * @param puts a second, as all that follow; NaN while there is only one sample
 */
record TopRow(QueueStats stats, double puts, double takes, double acks, double failures) {
    /** The rows of a sample, in its order; rates are those since the one before. */
    static List<TopRow> between(@Nullable TopSample before, TopSample now) {
        Map<String, QueueStats> known = new HashMap<>();
        if (before != null) {
            before.queues().forEach(queue -> known.put(queue.queue(), queue));
        }
        double seconds = before == null ? Double.NaN : now.secondsSince(before);
        List<TopRow> rows = new ArrayList<>();
        for (QueueStats queue : now.queues()) {
            rows.add(of(queue, known.get(queue.queue()), seconds));
        }
        return rows;
    }

    private static TopRow of(QueueStats now, @Nullable QueueStats before, double seconds) {
        return new TopRow(
                now,
                rate(now, before, QueueStats::putCount, seconds),
                rate(now, before, QueueStats::takenCount, seconds),
                rate(now, before, QueueStats::ackedCount, seconds),
                rate(now, before, QueueStats::failedCount, seconds));
    }

    /**
     * A counter that went back, or was not there before, began at 0 meanwhile: the engine was opened anew, or had
     * forgotten the queue while it was empty.
     */
    private static double rate(
            QueueStats now, @Nullable QueueStats before, ToLongFunction<QueueStats> counter, double seconds) {
        long count = counter.applyAsLong(now);
        long earlier = before == null ? 0 : counter.applyAsLong(before);
        return (count < earlier ? count : count - earlier) / seconds;
    }

    /** Whether there is nothing in it, nobody waits for it, and nothing happened. */
    boolean isIdle() {
        return stats.total() == 0 && stats.waiting() == 0 && !(puts + takes + acks + failures > 0);
    }
}
