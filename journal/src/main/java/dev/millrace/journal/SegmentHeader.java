package dev.millrace.journal;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * The first 4096 bytes of a segment. Layout: {@link Format}.
 *
 * @param recycled the slot had an earlier life, whose bytes may follow the tail
 * @param bytes the segment's size; its file may be shorter, and a little longer
 * @param number 0 if no segment is here yet; 1 for a folder's first segment, then one more with every roll; never
 *     reused
 * @param oldest the log's first segment when this one began; all before it were no longer needed
 * @param firstBatch the sequence of this segment's first batch, so the one before is the last of the segment before
 * @param syncedThrough the last batch that was durable when the header was written: all before {@code firstBatch}
 * @param nextId the owner's next id when this segment began
 * @param createdMs the time of the last batch then
 */
record SegmentHeader(
        boolean recycled,
        int bytes,
        long folderId,
        long number,
        long oldest,
        long firstBatch,
        long syncedThrough,
        long nextId,
        long createdMs) {
    private static final long MAGIC = 0x4D47_4553_4C4C_494DL; // "MILLSEGM"
    private static final int FLAG_RECYCLED = 1;
    private static final int FORMAT_AT = 8;
    private static final int FLAGS_AT = 10;
    private static final int BYTES_AT = 12;
    private static final int FOLDER_ID_AT = 16;
    private static final int NUMBER_AT = 24;
    private static final int OLDEST_AT = 32;
    private static final int FIRST_BATCH_AT = 40;
    private static final int SYNCED_THROUGH_AT = 48;
    private static final int NEXT_ID_AT = 56;
    private static final int CREATED_AT = 64;
    private static final int CRC_AT = 72;

    /** Of a slot that never held a segment: it says that nothing is here, so that nobody looks. */
    static SegmentHeader ofFreeSlot(long folderId) {
        return new SegmentHeader(false, 0, folderId, 0, 0, 0, 0, 0, 0);
    }

    boolean isOfFreeSlot() {
        return number == 0;
    }

    /**
     * Decodes a segment's header.
     *
     * @return null if it is not whole. That is ordinary in a slot that was being prepared when the power went
     * @throws JournalException of kind VERSION if it is whole, but its format newer
     */
    static @Nullable SegmentHeader read(DiskFile file, String name, Page page) throws IOException {
        page.bytes.clear().limit(Format.SEGMENT_HEADER_BYTES);
        if (file.read(page.bytes, 0) < CRC_AT + Integer.BYTES
                || page.bytes.getLong(0) != MAGIC
                || page.bytes.getInt(CRC_AT) != page.checksum(0, CRC_AT, salt(page))) {
            return null;
        }
        int format = page.bytes.getShort(FORMAT_AT) & 0xFFFF;
        int flags = page.bytes.getShort(FLAGS_AT) & 0xFFFF;
        if (format > Format.VERSION || flags > FLAG_RECYCLED) {
            throw JournalException.newer(name, flags << 16 | format);
        }
        return new SegmentHeader(flags == FLAG_RECYCLED,
                page.bytes.getInt(BYTES_AT),
                page.bytes.getLong(FOLDER_ID_AT),
                page.bytes.getLong(NUMBER_AT),
                page.bytes.getLong(OLDEST_AT),
                page.bytes.getLong(FIRST_BATCH_AT),
                page.bytes.getLong(SYNCED_THROUGH_AT),
                page.bytes.getLong(NEXT_ID_AT),
                page.bytes.getLong(CREATED_AT));
    }

    /** What the page, which has a header that may be damaged, says of its number. */
    static long numberIn(Page page) {
        return page.bytes.getLong(NUMBER_AT);
    }

    void write(DiskFile file, Page page) throws IOException {
        page.bytes.clear().limit(Format.SEGMENT_HEADER_BYTES);
        for (int at = 0; at < Format.SEGMENT_HEADER_BYTES; at += Long.BYTES) {
            page.bytes.putLong(at, 0);
        }
        page.bytes.putLong(0, MAGIC)
                .putShort(FORMAT_AT, (short) Format.VERSION)
                .putShort(FLAGS_AT, (short) (recycled ? FLAG_RECYCLED : 0))
                .putInt(BYTES_AT, bytes)
                .putLong(FOLDER_ID_AT, folderId)
                .putLong(NUMBER_AT, number)
                .putLong(OLDEST_AT, oldest)
                .putLong(FIRST_BATCH_AT, firstBatch)
                .putLong(SYNCED_THROUGH_AT, syncedThrough)
                .putLong(NEXT_ID_AT, nextId)
                .putLong(CREATED_AT, createdMs);
        page.bytes.putInt(CRC_AT, page.checksum(0, CRC_AT, salt(page)));
        file.write(page.bytes, 0);
    }

    /** A header is checked before its folder and number are known to be the expected ones, so its salt is its own. */
    private static int salt(Page page) {
        return Format.salt(Format.segmentSalt(page.bytes.getLong(FOLDER_ID_AT), page.bytes.getLong(NUMBER_AT)), 0);
    }
}
