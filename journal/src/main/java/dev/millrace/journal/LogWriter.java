package dev.millrace.journal;

import java.io.IOException;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * The log's growing end and its shrinking one: writes batches, rolls to new segments, frees old ones, in the order that
 * a crash at any point forgives. Why that order: {@link Journal}.
 */
final class LogWriter {
    private static final int LARGE_STEP_BYTES_MAX = 1 << 20;

    /** So much more than twice what lives may the log be before it is cleaned: a small log is not worth the copies. */
    private static final int CLEANING_SLACK_SEGMENTS = 4;

    /** Two are the reserve, one is written, and one is what the cleaner gains. */
    private static final int FITTING_SEGMENTS = 4;

    /** So much may be written until {@link #syncAhead} has the disk told of it: some milliseconds of a disk's time. */
    private static final int SYNC_AHEAD_BYTES = 1 << 20;

    /** A segment that was filled sooner doubles the size of the next. */
    private static final long FILLED_SOON_MS = 1_000;

    /** A segment that was filled later halves the size of the next. */
    private static final long FILLED_LATE_MS = 60_000;

    private final Disk disk;
    private final Slots slots;
    private final Window window;
    private final JournalOptions options;
    private final Batch batch;
    private final boolean[] adoptable;
    private final Page headerPage = new Page(Format.SEGMENT_HEADER_BYTES);
    private final Room room;
    private final Passes passes;

    /** The last batch written, and the last one durable. */
    private long sequence;

    private long syncedThrough;
    /** Up to where the current segment is durable, or its disk was told that it will have to be. */
    private int settledTail;

    private long timeMs;
    private long nextId;

    /** What {@link #release} asked for; what of it a commit has covered; what of that is durable and may be freed. */
    private long releasedThrough;

    private long committedThrough;
    private long freeableThrough;

    /** What lives besides adopted records, as the owner says. */
    private long keptBytes;

    /** What of it is not in the log by now. */
    private long keptGrowthBytes;

    /** What of it must be appended anew before the oldest segment that holds something live can go. */
    private long keptFirstBytes;

    /** The size of the next segment, were it begun now. */
    private int segmentBytes;

    /** The most that it grows to. */
    private int segmentBytesLimit;

    /**
     * The last of the segments that should go since they are too large for the disk; they are cleaned though little is
     * gained.
     */
    private long tooLargeThrough = -1;

    /** The first failure of a write or an fsync; nothing is accepted after it. */
    private @Nullable JournalException failure;

    private long commits;
    private long fsyncs;
    private long bytesWritten;
    private long bytesAppended;
    private long bytesCleaned;
    private boolean isCleaning;
    private long anewBegan;
    /** What was written again that nobody adopts. */
    private long bytesRestated;

    /** What was left of the reserve when the cleaner, or who appends anew, began. */
    private long reserveBefore;

    /** Whether what they use is lent by the reserve. */
    private boolean isLent;

    LogWriter(Disk disk, Slots slots, JournalOptions options, Recovery recovery, Recovered recovered) {
        this.disk = disk;
        this.slots = slots;
        this.options = options;
        window = recovery.window();
        batch = new Batch(options.batchBytesMax());
        adoptable = recovery.adoptable();
        sequence = recovery.sequence();
        syncedThrough = sequence;
        timeMs = recovered.lastTimeMs();
        nextId = recovered.nextId();
        releasedThrough = window.oldest() - 1;
        committedThrough = releasedThrough;
        freeableThrough = releasedThrough;
        Segment current = window.current();
        settledTail = current.tail;
        segmentBytesLimit = options.segmentBytesMax();
        segmentBytes = Math.clamp(current.header.bytes(), options.segmentBytesMin(), options.segmentBytesMax());
        slots.pin(current.slot);
        batch.start(current);
        passes = new Passes(window.currentNumber());
        room = new Room(slots, window, options.segmentBytesMin());
    }

    ByteBuffer begin(int type, int schema, int queue, int headBytes, int bodyBytes) {
        requireSound();
        batch.requireNoneOpen();
        int recordBytes = Format.aligned(Format.RECORD_HEADER_BYTES + headBytes + bodyBytes);
        if (!batch.isReserved(recordBytes)) {
            makeRoom(recordBytes);
        }
        return batch.begin(type, schema, queue, headBytes, bodyBytes);
    }

