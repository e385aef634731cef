package dev.millrace.journal;

/**
 * Figures of a journal; from {@code commits} on they count from its opening.
 *
 * @param segments segments of the log
 * @param logBytes their headers and written batches
 * @param liveRecords records adopted and not retired
 * @param liveBytes what they take. An estimate: in each segment every live record counts as the average of all that
 *     could be adopted there, so it is exact where their sizes are equal, where all live, and where none do
 * @param freeSlots files kept for segments to come
 * @param freeBytes what those hold: the reserve that a full disk leaves for ending work, for the most part
 * @param isFull whether the disk was full when last tried
 * @param diskBytes the length of all segment files, free ones and zero-filled room included
 * @param commits batches written
 * @param fsyncs fsyncs of files and of the folder
 * @param bytesWritten batches, headers and zeros
 * @param bytesAppended records, with their headers and padding
 * @param bytesCleaned those among them that were appended while {@link Journal#clean} ran. So the write amplification
 *     by cleaning is {@code bytesAppended / (bytesAppended - bytesCleaned)}
 */
public record JournalStats(
        int segments,
        long logBytes,
        long liveRecords,
        long liveBytes,
        int freeSlots,
        long freeBytes,
        boolean isFull,
        long diskBytes,
        long commits,
        long fsyncs,
        long bytesWritten,
        long bytesAppended,
        long bytesCleaned) {}
