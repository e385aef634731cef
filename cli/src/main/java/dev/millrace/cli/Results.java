package dev.millrace.cli;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * The results file while items run: lines are appended, each in one piece and with the operating system before the item
 * counts as done. Safe for use by several threads.
 */
final class Results implements Closeable {
    private final FileChannel channel;
    private boolean broken;

    private Results(FileChannel channel) {
        this.channel = channel;
    }

    static Results append(Path file) throws IOException {
        return new Results(
                FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE, StandardOpenOption.APPEND));
    }

    /**
     * Appends a line. After a failure part of it may stand there: nothing is appended to that; the next call cuts it.
     */
    synchronized void add(byte[] line) throws IOException {
        if (broken) {
            throw new IOException("an earlier line of the results file could not be written");
        }
        broken = true;
        ByteBuffer bytes = ByteBuffer.wrap(line);
        while (bytes.hasRemaining()) {
            channel.write(bytes);
        }
        broken = false;
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
