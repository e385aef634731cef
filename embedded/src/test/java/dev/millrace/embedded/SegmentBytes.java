package dev.millrace.embedded;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * Batches made valid in a segment that they were not written for, as docs/FORMATS.md draws them; without asking the
 * journal.
 */
final class SegmentBytes {
    static final int HEADER_BYTES = 4096;

    private static final int BATCH_MAGIC = 0x5441_424D;
    private static final int BATCH_HEADER_BYTES = 40;
    private static final int RECORD_HEADER_BYTES = 16;

    private final long salt;
    private final long firstBatch;
    private final CRC32C crc = new CRC32C();

    private SegmentBytes(long folderId, long number, long firstBatch) {
        this.salt = mixed(mixed(folderId) + number);
        this.firstBatch = firstBatch;
    }

    /** The segment that a header begins; null if these bytes are none, or of a free slot. */
    static @Nullable SegmentBytes headerOf(ByteBuffer bytes) {
        ByteBuffer header = bytes.duplicate().order(ByteOrder.LITTLE_ENDIAN);
        int at = header.position();
        if (header.remaining() != HEADER_BYTES || header.getLong(at + 24) == 0) {
            return null;
        }
        return new SegmentBytes(header.getLong(at + 16), header.getLong(at + 24), header.getLong(at + 40));
    }

    /** What lies behind a header, with its batches as if they were this segment's. */
    ByteBuffer adopt(ByteBuffer behind) {
        ByteBuffer bytes = behind.order(ByteOrder.LITTLE_ENDIAN);
        long sequence = firstBatch;
        int at = 0;
        while (at + BATCH_HEADER_BYTES <= bytes.limit() && bytes.getInt(at) == BATCH_MAGIC) {
            int end = at + bytes.getInt(at + 32);
            if (end > bytes.limit() || end <= at || !adoptRecords(bytes, at, end)) {
                break;
            }
            bytes.putLong(at + 8, sequence++).putLong(at + 16, firstBatch - 1);
            bytes.putInt(at + 4, checksum(bytes, at + 8, at + BATCH_HEADER_BYTES, at));
            at = end;
        }
        return bytes;
    }

    private boolean adoptRecords(ByteBuffer bytes, int batch, int end) {
        int at = batch + BATCH_HEADER_BYTES;
        for (int left = bytes.getInt(batch + 36); left > 0; left--) {
            int recordBytes = at + RECORD_HEADER_BYTES <= end ? bytes.getInt(at + 4) : 0;
            int next = at + (recordBytes + 7) / 8 * 8;
            if (recordBytes < RECORD_HEADER_BYTES || next > end) {
                return false;
            }
            bytes.putInt(at, checksum(bytes, at + 4, next, at));
            at = next;
        }
        return at == end;
    }

    private int checksum(ByteBuffer bytes, int from, int to, int at) {
        crc.reset();
        crc.update(bytes.slice(from, to - from));
        return (int) crc.getValue() ^ (int) (mixed(salt + HEADER_BYTES + at) >>> 32);
    }

    private static long mixed(long value) {
        long z = value + 0x9E37_79B9_7F4A_7C15L;
        z = (z ^ z >>> 30) * 0xBF58_476D_1CE4_E5B9L;
        z = (z ^ z >>> 27) * 0x94D0_49BB_1331_11EBL;
        return z ^ z >>> 31;
    }
}
