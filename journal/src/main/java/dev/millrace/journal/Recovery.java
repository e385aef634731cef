package dev.millrace.journal;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Opens a folder: makes a new one, or finds where the log of an existing one begins and ends, and tells its records.
 *
 * <p><b>The question.</b> At the end of the log lies what a crash left: batches that were written, but not durable, may
 * be there wholly, partly, or not at all, in any order. Such a torn tail is ordinary and is cut. A batch that had been
 * durable and is now damaged is another matter: to go on without it would lose acknowledged work, silently. Both look
 * like a batch that does not add up. What tells them apart is {@code syncedThrough}: every batch and every segment
 * header says which batch was the last durable one when it was written. If batch q is bad, and anything valid beyond it
 * says {@code syncedThrough ≥ q}, then q had been durable: CORRUPT. If nothing does, then q had never been promised to
 * anybody: cut.
 *
 * <p><b>Segments.</b> A roll makes the closed segment durable before it writes the next one's header, whose
 * {@code firstBatch} is thus a witness for all before it: any bad batch in a segment other than the newest is
 * corruption. A header is durable before any batch follows it; so a slot without a valid header is a torn roll if it
 * holds no batch of the next segment, and corruption if it does.
 *
 * <p><b>The beginning.</b> The log begins at the {@code oldest} of the newest header, or at that of a later TRIM. Older
 * segments may still be there, whole or not: they are free. So the newest segment is looked through for a TRIM before
 * the first is told.
 *
 * <p><b>The cut.</b> What was cut is overwritten with zeros, for two reasons. A batch behind the torn one may be whole,
 * and bear the sequence that the next new batch but one will have. And a record of the torn batch would still validate
 * at its place within a new batch, should that one be torn just there.
 *
 * <p><b>No change before acceptance.</b> Nothing is written until the last record was told and the folder is known to
 * be good.
 */
final class Recovery {
    private static final int ZEROS_BYTES_MAX = 64 << 10;

    private final Disk disk;
    private final Slots slots;
    private final Replay replay;
    private final boolean[] adoptable = new boolean[0x100];
    private Page page = new Page(Format.SEGMENT_HEADER_BYTES); // a scan makes a larger one if there is much to read

    // What is found.
    private Meta meta = new Meta(0, 0);
    private Window window = new Window(1);
    private long sequence;
    private long timeMs;
    private long nextId = 1;
    private boolean endsWithClose;
    private long cutBytes;
    private String note = "";

    /** A slot with a valid header. */
    private record Found(Slot slot, SegmentHeader header) {}

    Recovery(Disk disk, Slots slots, Replay replay) {
        this.disk = disk;
        this.slots = slots;
        this.replay = replay;
        for (int type = 0; type < adoptable.length; type++) {
            adoptable[type] = type != Format.TYPE_TRIM && type != Format.TYPE_CLOSE && replay.isAdoptable(type);
        }
    }

    /**
     * Does it all.
     *
     * @throws JournalException of kind CORRUPT or VERSION, with nothing changed
     */
    Recovered run(int newSegmentBytes, long wallClockMs, long newFolderId) throws IOException {
        List<String> names = disk.names();
        List<Slot> found = slots.find(names);
        Meta present = names.contains(Meta.NAME) ? readMeta() : null;
        if (present == null) {
            requireUnfinishedCreation(found);
            meta = new Meta(newFolderId, wallClockMs);
            create(found, newSegmentBytes);
            replay.begin(meta.createdMs(), window.oldest());
        } else {
            meta = present;
            recover(found);
        }
        return new Recovered(present == null, present == null || endsWithClose, meta.folderId(), meta.createdMs(),
                Math.max(timeMs, meta.createdMs()), nextId, window.oldest(), cutBytes, note);
    }

    Window window() {
        return window;
    }

    /** By type: whether such records may be adopted. */
    boolean[] adoptable() {
        return adoptable;
    }

    /** The last batch's. */
    long sequence() {
        return sequence;
    }

    private @Nullable Meta readMeta() throws IOException {
        try (DiskFile file = disk.open(Meta.NAME)) {
            return Meta.read(file);
        }
    }

