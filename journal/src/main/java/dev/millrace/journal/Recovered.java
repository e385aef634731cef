package dev.millrace.journal;

/**
 * What {@link Journal#open} found.
 *
 * @param created the folder is new
 * @param closedCleanly the log ended with CLOSE; also true of a new folder
 * @param folderId the folder's own number, salt of all its checksums
 * @param createdMs when the folder was created
 * @param lastTimeMs the time of the last batch, or {@code createdMs}
 * @param nextId at least the largest {@code nextId} that was handed in before the last roll, trim or close. Ids in
 *     later records may be larger: take the greater of this and the largest id replayed plus one
 * @param firstSegment the oldest segment of the log. What a record says of an older one refers to something that is
 *     gone
 * @param cutBytes how many bytes of a torn tail were cut off; 0 if none. They had never been durable
 * @param note what was cut and where, for the log; empty if nothing was
 */
public record Recovered(
        boolean created,
        boolean closedCleanly,
        long folderId,
        long createdMs,
        long lastTimeMs,
        long nextId,
        long firstSegment,
        long cutBytes,
        String note) {}