    long end() {
        long position = batch.end();
        bytesAppended += batch.endedBytes();
        if (adoptable[batch.endedType()]) {
            window.current().addHome(batch.endedBytes());
        }
        return position;
    }

    void reserve(int bytes) {
        requireSound();
        batch.requireNoneOpen();
        if (!batch.isReserved(bytes)) {
            makeRoom(bytes);
            batch.reserve(bytes);
        }
    }

    int pendingBytes() {
        return batch.records() == 0 ? 0 : batch.bytes();
    }

    void passTime(long nowMs) {
        timeMs = Math.max(timeMs, nowMs);
    }

    void commit(long nowMs, long newNextId) {
        requireSound();
        batch.requireNoneOpen();
        passTime(nowMs);
        nextId = Math.max(nextId, newNextId);
        long before = bytesWritten;
        write();
        committedThrough = releasedThrough;
        try {
            room.onCommit(timeMs, (int) (bytesWritten - before));
        } catch (IOException | RuntimeException e) {
            throw fail("filling the reserve", e);
        }
    }

    /** Whether the disk has room for records of so many bytes, their headers and padding included. */
    boolean admits(Purpose purpose, int bytes, long laterBytes) {
        requireSound();
        batch.requireNoneOpen();
        long needed = (long) Format.BATCH_HEADER_BYTES + bytes;
        try {
            return room.admits(purpose, pendingBytes(), (int) needed, laterBytes, segmentBytesFor(needed));
        } catch (IOException | RuntimeException e) {
            throw fail("making room", e);
        }
    }

    boolean isFull() {
        return room.isFull();
    }

    boolean isReserveInUse() {
        return room.isShort();
    }

    /** What so many bytes of records that the owner appends anew take. */
    long bytesWithLoss(long bytes) {
        return room.bytesWithLoss(bytes);
    }

    /** Whether what is left has room for so many bytes of records that the owner appends anew. */
    boolean hasRoomFor(long bytes) {
        return room.bytesWithLoss(bytes) <= availableBytes();
    }

    private long availableBytes() {
        return room.availableBytes(pendingBytes());
    }

    /** Whether a trim would give back slots that are needed. */
    boolean isTrimWanted() {
        return room.isFull() && releasedThrough >= window.oldest();
    }

    void sync() {
        requireSound();
        if (syncedThrough != sequence) {
            Segment current = window.current();
            try {
                slots.file(current.slot).sync();
            } catch (IOException | RuntimeException e) {
                throw fail("fsync of " + current.slot.name, e);
            }
            fsyncs++;
            syncedThrough = sequence;
            settledTail = current.tail;
        }
        freeableThrough = committedThrough;
    }

    void syncAhead() {
        Segment current = window.current();
        if (current.tail - settledTail >= SYNC_AHEAD_BYTES) {
            requireSound();
            try {
                slots.file(current.slot).willSync();
            } catch (IOException | RuntimeException e) {
                throw fail("fsync ahead of " + current.slot.name, e);
            }
            settledTail = current.tail;
        }
    }

    /** Begins a segment of the least size, unless the current one is empty. */
    void roll(long nowMs, long newNextId) {
        commit(nowMs, newNextId);
        if (window.current().tail > Format.SEGMENT_HEADER_BYTES) {
            segmentBytes = options.segmentBytesMin();
            roll(segmentBytes, Format.BATCH_HEADER_BYTES);
        }
    }

    /**
     * Whether the disk is too small for segments as large as the log has: nothing can be added any more, and less than
     * four of them have room. All but what the reserve keeps is in use then, whatever lives. With smaller segments the
     * reserve is smaller, too; it must have little to copy, so that this ends.
     */
    boolean isSmallerWanted() {
        if (!room.refusesToAdd() || window.oldest() <= tooLargeThrough || !slots.hasSmallest(Format.SEGMENT_HEADER_BYTES + Format.BATCH_HEADER_BYTES, 0)) {
            return false;
        }
        int limit = fittingSegmentBytes();
        return window.largestBytes() > limit && window.liveBytes() + keptBytes <= limit - limit / Room.COPIES_LARGER;
    }