    /**
     * A folder without a valid {@code meta} is new, or its creation was interrupted: then there is at most the first
     * segment's slot, with no more than a header. Anything else is a journal that lost its meta.
     */
    private void requireUnfinishedCreation(List<Slot> found) throws IOException {
        for (Slot slot : found) {
            DiskFile file = slots.file(slot);
            slots.grown(slot, file.bytes());
            SegmentScan scan = new SegmentScan(file, 0, 0, Format.SEGMENT_BYTES_LIMIT, page);
            if (slot.index != 1 || scan.remains(Format.SEGMENT_HEADER_BYTES, Long.MAX_VALUE).bytesEnd() > 0) {
                throw JournalException.corrupt(Meta.NAME, 0, "it is missing or damaged, although " + slot.name + " holds records");
            }
        }
    }

    /**
     * The first segment, durable, then meta, durable: a folder without meta never holds a record, and one with meta
     * always has its first segment. What fails, on a full disk say, leaves neither, if the disk lets them go.
     */
    private void create(List<Slot> leftovers, int segmentBytes) throws IOException {
        for (Slot slot : leftovers) {
            slots.delete(slot);
        }
        Slot slot = slots.create(segmentBytes);
        try {
            create(slot);
        } catch (IOException e) {
            undo(slot, e);
            throw e;
        }
    }

    private void create(Slot slot) throws IOException {
        DiskFile file = slots.file(slot);
        SegmentHeader header =
                new SegmentHeader(false, slot.capacity, meta.folderId(), 1, 1, 1, 0, nextId, meta.createdMs());
        header.write(file, page);
        file.sync();
        slots.grown(slot, Format.SEGMENT_HEADER_BYTES);
        disk.sync();
        try (DiskFile metaFile = disk.open(Meta.NAME)) {
            meta.write(metaFile);
            metaFile.sync();
        }
        disk.sync();
        slot.isNamed = true;
        window.add(new Segment(slot, header));
    }

    /** First meta, durably: one without its segment would be a log that lost it. */
    private void undo(Slot slot, IOException failure) {
        try {
            if (disk.names().contains(Meta.NAME)) {
                disk.delete(Meta.NAME);
                disk.sync();
            }
            slots.delete(slot);
            disk.sync();
        } catch (IOException e) {
            failure.addSuppressed(e);
        }
    }

    private void recover(List<Slot> found) throws IOException {
        List<Found> headed = readHeaders(found);
        Found newest = null;
        for (Found each : headed) {
            if (!each.header.isOfFreeSlot() && (newest == null || each.header.number() > newest.header.number())) {
                newest = each;
            }
        }
        if (newest == null) {
            throw JournalException.corrupt(Slots.PREFIX, 0, "no segment with a valid header is here");
        }
        requireNoSuccessor(newest.header.number(), found, headed);
        long oldest = Math.max(newest.header.oldest(), lastTrim(newest));
        List<Found> chain = chain(oldest, newest.header.number(), headed);
        window = new Window(oldest);
        sequence = chain.getFirst().header.firstBatch() - 1;
        replay.begin(meta.createdMs(), oldest);
        SegmentScan.Remains remains = replay(chain);
        accept(found, chain, headed, remains);
    }

    private List<Found> readHeaders(List<Slot> found) throws IOException {
        List<Found> headed = new ArrayList<>();
        for (Slot slot : found) {
            DiskFile file = slots.file(slot);
            slots.grown(slot, file.bytes());
            SegmentHeader header = SegmentHeader.read(file, slot.name, page);
            if (header == null) {
                continue;
            }
            if (header.folderId() != meta.folderId()) {
                throw JournalException.corrupt(slot.name, 0, "a foreign segment: folderId=" + Long.toHexString(header.folderId())
                        + ", but this folder's is " + Long.toHexString(meta.folderId()));
            }
            slot.capacity = header.isOfFreeSlot() ? (int) slot.bytes & -Format.ALIGNMENT : header.bytes();
            slot.isNamed = true;
            headed.add(new Found(slot, header));
        }
        return headed;
    }

