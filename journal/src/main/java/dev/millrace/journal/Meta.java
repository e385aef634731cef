package dev.millrace.journal;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** The contents of {@code meta}, which makes a folder a journal's. Layout: {@link Format}. */
record Meta(long folderId, long createdMs) {
    static final String NAME = "meta";

    private static final long MAGIC = 0x4543_4152_4C4C_494DL; // "MILLRACE"
    private static final int SHARDS = 1;
    private static final int FORMAT_AT = 8;
    private static final int SHARDS_AT = 12;
    private static final int FOLDER_ID_AT = 16;
    private static final int CREATED_AT = 24;
    private static final int CRC_AT = 60;

    /**
     * Reads it.
     *
     * @return null if it is not whole, because it was damaged or never finished
     * @throws JournalException of kind CORRUPT if it is something else; of kind VERSION if a newer version wrote it;
     *     looked at before the checksum, whose place is that version's to choose
     */
    static @Nullable Meta read(DiskFile file) throws IOException {
        Page page = new Page(Format.META_BYTES);
        int read = file.read(page.bytes, 0);
        if (read >= Long.BYTES && page.bytes.getLong(0) != MAGIC && page.bytes.getLong(0) != 0) {
            throw JournalException.corrupt(NAME, 0, "it is not of this format, so the folder is somebody else's, or damaged");
        }
        if (read < SHARDS_AT || page.bytes.getLong(0) != MAGIC) {
            return null;
        }
        int format = page.bytes.getInt(FORMAT_AT); // with the flags above it: a flag unknown here is a newer format, too
        if (Integer.compareUnsigned(format, Format.VERSION) > 0) {
            throw JournalException.newer(NAME, format);
        }
        if (read < Format.META_BYTES
                || format != Format.VERSION
                || page.bytes.getInt(CRC_AT) != page.checksum(0, CRC_AT, 0)
                || page.bytes.getInt(SHARDS_AT) != SHARDS) {
            return null;
        }
        return new Meta(page.bytes.getLong(FOLDER_ID_AT), page.bytes.getLong(CREATED_AT));
    }

    void write(DiskFile file) throws IOException {
        Page page = new Page(Format.META_BYTES);
        page.bytes.putLong(0, MAGIC)
                .putInt(FORMAT_AT, Format.VERSION)
                .putInt(SHARDS_AT, SHARDS)
                .putLong(FOLDER_ID_AT, folderId)
                .putLong(CREATED_AT, createdMs);
        page.bytes.putInt(CRC_AT, page.checksum(0, CRC_AT, 0));
        file.write(page.bytes, 0);
    }
}
