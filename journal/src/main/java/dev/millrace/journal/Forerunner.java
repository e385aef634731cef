package dev.millrace.journal;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * Reads files before somebody else does, in a thread of its own, and throws away what it read: the operating system
 * then has it in memory. So a disk works while records are being told, and the reader behind can stay as simple as if
 * there were no other thread; if this one fails or is late, the reader only waits longer.
 */
final class Forerunner implements AutoCloseable {
    private static final int READ_BYTES = 1 << 20;

    /** Files that wait for the one being read. What is more is not read ahead. */
    private static final int WAITING_MAX = 1;

    /** The thread ends when nothing was to do for so long; another request starts a new one. */
    private static final long IDLE_MAX_MS = 100;

    private final ThreadPoolExecutor thread = new ThreadPoolExecutor(1, 1, IDLE_MAX_MS, TimeUnit.MILLISECONDS,
            new ArrayBlockingQueue<>(WAITING_MAX),
            Thread.ofPlatform().daemon().name("millrace-forerunner").factory(),
            new ThreadPoolExecutor.DiscardPolicy());

    Forerunner() {
        thread.allowCoreThreadTimeOut(true);
    }

    /** Begins to read a file, or will soon. */
    void run(Path file) {
        thread.execute(() -> read(file));
    }

    private static void read(Path file) {
        // An interrupt closes such a channel, which is how it is stopped.
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
            ByteBuffer bytes = ByteBuffer.allocateDirect(READ_BYTES);
            while (channel.read(bytes.clear()) > 0) {
                // What counts is that it was read.
            }
        } catch (IOException e) {
            // The reader behind will meet the same, and say so.
        }
    }

    /** Stops, at the end of the read under way at the latest, and has no file open then. */
    @Override
    public void close() {
        thread.shutdownNow();
        boolean interrupted = false;
        while (true) {
            try {
                if (thread.awaitTermination(Long.MAX_VALUE, TimeUnit.NANOSECONDS)) {
                    break;
                }
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
