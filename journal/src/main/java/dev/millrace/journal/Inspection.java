package dev.millrace.journal;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * What a folder holds, looked at without owning it and without changing a byte: for a doctor. Where opening refuses at
 * the first damage, this goes on behind it, and tells every record that is whole by itself.
 *
 * @param folderId the folder's own number, from {@code meta}, or from the newest segment if that is damaged
 * @param createdMs when the folder was created; 0 if {@code meta} is damaged
 * @param oldest the log's first segment, and {@code newest} its last; both 0 if no segment was found
 * @param closedCleanly the log ends with CLOSE
 * @param tornBytes what opening would cut off the end, for it had never been durable
 * @param nextId the largest that was found
 * @param files every segment file, ordered by segment number, free ones first
 * @param problems what keeps the folder from being opened, or has been lost; in the log's order. Empty if all is well
 */
public record Inspection(
        long folderId,
        long createdMs,
        long oldest,
        long newest,
        boolean closedCleanly,
        long tornBytes,
        long nextId,
        List<SegmentFile> files,
        List<Problem> problems) {

    /** What a segment file is. */
    public enum Role {
        /** It holds a segment of the log. */
        LOG,
        /** It holds nothing that is needed, and waits to be used again. */
        FREE,
        /** It is of another folder. */
        FOREIGN,
        /** Its header cannot be read: damaged, or it was being prepared when the power went. */
        UNKNOWN
    }

    /**
     * One segment file.
     *
     * @param number of the segment in it; 0 if there is none, or it cannot be read
     * @param bytes the file's length
     * @param writtenBytes up to the end of the last whole batch; 0 unless it is of the log
     * @param batches whole ones, likewise
     * @param records in these, the journal's own among them
     */
    public record SegmentFile(
            String name, Role role, long number, long bytes, long writtenBytes, long batches, long records) {}

    /** Something wrong, at an offset of a file, in words. */
    public record Problem(String file, long offset, String found) {
        @Override
        public String toString() {
            return file + " at offset " + offset + ": " + found;
        }
    }

    /** Copies of a list do not change. */
    public Inspection {
        files = List.copyOf(files);
        problems = List.copyOf(problems);
    }

    /**
     * Looks through a folder.
     *
     * @param disk is only read; it is not closed
     * @param evenIfInUse goes on although somebody may be writing; then what was being written may look torn or damaged
     * @param visitor is told every whole record of the log, also those of damaged batches
     * @throws JournalException of kind IN_USE if somebody holds the folder; VERSION if a newer version wrote it; FAILED
     *     if it cannot be read
     */
    public static Inspection of(Disk disk, boolean evenIfInUse, RecordVisitor visitor) {
        try {
            if (!evenIfInUse) {
                disk.lock();
            }
            return new Look(disk, visitor).run();
        } catch (IOException e) {
            throw JournalException.failed("looking through " + disk, e);
        }
    }

    /** Where the log first breaks: the segment and the offset up to which it is whole. Where it ends if it does not. */
    record Break(long segment, int offset, long sequence, long timeMs) {}

    /** The work. */
    static final class Look {
        private final Slots slots;
        private final Disk disk;
        private final RecordVisitor visitor;
        private final List<Problem> problems = new ArrayList<>();
        private final List<SegmentFile> files = new ArrayList<>();
        private final TreeMap<Long, Slot> log = new TreeMap<>();
        private final Map<Slot, SegmentHeader> headers = new HashMap<>();
        private final List<Slot> headless = new ArrayList<>();
        private Page page = new Page(Format.SEGMENT_HEADER_BYTES);
        private @Nullable Meta meta;
        private long folderId;
        private long oldest;
        private long newest;
        private long nextId = 1;
        private long tornBytes;
        private boolean endsWithClose;
        private @Nullable Break firstBreak;
        private long sequence;
        private long timeMs;
        private long records;

        Look(Disk disk, RecordVisitor visitor) {
            this.disk = disk;
            this.visitor = visitor;
            slots = new Slots(disk);
        }

        Inspection run() throws IOException {
            try {
                List<String> names = disk.names();
                meta = names.contains(Meta.NAME) ? readMeta() : null;
                List<Slot> found = slots.find(names);
                readHeaders(found);
                lookThroughLog();
                files.sort((a, b) -> Long.compare(a.number, b.number));
                Meta whole = meta;
                return new Inspection(folderId, whole == null ? 0 : whole.createdMs(), oldest, newest, endsWithClose, tornBytes,
                        nextId, files, problems);
            } finally {
                slots.close();
            }
        }

        /** Where the log first breaks, or ends. Null if not even its first segment is there. */
        @Nullable Break firstBreak() {
            return firstBreak;
        }

        @Nullable Slot slotOf(long number) {
            return log.get(number);
        }

        @Nullable SegmentHeader headerOf(Slot slot) {
            return headers.get(slot);
        }

        private @Nullable Meta readMeta() throws IOException {
            try (DiskFile file = disk.open(Meta.NAME)) {
                Meta read = Meta.read(file);
                if (read == null) {
                    problem(Meta.NAME, 0, "it is damaged, or was never finished");
                }
                return read;
            } catch (JournalException e) {
                if (e.kind() != JournalException.Kind.CORRUPT) {
                    throw e;
                }
                problem(Meta.NAME, 0, "it is not of this format");
                return null;
            }
        }

        private void readHeaders(List<Slot> found) throws IOException {
            for (Slot slot : found) {
                DiskFile file = slots.file(slot);
                slots.grown(slot, file.bytes());
                SegmentHeader header = SegmentHeader.read(file, slot.name, page);
                if (header == null) {
                    headless.add(slot);
                } else {
                    headers.put(slot, header);
                }
            }
            Meta whole = meta;
            folderId = whole != null ? whole.folderId() : newestOf(each -> true);
            if (whole == null && !found.isEmpty() && problems.isEmpty()) {
                problem(Meta.NAME, 0, "it is missing");
            }
            newest = newestNumber();
            oldest = newest == 0 ? 0 : oldestNumber(found);
            for (Slot slot : found) {
                SegmentHeader header = headers.get(slot);
                if (header != null) {
                    sortIn(slot, header);
                }
            }
        }

        private void sortIn(Slot slot, SegmentHeader header) {
            if (header.folderId() != folderId) {
                problem(slot.name, 0, "a foreign segment, of folderId=" + Long.toHexString(header.folderId()) + "; this folder's is "
                        + Long.toHexString(folderId));
                add(slot, Role.FOREIGN, header.number());
                return;
            }
            nextId = Math.max(nextId, header.nextId());
            if (header.number() < oldest || header.isOfFreeSlot()) {
                add(slot, Role.FREE, header.number());
                return;
            }
            Slot other = log.putIfAbsent(header.number(), slot);
            if (other != null) {
                problem(slot.name, 0, "segment " + header.number() + " is also in " + other.name);
                add(slot, Role.UNKNOWN, header.number());
            }
        }

        /** The folder that the newest segment says it is of. */
        private long newestOf(Predicate<SegmentHeader> which) {
            return headers.values().stream().filter(which).max((a, b) -> Long.compare(a.number(), b.number()))
                    .map(SegmentHeader::folderId).orElse(0L);
        }

        private long newestNumber() {
            return headers.values().stream().filter(each -> each.folderId() == folderId)
                    .mapToLong(SegmentHeader::number).max().orElse(0);
        }

        /** As the newest header has it, or a TRIM behind it. */
        private long oldestNumber(List<Slot> found) throws IOException {
            long[] last = {1};
            for (Slot slot : found) {
                SegmentHeader header = headers.get(slot);
                if (header == null || header.number() != newest || header.folderId() != folderId) {
                    continue;
                }
                last[0] = Math.max(last[0], header.oldest());
                SegmentScan scan = scan(slot, header);
                long next = header.firstBatch();
                for (int at = Format.SEGMENT_HEADER_BYTES; scan.readBatch(at, next); at += scan.batchBytes()) {
                    scan.tellBatch((position, type, schema, queue, time, head, body) -> {
                        if (type == Format.TYPE_TRIM) {
                            last[0] = Math.max(last[0], head.getLong(head.position()));
                        }
                    });
                    next++;
                }
                page = scan.page();
            }
            return last[0];
        }

        private void lookThroughLog() throws IOException {
            for (long number = oldest; number <= newest && newest > 0; number++) {
                Slot slot = log.get(number);
                SegmentHeader header = slot == null ? null : headers.get(slot);
                if (slot == null || header == null) {
                    problem(Slots.PREFIX, 0, "segment " + number + " is missing or its header damaged; the log needs segments "
                            + oldest + "…" + newest);
                    breakAt(number - 1, 0);
                    continue;
                }
                if (number == oldest) {
                    sequence = header.firstBatch() - 1;
                    timeMs = header.createdMs();
                }
                Slot next = log.get(number + 1);
                lookThrough(slot, header, next == null ? null : headers.get(next));
            }
            for (Slot slot : headless) {
                lookForSuccessor(slot);
            }
            if (newest == 0 && (meta != null || !headless.isEmpty())) {
                problem(Slots.PREFIX, 0, "no segment with a valid header is here");
            }
        }

        private void lookThrough(Slot slot, SegmentHeader header, @Nullable SegmentHeader next) throws IOException {
            SegmentScan scan = scan(slot, header);
            long batches = 0;
            records = 0;
            if (header.firstBatch() != sequence + 1 && firstBreak == null) {
                problem(slot.name, 0, "the segment begins with batch " + header.firstBatch() + ", but the one before it ended with batch "
                        + sequence);
                breakAt(header.number() - 1, 0);
            }
            sequence = header.firstBatch() - 1;
            int tail = Format.SEGMENT_HEADER_BYTES;
            while (true) {
                if (next != null && sequence + 1 >= next.firstBatch()) {
                    break;
                }
                if (scan.readBatch(tail, sequence + 1)) {
                    timeMs = scan.batchTimeMs();
                    scan.tellBatch(this::tell);
                    batches++;
                    sequence++;
                    tail += scan.batchBytes();
                    continue;
                }
                int beyond = skipDamage(scan, slot, header, tail, next);
                if (beyond < 0) {
                    break;
                }
                tail = beyond;
            }
            page = scan.page();
            if (next == null && header.number() == newest && firstBreak == null) {
                firstBreak = new Break(newest, tail, sequence, timeMs);
            }
            files.add(new SegmentFile(slot.name, Role.LOG, header.number(), slot.bytes, tail, batches, records));
        }

        /**
         * Says what is wrong at the tail, if anything is, and answers where the next batch is that can be read; -1 for
         * nowhere.
         */
        private int skipDamage(SegmentScan scan, Slot slot, SegmentHeader header, int tail, @Nullable SegmentHeader next)
                throws IOException {
            String fault = scan.fault();
            SegmentScan.Remains remains = scan.remains(tail, sequence + 1);
            boolean isTorn = next == null && header.number() == newest && remains.witnessAt() < 0;
            if (isTorn) {
                long lost = header.recycled() ? remains.batchesEnd() : Math.max(remains.batchesEnd(), remains.bytesEnd());
                tornBytes = Math.max(0, lost - tail);
                return -1;
            }
            problem(slot.name, tail, "batch " + (sequence + 1) + " is damaged (" + fault + "), and had been durable");
            breakAt(header.number(), tail);
            int here = scan.findBatch(tail);
            int beyond = scan.findBatch(here == tail ? tail + Format.ALIGNMENT : tail);
            if (here == tail) {
                scan.tellWholeRecords(tail, beyond < 0 ? Integer.MAX_VALUE : beyond, this::tell);
            }
            if (beyond >= 0) {
                sequence = scan.sequenceAt(beyond) - 1;
            }
            return beyond;
        }

        private void tell(
                long position, int type, int schema, int queue, long time, ByteBuffer head, ByteBuffer body) {
            records++;
            endsWithClose = type == Format.TYPE_CLOSE;
            if (type == Format.TYPE_CLOSE) {
                nextId = Math.max(nextId, head.getLong(head.position()));
            } else if (type == Format.TYPE_TRIM) {
                nextId = Math.max(nextId, head.getLong(head.position() + Long.BYTES));
            } else {
                visitor.record(position, type, schema, queue, time, head, body);
            }
        }

        /** The newest header would not be missed if it were damaged. */
        private void lookForSuccessor(Slot slot) throws IOException {
            SegmentScan scan = new SegmentScan(slots.file(slot), folderId, newest + 1, Format.SEGMENT_BYTES_LIMIT, page);
            int at = scan.findBatch(Format.SEGMENT_HEADER_BYTES);
            page = scan.page();
            if (at >= 0) {
                problem(slot.name, 0, "the header is damaged, although a batch of segment " + (newest + 1) + " is at offset " + at);
            }
            long later = LostHeader.laterSegment(slots.file(slot), folderId, newest);
            if (later > 0) {
                problem(slot.name, 0, "the header is damaged, although batches of segment " + later
                        + " follow, and the newest header that is whole is that of segment " + newest);
            }
            add(slot, Role.UNKNOWN, 0);
        }

        private void breakAt(long segment, int offset) {
            if (firstBreak == null && segment >= oldest) {
                Slot slot = log.get(segment);
                int tail = offset;
                for (SegmentFile file : files) {
                    tail = offset == 0 && slot != null && file.name.equals(slot.name) ? (int) file.writtenBytes : tail;
                }
                firstBreak = new Break(segment, tail, sequence, timeMs);
            } else if (firstBreak == null) {
                firstBreak = new Break(0, 0, 0, 0);
            }
        }

        private void problem(String file, long offset, String found) {
            problems.add(new Problem(file, offset, found));
        }

        private void add(Slot slot, Role role, long number) {
            files.add(new SegmentFile(slot.name, role, number, slot.bytes, 0, 0, 0));
        }

        private SegmentScan scan(Slot slot, SegmentHeader header) throws IOException {
            return new SegmentScan(slots.file(slot), folderId, header.number(), header.bytes(), page);
        }
    }
}
