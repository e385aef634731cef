package dev.millrace.embedded;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Which records were being written when a disk crashed, and how far they had come. Reads what was written as docs/FORMATS.md
 * draws it, without asking the journal.
 */
final class Coverage {
    private static final int BATCH_MAGIC = ByteBuffer.wrap("MBAT".getBytes(StandardCharsets.US_ASCII))
            .order(ByteOrder.LITTLE_ENDIAN)
            .getInt();
    private static final int BATCH_HEADER_BYTES = 40;
    private static final int RECORD_HEADER_BYTES = 16;
    private static final String[] TYPES = {
        "segment header", "TASK", "GONE", "TAKE", "MOVE", "BURY", "PURGE", "QUEUE", "PRODUCER", "TRIM", "CLOSE"
    };

    /** Where a crash comes. */
    enum Point {
        BEFORE_WRITE,
        WITHIN_WRITE,
        BEFORE_FSYNC,
        AFTER_FSYNC,
        IN_RECOVERY
    }

    private final Map<String, long[]> crashes = new TreeMap<>();
    private long count;

    /** A crash, and the writes that it concerns. */
    void crashed(Point point, List<byte[]> writes) {
        count++;
        for (byte[] bytes : writes) {
            for (int type : types(bytes)) {
                String name = type < TYPES.length ? TYPES[type] : "type " + type;
                crashes.computeIfAbsent(name, any -> new long[Point.values().length])[point.ordinal()]++;
            }
        }
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

    static boolean isBatch(byte[] bytes) {
        return bytes.length >= BATCH_HEADER_BYTES
                && ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).getInt(0) == BATCH_MAGIC;
    }

    /** The types of the records in a write; 0 for anything that is no batch. */
    private static int[] types(byte[] bytes) {
        ByteBuffer from = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
        if (!isBatch(bytes)) {
            return bytes.length > 0 && bytes[0] != 0 ? new int[] {0} : new int[0];
        }
        int[] types = new int[from.getInt(36)];
        int at = BATCH_HEADER_BYTES;
        for (int index = 0; index < types.length && at + RECORD_HEADER_BYTES <= bytes.length; index++) {
            types[index] = bytes[at + 8] & 0xFF;
            at += (from.getInt(at + 4) + 7) / 8 * 8;
        }
        return types;
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
