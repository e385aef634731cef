package dev.millrace.journal;

import java.io.IOException;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * Sees to it that what is appended has its place on the disk already, so that a full disk is found before anything has
 * changed and not in the midst of a write.
 *
 * <p><b>Ahead of the tail</b> the segment is filled with zeros, a step at a time; a batch only ever overwrites. That
 * also makes an fsync cheaper, since it changes neither the file's length nor its block map. If the disk has no room
 * for the next step, the segment ends here, and the log goes on in a free slot.
 *
 * <p><b>The reserve</b> is two free slots, each as large as the largest segment of the log, and room for what the owner
 * will append anew beyond what it frees by that (a producer's record grows), and for what it may append without being
 * asked for (a held task goes back). One slot and the former are the cleaner's share: so it can always copy what lives
 * in the oldest segment, append what else is known only from there, and give back the slot. Of the other slot an eighth
 * is left to it, too, since copies may be somewhat larger than what they copy. What the cleaner uses of its share it
 * has borrowed until it frees a slot, so ends of work go on meanwhile.
 *
 * <p>Free slots are there anyhow in a log that frees as fast as it grows. In others they are filled with zeros bit by
 * bit, beginning when the owner first asks whether something may be recorded; an owner that never asks has no reserve.
 * If the disk fills up before the reserve is complete, what was achieved counts. Whatever the question is about, the
 * reserve comes before the tail: zeros ahead of the tail are no help to an end of work if takes may use them all.
 *
 * <p>All of this is exact where a file system overwrites in place (ext4, xfs); where it copies on write, or when it
 * compresses zeros, it is an attempt.
 */
final class Room {
    /** Zeros are written so far ahead of the tail. */
    private static final int STEP_BYTES = 1 << 20;

    private static final int ZEROS_BYTES_MAX = 64 << 10;

    /** Copies are at most one part in so many larger than what they copy. */
    static final int COPIES_LARGER = 8;

    /** One part in so many of the largest segment need not be reserved for what nobody asks for. */
    private static final int UNASKED_PART = 16;

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
    private long probeAtMs;

    /** Whether the last question whether something may be added was refused by a full disk. */
    private boolean isAddRefused;

    /** No segment should be larger than that. */
    private int limitBytes = Integer.MAX_VALUE;

    /** The most that was needed at once and not there, since the disk became full. */
    private int lackedBytes;

    /** What the largest segment takes: the size of the reserve's slots. */
    private int unitBytes;

    /** The reserve, as large as it ever was; at most {@link #wantedBytes}. */
    private long achievedBytes;

    /** What the owner's records have grown by since they were written, and the most that one of them takes. */
    private long growthBytes;

    private int recordBytesMax;

    /**
     * What may be appended without being asked for; and what that may become by what was admitted since this was said.
     */
    private long unaskedBytes;

    private long admittedBytes;

    /** What of it the reserve has not grown by yet. */
    private long owedBytes;

    /** What of its share the cleaner has used since a slot was freed last. */
    private long lentBytes;

    private long bytesFilled;

    Room(Slots slots, Window window, int segmentBytesMin) {
        this.slots = slots;
        this.window = window;
        this.segmentBytesMin = segmentBytesMin;
        unitBytes = window.largestBytes();
        onAchieved();
    }

    /** Says by how much records are larger now that the owner will append anew, and how large one of them may be. */
    void keeps(long newGrowthBytes, int newRecordBytesMax) {
        growthBytes = newGrowthBytes;
        recordBytesMax = newRecordBytesMax;
        onAchieved();
    }

    /** Says how much may be appended without being asked for. */
    void mayAppend(long bytes) {
        admittedBytes = 0;
        if (bytes != unaskedBytes) {
            owedBytes += Math.max(0, bytes - unaskedBytes);
            unaskedBytes = bytes;
            onAchieved();
        }
    }

    /** How large the reserve should be. */
    private long wantedBytes() {
        return sharedBytes() + unaskedRoomBytes();
    }

    /** What of it ends of work and the cleaner share. */
    private long sharedBytes() {
        return Slots.RESERVE_SLOTS * (long) unitBytes + growthRoomBytes();
    }

    /** What of it is there. */
    private long achievedSharedBytes() {
        return Math.min(achievedBytes, sharedBytes());
    }

    /** What the reserve has beside its two slots. */
    long besidesBytes() {
        return growthRoomBytes() + unaskedRoomBytes();
    }

    private long unaskedRoomBytes() {
        return inSteps(unaskedWithLoss(unaskedBytes));
    }

    /** A little finds room in what the cleaner has for copies that are larger. */
    private long unaskedWithLoss(long bytes) {
        return bytes <= unitBytes / UNASKED_PART ? 0 : bytesWithLoss(bytes);
    }

    private long growthRoomBytes() {
        return inSteps(bytesWithLoss(growthBytes));
    }

    /** So that not every put makes it larger. */
    private long inSteps(long bytes) {
        long step = Math.min(unitBytes, ZEROS_BYTES_MAX);
        return (bytes + step - 1) / step * step;
    }

    /**
     * What so many bytes of the owner's records take, with headers of segments and what is left empty at their ends.
     */
    long bytesWithLoss(long bytes) {
        if (bytes == 0) {
            return 0;
        }
        long loss = Format.SEGMENT_HEADER_BYTES + Format.BATCH_HEADER_BYTES + Math.min(bytes, recordBytesMax);
        long filled = Math.max(unitBytes - loss, unitBytes / 4);
        return bytes + (bytes / filled + 1) * loss;
    }

    /**
     * Says how large segments may be from here on. Free slots that are larger are cut once the reserve does without
     * them.
     */
    void limit(int bytes) {
        limitBytes = bytes;
    }

    /** The slots, or what is wanted of them, have changed. */
    private void onAchieved() {
        achievedBytes = Math.min(wantedBytes(), Math.max(achievedBytes, slots.freeBytes()));
        slots.keepFree(besidesBytes() == 0 ? 0 : (int) (besidesBytes() / unitBytes + 1));
    }

    /** A commit of so many bytes is done: the reserve grows along. */
    void onCommit(long timeMs, int bytes) throws IOException {
        nowMs = timeMs;
        if (isReserveWanted && bytes > 0) {
            growReserve(Math.max(bytes, ZEROS_BYTES_MAX) + owedBytes);
            owedBytes = 0;
        }
    }

    /** The log has a new segment, and another largest one perhaps. */
    void onRolled() {
        unitBytes = window.largestBytes();
        onAchieved();
    }

    /** Something was freed, so it is worth a new try; and the cleaner has given back what it used. */
    void onFreed() throws IOException {
        retryAtMs = nowMs;
        lentBytes = 0;
        unitBytes = window.largestBytes();
        if (isReserveWanted) {
            slots.prune(unitBytes, wantedBytes());
            slots.cutFree(Math.max(unitBytes, limitBytes), wantedBytes());
        }
        onAchieved();
    }

    /** From here on no more room is made than is needed at once. */
    void onClosing() {
        isClosing = true;
    }

    /** Whether the disk was full when last tried. */
    boolean isFull() {
        return isFull;
    }

    /** Whether nothing can be added, when last asked. */
    boolean refusesToAdd() {
        return isFull && isAddRefused;
    }

    /** Whether the reserve is in use. */
    boolean isShort() {
        return isFull && slots.freeBytes() < achievedBytes;
    }

    /** What is left of the reserve, or what can be taken before it is touched if that is less. */
    long leftOfReserve(int pendingBytes) {
        return Math.min(achievedBytes, availableBytes(pendingBytes));
    }

    /** Whether the cleaner's share suffices for so many bytes more, which is what it will use before it gives back. */
    boolean mayLend(long bytes) {
        return isFull && lentBytes + bytes <= achievedSharedBytes() - endsBytes();
    }

    /** Counts what the cleaner has used of the reserve as borrowed. */
    void lend(long bytes) {
        lentBytes += Math.max(0, bytes);
    }

    /**
     * The share of ends of work, and of changes, which may use half of it. What has grown comes first, if the reserve
     * is not whole.
     */
    private long endsBytes() {
        long half = Math.clamp((achievedSharedBytes() - growthRoomBytes()) / 2, 0, unitBytes);
        return half < unitBytes ? half : half - half / COPIES_LARGER;
    }

    long bytesFilled() {
        return bytesFilled;
    }

    /** What the log can still take without a larger file, its pending batch counted as taken. */
    long availableBytes(int pendingBytes) {
        Segment current = window.current();
        return current.slot.bytes - current.tail - pendingBytes + slots.freeBytes();
    }

    /**
     * Whether the disk has room for so many bytes more, batch and record headers included, that serve this purpose, and
     * for {@code laterBytes} that may follow from them without being asked for.
     */
    boolean admits(Purpose purpose, int pendingBytes, int bytes, long laterBytes, int nextSegmentBytes) throws IOException {
        boolean hasRoom = hasRoomBesidesReserve(purpose, pendingBytes, bytes, nextSegmentBytes);
        isAddRefused = purpose == Purpose.ADD ? !hasRoom : isAddRefused;
        boolean isAdmitted = hasRoom && (laterBytes == 0 || !isFull)
                || hasRoomInReserve(purpose, pendingBytes, bytes, laterBytes);
        admittedBytes += isAdmitted ? laterBytes : 0;
        return isAdmitted;
    }

    private boolean hasRoomInReserve(Purpose purpose, int pendingBytes, int bytes, long laterBytes) {
        long left = availableBytes(pendingBytes) + lentBytes - bytes;
        return switch (purpose) {
            case ADD -> false;
            case CHANGE -> left >= (laterBytes == 0 ? achievedBytes : achievedWith(laterBytes)) - endsBytes() / 2;
            case END -> left >= achievedBytes - endsBytes();
        };
    }

    /**
     * What the reserve must have where more may be appended later, at most; what of it was not achieved must be there
     * all the same.
     */
    private long achievedWith(long laterBytes) {
        return achievedSharedBytes() + unaskedWithLoss(unaskedBytes + admittedBytes + laterBytes);
    }

    private boolean hasRoomBesidesReserve(Purpose purpose, int pendingBytes, int bytes, int nextSegmentBytes)
            throws IOException {
        boolean hasReserve = hasReserve();
        lentBytes = isShort() ? lentBytes : 0;
        if (purpose == Purpose.ADD && !hasReserve || isShort()) {
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

    /**
     * Begins the reserve when it is first asked for, and tries to make it whole again when it is in use: somebody else
     * may have made room. Whether it is whole, or on the way to it; on a full disk it must have room for what has
     * grown.
     */
    private boolean hasReserve() throws IOException {
        isReserveWanted = true;
        long least = Slots.RESERVE_SLOTS * (long) Math.min(segmentBytesMin, unitBytes);
        least = isFull ? Math.max(least + growthRoomBytes(), achievedBytes) : least;
        if (slots.freeBytes() < least) {
            growReserve(least - slots.freeBytes());
        }
        return slots.freeBytes() >= least;
    }

    /** Fills the reserve with so many bytes more, if it lacks any and the disk has them. */
    private void growReserve(long bytes) throws IOException {
        long left = bytes;
        while (left > 0 && mayGrow()) {
            Slot slot = slots.toGrow(unitBytes, besidesBytes());
            if (slot == null) {
                probe();
                break;
            }
            long before = slot.bytes;
            boolean isFilled = fill(slot, (int) Math.min(unitBytes, before + Math.max(left, Format.SEGMENT_HEADER_BYTES)));
            if (slot.bytes < Format.SEGMENT_HEADER_BYTES) {
                slots.deleteFree(slot);
                retryAtMs = achievedBytes == 0 ? nowMs : retryAtMs; // what is too little for a slot is left to the tail
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
        onAchieved();
    }

    /**
     * Finds out whether a full disk has room again, when the reserve is whole: a log that goes on in freed slots would
     * not ask for any more. There is room if what was lacking is there, and a step at least: with less than that the
     * next put might be refused as the last one was. What is written for it is given back at once, and is at most a
     * step in so much time as passes between tries. The tail's own tries are not put off by that, since less may be
     * enough for it.
     */
    private void probe() throws IOException {
        if (!isFull || nowMs < probeAtMs) {
            return;
        }
        int bytes = Math.max(lackedBytes, Math.min(unitBytes, STEP_BYTES));
        probeAtMs = nowMs + RETRY_MS * ((bytes - 1) / STEP_BYTES + 1);
        long retryBeforeMs = retryAtMs;
        Slot slot = slots.create(bytes);
        fill(slot, bytes);
        slots.delete(slot);
        retryAtMs = retryBeforeMs;
    }

    /** Whether there is a slot for a next segment that leaves the reserve alone; makes one if need be. */
    private boolean prepare(int wantedBytes, int neededBytes) throws IOException {
        Slot ready = prepared;
        if (ready != null && ready.bytes >= neededBytes || slots.hasSpare(wantedBytes, neededBytes, achievedBytes)) {
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
        return prepared != null || slots.hasSmallest(neededBytes, achievedBytes);
    }

    /**
     * A slot for a segment of about {@code wantedBytes}: an old one, or a new one, or if the disk is full one of the
     * reserve.
     *
     * @throws IOException if there is none with {@code neededBytes}
     */
    Slot take(int wantedBytes, int neededBytes) throws IOException {
        Slot taken = taken(wantedBytes, neededBytes);
        if (taken.capacity > limitBytes && neededBytes <= limitBytes) {
            slots.cut(taken, limitBytes);
        }
        return taken;
    }

    private Slot taken(int wantedBytes, int neededBytes) throws IOException {
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
        Slot spare = slots.takeSpare(wantedBytes, neededBytes, isReserveWanted ? achievedBytes : 0);
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

    /**
     * Sees to it that the slot's file has {@code end} bytes, and some more ahead of that; false if the disk is full.
     */
    boolean extend(Slot slot, int end, int limit) throws IOException {
        if (end > slot.bytes && mayGrow()) {
            int neededBytes = (int) (end - slot.bytes);
            fill(slot, isClosing ? end : (int) Math.min(limit, (long) end + STEP_BYTES));
            lackedBytes = end <= slot.bytes ? lackedBytes : Math.max(lackedBytes, neededBytes);
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
            lackedBytes = 0;
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