    /**
     * The newest header would not be missed if it were damaged, so its batches are looked for; nor would it be if those
     * before it have been let go of, and one of them is there still: then the log would seem to end long ago.
     */
    private void requireNoSuccessor(long newest, List<Slot> found, List<Found> headed) throws IOException {
        BitSet good = indexes(headed);
        for (Slot slot : found) {
            if (good.get(slot.index)) {
                continue;
            }
            SegmentScan scan = scan(slot, newest + 1, Format.SEGMENT_BYTES_LIMIT);
            SegmentScan.Remains remains = scan.remains(Format.SEGMENT_HEADER_BYTES, 0);
            page = scan.page();
            if (remains.witnessAt() >= 0) {
                throw JournalException.corrupt(slot.name, 0, "the header is damaged, although a batch of segment " + (newest + 1)
                        + " follows at offset " + remains.witnessAt());
            }
            long later = LostHeader.laterSegment(slots.file(slot), meta.folderId(), newest);
            if (later > 0) {
                throw JournalException.corrupt(slot.name, 0, "the header is damaged, although batches of segment " + later
                        + " follow, and the newest header that is whole is that of segment " + newest);
            }
        }
    }

    /**
     * What the last TRIM of the newest segment says is the oldest; 0 if there is none. An older TRIM is in the header.
     */
    private long lastTrim(Found newest) throws IOException {
        long[] last = {0};
        SegmentScan scan = scan(newest.slot, newest.header.number(), newest.header.bytes());
        long next = newest.header.firstBatch();
        int at = Format.SEGMENT_HEADER_BYTES;
        while (scan.readBatch(at, next)) {
            scan.tellBatch((position, type, schema, queue, time, head, body) -> {
                if (type == Format.TYPE_TRIM) {
                    last[0] = head.getLong(head.position());
                }
            });
            at += scan.batchBytes();
            next++;
        }
        page = scan.page();
        return last[0];
    }

    private static List<Found> chain(long oldest, long newest, List<Found> headed) {
        Map<Long, Found> byNumber = new HashMap<>();
        for (Found each : headed) {
            long number = each.header.number();
            Found other = number < oldest ? null : byNumber.put(number, each);
            if (other != null) {
                throw JournalException.corrupt(each.slot.name, 0, "segment " + number + " is also in " + other.slot.name);
            }
        }
        List<Found> chain = new ArrayList<>();
        for (long number = oldest; number <= newest; number++) {
            Found each = byNumber.get(number);
            if (each == null) {
                throw JournalException.corrupt(Slots.PREFIX, 0,
                        "segment " + number + " is missing or its header damaged; the log needs segments " + oldest + "…" + newest);
            }
            chain.add(each);
        }
        return chain;
    }

    /** Tells all records, and answers what lies beyond the last. */
    private SegmentScan.Remains replay(List<Found> chain) throws IOException {
        for (int i = 0; ; i++) {
            Found each = chain.get(i);
            SegmentHeader next = null;
            if (i + 1 < chain.size()) {
                next = chain.get(i + 1).header;
                disk.willRead(chain.get(i + 1).slot.name);
            }
            Segment segment = new Segment(each.slot, each.header);
            SegmentScan scan = scan(each.slot, each.header.number(), each.header.bytes());
            requireLink(each);
            window.add(segment);
            while ((next == null || sequence + 1 < next.firstBatch()) && scan.readBatch(segment.tail, sequence + 1)) {
                timeMs = scan.batchTimeMs();
                scan.tellBatch(this::tell);
                segment.tail += scan.batchBytes();
                sequence++;
            }
            page = scan.page();
            if (next == null) {
                return remains(segment, scan);
            }
            if (sequence + 1 != next.firstBatch()) {
                throw JournalException.corrupt(segment.slot.name, segment.tail, "batch " + (sequence + 1) + " is damaged ("
                        + scan.fault() + "), although segment " + next.number() + " was begun after batch "
                        + (next.firstBatch() - 1) + " was durable");
            }
        }
    }

    private void requireLink(Found each) {
        SegmentHeader header = each.header;
        if (header.firstBatch() != sequence + 1) {
            throw JournalException.corrupt(each.slot.name, 0, "the segment begins with batch " + header.firstBatch()
                    + ", but the one before it ended with batch " + sequence);
        }
        timeMs = Math.max(timeMs, header.createdMs());
        nextId = Math.max(nextId, header.nextId());
    }

