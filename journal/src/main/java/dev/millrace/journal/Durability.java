package dev.millrace.journal;

/**
 * How durable a record is when it counts as stored (CONTRACT.md, G8). In every mode a roll fsyncs the segment it
 * closes.
 */
public enum Durability {
    /**
     * fsynced: survives the machine. The owner calls {@link Journal#sync} after {@link Journal#commit}. The journal
     * fills fresh segments with zeros a step ahead, because an fsync that changes no file's size or block map costs
     * about half.
     */
    SYNC,
    /** Written to the operating system: survives {@code kill -9}, not a power cut. */
    WRITTEN,
    /** As the owner likes: it may commit as seldom as it wants to, and lose what it has not committed. */
    NONE
}
