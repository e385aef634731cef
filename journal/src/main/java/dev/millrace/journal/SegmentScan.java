package dev.millrace.journal;

import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * Goes through a segment's batches while a folder is opened, in large reads. A batch is told only after every byte of
 * it was checked, because it counts as a whole or not at all.
 */
final class SegmentScan {
    private static final int CHUNK_BYTES = 4 << 20;

    private final DiskFile file;
    private final long number;
    private final long salt;
    private final int end;
    private Page page;

    /** The page holds the file's bytes from {@code loadedFrom} to {@code loadedTo - 1}. */
    private int loadedFrom;

    private int loadedTo;
    private int batchAt;
    private int batchBytes;
    private String fault = "";

    /**
     * What lies beyond the last good batch.
     *
     * @param witnessAt the offset of a batch that proves, by its syncedThrough, that more had been durable; -1 if there
     *     is none
     * @param batchesEnd where the last batch header of this life, good in itself, says that its batch ends; 0 if there
     *     is none
     * @param bytesEnd the end of the last byte that is not zero; 0 if there is none
     */
    record Remains(int witnessAt, long batchesEnd, int bytesEnd) {}

    /** A scan of {@code file}, as of the segment {@code number}, no further than {@code bytesMax}. */
    SegmentScan(DiskFile file, long folderId, long number, int bytesMax, Page page) throws IOException {
        this.file = file;
        this.number = number;
        this.page = page;
        salt = Format.segmentSalt(folderId, number);
        end = (int) Math.min(bytesMax, file.bytes());
    }

    /** The page, which may have grown, for the next scan. */
    Page page() {
        return page;
    }

    /** Whether a whole batch with that sequence is at {@code offset}; if not, {@link #fault} says why. */
    boolean readBatch(int offset, long sequence) throws IOException {
        int at = load(offset, Format.BATCH_HEADER_BYTES);
        if (at < 0 || !page.isBatchHeader(at, Format.salt(salt, offset))) {
            fault = at < 0 ? "the file ends" : "no batch begins here";
            return false;
        }
        long found = page.bytes.getLong(at + Format.BATCH_SEQUENCE);
        if (found != sequence) {
            fault = "batch " + found + " is here";
            return false;
        }
        batchBytes = page.bytes.getInt(at + Format.BATCH_BYTES);
        batchAt = offset;
        at = load(offset, batchBytes);
        if (at < 0) {
            fault = "the file ends within the batch of batchBytes=" + batchBytes;
            return false;
        }
        return areRecordsGood(at, offset);
    }

    private boolean areRecordsGood(int at, int offset) {
        int count = page.bytes.getInt(at + Format.BATCH_COUNT);
        int next = Format.BATCH_HEADER_BYTES;
        for (int i = 0; i < count; i++) {
            if (!page.isRecord(at + next, at + batchBytes, Format.salt(salt, offset + next))) {
                fault = "record " + (i + 1) + " of " + count + ", at offset " + (offset + next) + ", is damaged";
                return false;
            }
            next += Format.aligned(page.recordBytes(at + next));
        }
        if (next != batchBytes) {
            fault = "the batch's records do not add up to batchBytes=" + batchBytes;
            return false;
        }
        return true;
    }

    /** Tells the records of the batch read last, the journal's own included. */
    void tellBatch(RecordVisitor visitor) {
        int at = batchAt - loadedFrom;
        long timeMs = batchTimeMs();
        for (int next = Format.BATCH_HEADER_BYTES; next < batchBytes; ) {
            int recordBytes = page.recordBytes(at + next);
            page.tell(at + next, Format.position(number, batchAt + next), timeMs, visitor);
            next += Format.aligned(recordBytes);
        }
    }

    /** The next place from {@code offset} on where a batch header of this life is whole; -1 if there is none. */
    int findBatch(int offset) throws IOException {
        for (int at = offset; at <= end - Format.BATCH_HEADER_BYTES; at += Format.ALIGNMENT) {
            int loaded = load(at, Integer.BYTES);
            if (page.bytes.getInt(loaded) == Format.BATCH_MAGIC && isBatchHeader(at)) {
                return at;
            }
        }
        return -1;
    }

