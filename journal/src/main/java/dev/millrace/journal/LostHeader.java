package dev.millrace.journal;

import java.io.IOException;
import java.util.stream.IntStream;
import java.util.stream.LongStream;

/**
 * Whose the batches of a slot are when its header is damaged. What the header says may still be right, or be wrong by a
 * bit; and if all of it is gone, the number that is missing comes soon after the newest one known.
 */
final class LostHeader {
    /** So many numbers after the newest one are tried. */
    private static final int NUMBERS_TRIED = 4_096;

    private LostHeader() {}

    /**
     * The segment after the next one whose first batch header is whole in this slot; 0 if there is none. The batches of
     * the next one are looked for everywhere, by {@link SegmentScan}: they alone can be those of a roll that was torn.
     * That a later one is here while the next one is not means that the segments between had been let go of, and that
     * the newest header known is one that nobody needs any more.
     *
     * @param newest the highest number in a header that is whole
     */
    static long laterSegment(DiskFile file, long folderId, long newest) throws IOException {
        Page page = new Page(Format.SEGMENT_HEADER_BYTES + Format.BATCH_HEADER_BYTES);
        page.bytes.clear().limit(Format.SEGMENT_HEADER_BYTES + Format.BATCH_HEADER_BYTES);
        boolean hasBatch = file.read(page.bytes, 0) == page.bytes.limit()
                && page.bytes.getInt(Format.SEGMENT_HEADER_BYTES) == Format.BATCH_MAGIC;
        return hasBatch
                ? numbers(SegmentHeader.numberIn(page), newest)
                        .filter(number -> isOf(page, folderId, number))
                        .findFirst()
                        .orElse(0)
                : 0;
    }

    private static LongStream numbers(long written, long newest) {
        LongStream around = IntStream.range(0, Long.SIZE).mapToLong(bit -> written ^ 1L << bit);
        LongStream after = LongStream.rangeClosed(newest + 2, newest + NUMBERS_TRIED);
        return LongStream.concat(LongStream.of(written), LongStream.concat(around, after))
                .filter(number -> number > newest + 1 && number <= Format.SEGMENT_NUMBER_LIMIT);
    }

    private static boolean isOf(Page page, long folderId, long number) {
        int at = Format.SEGMENT_HEADER_BYTES;
        return page.isBatchHeader(at, Format.salt(Format.segmentSalt(folderId, number), at));
    }
}
