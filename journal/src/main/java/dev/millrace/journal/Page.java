package dev.millrace.journal;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.zip.CRC32C;

/**
 * A direct buffer with the views needed to sum, check and hand out what lies in it. The views are made once, because a
 * {@code duplicate()} per record would be the only garbage of an append or a read.
 */
final class Page {
    /** Little-endian; its position and limit are its user's. */
    final ByteBuffer bytes;

    private final ByteBuffer summed;
    private final ByteBuffer head;
    private final ByteBuffer body;
    private final CRC32C crc = new CRC32C();

    Page(int capacity) {
        bytes = ByteBuffer.allocateDirect(capacity).order(ByteOrder.LITTLE_ENDIAN);
        summed = bytes.duplicate();
        head = bytes.asReadOnlyBuffer().order(ByteOrder.LITTLE_ENDIAN);
        body = bytes.asReadOnlyBuffer().order(ByteOrder.LITTLE_ENDIAN);
    }

    int capacity() {
        return bytes.capacity();
    }

    /** The CRC32C of the bytes in {@code from…to-1}, salted. */
    int checksum(int from, int to, int salt) {
        summed.limit(to).position(from);
        crc.reset();
        crc.update(summed);
        return (int) crc.getValue() ^ salt;
    }

    /**
     * Where the words of zeros that begin at {@code from} end; a last word that is not whole before {@code to} is not
     * looked at.
     */
    int zeroWordsEnd(int from, int to) {
        int at = from;
        while (at <= to - Long.BYTES && bytes.getLong(at) == 0) {
            at += Long.BYTES;
        }
        return at;
    }

    /** Whether a batch header with a right checksum lies at {@code at}; 40 bytes must be there. */
    boolean isBatchHeader(int at, int salt) {
        return bytes.getInt(at) == Format.BATCH_MAGIC
                && bytes.getInt(at + Format.BATCH_CRC)
                        == checksum(at + Format.BATCH_SEQUENCE, at + Format.BATCH_HEADER_BYTES, salt);
    }

    /**
     * Whether a whole record with a right checksum lies at {@code at} and ends, with its padding, before {@code limit}.
     */
    boolean isRecord(int at, int limit, int salt) {
        if (limit - at < Format.RECORD_HEADER_BYTES) {
            return false;
        }
        int recordBytes = recordBytes(at);
        return recordBytes <= limit - at
                && recordBytes >= Format.RECORD_HEADER_BYTES + headBytes(at)
                && Format.aligned(recordBytes) <= limit - at
                && bytes.getInt(at + Format.RECORD_CRC)
                        == checksum(at + Format.RECORD_BYTES, at + Format.aligned(recordBytes), salt);
    }

    /** Header, head and body of the record at {@code at}; may be anything if the record was not checked. */
    int recordBytes(int at) {
        return bytes.getInt(at + Format.RECORD_BYTES);
    }

    int type(int at) {
        return bytes.get(at + Format.RECORD_TYPE) & 0xFF;
    }

    /** Hands out a record that was checked. */
    Record record(int at, long position, Record record) {
        return record.set(position, type(at), schema(at), queue(at), head(at), body(at));
    }

    /** Tells a record that was checked. */
    void tell(int at, long position, long timeMs, RecordVisitor visitor) {
        visitor.record(position, type(at), schema(at), queue(at), timeMs, head(at), body(at));
    }

    ByteBuffer head(int at) {
        int from = at + Format.RECORD_HEADER_BYTES;
        return head.limit(from + headBytes(at)).position(from);
    }

    private ByteBuffer body(int at) {
        return body.limit(at + recordBytes(at)).position(at + Format.RECORD_HEADER_BYTES + headBytes(at));
    }

    private int headBytes(int at) {
        return bytes.getShort(at + Format.RECORD_HEAD_BYTES) & 0xFFFF;
    }

    private int schema(int at) {
        return bytes.get(at + Format.RECORD_SCHEMA) & 0xFF;
    }

    private int queue(int at) {
        return bytes.getInt(at + Format.RECORD_QUEUE);
    }
}
