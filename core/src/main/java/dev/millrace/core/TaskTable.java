package dev.millrace.core;

/**
 * The fields of every task, six longs each. A slot is a row's number.
 *
 * <pre>
 *   w0  id:64                                                            0 = free slot
 *   w1  position:56  engineDeaths:8                                      where the record with the payload is
 *   w2  event:40  holder:24                                              ms since the epoch of the store; session index
 *   w3  queue:26  priority:10  attempts:16  state:3  place:3  spare:6    priority 1023 = see the extension
 *   w4  previous:32  next:32                                             list links; in a heap, previous = heap index
 *   w5  timerIndex:32  extension:32                                      0 = none
 * </pre>
 */
final class TaskTable {
    static final int QUEUES_MAX = 1 << 26;
    static final int HOLDERS_MAX = 1 << 24;
    static final int ATTEMPTS_MAX = 0xFFFF;
    static final int PRIORITY_EXTENDED = 1023;
    static final long EVENT_MAX = (1L << 40) - 1;

    private static final int WORDS = 6;
    private static final long LOW_32 = 0xFFFF_FFFFL;

    private final Rows rows = new Rows(WORDS);

    /** A new task's slot, all fields 0 but the id. */
    int allocate(long id) {
        int slot = rows.allocate();
        rows.chunk(slot)[rows.at(slot)] = id;
        return slot;
    }

    /** Gives the slot back. */
    void free(int slot) {
        if (id(slot) == 0) {
            throw new IllegalStateException("slot " + slot + " is freed twice");
        }
        rows.free(slot);
    }

    int taskCount() {
        return rows.count();
    }

    int chunkCount() {
        return rows.chunkCount();
    }

    /** The memory taken. */
    long heldBytes() {
        return rows.heldBytes();
    }

    /** All slots are below this number. */
    int slotEnd() {
        return rows.end();
    }

    /** The first slot from {@code slot} to before {@code end} that holds a task; {@code end} when there is none. */
    int nextUsed(int slot, int end) {
        return rows.nextUsed(slot, end);
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
        return rows.chunk(slot);
    }

    private int at(int slot) {
        return rows.at(slot);
    }
}
