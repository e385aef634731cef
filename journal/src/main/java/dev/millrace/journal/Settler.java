package dev.millrace.journal;

import java.io.IOException;
import java.nio.channels.AsynchronousFileChannel;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Makes files durable that nobody waits for yet, in a thread of its own, so that the fsync that somebody does wait for
 * has little left to do. What has failed must not be lost, since the system tells of it only once: {@link
 * DiskFile#sync} asks for the outcome.
 */
final class Settler implements AutoCloseable {
    /** Files that wait for the one under way. What is more is not done. */
    private static final int WAITING_MAX = 8;

    /** The thread ends when nothing was to do for so long; another request starts a new one. */
    private static final long IDLE_MAX_MS = 1_000;

    private final ThreadPoolExecutor thread = new ThreadPoolExecutor(1, 1, IDLE_MAX_MS, TimeUnit.MILLISECONDS,
            new ArrayBlockingQueue<>(WAITING_MAX),
            Thread.ofPlatform().daemon().name("millrace-settler").factory(),
            new ThreadPoolExecutor.AbortPolicy());

    Settler() {
        thread.allowCoreThreadTimeOut(true);
    }

    /**
     * Begins to make durable what was written to a file until now, or will soon; the outcome is 0, or why it failed.
     * Null if it will not.
     */
    @Nullable Future<Integer> begin(AsynchronousFileChannel file) {
        try {
            return thread.submit(() -> settle(file));
        } catch (RejectedExecutionException tooMuch) {
            return null;
        }
    }

    private static int settle(AsynchronousFileChannel file) throws IOException {
        file.force(false);
        return 0;
    }

    /** Ends at once; what was begun goes on, and ends with its file's closing. */
    @Override
    public void close() {
        thread.shutdown();
    }
}
