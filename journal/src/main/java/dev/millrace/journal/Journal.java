package dev.millrace.journal;

import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * A durable log of records. Appending is copying into a buffer; a commit is one write; a sync is one fsync.
 *
 * <p><b>The log is a window.</b> It is a row of segments, numbered without gaps, each a file that is written once from
 * front to back. It grows at the end and is freed only at the beginning. A segment in the middle that holds nothing
 * live is not freed: a record in it may end a task whose beginning lies in an older one, and without it the task would
 * rise again.
 *
 * <p><b>What is alive.</b> Records are opaque here, so their owner says how many in each segment are still somebody's
 * only copy, by {@link #adopt} and {@link #retire}; all are counted as dead until adopted, also those replayed. {@link
 * #deadThrough} tells how far the oldest segments have died off. What is left alive in the oldest one can be appended
 * anew, a slice at a time: {@link #clean}. The owner then appends anew whatever else it needs of them, and {@link
 * #release releases} them.
 *
 * <p><b>Freeing, and why in this order.</b> What replaces a segment's records must be durable before the log disowns
 * the segment, and that must be durable before a byte of the segment changes; else a crash finds a log without its
 * beginning. So:
 * <ol>
 *   <li>{@code release} only notes a number.
 *   <li>The next commit writes everything appended before the release, and hands in a next id above all ids handed out
 *       till then. (A record in a freed segment may be the last trace of an id, which must never be given again. So a
 *       release does not count before a commit, and each header, TRIM and CLOSE bears the next id.)
 *   <li>The next fsync makes that durable.
 *   <li>A new segment's header, or a TRIM, says {@code oldest}; another fsync.
 *   <li>Only now are the slots free, for the segment after.
 * </ol>
 * A roll does 3 to 5 anyhow: it fsyncs the segment it closes, in every durability mode, and the new header. So freeing
 * costs no fsync of its own, unless {@link #trim} is called because there may be no roll for long.
 *
 * <p><b>Failures.</b> After a failed write or fsync nobody knows what the disk holds, and a second fsync may wrongly
 * succeed (Rebello et al., Can Applications Recover from fsync Failures?, USENIX ATC 2020). So nothing more is
 * accepted; every call that would append, write or fsync throws, with the first failure as its cause. Opening the
 * folder again reads what is really there.
 *
 * <p><b>Concurrency.</b> None: one thread at a time, its owner's. The journal starts no thread (its disk may, for
 * {@link Disk#willRead} and {@link DiskFile#willSync}) and reads no clock. Appending, committing and reading ahead make
 * no garbage.
 *
 * <p>Bytes: {@link Format}. Opening: {@link Recovery}. Sources: the design follows the logs of beanstalkd, etcd and
 * Kafka; the salted checksums over recycled segments are RocksDB's idea.
 */
public final class Journal implements AutoCloseable {
    /**
     * A record's head, body and 16 bytes for its header are at most this; then it fills the largest segment by itself.
     */
    public static final int RECORD_BYTES_MAX =
            Format.SEGMENT_BYTES_LIMIT - Format.SEGMENT_HEADER_BYTES - Format.BATCH_HEADER_BYTES;

    /** A record's head has at most so many bytes. */
    public static final int HEAD_BYTES_MAX = Format.HEAD_BYTES_LIMIT;

    /** Even a small segment is not cleaned at one go. */
    private static final int CLEANING_SLICES_MIN = 4;

    private final Disk disk;
    private final Slots slots;
    private final Window window;
    private final LogWriter writer;
    private final Recovered recovered;
    private final ReadAhead readAhead = new ReadAhead();
    private final Cleaner cleaner;
    private final CleaningPace pace = new CleaningPace();
    private final Record record = new Record();
    private boolean closed;

    private Journal(Disk disk, Slots slots, JournalOptions options, Recovery recovery, Recovered recovered) {
        this.disk = disk;
        this.slots = slots;
        this.recovered = recovered;
        window = recovery.window();
        writer = new LogWriter(disk, slots, options, recovery, recovered);
        cleaner = new Cleaner(recovery.adoptable());
    }

    /**
     * Locks the folder, and makes it a journal's if it is empty, or else recovers the log and tells {@code replay} its
     * records, oldest first. When this returns, all that was told is durable.
     *
     * @param disk becomes the journal's: it is closed when opening fails, and when the journal is closed
     * @param wallClockMs the creation time of a folder that is new; otherwise unused
     * @param newFolderId a random number, the id of a folder that is new; otherwise unused
     * @throws JournalException of kind IN_USE, CORRUPT or VERSION with no change to what is stored; of kind FULL or
     *     FAILED if the disk fails, after which opening may be tried again. What {@code replay} throws is passed on,
     *     with no change, too
     */
    public static Journal open(Disk disk, JournalOptions options, long wallClockMs, long newFolderId, Replay replay) {
        Slots slots = new Slots(disk);
        try {
            disk.lock();
            Recovery recovery = new Recovery(disk, slots, replay);
            Recovered recovered = recovery.run(options.segmentBytesMin(), wallClockMs, newFolderId);
            return new Journal(disk, slots, options, recovery, recovered);
        } catch (IOException e) {
            JournalException failed = JournalException.failed("opening " + disk, e);
            abandon(disk, slots, failed);
            throw failed;
        } catch (RuntimeException | Error e) {
            abandon(disk, slots, e);
            throw e;
        }
    }

    /** The number of the segment that a position is in. */
    public static long segmentOf(long position) {
        return position >>> 24;
    }

    /** What opening found. */
    public Recovered recovered() {
        return recovered;
    }

    /**
     * Begins a record. The pending batch is written out first, under the time of the last commit, if the record does
     * not fit in with it, and the log rolls if it does not fit in the segment; so the record's place is settled.
     *
     * @param type 0 to 255, but not 9 and 10, which are the journal's
     * @param schema 0 to 255
     * @param headBytes 0 to {@link #HEAD_BYTES_MAX}
     * @return the batch's buffer, little-endian, from its position to its limit the room for the head and after it the
     *     body. Put all of it, then call {@link #end}; until then the journal takes no call but reads. The journal owns
     *     the buffer
     * @throws IllegalArgumentException if a number is out of its range; nothing has changed
     * @throws JournalException of kind FULL or FAILED if the disk fails, or has before
     */
    public ByteBuffer begin(int type, int schema, int queue, int headBytes, int bodyBytes) {
        requireOpen();
        if (type == Format.TYPE_TRIM || type == Format.TYPE_CLOSE) {
            throw new IllegalArgumentException("type=" + type + " is the journal's own; choose another");
        }
        requireRange("type", type, 0xFF);
        requireRange("schema", schema, 0xFF);
        requireRange("headBytes", headBytes, HEAD_BYTES_MAX);
        requireRange("bodyBytes", bodyBytes, RECORD_BYTES_MAX - Format.RECORD_HEADER_BYTES - headBytes);
        return writer.begin(type, schema, queue, headBytes, bodyBytes);
    }

    /**
     * Ends the record begun.
     *
     * @return its position: segment number &lt;&lt; 24 | offset / 8. It does not change any more
     * @throws IllegalStateException if its head and body were not put completely
     */
    public long end() {
        return writer.end();
    }

    /**
     * Lets the next records go into one batch, so that a crash leaves all of them or none, provided that they are no
     * more than said here and no commit comes between them. Writes out the pending batch first if they do not fit in
     * with it.
     *
     * @param bytes of all their heads and bodies together
     * @throws IllegalArgumentException if they need more than the largest segment; nothing has changed
     * @throws JournalException as {@link #begin}
     */
    public void reserve(int records, long bytes) {
        requireOpen();
        writer.reserve(bytesWithHeaders(records, bytes));
    }

    private static int bytesWithHeaders(int records, long bytes) {
        long overhead = (long) records * (Format.RECORD_HEADER_BYTES + Format.ALIGNMENT - 1);
        if (records < 0 || bytes < 0 || bytes > RECORD_BYTES_MAX || overhead > RECORD_BYTES_MAX - bytes) {
            throw new IllegalArgumentException("records=" + records + " of bytes=" + bytes + " need more than batchBytesMax="
                    + RECORD_BYTES_MAX + ", or less than nothing; ask for fewer at a time");
        }
        return (int) (overhead + bytes);
    }

    /** The bytes that the next commit writes; 0 if there are none. */
    public int pendingBytes() {
        return writer.pendingBytes();
    }

    /**
     * What is appended from here on is of this time, or a later one, in whichever batch it is written.
     *
     * @param timeMs a time before the last one counts as the last one
     */
    public void passTime(long timeMs) {
        requireOpen();
        writer.passTime(timeMs);
    }

    /**
     * Writes the pending batch, in one write, without fsync: now it survives the death of the process.
     *
     * @param timeMs the batch's time; a time before the last one counts as the last one
     * @param nextId more than every id handed out so far
     * @throws JournalException of kind FULL or FAILED if the disk fails, or has before. Then the batch may be there
     *     after the next opening, or not, but never in part
     */
    public void commit(long timeMs, long nextId) {
        requireOpen();
        writer.commit(timeMs, nextId);
    }

    /**
     * Whether the disk has room for records that serve this purpose. Ask before anything is changed, and refuse what is
     * not admitted: records that were admitted are written into room that is there. Also makes that room, if the disk
     * has it; and the first question begins a reserve, without which the answers on a full disk are worth little.
     *
     * <p>On a full disk ADD is refused first. The log then goes on in the reserve: END is admitted until seven eighths
     * of a segment are used, CHANGE until half of that is, and the rest is left to {@link #clean} and {@link #anew}: a
     * segment, an eighth of one, and what {@link #keeps} says. What those use until a segment is freed does not count
     * against the others. Since the end of a task is smaller than the task, room is made by ends and cleaning; {@link
     * #isTrimWanted} says when to hand it back. What is appended without being asked for is taken from the reserve,
     * too; {@link #mayAppend} says how much that can be.
     *
     * @param bytes of all their heads and bodies together
     * @throws IllegalArgumentException as {@link #reserve}
     * @throws JournalException of kind FAILED if the disk fails, or has before
     */
    public boolean admits(Purpose purpose, int records, long bytes) {
        requireOpen();
        return writer.admits(purpose, bytesWithHeaders(records, bytes), 0);
    }

    /**
     * {@link #admits(Purpose, int, long)}, and whether a full disk has room for what may be appended later because of
     * these records, without being asked for: that counts together with what {@link #mayAppend} said, until that is
     * said anew.
     *
     * @param laterBytes of records with their headers
     */
    public boolean admits(Purpose purpose, int records, long bytes, long laterBytes) {
        requireOpen();
        return writer.admits(purpose, bytesWithHeaders(records, bytes), laterBytes);
    }

    /** Whether a {@link #trim} now would give back room that a full disk is short of. */
    public boolean isTrimWanted() {
        requireOpen();
        return writer.isTrimWanted();
    }

    /**
     * Makes durable what was written; blocks for an fsync, or not at all if there was nothing new. What is pending
     * stays so.
     *
     * @throws JournalException of kind FULL or FAILED if the fsync fails, or something has failed before
     */
    public void sync() {
        requireOpen();
        writer.sync();
    }

    /**
     * Tells the disk that there will be an fsync, once so much was written since the last one that whoever meets the
     * next roll would wait long for it. Waits for nothing.
     *
     * @throws JournalException as {@link #sync}, if what the disk did about it before has failed
     */
    public void syncAhead() {
        requireOpen();
        writer.syncAhead();
    }

    /**
     * Reads a record, pending or written, and checks it.
     *
     * @return valid until the next call of the journal
     * @throws IllegalArgumentException if the position is not within the log, because its segment was freed or it was
     *     never given
     * @throws JournalException of kind CORRUPT if there is no whole record, FAILED if the disk fails; and if the
     *     journal has failed before, for a record that was not written
     */
    public Record read(long position) {
        requireOpen();
        long number = segmentOf(position);
        int offset = Format.offsetOf(position);
        Record recent = writer.readRecent(number, offset, record);
        if (recent != null) {
            return recent;
        }
        Segment segment = window.get(number);
        if (offset < Format.SEGMENT_HEADER_BYTES || offset >= segment.tail) {
            throw new IllegalArgumentException("position " + segment.slot.name + " offset=" + offset
                    + " is not before the segment's tail=" + segment.tail + "; no record was ever there");
        }
        try {
            return readAhead.read(segment, offset, slots.file(segment.slot), record);
        } catch (IOException e) {
            throw JournalException.failed("reading " + segment.slot.name + " at offset " + offset, e);
        }
    }

    /**
     * Counts one more live record in the position's segment.
     *
     * @throws IllegalArgumentException if the segment is not within the log
     * @throws IllegalStateException if it was released
     */
    public void adopt(long position) {
        long number = segmentOf(position);
        if (writer.isReleased(number)) {
            throw new IllegalStateException("segment " + number + " was released; adopt before release");
        }
        window.adopt(number);
    }

    /**
     * Counts one live record less in the position's segment.
     *
     * @throws IllegalArgumentException if the segment is not within the log
     * @throws IllegalStateException if no live record is left there
     */
    public void retire(long position) {
        window.retire(segmentOf(position));
    }

    /** The log's first segment; grows as segments are freed. */
    public long oldestSegment() {
        return window.oldest();
    }

    /** The log's last segment, which is written to. */
    public long currentSegment() {
        return window.currentNumber();
    }

    /**
     * The last of the oldest segments that hold nothing live, nor have anything live before them; the current one is
     * not counted among them. {@code oldestSegment() - 1} if there are none. Released ones are among them until they
     * are freed.
     */
    public long deadThrough() {
        return writer.deadThrough();
    }

    /**
     * Says that nothing of the segments up to {@code through} is needed once all that was appended so far is durable.
     * They are freed by the first roll or trim after the next commit. Harmless when repeated.
     *
     * @throws IllegalArgumentException if {@code through > deadThrough()}
     */
    public void release(long through) {
        requireOpen();
        writer.release(through);
    }

    /**
     * How many bytes of the log to {@link #clean} in this round: 0 unless it pays, and while the pace does not allow
     * more. It pays when the log is larger than twice what lives in it and four segments; so that in the long run at
     * most as much is copied as is appended by others. On a full disk it pays as soon as there is a quarter to be
     * gained, or half a segment if the reserve is in use, and then there is no pace: ends of work wait for room. Else
     * the pace is what they append, but at least 16 MiB a second, in slices of 256 KiB.
     *
     * @param nowMs the round's time; a time before an earlier one counts as that one
     */
    public int cleaningBytes(long nowMs) {
        requireOpen();
        if (!isCleaningWanted()) {
            return 0;
        }
        int bytes = pace.sliceBytes(nowMs, writer.bytesUsed());
        return writer.isReserveInUse() ? CleaningPace.SLICE_BYTES_MAX : bytes;
    }

    /**
     * Says what will be appended anew besides adopted records, before the segments are released: that lives, too. The
     * reserve has room for what of it does not take the place of what is freed.
     *
     * @param bytes of all these records, with their headers
     * @param growthBytes what of these bytes is not in the log by now, in records of the same kind
     * @param recordBytesMax the most that one of these records takes
     */
    public void keeps(long bytes, long growthBytes, int recordBytesMax) {
        writer.keeps(bytes, growthBytes, recordBytesMax);
    }

    /**
     * Says how much may be appended without being asked for, at most and at any moment: the reserve has room for it,
     * beside what ends of work and the cleaner use. Little is not counted.
     *
     * @param bytes of records with their headers
     */
    public void mayAppend(long bytes) {
        writer.mayAppend(bytes);
    }

    /**
     * Says what of it comes before the oldest segment that holds something adopted can go: on a full disk that is not
     * cleaned unless there is room for both. Good until it is said anew.
     */
    public void keepsFirst(long bytes) {
        writer.keepsFirst(bytes);
    }

    /** Whether what is left on a full disk, the whole reserve included, has room for so many bytes of records. */
    public boolean hasRoomFor(long bytes) {
        requireOpen();
        return writer.hasRoomFor(bytes);
    }

    /**
     * Appends what is needed of segments that are about to be released, by calls of this journal. On a full disk the
     * room that it takes is counted as the cleaner's, until a segment is freed.
     *
     * @param bytes of these records, and of those that follow before a segment is released
     */
    public void anew(long bytes, Runnable appending) {
        requireOpen();
        writer.beginAnew(writer.bytesWithLoss(bytes));
        appending.run();
        writer.endAnew();
    }

    /** Whether the disk was full when something was last asked of it. */
    public boolean isFull() {
        return writer.isFull();
    }

    /** Whether the log is so long that it pays to append anew what is needed of its beginning. */
    public boolean isTooLong() {
        requireOpen();
        return writer.isTooLong();
    }

    /** Whether {@link #clean} pays, though the pace may not allow it yet; see {@link #cleaningBytes}. */
    public boolean isCleaningWanted() {
        requireOpen();
        return writer.isCleaningWanted();
    }

    /**
     * Goes on through the oldest segment that holds something live, and tells its adoptable records, dead ones
     * included, from where the last call ended. The owner appends each one that still lives anew, as it is by now,
     * adopts the new position and retires the old one; once all are retired the segment counts among the dead, to be
     * {@link #release released} as ever, which frees it only after the copies are durable. The current segment is never
     * gone through.
     *
     * <p>During a call of {@code live} the journal takes every call but this one, {@code trim}, {@code roll} and
     * {@code close}.
     *
     * @param bytesMax ends the slice after the record that reaches it, as does a quarter of the segment; see {@link
     *     #cleaningBytes}
     * @return how many bytes of the segment were gone through; 0 if no segment before the current one holds anything
     *     live
     * @throws IllegalStateException if the segment was told to its end and something is still adopted there
     * @throws JournalException of kind CORRUPT if the segment has changed since it was written, FAILED if it cannot be
     *     read; and as {@link #begin}
     */
    public int clean(int bytesMax, RecordVisitor live) {
        requireOpen();
        Segment segment = writer.oldestLiving();
        if (segment == null) {
            return 0;
        }
        writer.beginCleaning();
        try {
            int sliceBytes = Math.min(bytesMax, segment.header.bytes() / CLEANING_SLICES_MIN);
            return cleaner.run(segment, slots.file(segment.slot), sliceBytes, live);
        } catch (IOException e) {
            throw JournalException.failed("reading " + segment.slot.name + " to clean it", e);
        } finally {
            pace.spend(writer.endCleaning());
        }
    }

    /**
     * Commits, makes all durable, and frees the released segments now. Two fsyncs, or one if nothing was released.
     *
     * @throws JournalException of kind FULL or FAILED if the disk fails, or has before
     */
    public void trim(long timeMs, long nextId) {
        requireOpen();
        writer.trim(timeMs, nextId);
    }

    /**
     * Commits, and begins a fresh segment of the least size, unless the current one is empty. For an owner that is
     * about to close and has little left: it can then append that anew, release all else, and leave a small folder.
     *
     * @throws JournalException of kind FULL or FAILED if the disk fails, or has before
     */
    public void roll(long timeMs, long nextId) {
        requireOpen();
        writer.roll(timeMs, nextId);
    }

    /**
     * Whether the disk is full and too small for segments of the log's size, so that nothing can be added though little
     * lives: {@link #rollSmaller} then helps.
     */
    public boolean isSmallerWanted() {
        requireOpen();
        return writer.isSmallerWanted();
    }

    /**
     * Commits, and begins a segment that is small enough for the disk to have room for four. What was written before is
     * to be cleaned from then on; once it is freed, the disk gets back what its segments and the reserve had beyond
     * that size.
     *
     * @throws JournalException of kind FULL or FAILED if a write or an fsync fails, or something has failed before
     */
    public void rollSmaller(long timeMs, long nextId) {
        requireOpen();
        writer.rollSmaller(timeMs, nextId);
    }

    /** Figures; takes time in proportion to the number of segments. */
    public JournalStats stats() {
        return writer.stats();
    }

    /**
     * Ends cleanly: commits, appends CLOSE, makes all durable, frees what was released, gives back the disk space that
     * was kept for later, and closes as {@link #close()} does, also when it throws.
     *
     * @throws JournalException of kind FULL or FAILED if the disk fails, or has before; then the log may or may not end
     *     with CLOSE
     */
    public void close(long timeMs, long nextId) {
        requireOpen();
        try (this) {
            writer.close(timeMs, nextId);
        }
    }

    /**
     * Closes the files and releases the lock, and does nothing else: to the folder it is as if the process had been
     * killed. What is pending is lost. Harmless when repeated.
     */
    @Override
    public void close() {
        if (closed) {
            return;
        }
        closed = true;
        try (disk) {
            slots.close();
        } catch (IOException e) {
            throw JournalException.failed("closing " + disk, e);
        }
    }

    private static void abandon(Disk disk, Slots slots, Throwable why) {
        try (disk) {
            slots.close();
        } catch (IOException | RuntimeException e) {
            why.addSuppressed(e);
        }
    }

    private void requireOpen() {
        if (closed) {
            throw new IllegalStateException("the journal is closed");
        }
    }

    private static void requireRange(String name, int value, int max) {
        if (value < 0 || value > max) {
            throw new IllegalArgumentException(name + "=" + value + " is not within 0…" + max + "; store less in one record");
        }
    }
}
