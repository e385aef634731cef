package dev.millrace.journal;

import java.nio.ByteBuffer;

/** Is told the log's records, oldest first, while the journal opens. */
@FunctionalInterface
public interface Replay extends RecordVisitor {
    /**
     * The log is about to be told; called once, before the first record, also of a folder that is new.
     *
     * @param createdMs when the folder was created
     * @param firstSegment the oldest segment of the log. What a record says of an older one refers to something that is
     *     gone
     */
    default void begin(long createdMs, long firstSegment) {}

    /**
     * Whether records of this type may be {@link Journal#adopt adopted}. Asked once for each type while the journal
     * opens, and true of all unless overridden. The journal estimates from these records how many bytes the live ones
     * take, and {@link Journal#clean cleaning} tells of no others.
     */
    default boolean isAdoptable(int type) {
        return true;
    }

    /**
     * {@inheritDoc}
     *
     * <p>What this throws refuses the folder, unchanged.
     *
     * @param position where the record is; good for {@link Journal#read}, {@link Journal#adopt} and {@link
     *     Journal#retire} once the journal is open
     */
    @Override
    void record(long position, int type, int schema, int queue, long timeMs, ByteBuffer head, ByteBuffer body);
}
