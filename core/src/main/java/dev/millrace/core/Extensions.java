package dev.millrace.core;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * What only some tasks have, a row each: a priority above 1022, a limit of attempts, failures, and a reason. A task
 * without any of them has no row and pays nothing.
 *
 * <pre>
 *   priority:32  maxAttempts:16  failures:16        in a free row: the next free row
 * </pre>
 */
final class Extensions {
    private long[] rows = new long[16];
    /** Grown only once a reason is set; shorter than the rows otherwise. */
    private @Nullable String[] reasons = new String[0];
    private int end = 1;
    private int firstFree;

    /** A new row, all 0. */
    int allocate() {
        int row = firstFree;
        if (row != 0) {
            firstFree = (int) rows[row];
        } else {
            row = end++;
            if (row == rows.length) {
                rows = Arrays.copyOf(rows, rows.length + (rows.length >> 1));
            }
        }
        rows[row] = 0;
        return row;
    }

    void free(int row) {
        reason(row, null);
        rows[row] = firstFree;
        firstFree = row;
    }

    long priority(int row) {
        return rows[row] >>> 32;
    }

    void priority(int row, long priority) {
        rows[row] = priority << 32 | rows[row] & 0xFFFF_FFFFL;
    }

    int maxAttempts(int row) {
        return (int) (rows[row] >>> 16) & 0xFFFF;
    }

    void maxAttempts(int row, int maxAttempts) {
        rows[row] = rows[row] & ~(0xFFFFL << 16) | (long) maxAttempts << 16;
    }

    int failures(int row) {
        return (int) rows[row] & 0xFFFF;
    }

    void failures(int row, int failures) {
        rows[row] = rows[row] & ~0xFFFFL | failures;
    }

    @Nullable String reason(int row) {
        return row < reasons.length ? reasons[row] : null;
    }

    void reason(int row, @Nullable String reason) {
        if (row < reasons.length) {
            reasons[row] = reason;
        } else if (reason != null) {
            reasons = Arrays.copyOf(reasons, rows.length);
            reasons[row] = reason;
        }
    }
}
