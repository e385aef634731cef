package dev.millrace.bench;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * What the disk gives to whoever writes so many bytes in a row, over blocks that were written before, and does nothing
 * else.
 */
final class BareLoop implements AutoCloseable {
    private static final int FILE_BYTES = 64 << 20;

    private final FileChannel channel;
    private final ByteBuffer bytes;
    private final boolean syncs;
    private long at;

    BareLoop(Path file, int bytesOfCommit, boolean syncs) throws IOException {
        this.syncs = syncs;
        bytes = ByteBuffer.allocateDirect(bytesOfCommit);
        channel = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        ByteBuffer zeros = ByteBuffer.allocateDirect(1 << 20);
        for (long zeroed = 0; zeroed < FILE_BYTES; zeroed += zeros.capacity()) {
            channel.write(zeros.clear(), zeroed);
        }
        channel.force(true);
    }

    void commit() throws IOException {
        if (at + bytes.capacity() > FILE_BYTES) {
            at = 0;
        }
        channel.write(bytes.clear(), at);
        at += bytes.capacity();
        if (syncs) {
            channel.force(false);
        }
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
