package dev.millrace.embedded;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.TreeMap;

/**
 * Which records were being written when a disk crashed, and how far they had come. Reads what was written as
 * docs/FORMATS.md draws it, without asking the journal.
 */
final class Coverage {
    private static final int BATCH_MAGIC = ByteBuffer.wrap("MBAT".getBytes(StandardCharsets.US_ASCII))
            .order(ByteOrder.LITTLE_ENDIAN)
            .getInt();
    private static final int BATCH_HEADER_BYTES = 40;
    private static final int RECORD_HEADER_BYTES = 16;
    private static final String[] TYPES = {
        "segment header", "TASK", "GONE", "TAKE", "MOVE", "BURY", "PURGE", "QUEUE", "PRODUCER", "TRIM", "CLOSE", "FORGET"
    };

    /** Where a crash comes. */
    enum Point {
        BEFORE_WRITE,
        WITHIN_WRITE,
        BEFORE_FSYNC,
        AFTER_FSYNC,
        IN_RECOVERY
    }

    /** A TASK of an id that had one before: the cleaner's copy, or a task that was rewritten. */
    static final String COPY = "TASK again";

    private static final int TASK = 1;

    private final Map<String, long[]> crashes = new TreeMap<>();
    private long count;

    /**
     * A write, as the coverage sees it: the types of its records, 0 for a segment's header; and which of them are
     * copies.
     */
    record Written(int[] types, int copies) {
        static final Written NOTHING = new Written(new int[0], 0);

        boolean isNothing() {
            return types.length == 0;
        }
    }

    /** A crash, wherever it comes. */
    void crashed() {
        count++;
    }

    /** A crash came at this point of a write. */
    void met(Point point, Written written) {
        for (int type : written.types) {
            count(type < TYPES.length ? TYPES[type] : "type " + type, point, 1);
        }
        if (written.copies > 0) {
            count(COPY, point, written.copies);
        }
    }

    private void count(String name, Point point, int times) {
        crashes.computeIfAbsent(name, any -> new long[Point.values().length])[point.ordinal()] += times;
    }

    void add(Coverage other) {
        count += other.count;
        other.crashes.forEach((name, counts) -> {
            long[] sums = crashes.computeIfAbsent(name, any -> new long[Point.values().length]);
            for (int index = 0; index < sums.length; index++) {
                sums[index] += counts[index];
            }
        });
    }

    long crashes() {
        return count;
    }

    long crashes(String type, Point point) {
        return crashes.getOrDefault(type, new long[Point.values().length])[point.ordinal()];
    }

    /**
     * What a write holds.
     *
     * @param lastId the highest id of a task written before
     */
    static Written read(byte[] bytes, long lastId) {
        ByteBuffer from = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
        if (bytes.length < BATCH_HEADER_BYTES || from.getInt(0) != BATCH_MAGIC) {
            return bytes.length > 0 && bytes[0] != 0 ? new Written(new int[] {0}, 0) : Written.NOTHING;
        }
        int[] types = new int[from.getInt(36)];
        int copies = 0;
        int at = BATCH_HEADER_BYTES;
        for (int index = 0; index < types.length && at + RECORD_HEADER_BYTES <= bytes.length; index++) {
            types[index] = bytes[at + 8] & 0xFF;
            copies += types[index] == TASK && from.getLong(at + RECORD_HEADER_BYTES) <= lastId ? 1 : 0;
            at += (from.getInt(at + 4) + 7) / 8 * 8;
        }
        return new Written(types, copies);
    }

    /** The highest id of a task in a write, or of those before. */
    static long lastId(byte[] bytes, long before) {
        ByteBuffer from = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
        if (bytes.length < BATCH_HEADER_BYTES || from.getInt(0) != BATCH_MAGIC) {
            return before;
        }
        long last = before;
        int at = BATCH_HEADER_BYTES;
        for (int left = from.getInt(36); left > 0 && at + RECORD_HEADER_BYTES < bytes.length; left--) {
            last = bytes[at + 8] == TASK ? Math.max(last, from.getLong(at + RECORD_HEADER_BYTES)) : last;
            at += (from.getInt(at + 4) + 7) / 8 * 8;
        }
        return last;
    }

    /** A table in Markdown. */
    String table() {
        StringBuilder text = new StringBuilder("| record | before its write | within it | before its fsync | after it | in recovery |\n"
                + "|---|---|---|---|---|---|\n");
        crashes.forEach((name, counts) -> {
            text.append("| ").append(name);
            for (long each : counts) {
                text.append(" | ").append(each);
            }
            text.append(" |\n");
        });
        return text.toString();
    }
}
