package dev.millrace.journal;

import java.io.IOException;
import java.util.List;

/**
 * The folder, as far as the journal needs it. Every effect the journal has on the world is a call of this interface or
 * of {@link DiskFile}, so that a simulated disk can lose, tear, reorder, fill up and fail.
 *
 * <p>What a caller may assume of a crash: a file's bytes are there if {@link DiskFile#sync} returned after they were
 * written; a file's name is there (or, after {@link #delete}, gone) if {@link #sync} returned after the change.
 * Everything later is there wholly, partly, or not at all, in any order.
 *
 * <p>Names are relative, with {@code /} between the parts: {@code meta}, {@code lock}, {@code shard-00/0001.seg}. One
 * thread at a time.
 */
public interface Disk extends AutoCloseable {
    /**
     * Takes the folder for this process until {@link #close}.
     *
     * @throws JournalException of kind IN_USE, naming the folder and the owner's process id, if somebody holds it
     * @throws IOException if the lock cannot be tried
     */
    void lock() throws IOException;

    /** The names of the files in the folder and in its shards' folders, in no particular order. */
    List<String> names() throws IOException;

    /**
     * Opens a file for reading and writing, and creates it empty, along with its shard's folder, if it is absent. The
     * creation is not durable before {@link #sync}.
     */
    DiskFile open(String name) throws IOException;

    /**
     * Says that this file will be read from front to back, once those being read now are read. Only advice: it may be
     * done nothing about, and whatever is done about it changes nothing that can be seen, and is over when {@link
     * #close} returns.
     */
    default void willRead(String name) {}

    /** Deletes a file that is there and not open. Not durable before {@link #sync}. */
    void delete(String name) throws IOException;

    /** Makes all creations and deletions durable; says nothing about the bytes within the files. */
    void sync() throws IOException;

    /** Releases the lock. Files that are still open are their openers' to close. Harmless when repeated. */
    @Override
    void close() throws IOException;
}
