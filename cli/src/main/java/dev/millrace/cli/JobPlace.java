package dev.millrace.cli;

import dev.millrace.api.Millrace;
import dev.millrace.api.MillraceException;
import dev.millrace.api.OpenOptions;
import dev.millrace.api.TaskId;
import dev.millrace.api.TaskQueue;
import java.io.Closeable;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.StandardOpenOption;
import java.security.SecureRandom;
import org.jspecify.annotations.Nullable;

/**
 * Where the items of a job are: in its folder, or on a server, from which other machines take some of them.
 *
 * <p>On a server a job has two queues: that of its items, and one of {@link Report}s, by which other machines tell what
 * came of those that they ran. A report is stored before its item leaves, so whatever ends in between, an item is in
 * one of the two, or in both. A third says that there are more to come: see {@link JobRun}.
 */
final class JobPlace implements AutoCloseable {
    /** The longest item that goes to a server: together with a reason it must fit into a report. */
    static final int SHARED_ITEM_BYTES_MAX = 512 << 10;

    private static final String REPORTS = ".reports";

    private final JobFolder folder;
    private final Millrace mill;
    /** The name of the engine, without a password; null for the folder's own. */
    private final @Nullable String at;

    private final TaskQueue<byte[]> items;
    private final @Nullable TaskQueue<byte[]> reports;
    private final @Nullable JobRun run;
    private final Closeable lock;
    private volatile boolean isHadNoted;

    private JobPlace(JobFolder folder, Millrace mill, @Nullable String at, String queue, Closeable lock) {
        this.folder = folder;
        this.mill = mill;
        this.at = at;
        this.items = mill.queue(queue);
        this.reports = at == null ? null : mill.queue(queue + REPORTS);
        this.run = at == null ? null : new JobRun(mill, queue);
        this.lock = lock;
    }

    /** The folder's own engine, which is not made where the items are on a server. */
    static JobPlace inFolder(JobFolder folder) throws IOException {
        if (Files.exists(folder.record())) {
            requireSame(JobRecord.read(folder.record()), "");
        }
        return new JobPlace(folder, folder.open(), null, JobFolder.QUEUE, () -> {});
    }

    /**
     * A server. What the job has beside its queues stays in the folder, which belongs to one process at a time.
     *
     * @param name the job's, and that of its queue
     * @param isFresh whether what both had is forgotten
     */
    static JobPlace onServer(JobFolder folder, String at, String name, boolean isFresh) throws IOException {
        Files.createDirectories(folder.record().getParent());
        FileChannel lock = lock(folder);
        try {
            Millrace mill = open(at);
            try {
                JobPlace place = new JobPlace(folder, mill, withoutParameters(at), name, lock);
                if (isFresh) {
                    place.forget();
                }
                return place;
            } catch (IOException | RuntimeException failure) {
                mill.close();
                throw failure;
            }
        } catch (IOException | RuntimeException failure) {
            lock.close();
            throw failure;
        }
    }

    /** The server's engine, with puts that happen once however often a connection breaks. */
    static Millrace open(String at) {
        return Failures.opening(() -> Millrace.open(at, OpenOptions.defaults()));
    }

    /** Where machines that join a job report to. */
    static TaskQueue<byte[]> reports(Millrace mill, String name) {
        return mill.queue(name + REPORTS);
    }

    private static String withoutParameters(String at) {
        return EngineUri.shown(at).replaceFirst("\\?.*", "");
    }