    private void tell(long position, int type, int schema, int queue, long time, ByteBuffer head, ByteBuffer body) {
        endsWithClose = type == Format.TYPE_CLOSE;
        if (adoptable[type]) {
            window.current().addHome(Format.aligned(Format.RECORD_HEADER_BYTES + head.remaining() + body.remaining()));
        }
        if (type == Format.TYPE_TRIM) {
            nextId = Math.max(nextId, head.getLong(head.position() + Long.BYTES));
        } else if (type == Format.TYPE_CLOSE) {
            nextId = Math.max(nextId, head.getLong(head.position()));
        } else {
            replay.record(position, type, schema, queue, time, head, body);
        }
    }

    private SegmentScan.Remains remains(Segment newest, SegmentScan scan) throws IOException {
        String fault = scan.fault();
        SegmentScan.Remains remains = scan.remains(newest.tail, sequence + 1);
        page = scan.page();
        if (remains.witnessAt() >= 0) {
            throw JournalException.corrupt(newest.slot.name, newest.tail, "batch " + (sequence + 1) + " is damaged (" + fault
                    + "), although it was durable when the batch at offset " + remains.witnessAt() + " was written");
        }
        // In a recycled slot what follows the tail may be of an earlier life, and only a header of this life proves a
        // loss.
        long lost = newest.header.recycled() ? remains.batchesEnd() : Math.max(remains.batchesEnd(), remains.bytesEnd());
        if (lost > newest.tail) {
            cutBytes = lost - newest.tail;
            note = newest.slot.name + " at offset " + newest.tail + ": cut a torn tail of " + cutBytes + " bytes, from batch "
                    + (sequence + 1) + " on (" + fault + "); it had never been durable";
        }
        return remains;
    }

    /**
     * The first change of the disk: the folder is good, and its log ends at the tail. A killed process may have
     * written, but not yet fsynced, whatever was just read: the last batches, a new segment and its name, even meta.
     * All of it is built upon from now on, so all of it is made durable.
     */
    private void accept(List<Slot> found, List<Found> chain, List<Found> headed, SegmentScan.Remains remains)
            throws IOException {
        Segment newest = window.current();
        DiskFile file = slots.file(newest.slot);
        overwriteWithZeros(file, newest.tail, remains.bytesEnd());
        file.sync();
        try (DiskFile metaFile = disk.open(Meta.NAME)) {
            metaFile.sync();
        }
        disk.sync();
        sortOutFree(found, indexes(chain), indexes(headed));
    }

    /**
     * Keeps free slots whose headers say so, for a full disk might not give them again. Others are deleted, only after
     * what says that they are free, a header or a TRIM, is durable; and durably, or one might come back beside a
     * segment with the same number that is yet to be written.
     */
    private void sortOutFree(List<Slot> found, BitSet needed, BitSet headed) throws IOException {
        boolean deleted = false;
        for (Slot slot : found) {
            if (needed.get(slot.index)) {
                continue;
            }
            if (headed.get(slot.index) && slot.bytes > Format.SEGMENT_HEADER_BYTES) {
                slot.hadLife = true;
                slots.keep(slot);
            } else {
                slots.delete(slot);
                deleted = true;
            }
        }
        if (deleted) {
            disk.sync();
        }
    }

    private static BitSet indexes(List<Found> of) {
        BitSet indexes = new BitSet();
        for (Found each : of) {
            indexes.set(each.slot.index);
        }
        return indexes;
    }

    private void overwriteWithZeros(DiskFile file, int from, int to) throws IOException {
        if (from >= to) {
            return;
        }
        ByteBuffer zeros = ByteBuffer.allocateDirect(Math.min(ZEROS_BYTES_MAX, to - from));
        for (int at = from; at < to; at += zeros.capacity()) {
            file.write(zeros.clear().limit(Math.min(zeros.capacity(), to - at)), at);
        }
    }

    private SegmentScan scan(Slot slot, long number, int bytesMax) throws IOException {
        return new SegmentScan(slots.file(slot), meta.folderId(), number, bytesMax, page);
    }
}
