package dev.millrace.cli;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;

/**
 * What the input's running hash was at some items, so that the next call can tell whether it is given the same input.
 *
 * <pre>
 *   4,096 × { item number: 8 bytes, hash: 8 bytes }    the latest items, at (number mod 4,096)
 *      64 × { item number: 8 bytes, hash: 8 bytes }    milestones, at the number of trailing zero bits of the number
 * </pre>
 *
 * <p>All numbers are big-endian; item number 0 means empty. An entry is written before its item is put, and far fewer
 * puts than 4,096 are ever without an answer: after {@code kill -9} the entry of the last item stored is there for
 * sure. After a power cut the newest items may be gone from the queue, beyond what the ring covers; the milestones then
 * still have one less than four times as far back: of the two newest multiples of a power of two, both are in a slot.
 * To change the format: raise {@link JobRecord#FORMAT}.
 */
final class HashFile implements Closeable {
    static final int RING = 4_096;
    private static final int MILESTONES = 64;
    private static final int ENTRY_BYTES = 16;
    private static final int BYTES = (RING + MILESTONES) * ENTRY_BYTES;

    private final FileChannel channel;

    /** The whole file, as it was when it was opened. */
    private final ByteBuffer known;

    private final ByteBuffer batch = ByteBuffer.allocateDirect(RING * ENTRY_BYTES / 4);
    private long batchFirst;

    private HashFile(FileChannel channel, ByteBuffer known) {
        this.channel = channel;
        this.known = known;
    }

    static HashFile open(Path file) throws IOException {
        FileChannel channel = FileChannel.open(
                file, StandardOpenOption.READ, StandardOpenOption.WRITE, StandardOpenOption.CREATE);
        ByteBuffer known = ByteBuffer.allocate(BYTES);
        int count = 0;
        while (count >= 0 && known.hasRemaining()) {
            count = channel.read(known, known.position());
        }
        // What is missing, of a file just made or cut short, reads as empty.
        Arrays.fill(known.array(), known.position(), BYTES, (byte) 0);
        return new HashFile(channel, known);
    }

    /** Whether nothing was ever added. */
    boolean isEmpty() {
        for (int index = 0; index < BYTES; index += Long.BYTES) {
            if (known.getLong(index) != 0) {
                return false;
            }
        }
        return true;
    }

    /** Whether there is an entry for this item. */
    boolean knows(long number) {
        return entryOf(number) >= 0;
    }

    /** The hash at an item that it {@link #knows}. */
    long hash(long number) {
        return known.getLong(entryOf(number) * ENTRY_BYTES + Long.BYTES);
    }

    private int entryOf(long number) {
        int inRing = (int) (number % RING);
        if (known.getLong(inRing * ENTRY_BYTES) == number) {
            return inRing;
        }
        int milestone = RING + Long.numberOfTrailingZeros(number);
        return known.getLong(milestone * ENTRY_BYTES) == number ? milestone : -1;
    }

    /** Adds the next item to the batch; the numbers of a batch follow one another. */
    void add(long number, long hash) throws IOException {
        if (!batch.hasRemaining()) {
            write();
        }
        if (batch.position() == 0) {
            batchFirst = number;
        }
        batch.putLong(number).putLong(hash);
    }

    /** Writes the batch: from here on the items may be put. */
    void write() throws IOException {
        int count = batch.position() / ENTRY_BYTES;
        for (int index = 0; index < count; index++) {
            long number = batchFirst + index;
            if (Long.numberOfTrailingZeros(number) >= Long.numberOfTrailingZeros(RING)) {
                // One in 4,096: rare enough to be written one by one.
                writeAt(batch.slice(index * ENTRY_BYTES, ENTRY_BYTES), RING + Long.numberOfTrailingZeros(number));
            }
        }
        int untilEnd = Math.min(count, RING - (int) (batchFirst % RING));
        writeAt(batch.slice(0, untilEnd * ENTRY_BYTES), (int) (batchFirst % RING));
        writeAt(batch.slice(untilEnd * ENTRY_BYTES, (count - untilEnd) * ENTRY_BYTES), 0);
        batch.clear();
    }

    private void writeAt(ByteBuffer entries, int entry) throws IOException {
        long offset = (long) entry * ENTRY_BYTES;
        while (entries.hasRemaining()) {
            offset += channel.write(entries, offset);
        }
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
