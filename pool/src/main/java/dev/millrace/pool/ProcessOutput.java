package dev.millrace.pool;

import java.io.File;
import java.io.IOException;
import java.io.OutputStream;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * What a command wrote to one of its streams, in a scratch file. Its size is taken when the command has ended; what a
 * process left in the background writes later is not part of it. However large it is, only what is asked for is read.
 *
 * <p>Valid while the {@link ResultHandler} runs; afterwards its methods throw IllegalStateException, except {@link
 * #sizeBytes}. For the handler's thread only.
 */
public final class ProcessOutput {
    /** The most bytes that are handed out as one array. */
    public static final int ARRAY_BYTES_MAX = 1 << 20;

    private static final int COPY_BYTES = 64 << 10;

    /** Read through a descriptor of its own rather than a channel, which an interrupt of the caller would close. */
    private final File file;
    private final long sizeBytes;
    private boolean expired;

    private ProcessOutput(File file, long sizeBytes) {
        this.file = file;
        this.sizeBytes = sizeBytes;
    }

    /** @param required whether the file must be there: a command that was cut short may not have come to making it */
    static ProcessOutput of(Path file, boolean required) throws IOException {
        return new ProcessOutput(file.toFile(), required || Files.exists(file) ? Files.size(file) : 0);
    }

    /** How many bytes were written. */
    public long sizeBytes() {
        return sizeBytes;
    }

    /**
     * All of it.
     *
     * @throws IllegalStateException if it is larger than {@link #ARRAY_BYTES_MAX}
     * @throws IOException if it cannot be read
     */
    public byte[] bytes() throws IOException {
        if (sizeBytes > ARRAY_BYTES_MAX) {
            throw new IllegalStateException("sizeBytes=" + sizeBytes + " > arrayBytesMax=" + ARRAY_BYTES_MAX
                    + "; use copyTo, or take the tail");
        }
        return tail(ARRAY_BYTES_MAX);
    }

    /**
     * Its last bytes, at most so many.
     *
     * @param bytesMax from 0 to {@link #ARRAY_BYTES_MAX}
     * @throws IllegalArgumentException if {@code bytesMax} is out of its bounds
     * @throws IOException if it cannot be read
     */
    public byte[] tail(int bytesMax) throws IOException {
        if (bytesMax < 0 || bytesMax > ARRAY_BYTES_MAX) {
            throw new IllegalArgumentException(
                    "bytesMax=" + bytesMax + " is not from 0 to arrayBytesMax=" + ARRAY_BYTES_MAX);
        }
        requireValid();
        byte[] tail = new byte[(int) Math.min(sizeBytes, bytesMax)];
        if (tail.length > 0) {
            try (RandomAccessFile content = new RandomAccessFile(file, "r")) {
                content.seek(sizeBytes - tail.length);
                content.readFully(tail);
            }
        }
        return tail;
    }

    /**
     * Writes all of it to {@code target}, which is neither flushed nor closed.
     *
     * @throws IOException if it cannot be read or written; part of it may have been written
     */
    public void copyTo(OutputStream target) throws IOException {
        requireValid();
        if (sizeBytes == 0) {
            return;
        }
        byte[] buffer = new byte[(int) Math.min(sizeBytes, COPY_BYTES)];
        try (RandomAccessFile content = new RandomAccessFile(file, "r")) {
            for (long left = sizeBytes; left > 0; ) {
                int length = (int) Math.min(left, buffer.length);
                content.readFully(buffer, 0, length);
                target.write(buffer, 0, length);
                left -= length;
            }
        }
    }

    void expire() {
        expired = true;
    }

    private void requireValid() {
        if (expired) {
            throw new IllegalStateException("the output is valid only while the result handler runs; read it there");
        }
    }
}
