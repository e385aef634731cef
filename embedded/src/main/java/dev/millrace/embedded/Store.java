package dev.millrace.embedded;

import dev.millrace.api.Put;
import dev.millrace.core.TaskLog;
import dev.millrace.journal.JournalStats;
import dev.millrace.journal.Purpose;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/** Where a shard's records and payloads are. Used by one thread at a time: whoever serves the shard. */
interface Store extends TaskLog<ByteBuffer> {
    /** The payload in the record at {@code home}, good until the next call of the store. */
    ByteBuffer payload(long home);

    /** At most so many bytes are recorded for a put beside its payload. */
    int headBytesMax(Put options);

    /**
     * The next records belong together: a crash leaves all of them or none.
     *
     * @param records at most so many
     * @param bytes at most so many, in heads and bodies
     */
    void together(int records, long bytes);

    /**
     * What is recorded from here on is stored with this time, in ms since 1970, or a later one. It must not be before
     * that of what happens: an engine that opens again goes on from it, wherever the wall clock is.
     */
    void begin(long nowMs);

    /**
     * Hands what was recorded in this round to the operating system, if the durability asks for it.
     *
     * @param isIdle whether no round follows at once, as far as is known: the last chance for what may be gathered over
     *     rounds
     */
    void write(long nowMs, long nextId, boolean isIdle);

    /** Whether {@link #makeDurable} has to wait for the disk, which takes much longer than a write. */
    boolean owesSync();

    /** Makes what was written as durable as configured, before it is acknowledged. */
    void makeDurable();

    /**
     * Whether there is room for records that serve this purpose (G8). To be asked before anything changes.
     *
     * @param records at most so many
     * @param bytes at most so many, in heads and bodies
     */
    boolean admits(Purpose purpose, int records, long bytes);

    /**
     * Whether there is room for the takes of so many tasks, and for their returns, which nobody may ask for.
     *
     * @param bytes at most so many, in the takes' heads
     */
    boolean admitsTakes(int tasks, long bytes);

    /** What to tell who is not admitted. */
    String whyFull();

    /**
     * The round is over, and nobody reads what was retired in it any more: the store may clean up behind itself, a
     * little at a time.
     *
     * @return whether it did, so that another round should follow at once
     */
    boolean settle(long nowMs, long nextId, Owner owner);

    /** Its figures; null where nothing is stored. */
    @Nullable JournalStats stats();

    /** How much memory its payloads take, of what they may take; null where they are not in memory. */
    @Nullable Memory memory();

    /**
     * Memory in use.
     *
     * @param bytes taken, nearly
     * @param bytesMax that may be taken
     */
    record Memory(long bytes, long bytesMax) {}

    /** When the store wants a round for its cleaning, in ms since 1970; {@link Long#MAX_VALUE} when it does not. */
    long nextWorkMs(long nowMs);

    /** Ends in order: all is durable, and what nobody needs is gone from the disk. */
    void close(long nowMs, long nextId, Owner owner);

    /** Lets go of the store as it is, as if the process had been killed. */
    void abandon();

    /** Knows what of the log is needed, and writes it again when asked. */
    interface Owner {
        /**
         * The records before this position are about to go: what else is needed of them is written again, up to about
         * so many bytes.
         *
         * @return whether that was all
         */
        boolean restate(long before, long bytesMax);

        /**
         * About how many bytes {@link #restate} would write. Costs little when it was asked for the same position
         * before, or an earlier one.
         */
        long bytesBefore(long before);

        /** About how many bytes of the log {@link #restate} would have to write if all were about to go. */
        long recordedBytes();

        /** How many of these bytes are not in the log by now, in records of the same kind. */
        long recordedGrowthBytes();

        /** How many tasks are held: each may go back without being asked for, which is recorded. */
        int heldCount();

        /** Writes a task again, as it is now, if its record is at this position. */
        void copy(long id, long position);
    }
}
