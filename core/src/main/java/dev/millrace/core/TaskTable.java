package dev.millrace.core;

import java.util.Arrays;
import java.util.BitSet;

/**
 * The fields of every task, six longs each, in chunks of 4,096 slots. A slot stays the same for a task's whole life, so
 * that lists, heaps and cursors can hold it as an {@code int}; slot 0 stands for none.
 *
 * <pre>
 *   w0  id:64                                                            0 = free slot
 *   w1  position:56  engineDeaths:8                                      where the record with the payload is
 *   w2  event:40  holder:24                                              ms since the epoch of the store; session index
 *   w3  queue:26  priority:10  attempts:16  state:3  place:3  spare:6    priority 1023 = see the extension
 *   w4  previous:32  next:32                                             list links; in a heap, previous = heap index
 *   w5  timerIndex:32  extension:32                                      0 = none
 * </pre>
 *
 * <p>Chunks that become empty are given back, so that a backlog of millions leaves nothing behind; a new task goes to the
 * chunk of the last one while it has room, so that tasks put together lie together, then to the lowest chunk with room, so
 * that high ones can become empty.
 */
final class TaskTable {
    static final int QUEUES_MAX = 1 << 26;
    static final int HOLDERS_MAX = 1 << 24;
    static final int ATTEMPTS_MAX = 0xFFFF;
    static final int PRIORITY_EXTENDED = 1023;
    static final long EVENT_MAX = (1L << 40) - 1;

    private static final int CHUNK_SHIFT = 12;
    private static final int CHUNK_SLOTS = 1 << CHUNK_SHIFT;
    private static final int WORDS = 6;
    private static final int CHUNKS_MAX = (1 << 31 - CHUNK_SHIFT) - 1;
    private static final long[] NO_CHUNK = {};
    private static final long LOW_32 = 0xFFFF_FFFFL;

    private long[][] chunks = new long[4][];
    /** Per chunk: how many slots are in use. */
    private int[] used = new int[4];
    /** Per chunk: its first free slot, linked through w4; 0 = none. */
    private int[] free = new int[4];
    private final BitSet existing = new BitSet();
    private final BitSet roomy = new BitSet();
    /** Where the next task goes. */
    private int openChunk = -1;
    private int taskCount;

    /** A new task's slot, all fields 0 but the id. */
    int allocate(long id) {
        if (openChunk < 0 || free[openChunk] == 0) {
            openChunk = chunkWithRoom();
        }
        int slot = free[openChunk];
        long[] chunk = chunks[openChunk];
        int at = at(slot);
        free[openChunk] = (int) chunk[at + 4];
        if (free[openChunk] == 0) {
            roomy.clear(openChunk);
        }
        used[openChunk]++;
        taskCount++;
        Arrays.fill(chunk, at, at + WORDS, 0);
        chunk[at] = id;
        return slot;
    }

    /** Gives the slot back, and its chunk with it when this was its last task. */
    void free(int slot) {
        int number = slot >>> CHUNK_SHIFT;
        long[] chunk = chunks[number];
        int at = at(slot);
        if (chunk[at] == 0) {
            throw new IllegalStateException("slot " + slot + " is freed twice");
        }
        taskCount--;
        if (--used[number] == 0 && number != openChunk) {
            chunks[number] = NO_CHUNK;
            free[number] = 0;
            existing.clear(number);
            roomy.clear(number);
            return;
        }
        chunk[at] = 0;
        chunk[at + 4] = free[number];
        free[number] = slot;
        roomy.set(number);
    }

    int taskCount() {
        return taskCount;
    }

    int chunkCount() {
        return existing.cardinality();
    }

    /** All slots are below this number. */
    int slotEnd() {
        return existing.length() << CHUNK_SHIFT;
    }

    /** The first slot from {@code slot} to before {@code end} that holds a task; {@code end} when there is none. */
    int nextUsed(int slot, int end) {
        int candidate = slot;
        while (candidate < end) {
            int number = candidate >>> CHUNK_SHIFT;
            if (!existing.get(number)) {
                int next = existing.nextSetBit(number);
                if (next < 0) {
                    return end;
                }
                candidate = next << CHUNK_SHIFT;
            } else if (chunks[number][at(candidate)] == 0) {
                candidate++;
            } else {
                return candidate;
            }
        }
        return end;
    }

    long id(int slot) {
        return chunk(slot)[at(slot)];
    }

    long position(int slot) {
        return chunk(slot)[at(slot) + 1] >>> 8;
    }

    void position(int slot, long position) {
        long[] chunk = chunk(slot);
        int at = at(slot) + 1;
        chunk[at] = position << 8 | chunk[at] & 0xFF;
    }

