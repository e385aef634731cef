package dev.millrace.journal;

import java.io.IOException;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * Sees to it that what is appended has its place on the disk already, so that a full disk is found before anything has changed
 * and not in the midst of a write.
 *
 * <p><b>Ahead of the tail</b> the segment is filled with zeros, a step at a time; a batch only ever overwrites. That also makes
 * an fsync cheaper, since it changes neither the file's length nor its block map. If the disk has no room for the next step, the
 * segment ends here, and the log goes on in a free slot.
 *
 * <p><b>The reserve</b> is two free slots, each as large as the largest segment of the log: so the cleaner can always copy what lives
 * in the oldest segment, and give back its slot. Free slots are there anyhow in a log that frees as fast as it grows. In others they
 * are filled with zeros bit by bit, beginning when the owner first asks whether work may be added; an owner that never asks has
 * no reserve. If the disk fills up before the reserve is complete, what was achieved counts.
 *
 * <p>All of this is exact where a file system overwrites in place (ext4, xfs); where it copies on write, or when it
 * compresses zeros, it is an attempt.
 */
final class Room {
    /** Zeros are written so far ahead of the tail. */
    private static final int STEP_BYTES = 1 << 20;

    private static final int ZEROS_BYTES_MAX = 64 << 10;

    /** What no owner asks for, a session's end for instance, finds so much room behind what was admitted. */
    private static final int SLACK_BYTES_MAX = 64 << 10;

    /** After the disk was full it is tried again so much later, or as soon as something was freed. */
    private static final long RETRY_MS = 100;

    private final Slots slots;
    private final Window window;
    private final int segmentBytesMin;
    private final Page headerPage = new Page(Format.SEGMENT_HEADER_BYTES);
    private @Nullable ByteBuffer zeros;

    /** A slot for the next segment, with room for what was admitted last; not among the free ones. */
    private @Nullable Slot prepared;

    private boolean isReserveWanted;
    private boolean isFull;
    private boolean isClosing;
    private long nowMs;
    private long retryAtMs;

    /** What the largest segment takes: the size of the reserve's slots. */
    private int unitBytes;

    /** Half of the reserve, as large as it ever was; at most as large as the largest segment. */
    private long achievedBytes;

    private long bytesFilled;

    Room(Slots slots, Window window, int segmentBytesMin) {
        this.slots = slots;
        this.window = window;
        this.segmentBytesMin = segmentBytesMin;
        unitBytes = window.largestBytes();
        achievedBytes = Math.min(unitBytes, slots.freeBytes());
    }

    /** A commit of so many bytes is done: the reserve grows along. */
    void onCommit(long timeMs, int bytes) throws IOException {
        nowMs = timeMs;
        if (isReserveWanted && bytes > 0) {
            growReserve(Math.max(bytes, ZEROS_BYTES_MAX));
        }
    }

    /** The log has a new segment, and another largest one perhaps. */
    void onRolled() {
        unitBytes = window.largestBytes();
    }

    /** Something was freed, so it is worth a new try. */
    void onFreed() throws IOException {
        isFull = false;
        unitBytes = window.largestBytes();
        if (isReserveWanted) {
            slots.prune(unitBytes);
        }
    }

    /** From here on no more room is made than is needed at once. */
    void onClosing() {
        isClosing = true;
    }

    /** Whether the disk was full when last tried. */
    boolean isFull() {
        return isFull;
    }

    /** Whether the reserve is in use. */
    boolean isShort() {
        return isFull && slots.freeBytes() < 2 * achievedBytes;
    }

    long bytesFilled() {
        return bytesFilled;
    }

    /** What the log can still take without a larger file, its pending batch counted as taken. */
    long availableBytes(int pendingBytes) {
        Segment current = window.current();
        return current.slot.bytes - current.tail - pendingBytes + slots.freeBytes();
    }

    /** Whether the disk has room for so many bytes more, batch and record headers included, that serve this purpose. */
    boolean admits(Purpose purpose, int pendingBytes, int bytes, int nextSegmentBytes) throws IOException {
        if (hasRoomBesidesReserve(purpose, pendingBytes, bytes, nextSegmentBytes)) {
            return true;
        }
        long left = availableBytes(pendingBytes) - bytes;
        return switch (purpose) {
            case ADD -> false;
            case CHANGE -> left >= achievedBytes + achievedBytes / 2;
            case END -> left >= achievedBytes;
        };
    }

    private boolean hasRoomBesidesReserve(Purpose purpose, int pendingBytes, int bytes, int nextSegmentBytes)
            throws IOException {
        if (purpose == Purpose.ADD && !hasReserve() || isShort()) {
            return false;
        }
        Segment current = window.current();
        int slack = Math.min(SLACK_BYTES_MAX, current.header.bytes() / 8);
        long end = (long) current.tail + pendingBytes + bytes + slack;
        if (end <= current.header.bytes() && extend(current.slot, (int) end, current.header.bytes())) {
            return true;
        }
        return prepare(nextSegmentBytes, Format.SEGMENT_HEADER_BYTES + bytes + slack);
    }

