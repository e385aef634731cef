package dev.millrace.core;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * What only some tasks have, a row each: a priority above 1022, a limit of attempts, failures, times to run and to
 * live, a key, a group, a reason. A task without any of them has no row and pays nothing.
 *
 * <pre>
 *   e0  priority:32  maxAttempts:16  failures:16
 *   e1  expires:40                   ms since the epoch of the store; 0 = never
 *   e2  ttr:40                       ms; 0 = none of its own
 *   e3  due:40                       as expires; where the event in the task table is not the due time
 *   e4  e5  key:128                  its hash; 0 0 = none
 *   e6  kin:32                       of a task with a key: its successor, or of a waiting successor: the first
 * </pre>
 *
 * <p>Reasons and groups are objects, in arrays that exist for chunks of rows in which there are any.
 */
final class Extensions {
    private static final int WORDS = 7;
    private static final int PRIORITY = 0;
    private static final int EXPIRES = 1;
    private static final int TTR = 2;
    private static final int DUE = 3;
    private static final int KEY_HIGH = 4;
    private static final int KEY_LOW = 5;
    private static final int KIN = 6;

    private final Rows rows = new Rows(WORDS);
    private final Objects<String> reasons = new Objects<>();
    private final Objects<Group> groups = new Objects<>();

    /** A new row, all 0. */
    int allocate() {
        return rows.allocate();
    }

    void free(int row) {
        reasons.set(row, null);
        groups.set(row, null);
        if (rows.free(row)) {
            reasons.drop(row);
            groups.drop(row);
        }
        if (rows.count() == 0) {
            reasons.clear();
            groups.clear();
        }
    }

    int count() {
        return rows.count();
    }

    /** The memory taken, without reasons and groups themselves. */
    long heldBytes() {
        return rows.heldBytes() + reasons.heldBytes() + groups.heldBytes();
    }

    long priority(int row) {
        return get(row, PRIORITY) >>> 32;
    }

    void priority(int row, long priority) {
        set(row, PRIORITY, priority << 32 | get(row, PRIORITY) & 0xFFFF_FFFFL);
    }

    int maxAttempts(int row) {
        return (int) (get(row, PRIORITY) >>> 16) & 0xFFFF;
    }

    void maxAttempts(int row, int maxAttempts) {
        set(row, PRIORITY, get(row, PRIORITY) & ~(0xFFFFL << 16) | (long) maxAttempts << 16);
    }

    int failures(int row) {
        return (int) get(row, PRIORITY) & 0xFFFF;
    }

    void failures(int row, int failures) {
        set(row, PRIORITY, get(row, PRIORITY) & ~0xFFFFL | failures);
    }

    long expires(int row) {
        return get(row, EXPIRES);
    }

    void expires(int row, long expires) {
        set(row, EXPIRES, expires);
    }

    long ttr(int row) {
        return get(row, TTR);
    }

    void ttr(int row, long ttr) {
        set(row, TTR, ttr);
    }

    long due(int row) {
        return get(row, DUE);
    }

    void due(int row, long due) {
        set(row, DUE, due);
    }

    long keyHigh(int row) {
        return get(row, KEY_HIGH);
    }

    long keyLow(int row) {
        return get(row, KEY_LOW);
    }

    void key(int row, long high, long low) {
        set(row, KEY_HIGH, high);
        set(row, KEY_LOW, low);
    }

    int kin(int row) {
        return (int) get(row, KIN);
    }

    void kin(int row, int slot) {
        set(row, KIN, slot);
    }

    @Nullable String reason(int row) {
        return reasons.get(row);
    }

    void reason(int row, @Nullable String reason) {
        reasons.set(row, reason);
    }

    @Nullable Group group(int row) {
        return groups.get(row);
    }

    void group(int row, @Nullable Group group) {
        groups.set(row, group);
    }

    private long get(int row, int word) {
        return rows.chunk(row)[rows.at(row) + word];
    }

    private void set(int row, int word, long value) {
        rows.chunk(row)[rows.at(row) + word] = value;
    }

    /**
     * An object per row, in chunks that are made for the first object, doubled as need be and dropped with the chunk of
     * rows.
     */
    private static final class Objects<T> {
        private static final int OBJECTS_FIRST = 16;

        private @Nullable Object[] @Nullable [] chunks = new @Nullable Object[0] @Nullable [];

        @SuppressWarnings("unchecked") // only set puts something in
        @Nullable T get(int row) {
            int number = row >>> Rows.CHUNK_SHIFT;
            @Nullable Object @Nullable [] chunk = number < chunks.length ? chunks[number] : null;
            int index = row & Rows.CHUNK_ROWS - 1;
            return chunk == null || index >= chunk.length ? null : (T) chunk[index];
        }

        void set(int row, @Nullable T object) {
            int number = row >>> Rows.CHUNK_SHIFT;
            int index = row & Rows.CHUNK_ROWS - 1;
            if (object == null && get(row) == null) {
                return;
            }
            if (number >= chunks.length) {
                chunks = Arrays.copyOf(chunks, Math.max(number + 1, chunks.length * 2));
            }
            @Nullable Object @Nullable [] chunk = chunks[number];
            if (chunk == null || index >= chunk.length) {
                int length = Math.max(OBJECTS_FIRST, Integer.highestOneBit(index) * 2);
                chunk = chunk == null ? new @Nullable Object[length] : Arrays.copyOf(chunk, length);
                chunks[number] = chunk;
            }
            chunk[index] = object;
        }

        long heldBytes() {
            long places = chunks.length;
            for (@Nullable Object @Nullable [] chunk : chunks) {
                places += chunk == null ? 0 : chunk.length;
            }
            return HeldBytes.REFERENCE * places;
        }

        void clear() {
            Arrays.fill(chunks, null);
        }

        void drop(int row) {
            int number = row >>> Rows.CHUNK_SHIFT;
            if (number < chunks.length) {
                chunks[number] = null;
            }
        }
    }
}