    /**
     * Begins a segment that is small enough for the disk; what was written before it should go, see {@link #isTooLong}.
     */
    void rollSmaller(long nowMs, long newNextId) {
        segmentBytesLimit = fittingSegmentBytes();
        segmentBytes = Math.min(segmentBytes, segmentBytesLimit);
        room.limit(segmentBytesLimit);
        tooLargeThrough = window.currentNumber();
        beginAnew(segmentBytes);
        commit(nowMs, newNextId);
        roll(segmentBytes, Format.BATCH_HEADER_BYTES);
        endAnew();
    }

    /**
     * How large segments may be so that the disk has room for four of them, and for the rest of the reserve: the most,
     * or a half of it, a quarter, …
     */
    private int fittingSegmentBytes() {
        int fitting = options.segmentBytesMax();
        long bytes = slots.bytes() - room.besidesBytes();
        while (fitting > options.segmentBytesMin() && (long) fitting * FITTING_SEGMENTS > bytes) {
            fitting = Math.max(Format.aligned(fitting / 2), options.segmentBytesMin());
        }
        return fitting;
    }

    void release(long through) {
        long dead = deadThrough();
        if (through > dead) {
            throw new IllegalArgumentException("through=" + through + " > deadThrough=" + dead
                    + "; release only segments that hold no live record");
        }
        releasedThrough = Math.max(releasedThrough, through);
    }

    long deadThrough() {
        return window.deadThrough(releasedThrough + 1);
    }

    boolean isReleased(long segment) {
        return segment <= releasedThrough;
    }

    void trim(long nowMs, long newNextId) {
        commit(nowMs, newNextId);
        sync();
        if (freeableThrough >= window.oldest()) {
            appendTrim();
            sync();
            free();
        }
    }

    /** All that a clean end needs of the disk, but closing it. */
    void close(long nowMs, long newNextId) {
        room.onClosing();
        commit(nowMs, newNextId);
        sync(); // so that CLOSE is a witness for every batch before it
        if (freeableThrough >= window.oldest()) {
            appendTrim();
        }
        begin(Format.TYPE_CLOSE, 0, 0, Format.CLOSE_HEAD_BYTES, 0).putLong(nextId);
        end();
        write();
        sync();
        free();
        Segment current = window.current();
        try {
            room.giveBack();
            slots.truncate(current.slot, current.tail);
        } catch (IOException | RuntimeException e) {
            throw fail("tidying up behind the last record", e);
        }
    }

    /** TRIM in a batch of its own, written but not durable. */
    private void appendTrim() {
        ByteBuffer head = begin(Format.TYPE_TRIM, 0, 0, Format.TRIM_HEAD_BYTES, 0);
        head.putLong(freeableThrough + 1).putLong(nextId);
        end();
        write();
    }

    @Nullable Record readRecent(long number, int offset, Record record) {
        if (!batch.holds(number, offset)) {
            return null;
        }
        Segment segment = window.get(number);
        if (offset >= segment.tail) {
            requireSound();
        }
        if (!batch.isRecord(offset)) {
            throw JournalException.unreadable("the batch buffer for " + segment.slot.name, offset, "no record is here");
        }
        return batch.record(offset, record);
    }

    void requireSound() {
        if (failure != null) {
            throw failure.repeated();
        }
    }

    JournalStats stats() {
        return new JournalStats(window.count(), window.logBytes(), window.liveRecords(), window.liveBytes(), slots.freeCount(), slots.freeBytes(), room.isFull(), slots.bytes(), commits, fsyncs,
                bytesWritten + room.bytesFilled(), bytesAppended, bytesCleaned);
    }

    /** All that was appended since opening, except while cleaning. */
    long bytesUsed() {
        return bytesAppended - bytesCleaned;
    }

    /** What is appended from here to {@link #endCleaning} is the cleaner's. */
    void beginCleaning() {
        requireSound();
        batch.requireNoneOpen();
        if (isCleaning) {
            throw new IllegalStateException("cleaning within cleaning; let the visitor return first");
        }
        isCleaning = true;
        beginAnew(oldestBytesMax());
    }

