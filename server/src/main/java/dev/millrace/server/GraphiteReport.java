package dev.millrace.server;

import dev.millrace.api.QueueStats;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * The lines of one report to Graphite: {@code queue.<name>.<stat> value epochSeconds}, and the same without a queue
 * (T19).
 */
final class GraphiteReport {
    /** The one number of which the largest counts, and not the sum. */
    private static final String AGE = "ageMs";
    private static final Pattern FOREIGN = Pattern.compile("[^A-Za-z0-9_-]");

    private final String prefix;
    private final int queuesMax;
    private final String end;
    private final StringBuilder text = new StringBuilder();
    private final Map<String, Long> sums = new LinkedHashMap<>();
    private int queues;

    GraphiteReport(GraphiteOptions options, long epochSeconds) {
        this.prefix = options.prefix().isEmpty() || options.prefix().endsWith(".") ? options.prefix() : options.prefix() + ".";
        this.queuesMax = options.queuesMax();
        this.end = " " + epochSeconds + "\n";
    }

    /** A queue's numbers, alone if there is room, and in the sums. */
    void add(QueueStats stats) {
        queues++;
        String name = "queue." + FOREIGN.matcher(stats.queue()).replaceAll("_") + ".";
        numbers(stats).forEach((stat, value) -> {
            sums.merge(stat, value, stat.equals(AGE) ? Math::max : Long::sum);
            if (queues <= queuesMax) {
                line(name + stat, value);
            }
        });
    }

    /** A number of the server's. */
    void add(String name, long value) {
        line("server." + name, value);
    }

    private void line(String name, long value) {
        text.append(prefix).append(name).append(' ').append(value).append(end);
    }

    /** By the names that TASK.STATS has for them. */
    private static Map<String, Long> numbers(QueueStats stats) {
        Map<String, Long> numbers = new LinkedHashMap<>();
        numbers.put("ready", stats.ready());
        numbers.put("delayed", stats.delayed());
        numbers.put("taken", stats.taken());
        numbers.put("buried", stats.buried());
        numbers.put("total", stats.total());
        numbers.put("waiting", stats.waiting());
        numbers.put(AGE, stats.ageMs());
        numbers.put("paused", stats.paused() ? 1L : 0L);
        numbers.put("putCount", stats.putCount());
        numbers.put("takenCount", stats.takenCount());
        numbers.put("ackedCount", stats.ackedCount());
        numbers.put("releasedCount", stats.releasedCount());
        numbers.put("failedCount", stats.failedCount());
        numbers.put("timedOutCount", stats.timedOutCount());
        numbers.put("buriedCount", stats.buriedCount());
        numbers.put("expiredCount", stats.expiredCount());
        numbers.put("deletedCount", stats.deletedCount());
        return numbers;
    }

    /** How many queues are in the sums alone. */
    int leftOut() {
        return Math.max(0, queues - queuesMax);
    }

    /** All lines; asked once. */
    String text() {
        add("queues", queues);
        sums.forEach((stat, value) -> add("queues_" + stat, value));
        return text.toString();
    }
}