    /** The sequence in the batch header found there. */
    long sequenceAt(int offset) throws IOException {
        int at = load(offset, Format.BATCH_HEADER_BYTES);
        return page.bytes.getLong(at + Format.BATCH_SEQUENCE);
    }

    /**
     * Tells each record that is whole by itself, behind a batch header that is whole and before {@code limit}. For
     * looking at damage only: a batch counts as a whole or not at all.
     *
     * @return how many
     */
    int tellWholeRecords(int offset, int limit, RecordVisitor visitor) throws IOException {
        int header = load(offset, Format.BATCH_HEADER_BYTES);
        long timeMs = page.bytes.getLong(header + Format.BATCH_TIME);
        long batchEnd = (long) offset + page.bytes.getInt(header + Format.BATCH_BYTES);
        int bytes = (int) Math.min(Math.min(limit, end), batchEnd) - offset;
        int at = load(offset, bytes);
        int told = 0;
        for (int next = Format.BATCH_HEADER_BYTES; next < bytes; ) {
            if (page.isRecord(at + next, at + bytes, Format.salt(salt, offset + next))) {
                int recordBytes = Format.aligned(page.recordBytes(at + next));
                page.tell(at + next, Format.position(number, offset + next), timeMs, visitor);
                told++;
                next += recordBytes;
            } else {
                next += Format.ALIGNMENT;
            }
        }
        return told;
    }

    int batchBytes() {
        return batchBytes;
    }

    long batchTimeMs() {
        return page.bytes.getLong(batchAt - loadedFrom + Format.BATCH_TIME);
    }

    String fault() {
        return fault;
    }

    /**
     * Looks at everything from {@code offset} to the end of the segment, at every place where a batch can begin.
     *
     * @param syncedThrough the least that makes a batch a witness
     */
    Remains remains(int offset, long syncedThrough) throws IOException {
        long batchesEnd = 0;
        int bytesEnd = 0;
        int at = offset;
        for (; at <= end - Long.BYTES; at += Long.BYTES) {
            int loaded = load(at, Long.BYTES); // may exchange the page, so before it is looked at
            int zeroWordsEnd = page.zeroWordsEnd(loaded, loadedTo - loadedFrom);
            if (zeroWordsEnd > loaded) {
                at += zeroWordsEnd - loaded - Long.BYTES;
                continue;
            }
            long word = page.bytes.getLong(loaded);
            bytesEnd = at + Long.BYTES;
            if ((int) word == Format.BATCH_MAGIC && isBatchHeader(at)) {
                int header = load(at, Format.BATCH_HEADER_BYTES);
                if (page.bytes.getLong(header + Format.BATCH_SYNCED_THROUGH) >= syncedThrough) {
                    return new Remains(at, batchesEnd, bytesEnd);
                }
                batchesEnd = (long) at + page.bytes.getInt(header + Format.BATCH_BYTES);
            }
        }
        for (; at < end; at++) { // a file may have been cut at any byte
            int loaded = load(at, 1);
            if (page.bytes.get(loaded) != 0) {
                bytesEnd = at + 1;
            }
        }
        return new Remains(-1, batchesEnd, bytesEnd);
    }

    private boolean isBatchHeader(int offset) throws IOException {
        int at = load(offset, Format.BATCH_HEADER_BYTES);
        return at >= 0 && page.isBatchHeader(at, Format.salt(salt, offset));
    }

    /** Where in the page so many bytes of the file are, or -1 if it does not have them. */
    private int load(int offset, int bytes) throws IOException {
        if (bytes > end - offset || bytes < 0) {
            return -1;
        }
        if (offset >= loadedFrom && bytes <= loadedTo - offset) {
            return offset - loadedFrom;
        }
        int wanted = Math.max(bytes, Math.min(CHUNK_BYTES, end - offset));
        if (wanted > page.capacity()) {
            page = new Page(wanted);
        }
        ByteBuffer buffer = page.bytes;
        buffer.clear().limit(Math.min(buffer.capacity(), end - offset));
        int read = file.read(buffer, offset);
        if (read < bytes) {
            throw new IOException("readBytes=" + read + " < bytes=" + bytes + " at offset " + offset + ", within the file");
        }
        loadedFrom = offset;
        loadedTo = offset + read;
        return 0;
    }
}
