package dev.millrace.journal;

/** One segment of the log: what a slot holds in its present life. */
final class Segment {
    final Slot slot;
    final SegmentHeader header;

    /** Of every salt in this segment. */
    final long salt;

    /** Where the next batch goes; all before it was written. */
    int tail;

    /** Records adopted and not retired. */
    int liveRecords;

    Segment(Slot slot, SegmentHeader header) {
        this.slot = slot;
        this.header = header;
        salt = Format.segmentSalt(header.folderId(), header.number());
        tail = Format.SEGMENT_HEADER_BYTES;
    }

    long number() {
        return header.number();
    }
}