    /** Begins the reserve when it is first asked for; whether it is whole, or on the way to it. */
    private boolean hasReserve() throws IOException {
        isReserveWanted = true;
        long least = 2L * Math.min(segmentBytesMin, unitBytes);
        if (slots.freeBytes() < least) {
            growReserve(least - slots.freeBytes());
        }
        return slots.freeBytes() >= Math.max(least, isFull ? 2 * achievedBytes : 0);
    }

    /** Fills the reserve with so many bytes more, if it lacks any and the disk has them. */
    private void growReserve(long bytes) throws IOException {
        long left = bytes;
        while (left > 0 && mayGrow()) {
            Slot slot = slots.toGrow(unitBytes);
            if (slot == null) {
                break;
            }
            long before = slot.bytes;
            boolean isFilled = fill(slot, (int) Math.min(unitBytes, before + Math.max(left, Format.SEGMENT_HEADER_BYTES)));
            if (slot.bytes < Format.SEGMENT_HEADER_BYTES) {
                slots.deleteFree(slot);
                break;
            }
            if (before == 0) {
                SegmentHeader.ofFreeSlot(window.current().header.folderId()).write(slots.file(slot), headerPage);
            }
            if (!isFilled) {
                break;
            }
            left -= slot.bytes - before;
        }
        achievedBytes = Math.min(unitBytes, Math.max(achievedBytes, slots.freeBytes() / 2));
    }

    /** Whether there is a slot for a next segment that leaves the reserve alone; makes one if need be. */
    private boolean prepare(int wantedBytes, int neededBytes) throws IOException {
        Slot ready = prepared;
        if (ready != null && ready.bytes >= neededBytes || slots.hasSpare(wantedBytes, neededBytes, 2 * achievedBytes)) {
            return true;
        }
        if (ready != null && ready.capacity >= neededBytes) {
            return extend(ready, neededBytes, ready.capacity);
        }
        if (ready != null) {
            prepared = null;
            slots.delete(ready);
        }
        prepared = mayGrow() ? create(Math.max(wantedBytes, neededBytes), neededBytes) : null;
        return prepared != null;
    }

    /**
     * A slot for a segment of about {@code wantedBytes}: an old one, or a new one, or if the disk is full one of the reserve.
     *
     * @throws IOException if there is none with {@code neededBytes}
     */
    Slot take(int wantedBytes, int neededBytes) throws IOException {
        Slot ready = prepared;
        prepared = null;
        if (ready != null && ready.bytes >= neededBytes) {
            return ready;
        }
        if (ready != null) {
            slots.delete(ready);
        }
        if (!isReserveWanted) {
            slots.pruneUnfit(wantedBytes);
        }
        Slot spare = slots.takeSpare(wantedBytes, neededBytes, isReserveWanted ? 2 * achievedBytes : 0);
        if (spare != null) {
            return spare;
        }
        Slot created = mayGrow() ? create(wantedBytes, neededBytes) : null;
        if (created != null) {
            return created;
        }
        Slot reserved = slots.takeSmallest(neededBytes);
        if (reserved == null) {
            throw new IOException("No space left on device, and no reserve of bytes=" + neededBytes);
        }
        return reserved;
    }

    /** A new slot, with as many bytes as needed and a step more; null if the disk does not have them. */
    private @Nullable Slot create(int wantedBytes, int neededBytes) throws IOException {
        Slot slot = slots.create(wantedBytes);
        if (extend(slot, neededBytes, wantedBytes)) {
            return slot;
        }
        slots.delete(slot);
        return null;
    }

    /** Sees to it that the slot's file has {@code end} bytes, and some more ahead of that; false if the disk is full. */
    boolean extend(Slot slot, int end, int limit) throws IOException {
        if (end > slot.bytes && mayGrow()) {
            fill(slot, isClosing ? end : (int) Math.min(limit, (long) end + STEP_BYTES));
        }
        return end <= slot.bytes;
    }

    private boolean mayGrow() {
        return !isFull || nowMs >= retryAtMs;
    }

    /** Writes zeros from the end of the file; what a full disk still takes of them stays, and counts. */
    private boolean fill(Slot slot, int to) throws IOException {
        ByteBuffer from = zeros;
        if (from == null) {
            from = ByteBuffer.allocateDirect(Math.min(ZEROS_BYTES_MAX, segmentBytesMin));
            zeros = from;
        }
        DiskFile file = null;
        long before = slot.bytes;
        try {
            file = slots.file(slot);
            while (slot.bytes < to) {
                int count = (int) Math.min(from.capacity(), to - slot.bytes);
                file.write(from.clear().limit(count), slot.bytes);
                slots.grown(slot, slot.bytes + count);
            }
            isFull = false;
        } catch (IOException e) {
            if (!JournalException.isFull(e)) {
                throw e;
            }
            slots.grown(slot, file == null ? 0 : file.bytes());
            isFull = true;
            retryAtMs = nowMs + RETRY_MS;
        }
        bytesFilled += slot.bytes - before;
        return slot.bytes >= to;
    }

    /** For a clean end: gives back what is kept for later, unless the next opening could not get it again. */
    void giveBack() throws IOException {
        Slot ready = prepared;
        if (ready != null) {
            prepared = null;
            slots.delete(ready);
        }
        if (!isFull) {
            slots.deleteFree();
        }
    }
}
