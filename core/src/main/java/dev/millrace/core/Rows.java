package dev.millrace.core;

import java.util.Arrays;
import java.util.BitSet;

/**
 * Rows of a few longs each, in chunks of 4,096. A row keeps its number for its whole life, so that lists, heaps and
 * cursors can hold it as an {@code int}; number 0 stands for none.
 *
 * <p>Chunks that become empty are given back, so that a backlog of millions leaves nothing behind; a new row goes to
 * the chunk of the last one while it has room, so that tasks put together lie together, then to the lowest chunk with
 * room, so that high ones can become empty. The chunk of the last new row is kept though it is empty, unless there is
 * no row at all and it is large. The first chunk begins small and is doubled while it is the only one, so that a small
 * store opens quickly; nobody may hold a chunk across {@link #allocate}.
 */
final class Rows {
    static final int CHUNK_SHIFT = 12;
    static final int CHUNK_ROWS = 1 << CHUNK_SHIFT;

    private static final int FIRST_ROWS = 64;
    private static final int CHUNKS_MAX = (1 << 31 - CHUNK_SHIFT) - 1;
    private static final long[] NO_CHUNK = {};

    private final int words;
    private long[][] chunks = new long[4][];
    /** Per chunk: how many rows are in use. */
    private int[] used = new int[4];
    /** Per chunk: its first free row, linked through the last word; 0 = none. */
    private int[] free = new int[4];
    private final BitSet existing = new BitSet();
    private final BitSet roomy = new BitSet();
    /** Where the next row goes. */
    private int openChunk = -1;
    private int count;

    Rows(int words) {
        this.words = words;
    }

    /** A row of zeros. */
    int allocate() {
        if (openChunk < 0 || free[openChunk] == 0) {
            openChunk = chunkWithRoom();
        }
        int row = free[openChunk];
        long[] chunk = chunks[openChunk];
        int at = at(row);
        free[openChunk] = (int) chunk[at + words - 1];
        if (free[openChunk] == 0) {
            roomy.clear(openChunk);
        }
        used[openChunk]++;
        count++;
        chunk[at + words - 1] = 0;
        return row;
    }

    /** Gives the row back, with zeros in it; whether its chunk went with it, because this was the last one there. */
    boolean free(int row) {
        int number = row >>> CHUNK_SHIFT;
        count--;
        if (count == 0) {
            giveBackLargeOpenChunk();
        }
        if (--used[number] == 0 && openChunk != number) {
            giveBack(number);
            return true;
        }
        long[] chunk = chunks[number];
        int at = at(row);
        Arrays.fill(chunk, at, at + words - 1, 0);
        chunk[at + words - 1] = free[number];
        free[number] = row;
        roomy.set(number);
        return false;
    }

    /** The chunk of the last new row is kept when it becomes empty, since the next one goes there; but not for ever. */
    private void giveBackLargeOpenChunk() {
        if (openChunk >= 0 && chunks[openChunk].length > FIRST_ROWS * words) {
            giveBack(openChunk);
            openChunk = -1;
        }
    }

    private void giveBack(int number) {
        chunks[number] = NO_CHUNK;
        free[number] = 0;
        existing.clear(number);
        roomy.clear(number);
    }

    int count() {
        return count;
    }

    int chunkCount() {
        return existing.cardinality();
    }

    /** The memory taken: the chunks, and 16 bytes for each that there ever was. */
    long heldBytes() {
        long bytes = (HeldBytes.REFERENCE + 2L * Integer.BYTES) * chunks.length + (existing.size() + roomy.size()) / Byte.SIZE;
        for (long[] chunk : chunks) {
            bytes += (long) Long.BYTES * (chunk == null ? 0 : chunk.length);
        }
        return bytes;
    }

    /** All rows are below this number. */
    int end() {
        return existing.length() << CHUNK_SHIFT;
    }

    /**
     * The first row from {@code row} to before {@code end} whose first word is not 0; {@code end} when there is none.
     */
    int nextUsed(int row, int end) {
        int candidate = row;
        while (candidate < end) {
            int number = candidate >>> CHUNK_SHIFT;
            if (!existing.get(number)) {
                int next = existing.nextSetBit(number);
                if (next < 0) {
                    return end;
                }
                candidate = next << CHUNK_SHIFT;
            } else if (at(candidate) >= chunks[number].length) {
                candidate = number + 1 << CHUNK_SHIFT;
            } else if (chunks[number][at(candidate)] == 0) {
                candidate++;
            } else {
                return candidate;
            }
        }
        return end;
    }

    long[] chunk(int row) {
        return chunks[row >>> CHUNK_SHIFT];
    }

    /** Where in its chunk a row begins. */
    int at(int row) {
        return (row & CHUNK_ROWS - 1) * words;
    }

    private int chunkWithRoom() {
        int lowest = roomy.nextSetBit(0);
        if (lowest >= 0) {
            return lowest;
        }
        if (existing.get(0) && chunks[0].length < CHUNK_ROWS * words) {
            growFirstChunk();
            return 0;
        }
        int number = existing.nextClearBit(0);
        if (number >= CHUNKS_MAX) {
            throw new IllegalStateException("rows=" + count + " fill all " + CHUNKS_MAX + " chunks");
        }
        if (number == chunks.length) {
            int length = chunks.length * 2;
            chunks = Arrays.copyOf(chunks, length);
            used = Arrays.copyOf(used, length);
            free = Arrays.copyOf(free, length);
        }
        makeChunk(number);
        return number;
    }

    private void makeChunk(int number) {
        int rows = number == 0 ? FIRST_ROWS : CHUNK_ROWS;
        chunks[number] = new long[rows * words];
        used[number] = 0;
        existing.set(number);
        // Row 0 stands for none.
        linkFree(number, number == 0 ? 1 : 0, rows);
    }

    private void growFirstChunk() {
        int rows = chunks[0].length / words;
        chunks[0] = Arrays.copyOf(chunks[0], 2 * chunks[0].length);
        linkFree(0, rows, 2 * rows);
    }

    /** Links the rows of a chunk without free ones from its {@code from}th to before its {@code to}th. */
    private void linkFree(int number, int from, int to) {
        long[] chunk = chunks[number];
        int first = number << CHUNK_SHIFT;
        for (int index = from; index < to - 1; index++) {
            chunk[index * words + words - 1] = first + index + 1;
        }
        free[number] = first + from;
        roomy.set(number);
    }
}
