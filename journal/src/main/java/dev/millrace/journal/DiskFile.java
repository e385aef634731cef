package dev.millrace.journal;

import java.io.IOException;
import java.nio.ByteBuffer;

/** An open file of a {@link Disk}. One thread at a time. */
public interface DiskFile extends AutoCloseable {
    /**
     * Writes all the remaining bytes at {@code offset}, past the end if need be (a gap reads as zeros). Not durable
     * before {@link #sync}.
     *
     * @throws IOException if not all was written; then any part of the bytes may have been
     */
    void write(ByteBuffer bytes, long offset) throws IOException;

    /**
     * Reads from {@code offset} until the buffer is full or the file ends.
     *
     * @return the number of bytes read, 0 at or past the end
     */
    int read(ByteBuffer bytes, long offset) throws IOException;

    /** The file's length. */
    long bytes() throws IOException;

    /** Cuts the file to {@code bytes}, which is at most its length. Not durable before {@link #sync}. */
    void truncate(long bytes) throws IOException;

    /** Makes the file's bytes and its length durable. */
    void sync() throws IOException;

    /**
     * Says that a {@link #sync} will follow some time, which then takes less if what was written so far is made durable
     * meanwhile. Only advice: it waits for nothing, and nothing is durable by it.
     *
     * @throws IOException if what was done about it before has failed; so does the next {@link #sync}
     */
    default void willSync() throws IOException {}

    @Override
    void close() throws IOException;
}
