package dev.millrace.journal;

import java.nio.ByteBuffer;

/**
 * The batch being filled, and, until the next one begins, the batch written last: what was just appended is what is
 * read next. Layout: {@link Format}.
 */
final class Batch {
    /** Small, so that a small log opens quickly; the first large batches double it. */
    private static final int CAPACITY_MIN = 16 << 10;

    private final int capacityKept;
    private Page page = new Page(CAPACITY_MIN);
    private long segment;
    private long salt;

    /** The batch's offset in its segment. */
    private int start;

    /** The batch's bytes up to the last record ended, its header included. */
    private int end;

    /** 0 when nothing is pending; then {@code end} is that of the batch written last. */
    private int records;

    /** Where the record begun and not ended lies in the page; 0 when there is none. */
    private int open;

    private int endedType;
    private int endedBytes;

    /** A reservation's end in the page: no record before it may split the batch. 0 when there is none. */
    private int reserved;

    /** @param capacityKept a larger buffer, made for a larger batch, is given up after it */
    Batch(int capacityKept) {
        this.capacityKept = Math.max(capacityKept, CAPACITY_MIN);
    }

    /** Begins an empty batch at the segment's tail. */
    void start(Segment at) {
        if (page.capacity() > capacityKept) {
            page = new Page(CAPACITY_MIN);
        }
        segment = at.number();
        salt = at.salt;
        start = at.tail;
        end = Format.BATCH_HEADER_BYTES;
        records = 0;
        reserved = 0;
    }

    void reserve(int bytes) {
        ensureCapacity((long) end + bytes);
        reserved = end + bytes;
    }

    boolean isReserved(int recordBytes) {
        return end + recordBytes <= reserved;
    }

    ByteBuffer begin(int type, int schema, int queue, int headBytes, int bodyBytes) {
        int recordBytes = Format.RECORD_HEADER_BYTES + headBytes + bodyBytes;
        int padded = Format.aligned(recordBytes);
        ensureCapacity((long) end + padded);
        open = end;
        ByteBuffer bytes = page.bytes;
        bytes.limit(open + padded);
        bytes.putLong(open + padded - Long.BYTES, 0); // the padding; what is no padding is overwritten below or by the caller
        bytes.putInt(open + Format.RECORD_BYTES, recordBytes)
                .put(open + Format.RECORD_TYPE, (byte) type)
                .put(open + Format.RECORD_SCHEMA, (byte) schema)
                .putShort(open + Format.RECORD_HEAD_BYTES, (short) headBytes)
                .putInt(open + Format.RECORD_QUEUE, queue);
        return bytes.limit(open + recordBytes).position(open + Format.RECORD_HEADER_BYTES);
    }

    /** Ends the record, whose bytes are all put, and answers its position. */
    long end() {
        if (open == 0) {
            throw new IllegalStateException("end without begin");
        }
        ByteBuffer bytes = page.bytes;
        int recordBytes = page.recordBytes(open);
        if (bytes.limit() != open + recordBytes || bytes.hasRemaining()) {
            throw new IllegalStateException("the record's head and body are not filled: missingBytes="
                    + (open + recordBytes - bytes.position()) + "; put them all before end");
        }
        int offset = start + open;
        int padded = Format.aligned(recordBytes);
        bytes.putInt(open + Format.RECORD_CRC,
                page.checksum(open + Format.RECORD_BYTES, open + padded, Format.salt(salt, offset)));
        endedType = page.type(open);
        endedBytes = padded;
        end = open + padded;
        open = 0;
        records++;
        return Format.position(segment, offset);
    }

    /** Completes the header, and answers all bytes of the batch, to be written at the segment's tail. */
    ByteBuffer seal(long sequence, long syncedThrough, long timeMs) {
        ByteBuffer bytes = page.bytes;
        bytes.limit(end).position(0);
        bytes.putInt(0, Format.BATCH_MAGIC)
                .putLong(Format.BATCH_SEQUENCE, sequence)
                .putLong(Format.BATCH_SYNCED_THROUGH, syncedThrough)
                .putLong(Format.BATCH_TIME, timeMs)
                .putInt(Format.BATCH_BYTES, end)
                .putInt(Format.BATCH_COUNT, records);
        bytes.putInt(Format.BATCH_CRC,
                page.checksum(Format.BATCH_SEQUENCE, Format.BATCH_HEADER_BYTES, Format.salt(salt, start)));
        return bytes;
    }

    void onWritten() {
        records = 0;
        reserved = 0;
    }

    void requireNoneOpen() {
        if (open != 0) {
            throw new IllegalStateException("a record was begun and not ended; call end first");
        }
    }

    int records() {
        return records;
    }

    /** The type of the record ended last. */
    int endedType() {
        return endedType;
    }

    /** All that the record ended last takes in the log, padding included. */
    int endedBytes() {
        return endedBytes;
    }

    int bytes() {
        return end;
    }

    /** Whether an ended record of the pending batch, or of the one written last, may lie there. */
    boolean holds(long number, int offset) {
        return number == segment && offset >= start + Format.BATCH_HEADER_BYTES && offset < start + end;
    }

    boolean isRecord(int offset) {
        return page.isRecord(offset - start, end, Format.salt(salt, offset));
    }

    Record record(int offset, Record record) {
        return page.record(offset - start, Format.position(segment, offset), record);
    }

    private void ensureCapacity(long needed) {
        if (needed <= page.capacity()) {
            return;
        }
        long doubled = Math.min(2L * page.capacity(), capacityKept);
        Page larger = new Page((int) Math.max(needed, doubled));
        larger.bytes.put(page.bytes.limit(end).position(0));
        page = larger;
    }
}
