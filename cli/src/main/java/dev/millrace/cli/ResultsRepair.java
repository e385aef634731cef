package dev.millrace.cli;

import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.BitSet;
import org.jspecify.annotations.Nullable;

/**
 * Makes the results file agree with the queue, so that each item ends up in it exactly once.
 *
 * <p>A line is written before its item leaves the queue. Killed between the two, the item is still there: a line that
 * tells of success is believed, and the item need not run again; any other line is taken out, and the item runs again.
 * The same goes for a failed item that was kicked since. A last line without end was being written, and is cut. After a
 * power cut the queue may have forgotten items whose lines are there; they are loaded anew, so their lines are taken
 * out as well. In memory are only the numbers of the items that the queue has.
 */
final class ResultsRepair {
    private final Path file;
    private final long[] unfinished;
    private final long last;

    /** Which of {@link #unfinished} have a line that tells of success. */
    private final BitSet succeeded = new BitSet();

    /**
     * A repair that has not begun.
     *
     * @param unfinished the numbers of the items that are ready or delayed, in order
     * @param last the last item that was loaded
     */
    ResultsRepair(Path file, long[] unfinished, long last) {
        this.file = file;
        this.unfinished = unfinished;
        this.last = last;
    }

    /** Which of the items, by index, need not run: their success is in the file. */
    BitSet succeeded() {
        return succeeded;
    }

    /**
     * Repairs the file; changes nothing if nothing is wrong with it.
     *
     * @throws RefusedException if the file holds anything but results
     */
    void run() throws IOException {
        long wholeBytes;
        boolean clean;
        try (Lines lines = new Lines(file)) {
            clean = true;
            while (lines.next()) {
                clean &= isKept(lines);
            }
            wholeBytes = lines.wholeBytes;
        }
        if (!clean) {
            rewrite();
        } else if (wholeBytes < Files.size(file)) {
            try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
                channel.truncate(wholeBytes);
            }
        }
    }

    private boolean isKept(Lines lines) {
        ResultLine.Start start = ResultLine.read(lines.line, lines.length);
        if (start == null) {
            throw RefusedException.usage("line " + lines.number + " of " + file
                    + " was not written by `millrace each`; name another file for --results");
        }
        if (start.number() > last) {
            return false;
        }
        int index = Arrays.binarySearch(unfinished, start.number());
        if (index < 0) {
            return true;
        }
        if (start.succeeded() && !succeeded.get(index)) {
            succeeded.set(index);
            return true;
        }
        return false;
    }

    private void rewrite() throws IOException {
        succeeded.clear();
        Path temporary = file.resolveSibling(file.getFileName() + ".new");
        try (Lines lines = new Lines(file);
                FileChannel channel = FileChannel.open(
                        temporary,
                        StandardOpenOption.CREATE,
                        StandardOpenOption.TRUNCATE_EXISTING,
                        StandardOpenOption.WRITE);
                OutputStream out = new BufferedOutputStream(java.nio.channels.Channels.newOutputStream(channel), 1 << 16)) {
            while (lines.next()) {
                if (isKept(lines)) {
                    out.write(lines.line, 0, lines.length);
                    out.write('\n');
                }
            }
            out.flush();
            channel.force(false);
        }
        Files.move(temporary, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }

    /** The whole lines of a file. Of each only the beginning is looked at, but all of it may have to be copied. */
    private static final class Lines implements AutoCloseable {
        private final InputStream in;
        private byte[] line = new byte[1 << 12];
        private int length;
        private long number;
        private long wholeBytes;

        Lines(Path file) throws IOException {
            in = new BufferedInputStream(Files.newInputStream(file), 1 << 16);
        }

        /** Goes to the next line that has an end. */
        boolean next() throws IOException {
            length = 0;
            for (int octet = in.read(); octet != '\n'; octet = in.read()) {
                if (octet < 0) {
                    return false;
                }
                if (length == line.length) {
                    line = Arrays.copyOf(line, 2 * length);
                }
                line[length++] = (byte) octet;
            }
            number++;
            wholeBytes += length + 1L;
            return true;
        }

        @Override
        public void close() throws IOException {
            in.close();
        }
    }

    /** Whether this is a file that can be repaired: there, and a regular one. */
    static boolean isThere(@Nullable Path file) {
        return file != null && Files.isRegularFile(file);
    }
}
