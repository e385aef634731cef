package dev.millrace.embedded;

import dev.millrace.api.Put;
import dev.millrace.core.TaskLog;
import java.nio.ByteBuffer;
import java.util.function.LongConsumer;

/** Where a shard's records and payloads are. Used by the shard's owner alone. */
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
     * Hands what was recorded in this round to the operating system, if the durability asks for it.
     *
     * @param isIdle whether the owner is about to wait: the last chance for what may be gathered over rounds
     */
    void write(long nowMs, long nextId, boolean isIdle);

    /** Makes what was written as durable as configured, before it is acknowledged. */
    void makeDurable();

    /**
     * The round is over, and nobody reads what was retired in it any more.
     *
     * @param restate is told a position when the records before it are about to go, to write again what is still needed
     */
    void settle(LongConsumer restate);

    /** Ends in order: all is durable, and what nobody needs is gone from the disk. */
    void close(long nowMs, long nextId, LongConsumer restate);

    /** Lets go of the store as it is, as if the process had been killed. */
    void abandon();
}
