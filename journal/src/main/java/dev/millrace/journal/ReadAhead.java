package dev.millrace.journal;

import java.io.IOException;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Reads written records through panes, each a run of a segment's bytes. A queue is mostly read in the order in which it
 * was written, so a reader that comes to the end of a pane gets one that runs far ahead of it; several panes serve
 * several readers. A reader that comes from nowhere gets a small one, for reading far ahead would cost it ten times as
 * much as its record.
 *
 * <p>A pane never goes stale. It ends at most at its segment's tail as of its reading, and bytes before the tail do not
 * change; it is known by the segment's number, which a recycled slot never bears again.
 */
final class ReadAhead {
    static final int PANES = 64;
    static final int PANE_BYTES = 64 << 10;

    /** What is read where no pane ends. */
    private static final int FIRST_BYTES = 4 << 10;

    /** A buffer for records larger than a pane is kept up to this size. */
    private static final int LARGE_BYTES_KEPT = 4 << 20;

    private final Pane[] panes = new Pane[PANES];
    private int latest;
    private long clock;
    private @Nullable Page large;

    /** A run of a segment's bytes. */
    private static final class Pane {
        private long segment; // 0 is no segment's number
        private int start;
        private int end;
        private long used;
        private @Nullable Page page;

        private boolean holds(long number, int from, int bytes) {
            return segment == number && start <= from && end - from >= bytes;
        }

        private Page page() {
            return Objects.requireNonNull(page);
        }

        /** A page with room for so many bytes; whole at once if the log's segments are larger than a pane. */
        private Page pageFor(int segmentBytes) {
            Page present = page;
            int wanted = Math.min(PANE_BYTES, segmentBytes);
            if (present == null || present.capacity() < wanted) {
                present = new Page(wanted);
                page = present;
            }
            return present;
        }
    }

    ReadAhead() {
        for (int i = 0; i < PANES; i++) {
            panes[i] = new Pane();
        }
    }

    /**
     * The record at {@code offset} of a segment, checked.
     *
     * @throws JournalException of kind CORRUPT if there is none
     */
    Record read(Segment segment, int offset, DiskFile file, Record record) throws IOException {
        Pane pane = find(segment.number(), offset, Format.RECORD_HEADER_BYTES);
        if (pane == null) {
            pane = find(segment.number(), offset, 0);
            int ahead = pane == null ? FIRST_BYTES : PANE_BYTES;
            pane = pane == null ? leastUsed() : pane;
            fill(pane, segment, offset, ahead, file);
        }
        int recordBytes = Format.aligned(pane.page().recordBytes(offset - pane.start));
        if (recordBytes < Format.RECORD_HEADER_BYTES || recordBytes > segment.tail - offset) {
            throw JournalException.unreadable(segment.slot.name, offset, "recordBytes=" + recordBytes + " cannot be");
        }
        if (!pane.holds(segment.number(), offset, recordBytes)) {
            if (recordBytes > PANE_BYTES) {
                return readLarge(segment, offset, recordBytes, file, record);
            }
            fill(pane, segment, offset, pane.start == offset ? recordBytes : PANE_BYTES, file);
        }
        pane.used = ++clock;
        return checked(pane.page(), offset - pane.start, segment, offset, recordBytes, record);
    }

    /** A pane with so many bytes from {@code offset} on; with 0, also one that ends just there. */
    private @Nullable Pane find(long number, int offset, int bytes) {
        if (panes[latest].holds(number, offset, bytes)) {
            return panes[latest];
        }
        for (int i = 0; i < PANES; i++) {
            if (panes[i].holds(number, offset, bytes)) {
                latest = i;
                return panes[i];
            }
        }
        return null;
    }

    private Pane leastUsed() {
        int least = 0;
        for (int i = 1; i < PANES; i++) {
            if (panes[i].used < panes[least].used) {
                least = i;
            }
        }
        latest = least;
        return panes[least];
    }

    private static void fill(Pane pane, Segment segment, int offset, int bytes, DiskFile file) throws IOException {
        Page page = pane.pageFor(segment.header.bytes());
        pane.segment = 0; // nothing, should the read fail
        page.bytes.clear().limit(Math.max(0, Math.min(bytes, segment.tail - offset)));
        int read = file.read(page.bytes, offset);
        if (read < Format.RECORD_HEADER_BYTES) {
            throw JournalException.unreadable(segment.slot.name, offset, "no record: readBytes=" + read);
        }
        pane.segment = segment.number();
        pane.start = offset;
        pane.end = offset + read;
    }

    private Record readLarge(Segment segment, int offset, int recordBytes, DiskFile file, Record record) throws IOException {
        Page page = large;
        if (page == null || page.capacity() < recordBytes || page.capacity() > LARGE_BYTES_KEPT) {
            page = new Page(recordBytes);
            large = page;
        }
        page.bytes.clear().limit(recordBytes);
        int read = file.read(page.bytes, offset);
        return checked(page, 0, segment, offset, read, record);
    }

    private static Record checked(Page page, int at, Segment segment, int offset, int bytes, Record record) {
        if (!page.isRecord(at, at + bytes, Format.salt(segment.salt, offset))) {
            throw JournalException.unreadable(segment.slot.name, offset, "the record's checksum does not fit");
        }
        return page.record(at, Format.position(segment.number(), offset), record);
    }
}