    private static FileChannel lock(JobFolder folder) throws IOException {
        FileChannel channel = FileChannel.open(folder.lock(), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        FileLock held;
        try {
            held = channel.tryLock();
        } catch (OverlappingFileLockException sameProcess) {
            held = null;
        }
        if (held == null) {
            channel.close();
            throw RefusedException.usage("another call works on this job, in the folder of " + folder.lock()
                    + "; to help it from here, use --join");
        }
        return channel;
    }

    /**
     * Killed in between, the job is one whose queue holds something else, which is refused until it is forgotten again.
     */
    private void forget() throws IOException {
        folder.forgetFiles();
        items.purge();
        if (reports != null) {
            reports.purge();
        }
        complete();
    }

    /** Whoever joins may wait for items from now on. */
    void begin() {
        if (run != null) {
            run.begin();
        }
    }

    /** All items have come to their end, for whoever joined to know. */
    void complete() {
        if (run != null) {
            run.complete();
        }
    }

    TaskQueue<byte[]> items() {
        return items;
    }

    /** Null where nobody else runs any. */
    @Nullable TaskQueue<byte[]> reports() {
        return reports;
    }

    boolean isShared() {
        return at != null;
    }

    /** The engine, as the other commands are given it, without a password. */
    String shown() {
        return at == null ? folder.uri() : at;
    }

    /** The longest item. */
    int itemBytesMax() {
        return at == null ? JobFolder.ITEM_BYTES_MAX : SHARED_ITEM_BYTES_MAX;
    }

    /** What the job was begun with; null for a new one. Refuses a place that something else is kept in. */
    @Nullable JobRecord readRecord() throws IOException {
        if (at == null) {
            return folder.readRecord(mill);
        }
        if (Files.exists(folder.record())) {
            JobRecord record = JobRecord.read(folder.record());
            requireSame(record, at);
            return record;
        }
        if (Files.exists(folder.embeddedShard())) {
            throw RefusedException.usage(folder.uri() + " holds a job of its own; name another --folder or --name");
        }
        long left = taskCount();
        if (left > 0) {
            throw RefusedException.usage("the server's queue " + items.name() + " holds " + left
                    + " tasks of something else; name another --name, or purge them with --fresh");
        }
        return null;
    }

    /** How many tasks are in the queues of items and reports. */
    private long taskCount() {
        return items.stats().total() + (reports == null ? 0 : reports.stats().total());
    }

    private static void requireSame(JobRecord record, String at) {
        if (!record.at().equals(at)) {
            throw RefusedException.usage("this job's items are "
                    + (record.at().isEmpty() ? "in its folder, not on a server" : "at " + record.at()) + "; "
                    + (record.at().isEmpty() ? "leave out --at" : "give --at " + record.at())
                    + ", or start over with another --name, or --fresh");
        }
    }

    /** Who counts the items; a server remembers those of earlier jobs of the same name, so that each has its own. */
    String producer(@Nullable JobRecord before) {
        if (at == null) {
            return JobFolder.QUEUE;
        }
        return before != null ? before.producer() : JobFolder.QUEUE + "-" + Long.toHexString(new SecureRandom().nextLong());
    }

    /** The record of a job that is kept here. */
    JobRecord record(String command, String fingerprint, String results, String producer) {
        return new JobRecord(command, fingerprint, results, at == null ? "" : at, at == null ? "" : producer);
    }

    /** How many items the queue has had. A server may have forgotten, which is no reason to run everything again. */
    long lastNumber(String producer, HashFile hashes) throws IOException {
        long last = items.lastSequence(producer);
        if (last > 0) {
            noteHad();
        } else if (isShared() && !hashes.isEmpty() && !hasNeverHadAny()) {
            throw RefusedException.usage("the server at " + at + " knows nothing of this job, though items were loaded: it has lost them, or"
                    + " forgotten how many after producerKeepMs without a new one; --fresh runs all of them");
        }
        return last;
    }

    /**
     * Whether no item was ever stored, though hashes were written for some: killed in between, or refused the put, the
     * job is as good as new. The server remembers that it has begun, so it has lost nothing since; and if it had had
     * items, they would be there, or reports of them, for nobody but a call in this folder takes those, and would have
     * noted it.
     */
    private boolean hasNeverHadAny() {
        return run != null && !Files.exists(folder.had()) && run.isGoingOn() && taskCount() == 0;
    }

    /**
     * Notes that there are items on the server, or were, before anything is done with one. Safe for use by several
     * threads.
     */
    void noteHad() throws IOException {
        if (isShared() && !isHadNoted) {
            Files.writeString(
                    folder.had(),
                    "items of this job were on the server\n",
                    StandardOpenOption.CREATE,
                    StandardOpenOption.WRITE,
                    StandardOpenOption.SYNC);
            isHadNoted = true;
        }
    }

    /** Removes items that were done here, though somebody else may run them again. */
    void remove(Iterable<Long> ids) {
        for (long id : ids) {
            try {
                items.forceDelete(new TaskId(items.name(), id));
            } catch (MillraceException gone) {
                // It is gone already, or will be run once more, and what comes of that counts for nothing.
            }
        }
    }

    @Override
    public void close() throws IOException {
        try {
            mill.close();
        } finally {
            lock.close();
        }
    }
}
