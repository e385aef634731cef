package dev.millrace.cli;

import dev.millrace.api.QueueStats;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.function.ToDoubleFunction;
import org.jspecify.annotations.Nullable;

/** The columns of {@code top}: what each shows, and the key that sorts by it. */
enum TopColumn {
    QUEUE('n', "QUEUE", row -> 0),
    READY('r', "READY", row -> row.stats().ready()),
    DELAYED('d', "DELAYED", row -> row.stats().delayed()),
    TAKEN('t', "TAKEN", row -> row.stats().taken()),
    BURIED('b', "BURIED", row -> row.stats().buried()),
    WAITING('w', "WAITING", row -> row.stats().waiting()),
    AGE('o', "AGE", row -> row.stats().ageMs()),
    PUT('p', "PUT/s", TopRow::puts),
    TAKE('k', "TAKE/s", TopRow::takes),
    ACK('a', "ACK/s", TopRow::acks),
    FAIL('f', "FAIL/s", TopRow::failures);

    /** Which go first where a line is short of room. */
    static final List<TopColumn> LEAST_NEEDED = List.of(FAIL, TAKE, WAITING, DELAYED, TAKEN, BURIED, AGE, ACK, PUT);

    private static final int DIGITS = 6;

    final char key;
    final String heading;
    private final ToDoubleFunction<TopRow> value;

    TopColumn(char key, String heading, ToDoubleFunction<TopRow> value) {
        this.key = key;
        this.heading = heading;
        this.value = value;
    }

    /** The one that a key sorts by, or null. */
    static @Nullable TopColumn of(int key) {
        for (TopColumn column : values()) {
            if (column.key == key) {
                return column;
            }
        }
        return null;
    }

    /** By name, from a to z; by a number, the largest first. Those that are equal by name. */
    Comparator<TopRow> order() {
        Comparator<TopRow> byName = Comparator.comparing(row -> row.stats().queue());
        return this == QUEUE ? byName : Comparator.comparingDouble(value).reversed().thenComparing(byName);
    }

    /** With the space before it; not of {@link #QUEUE}, which takes what is left. */
    int width() {
        return 1 + Math.max(DIGITS, heading.length());
    }

    String cell(TopRow row) {
        return switch (this) {
            case QUEUE -> row.stats().queue();
            case PUT, TAKE, ACK, FAIL -> rate(value.applyAsDouble(row));
            case AGE -> age(row.stats());
            case READY, DELAYED, TAKEN, BURIED, WAITING -> count((long) value.applyAsDouble(row));
        };
    }

    /** At most six characters; a dash where nothing is ready. */
    private static String age(QueueStats stats) {
        return stats.ready() == 0 ? "-" : age(stats.ageMs());
    }

    private static String age(long ms) {
        if (ms < 9_950) {
            return String.format(Locale.ROOT, "%.1fs", ms / 1e3);
        }
        long seconds = (ms + 500) / 1_000;
        if (seconds < 60) {
            return seconds + "s";
        }
        long minutes = seconds / 60;
        if (minutes < 60) {
            return minutes + "m" + seconds % 60 + "s";
        }
        long hours = minutes / 60;
        return hours < 24 ? hours + "h" + minutes % 60 + "m" : hours / 24 + "d";
    }

    /** At most six characters. */
    static String count(long count) {
        return count < 1_000_000 ? Long.toString(count) : scaled(count);
    }

    /** At most six characters; what is not known is a dash. */
    static String rate(double perSecond) {
        if (Double.isNaN(perSecond)) {
            return "-";
        }
        if (perSecond == 0) {
            return "0";
        }
        // Something is not nothing, however seldom it happens.
        return perSecond < 9.95
                ? String.format(Locale.ROOT, "%.1f", Math.max(0.1, perSecond))
                : count(Math.round(perSecond));
    }

    private static String scaled(long count) {
        double number = count / 1e3;
        for (char unit : new char[] {'M', 'G'}) {
            number /= 1e3;
            if (number < 999.95) {
                return String.format(Locale.ROOT, "%.1f%c", number, unit);
            }
        }
        return String.format(Locale.ROOT, "%.0fT", number / 1e3);
    }
}
