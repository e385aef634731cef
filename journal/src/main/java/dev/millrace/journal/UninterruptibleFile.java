package dev.millrace.journal;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.AsynchronousFileChannel;
import java.nio.channels.FileLock;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.concurrent.AbstractExecutorService;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A file that no interrupt can close, since any thread that waits for an answer may write and fsync, and a
 * {@code FileChannel} closes itself when its thread is interrupted.
 *
 * <p>The only other file of the JDK with positions and fdatasync is the asynchronous one. Its work is handed to an
 * executor that does it at once in the calling thread, so nothing is asynchronous and no other thread takes part. A
 * {@code RandomAccessFile} is not interruptible either, but copies each write through an array, seeks first, and knows
 * no fdatasync.
 *
 * <p>On Windows the asynchronous file needs threads of its own, which it brings, and they are waited for.
 */
final class UninterruptibleFile implements DiskFile {
    private static final @Nullable ExecutorService EXECUTOR = FolderDisk.WINDOWS ? null : new CallingThread();

    private final AsynchronousFileChannel channel;
    private final Settling settler;
    /** What the settler was asked for last; one that failed stays. */
    private @Nullable Future<Integer> settling;

    /** Who makes files durable that nobody waits for yet: as {@link Settler#begin}. */
    interface Settling {
        @Nullable Future<Integer> begin(AsynchronousFileChannel file);
    }

    private UninterruptibleFile(AsynchronousFileChannel channel, Settling settler) {
        this.channel = channel;
        this.settler = settler;
    }

    /** One for which {@link #willSync} does nothing. */
    static UninterruptibleFile open(Path path, OpenOption... options) throws IOException {
        return open(path, file -> null, options);
    }

    static UninterruptibleFile open(Path path, Settling settler, OpenOption... options) throws IOException {
        return new UninterruptibleFile(AsynchronousFileChannel.open(path, Set.of(options), EXECUTOR), settler);
    }

    /** Null when another process holds the lock. */
    @Nullable FileLock tryLock() throws IOException {
        return channel.tryLock();
    }

    /** {@link #tryLock} for a file that is only read: it excludes those who lock it alone. */
    @Nullable FileLock trySharedLock() throws IOException {
        return channel.tryLock(0, Long.MAX_VALUE, true);
    }

    @Override
    public void write(ByteBuffer bytes, long offset) throws IOException {
        long at = offset;
        while (bytes.hasRemaining()) {
            at += result(channel.write(bytes, at));
        }
    }

    @Override
    public int read(ByteBuffer bytes, long offset) throws IOException {
        int read = 0;
        while (bytes.hasRemaining()) {
            int more = result(channel.read(bytes, offset + read));
            if (more < 0) {
                break;
            }
            read += more;
        }
        return read;
    }

    @Override
    public long bytes() throws IOException {
        return channel.size();
    }

    @Override
    public void truncate(long bytes) throws IOException {
        channel.truncate(bytes);
    }

    @Override
    public void sync() throws IOException {
        channel.force(false); // as fdatasync does, this makes the length durable, too
        Future<Integer> ahead = settling;
        if (ahead != null) {
            // Of what both met, the system has told one only.
            result(ahead);
            settling = null;
        }
    }

    @Override
    public void willSync() throws IOException {
        Future<Integer> before = settling;
        if (before != null && !before.isDone()) {
            return;
        }
        if (before != null) {
            result(before);
        }
        settling = settler.begin(channel);
    }

    /** {@link #sync}, with all that the system knows of the file. */
    void syncAll() throws IOException {
        channel.force(true);
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }

    private static int result(Future<Integer> done) throws IOException {
        boolean interrupted = false;
        try {
            while (true) {
                try {
                    return done.get();
                } catch (InterruptedException e) {
                    interrupted = true;
                } catch (ExecutionException e) {
                    throw failure(e);
                }
            }
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private static IOException failure(ExecutionException e) {
        Throwable cause = e.getCause();
        // The message is kept as the system gave it: that the disk is full is known by nothing else.
        return new IOException(cause == null ? e.getMessage() : cause.getMessage(), cause);
    }

    /** Does everything at once in the thread that asks. Never shut down, since it holds nothing. */
    private static final class CallingThread extends AbstractExecutorService {
        @Override
        public void execute(Runnable command) {
            command.run();
        }

        @Override
        public void shutdown() {
            throw new UnsupportedOperationException("there is nothing to shut down");
        }

        @Override
        public List<Runnable> shutdownNow() {
            throw new UnsupportedOperationException("there is nothing to shut down");
        }

        @Override
        public boolean isShutdown() {
            return false;
        }

        @Override
        public boolean isTerminated() {
            return false;
        }

        @Override
        public boolean awaitTermination(long timeout, TimeUnit unit) {
            return false;
        }
    }
}