    int engineDeaths(int slot) {
        return (int) (chunk(slot)[at(slot) + 1] & 0xFF);
    }

    void engineDeaths(int slot, int deaths) {
        long[] chunk = chunk(slot);
        int at = at(slot) + 1;
        chunk[at] = chunk[at] & ~0xFFL | deaths;
    }

    long event(int slot) {
        return chunk(slot)[at(slot) + 2] >>> 24;
    }

    void event(int slot, long event) {
        long[] chunk = chunk(slot);
        int at = at(slot) + 2;
        chunk[at] = event << 24 | chunk[at] & 0xFF_FFFF;
    }

    int holder(int slot) {
        return (int) (chunk(slot)[at(slot) + 2] & 0xFF_FFFF);
    }

    void holder(int slot, int holder) {
        long[] chunk = chunk(slot);
        int at = at(slot) + 2;
        chunk[at] = chunk[at] & ~0xFF_FFFFL | holder;
    }

    int queue(int slot) {
        return (int) (chunk(slot)[at(slot) + 3] >>> 38);
    }

    int shortPriority(int slot) {
        return (int) (chunk(slot)[at(slot) + 3] >>> 28) & 0x3FF;
    }

    void queueAndPriority(int slot, int queue, int priority) {
        long[] chunk = chunk(slot);
        int at = at(slot) + 3;
        chunk[at] = (long) queue << 38 | (long) priority << 28 | chunk[at] & 0xFFF_FFFF;
    }

    int attempts(int slot) {
        return (int) (chunk(slot)[at(slot) + 3] >>> 12) & 0xFFFF;
    }

    void attempts(int slot, int attempts) {
        long[] chunk = chunk(slot);
        int at = at(slot) + 3;
        chunk[at] = chunk[at] & ~(0xFFFFL << 12) | (long) attempts << 12;
    }

    int state(int slot) {
        return (int) (chunk(slot)[at(slot) + 3] >>> 9) & 7;
    }

    int place(int slot) {
        return (int) (chunk(slot)[at(slot) + 3] >>> 6) & 7;
    }

    void stateAndPlace(int slot, int state, int place) {
        long[] chunk = chunk(slot);
        int at = at(slot) + 3;
        chunk[at] = chunk[at] & ~(0x3FL << 6) | (long) state << 9 | (long) place << 6;
    }

    int previous(int slot) {
        return (int) (chunk(slot)[at(slot) + 4] >>> 32);
    }

    void previous(int slot, int previous) {
        long[] chunk = chunk(slot);
        int at = at(slot) + 4;
        chunk[at] = (long) previous << 32 | chunk[at] & LOW_32;
    }

    int next(int slot) {
        return (int) chunk(slot)[at(slot) + 4];
    }

    void next(int slot, int next) {
        long[] chunk = chunk(slot);
        int at = at(slot) + 4;
        chunk[at] = chunk[at] & ~LOW_32 | next & LOW_32;
    }

    int timerIndex(int slot) {
        return (int) (chunk(slot)[at(slot) + 5] >>> 32);
    }

    void timerIndex(int slot, int index) {
        long[] chunk = chunk(slot);
        int at = at(slot) + 5;
        chunk[at] = (long) index << 32 | chunk[at] & LOW_32;
    }

    int extension(int slot) {
        return (int) chunk(slot)[at(slot) + 5];
    }

    void extension(int slot, int row) {
        long[] chunk = chunk(slot);
        int at = at(slot) + 5;
        chunk[at] = chunk[at] & ~LOW_32 | row & LOW_32;
    }

    private long[] chunk(int slot) {
        return chunks[slot >>> CHUNK_SHIFT];
    }

    private static int at(int slot) {
        return (slot & CHUNK_SLOTS - 1) * WORDS;
    }

    private int chunkWithRoom() {
        int lowest = roomy.nextSetBit(0);
        if (lowest >= 0) {
            return lowest;
        }
        int number = existing.nextClearBit(0);
        if (number >= CHUNKS_MAX) {
            throw new IllegalStateException("tasks=" + taskCount + " fill all " + CHUNKS_MAX + " chunks");
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
        long[] chunk = new long[CHUNK_SLOTS * WORDS];
        int first = number << CHUNK_SHIFT;
        int last = first + CHUNK_SLOTS - 1;
        for (int slot = first; slot < last; slot++) {
            chunk[at(slot) + 4] = slot + 1;
        }
        chunks[number] = chunk;
        used[number] = 0;
        free[number] = number == 0 ? 1 : first;
        existing.set(number);
        roomy.set(number);
    }
}
