package dev.millrace.journal;

/**
 * What may be chosen at opening. Nothing of it is stored: a folder may be opened with other options every time.
 *
 * @param durability decides only whether fresh segments are filled with zeros ahead of the tail; when to fsync is the
 *     owner's business
 * @param segmentBytesMin the size of a folder's first segment, and the size that segments shrink to when little is
 *     written
 * @param segmentBytesMax the size that segments grow to when much is written. A record that needs more gets a larger
 *     segment, of its own if need be
 * @param batchBytesMax a batch that would grow beyond this is written out without waiting for its commit. Soft: a
 *     single larger record, or a larger {@link Journal#reserve reservation}, makes a larger batch
 */
public record JournalOptions(Durability durability, int segmentBytesMin, int segmentBytesMax, int batchBytesMax) {
    private static final int KIB = 1024;
    private static final int MIB = 1024 * KIB;

    /** @throws IllegalArgumentException naming the value, its bound and a remedy, if one is out of its range */
    public JournalOptions {
        requireRange("segmentBytesMin", segmentBytesMin, 8 * KIB, Format.SEGMENT_BYTES_LIMIT);
        requireRange("segmentBytesMax", segmentBytesMax, segmentBytesMin, Format.SEGMENT_BYTES_LIMIT);
        requireRange("batchBytesMax", batchBytesMax, KIB, 64 * MIB);
        if (segmentBytesMin % Format.ALIGNMENT != 0 || segmentBytesMax % Format.ALIGNMENT != 0) {
            throw new IllegalArgumentException("segmentBytesMin=" + segmentBytesMin + " and segmentBytesMax=" + segmentBytesMax
                    + " must be multiples of " + Format.ALIGNMENT);
        }
    }

    /** Durability SYNC, segments of 1 to 64 MiB, batches of up to 4 MiB. */
    public static JournalOptions defaults() {
        return new JournalOptions(Durability.SYNC, MIB, 64 * MIB, 4 * MIB);
    }

    /** The same options with another durability. */
    public JournalOptions with(Durability other) {
        return new JournalOptions(other, segmentBytesMin, segmentBytesMax, batchBytesMax);
    }

    private static void requireRange(String name, int value, int min, int max) {
        if (value < min || value > max) {
            throw new IllegalArgumentException(
                    name + "=" + value + " is not within " + min + "…" + max + "; choose a value in that range");
        }
    }
}
