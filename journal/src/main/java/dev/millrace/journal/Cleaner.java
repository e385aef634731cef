package dev.millrace.journal;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * Goes through the oldest segment that holds something live, a slice at a time, so that its owner can append anew what
 * lives there. It reads through a page of its own: cleaning goes where nobody else reads, and must not push out what
 * others read ahead.
 *
 * <p>Only a segment that is closed is cleaned, so what is read does not change, whatever is appended meanwhile. Every
 * record is checked, dead ones too: the next is found only by the length of the one before.
 */
final class Cleaner {
    private static final int READ_BYTES_MAX = 256 << 10;

    private final boolean[] adoptable;
    private @Nullable Page page;

    /** The page holds the segment's bytes from {@code loadedFrom} to {@code loadedTo - 1}. */
    private int loadedFrom;

    private int loadedTo;

    /** What is cleaned, and how far: the next record, or the next batch if that is where the present one ends. */
    private long number;

    private int offset;
    private int batchEnd;
    private long timeMs;

    Cleaner(boolean[] adoptable) {
        this.adoptable = adoptable;
    }

    /**
     * Tells the records that may be adopted, until nothing lives in the segment any more.
     *
     * @return how many bytes it went through; {@code bytesMax} ends it after the record that reaches it
     * @throws IllegalStateException if the end is reached and something still lives there
     */
    int run(Segment segment, DiskFile file, int bytesMax, RecordVisitor visitor) throws IOException {
        if (number != segment.number()) {
            number = segment.number();
            offset = Format.SEGMENT_HEADER_BYTES;
            batchEnd = offset;
            loadedTo = 0;
        }
        int begun = offset;
        while (segment.liveRecords > 0 && offset - begun < bytesMax) {
            if (offset == segment.tail) {
                throw new IllegalStateException("segment " + number + " was told to its end, but liveRecords="
                        + segment.liveRecords + " remain; append each live record anew and retire the old one");
            }
            if (offset == batchEnd) {
                enterBatch(segment, file);
            } else {
                tellRecord(segment, file, visitor);
            }
        }
        segment.cleanedTo = offset;
        return offset - begun;
    }

    private void enterBatch(Segment segment, DiskFile file) throws IOException {
        Page bytes = load(segment, file, Format.BATCH_HEADER_BYTES);
        int at = offset - loadedFrom;
        int batchBytes = bytes.bytes.getInt(at + Format.BATCH_BYTES);
        if (!bytes.isBatchHeader(at, Format.salt(segment.salt, offset)) || batchBytes > segment.tail - offset) {
            throw JournalException.unreadable(segment.slot.name, offset, "no batch begins here any more");
        }
        timeMs = bytes.bytes.getLong(at + Format.BATCH_TIME);
        batchEnd = offset + batchBytes;
        offset += Format.BATCH_HEADER_BYTES;
    }

    private void tellRecord(Segment segment, DiskFile file, RecordVisitor visitor) throws IOException {
        Page bytes = load(segment, file, Format.RECORD_HEADER_BYTES);
        int recordBytes = bytes.recordBytes(offset - loadedFrom);
        if (recordBytes >= Format.RECORD_HEADER_BYTES && recordBytes <= batchEnd - offset) {
            bytes = load(segment, file, Format.aligned(recordBytes));
        }
        int at = offset - loadedFrom;
        int limit = Math.min(loadedTo, batchEnd) - loadedFrom;
        if (!bytes.isRecord(at, limit, Format.salt(segment.salt, offset))) {
            throw JournalException.unreadable(segment.slot.name, offset, "the record's checksum does not fit");
        }
        if (adoptable[bytes.type(at)]) {
            bytes.tell(at, Format.position(number, offset), timeMs, visitor);
        }
        offset += Format.aligned(recordBytes);
    }

    /** The page, with so many bytes from the offset on in it, or fewer if there are none. */
    private Page load(Segment segment, DiskFile file, int bytes) throws IOException {
        Page present = page;
        if (present != null && offset >= loadedFrom && bytes <= loadedTo - offset) {
            return present;
        }
        int wanted = Math.max(bytes, Math.min(READ_BYTES_MAX, segment.header.bytes()));
        if (present == null || present.capacity() < wanted || present.capacity() > wanted) {
            present = new Page(wanted);
            page = present;
        }
        loadedTo = 0; // nothing, should the read fail
        present.bytes.clear().limit(Math.min(wanted, segment.tail - offset));
        int read = file.read(present.bytes, offset);
        if (read < bytes) {
            throw JournalException.unreadable(segment.slot.name, offset, "readBytes=" + read + " < bytes=" + bytes);
        }
        loadedFrom = offset;
        loadedTo = offset + read;
        return present;
    }
}
