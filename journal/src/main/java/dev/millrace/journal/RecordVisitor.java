package dev.millrace.journal;

import java.nio.ByteBuffer;

/** Is told records of the log, in the order in which they were appended. */
@FunctionalInterface
public interface RecordVisitor {
    /**
     * One valid record. TRIM and CLOSE are the journal's own and not told.
     *
     * @param position where the record is
     * @param type 0 to 255, also one that this version does not know
     * @param timeMs the time of the record's batch
     * @param head little-endian, read-only, valid during the call only
     * @param body likewise
     */
    void record(long position, int type, int schema, int queue, long timeMs, ByteBuffer head, ByteBuffer body);
}
