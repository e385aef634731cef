package dev.millrace.journal;

/** One segment of the log: what a slot holds in its present life. */
final class Segment {
    final Slot slot;
    final SegmentHeader header;

    /** Of every salt in this segment. */
    final long salt;

    /** Where the next batch goes; all before it was written. */
    int tail;

    /** Where the cleaner is: nothing before it lives. */
    int cleanedTo = Format.SEGMENT_HEADER_BYTES;

    /** Records adopted and not retired. */
    int liveRecords;

    /** All records of the types that may be adopted, dead ones too, and the bytes they take. */
    private int homeRecords;

    private long homeBytes;

    /** The largest of them. */
    private int homeBytesMax;

    Segment(Slot slot, SegmentHeader header) {
        this.slot = slot;
        this.header = header;
        salt = Format.segmentSalt(header.folderId(), header.number());
        tail = Format.SEGMENT_HEADER_BYTES;
    }

    long number() {
        return header.number();
    }

    /** Counts a record that may be adopted; {@code bytes} is all that it takes, padding included. */
    void addHome(int bytes) {
        homeRecords++;
        homeBytes += bytes;
        homeBytesMax = Math.max(homeBytesMax, bytes);
    }

    /** At most so much is taken by what lives here. */
    long liveBytesMax() {
        return Math.min(tail - cleanedTo, (long) liveRecords * homeBytesMax);
    }

    /** What a live record takes here on average: which ones are alive is not known, only how many. */
    int homeBytesAverage() {
        return homeRecords == 0 ? 0 : (int) ((homeBytes + homeRecords / 2) / homeRecords);
    }
}