    /** Answers how many bytes were appended since {@link #beginCleaning}. */
    long endCleaning() {
        long copied = bytesAppended - anewBegan;
        bytesCleaned += copied;
        endAnew();
        isCleaning = false;
        return copied;
    }

    /**
     * What is appended from here to {@link #endAnew} uses the cleaner's share of the reserve; {@code bytes} until a
     * segment is freed.
     */
    void beginAnew(long bytes) {
        anewBegan = bytesAppended;
        isLent = room.mayLend(bytes);
        reserveBefore = room.leftOfReserve(pendingBytes());
    }

    void endAnew() {
        bytesRestated += isCleaning ? 0 : bytesAppended - anewBegan;
        if (isLent) {
            room.lend(reserveBefore - room.leftOfReserve(pendingBytes()));
        }
    }

    void keeps(long bytes, long growthBytes, int recordBytesMax) {
        keptBytes = bytes;
        keptGrowthBytes = growthBytes;
        room.keeps(growthBytes, recordBytesMax);
    }

    void mayAppend(long bytes) {
        room.mayAppend(bytes);
    }

    void keepsFirst(long bytes) {
        keptFirstBytes = bytes;
    }

    /**
     * Whether the dead bytes outweigh the live ones by so much that writing the latter anew pays; or the disk is full,
     * and there is something to be gained.
     */
    boolean isTooLong() {
        long logBytes = window.logBytes();
        long liveBytes = liveBytes();
        long deadBytes = deadBytes() - passes.stayingBytes();
        return logBytes > 2 * liveBytes + CLEANING_SLACK_SEGMENTS * (long) segmentBytes
                || room.isFull() && window.oldest() <= tooLargeThrough
                || room.isFull() && deadBytes > (room.isShort() ? window.largestBytes() * 3L / 8 : logBytes / 4);
    }

    private long liveBytes() {
        return window.liveBytes() + keptBytes;
    }

    private long deadBytes() {
        return window.logBytes() - liveBytes() + keptGrowthBytes;
    }

    /**
     * Whether what lives in the oldest segment is worth copying. On a full disk all that keeps the segment must find
     * room, to the end: copies alone would only use up what is left.
     */
    boolean isCleaningWanted() {
        return isTooLong()
                && oldestLiving() != null
                && (!room.isFull() || oldestBytesMax() <= availableBytes());
    }

    /** What must be appended until the oldest segment with something live can go, at most. */
    private long oldestBytesMax() {
        Segment oldest = oldestLiving();
        long copiedBytes = oldest == null ? 0 : oldest.liveBytesMax();
        return copiedBytes + copiedBytes / Room.COPIES_LARGER + room.bytesWithLoss(keptFirstBytes);
    }

    /** The oldest segment with something live in it; null if the current one is reached before any. */
    @Nullable Segment oldestLiving() {
        long number = deadThrough() + 1;
        return number < window.currentNumber() ? window.get(number) : null;
    }

    /** Lets the next {@code bytes} of records go into one batch: the pending one if they fit, else a new one. */
    private void makeRoom(int bytes) {
        if (batch.records() > 0) {
            long batchBytes = (long) batch.bytes() + bytes;
            Segment current = window.current();
            if (batchBytes <= options.batchBytesMax() && fits(current, batchBytes)) {
                return;
            }
            write();
        }
        long needed = (long) Format.BATCH_HEADER_BYTES + bytes;
        Segment current = window.current();
        if (!fits(current, needed)) {
            adaptSegmentBytes(current);
            roll(segmentBytesFor(needed), (int) needed);
        }
        batch.start(window.current());
    }

    /** Whether the segment can take a batch of that size; it then has the bytes on disk. */
    private boolean fits(Segment current, long batchBytes) {
        long end = current.tail + batchBytes;
        try {
            return end <= current.header.bytes() && room.extend(current.slot, (int) end, current.header.bytes());
        } catch (IOException | RuntimeException e) {
            throw fail("filling " + current.slot.name + " ahead of offset " + current.tail, e);
        }
    }

