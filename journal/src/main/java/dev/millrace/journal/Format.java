package dev.millrace.journal;

/**
 * The bytes on disk, format 1. Numbers are little-endian; batches and records begin at multiples of 8.
 *
 * <pre>
 *   meta (64 bytes, written last when a folder is made)
 *      0        8    10   12     16        24         32          60   64
 *      | magic8 | f2 | 02 | sh4  | folder8 | created8 | zero 28   | c4 |       f format  sh shards  c crc
 *
 *   shard-00/NNNN.seg = segment header, batches, rest
 *      0              4096                    tail                      size
 *      | header       | batch | batch | batch | zeros or an older life  |
 *
 *   segment header (4096 bytes, one sector of which is used)
 *      0        8    10   12      16        24        32        40       48         56       64         72   76
 *      | magic8 | f2 | g2 | size4 | folder8 | number8 | oldest8 | first8 | synced8  | next8  | created8 | c4 | zero
 *      g flags: 1 = the slot had an earlier life.  first: sequence of the first batch.  next: next task id.
 *
 *   batch = batch header (40 bytes), records
 *      0        4    8           16             24       32      36       40
 *      | magic4 | c4 | sequence8 | syncedThrough8 | timeMs8 | bytes4 | count4 | record | record | …
 *
 *   record = record header (16 bytes), head, body, zeros up to a multiple of 8
 *      0    4        8       9         10          12       16
 *      | c4 | bytes4 | type1 | schema1 | headBytes2 | queue4 | head | body | 0 |       bytes: header, head and body
 *
 *   TRIM   head: oldest8 nextId8      CLOSE  head: nextId8
 * </pre>
 *
 * <p>Every checksum is the CRC32C of what follows it (where it stands at the end of a header: of what precedes it),
 * exclusive-or a salt made of the folder's id, the segment's number and the offset. So neither a batch of another
 * folder, nor one of the slot's earlier life, nor one at another offset is ever taken for valid. A batch's checksum
 * covers only its header: each record has its own, its padding included, so that every byte is summed once on its way
 * in, and a single record can be checked when it is read.
 */
final class Format {
    static final int VERSION = 1;
    static final int ALIGNMENT = 8;

    /** An offset divided by 8 has 24 bits in a position, see {@link Journal#read}. */
    static final int SEGMENT_BYTES_LIMIT = 128 << 20;

    /** A segment's number has 32 bits in a position. */
    static final long SEGMENT_NUMBER_LIMIT = 0xFFFF_FFFFL;

    static final int META_BYTES = 64;
    static final int SEGMENT_HEADER_BYTES = 4096;
    static final int BATCH_HEADER_BYTES = 40;
    static final int RECORD_HEADER_BYTES = 16;

    static final int BATCH_MAGIC = 0x5441_424D; // "MBAT"
    static final int BATCH_CRC = 4;
    static final int BATCH_SEQUENCE = 8;
    static final int BATCH_SYNCED_THROUGH = 16;
    static final int BATCH_TIME = 24;
    static final int BATCH_BYTES = 32;
    static final int BATCH_COUNT = 36;

    static final int RECORD_CRC = 0;
    static final int RECORD_BYTES = 4;
    static final int RECORD_TYPE = 8;
    static final int RECORD_SCHEMA = 9;
    static final int RECORD_HEAD_BYTES = 10;
    static final int RECORD_QUEUE = 12;
    static final int HEAD_BYTES_LIMIT = 0xFFFF;

    static final int TYPE_TRIM = 9;
    static final int TYPE_CLOSE = 10;
    static final int TRIM_HEAD_BYTES = 16;
    static final int CLOSE_HEAD_BYTES = 8;

    private Format() {}

    static int aligned(int bytes) {
        return (bytes + ALIGNMENT - 1) & -ALIGNMENT;
    }

    static long position(long segment, int offset) {
        return segment << 24 | offset >>> 3;
    }

    static int offsetOf(long position) {
        return (int) (position & 0xFF_FFFF) << 3;
    }

    /** What the salts of one segment have in common, made once a segment; see {@link #salt}. */
    static long segmentSalt(long folderId, long number) {
        return mixed(mixed(folderId) + number);
    }

    static int salt(long segmentSalt, int offset) {
        return (int) (mixed(segmentSalt + offset) >>> 32);
    }

    /** The finalizer of SplitMix64 (Steele, Lea, Flood: Fast Splittable Pseudorandom Number Generators, 2014). */
    private static long mixed(long value) {
        long z = value + 0x9E37_79B9_7F4A_7C15L;
        z = (z ^ z >>> 30) * 0xBF58_476D_1CE4_E5B9L;
        z = (z ^ z >>> 27) * 0x94D0_49BB_1331_11EBL;
        return z ^ z >>> 31;
    }
}