    /**
     * A batch larger than a segment gets one that it just fits in, in steps that make it likely that the slot is used
     * again.
     */
    private int segmentBytesFor(long batchBytes) {
        long needed = Format.SEGMENT_HEADER_BYTES + batchBytes;
        long step = Math.min(LARGE_STEP_BYTES_MAX, options.segmentBytesMin());
        long stepped = (needed + step - 1) / step * step;
        return needed <= segmentBytes ? segmentBytes : (int) Math.min(Format.SEGMENT_BYTES_LIMIT, stepped);
    }

    private void adaptSegmentBytes(Segment filled) {
        long elapsedMs = timeMs - filled.header.createdMs();
        if (elapsedMs <= FILLED_SOON_MS) {
            if (segmentBytesLimit < options.segmentBytesMax()) {
                segmentBytesLimit = Math.max(segmentBytesLimit, fittingSegmentBytes());
                room.limit(segmentBytesLimit);
            }
            segmentBytes = (int) Math.min(2L * segmentBytes, segmentBytesLimit);
        } else if (elapsedMs > FILLED_LATE_MS) {
            segmentBytes = Math.max(Format.aligned(segmentBytes / 2), options.segmentBytesMin());
        }
    }

    /** Writes the pending batch, if there is one, in one call. */
    private void write() {
        if (batch.records() == 0) {
            // A reservation that nobody used is over: the next batch may begin in another segment.
            batch.onWritten();
            return;
        }
        Segment current = window.current();
        Slot slot = current.slot;
        ByteBuffer bytes = batch.seal(sequence + 1, syncedThrough, timeMs);
        int count = bytes.remaining();
        try {
            DiskFile file = slots.file(slot);
            file.write(bytes, current.tail);
        } catch (IOException | RuntimeException e) {
            throw fail("writing batch " + (sequence + 1) + " to " + slot.name + " at offset " + current.tail, e);
        }
        sequence++;
        current.tail += count;
        commits++;
        bytesWritten += count;
        batch.onWritten();
    }

    /** Closes the current segment, with nothing pending, and begins the next. */
    private void roll(int wantedBytes, int batchBytes) {
        sync();
        Segment closed = window.current();
        long number = closed.number() + 1;
        if (number > Format.SEGMENT_NUMBER_LIMIT) {
            throw fail("beginning segment " + number, new IOException("segmentNumberMax=" + Format.SEGMENT_NUMBER_LIMIT));
        }
        try {
            Slot slot = room.take(wantedBytes, Format.SEGMENT_HEADER_BYTES + batchBytes);
            SegmentHeader header = new SegmentHeader(slot.hadLife, slot.capacity, closed.header.folderId(), number,
                    freeableThrough + 1, sequence + 1, syncedThrough, nextId, timeMs);
            DiskFile file = slots.file(slot);
            header.write(file, headerPage);
            bytesWritten += Format.SEGMENT_HEADER_BYTES;
            file.sync();
            fsyncs++;
            slots.grown(slot, Format.SEGMENT_HEADER_BYTES);
            if (!slot.isNamed) {
                disk.sync();
                fsyncs++;
                slot.isNamed = true;
            }
            slots.pin(slot);
            window.add(new Segment(slot, header));
            settledTail = window.current().tail;
            room.onRolled();
        } catch (IOException | RuntimeException e) {
            throw fail("beginning segment " + number, e);
        }
        free();
    }

    /**
     * Hands the slots of freeable segments on. A durable header or TRIM must say already that the log begins after
     * them.
     */
    private void free() {
        try {
            if (window.oldest() > freeableThrough) {
                return;
            }
            while (window.oldest() <= freeableThrough) {
                slots.free(window.removeOldest().slot);
            }
            passes.freed(window, bytesUsed() - bytesRestated, liveBytes(), deadBytes());
            room.onFreed();
        } catch (IOException | RuntimeException e) {
            throw fail("freeing segment " + window.oldest(), e);
        }
    }

    private JournalException fail(String doing, Exception cause) {
        JournalException first = JournalException.failed(doing, cause);
        failure = first;
        return first;
    }
}
