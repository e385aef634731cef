package dev.millrace.journal;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * A real folder.
 *
 * <p>One thread at a time may call, whichever; an interrupt disturbs none of its files: {@link UninterruptibleFile}.
 *
 * <p>The lock is an operating system's lock on the file {@code lock}, which holds the owner's process id, and an entry
 * in {@link #HELD}. The entry is looked at first: within one process a POSIX lock does not exclude, and merely closing
 * a second channel to the lock file would drop the lock that the first one holds.
 */
public final class FolderDisk implements Disk {
    private static final String LOCK = "lock";
    private static final String SHARDS = "shard-*";
    static final boolean WINDOWS = System.getProperty("os.name", "").startsWith("Windows");

    /** The real paths of the folders held by this process; the only state that journals share, hence concurrent. */
    private static final Set<Path> HELD = ConcurrentHashMap.newKeySet();

    private final Path folder;
    private final boolean isReadOnly;
    private final Forerunner forerunner = new Forerunner();
    private final Settler settler = new Settler();
    private @Nullable UninterruptibleFile lockFile;

    private FolderDisk(Path folder, boolean isReadOnly) {
        this.folder = folder;
        this.isReadOnly = isReadOnly;
    }

    /**
     * A disk on {@code folder} that is never written to: to write, create, delete or sync on it is refused. Its lock is
     * not taken, but {@link #lock} tells whether somebody holds it.
     *
     * @throws JournalException of kind FAILED if it is not a folder, or cannot be read
     */
    public static FolderDisk readOnly(Path folder) {
        if (!Files.isDirectory(folder) || !Files.isReadable(folder)) {
            throw new JournalException(JournalException.Kind.FAILED,
                    folder + " is not a folder that this user can read; name a folder, or change its rights");
        }
        try {
            return new FolderDisk(folder.toRealPath(), true);
        } catch (IOException e) {
            throw JournalException.failed("looking at the folder " + folder, e);
        }
    }

    /**
     * A disk on {@code folder}, which is created if it is absent.
     *
     * @throws JournalException of kind FAILED if it is not a folder, cannot be created, or cannot be written
     */
    public static FolderDisk at(Path folder) {
        if (Files.exists(folder) && !Files.isDirectory(folder)) {
            throw new JournalException(JournalException.Kind.FAILED, folder + " is a file, not a folder; name a folder");
        }
        try {
            if (!Files.exists(folder)) {
                Files.createDirectories(folder);
                syncEntries(folder.toAbsolutePath().getParent());
            }
            if (!Files.isWritable(folder)) {
                throw new JournalException(JournalException.Kind.FAILED,
                        folder + " cannot be written by this user; change its rights, or name another folder");
            }
            return new FolderDisk(folder.toRealPath(), false);
        } catch (IOException e) {
            throw JournalException.failed("making the folder " + folder, e);
        }
    }

    @Override
    public void lock() throws IOException {
        if (isReadOnly) {
            requireUnused();
            return;
        }
        if (!HELD.add(folder)) {
            throw inUse(ProcessHandle.current().pid());
        }
        UninterruptibleFile file = null;
        boolean written = false;
        try {
            file = file(LOCK);
            LockOwner self = LockOwner.self(folder.resolve(LOCK));
            requireFree(file, self);
            written = true;
            writeOwner(file, self.text());
            lockFile = file;
        } finally {
            if (lockFile == null) {
                HELD.remove(folder);
                if (file != null) {
                    release(file, written);
                }
            }
        }
    }

    /**
     * Looks whether somebody holds the folder, and takes nothing. Of a folder that this process holds the file stays
     * closed.
     */
    private void requireUnused() throws IOException {
        if (HELD.contains(folder)) {
            throw inUse(ProcessHandle.current().pid());
        }
        Path lock = folder.resolve(LOCK);
        if (!Files.exists(lock)) {
            return;
        }
        try (UninterruptibleFile file = UninterruptibleFile.open(lock, StandardOpenOption.READ)) {
            ByteBuffer bytes = ByteBuffer.allocate(LockOwner.BYTES_MAX + 1);
            file.read(bytes, 0);
            LockOwner owner = LockOwner.parse(StandardCharsets.US_ASCII.decode(bytes.flip()).toString());
            boolean isAlive = owner != null && owner.isAliveAt(LockOwner.self(lock));
            if (isAlive || file.trySharedLock() == null) {
                throw inUse(owner == null ? 0 : owner.pid());
            }
        }
    }

    /**
     * Takes the operating system's lock, and then looks at who wrote the file. The second is needed since POSIX drops a
     * process's lock as soon as any part of that process closes the file, a backup that reads the folder for instance.
     */
    private void requireFree(UninterruptibleFile file, LockOwner self) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate(LockOwner.BYTES_MAX + 1);
        file.read(bytes, 0);
        String text = StandardCharsets.US_ASCII.decode(bytes.flip()).toString();
        LockOwner owner = LockOwner.parse(text);
        if (owner == null && !text.isEmpty()) {
            throw new JournalException(JournalException.Kind.FAILED,
                    folder + " holds a file " + LOCK + " that is not of this format; name another folder");
        }
        try {
            if (file.tryLock() == null) {
                throw inUse(owner == null ? 0 : owner.pid());
            }
        } catch (OverlappingFileLockException e) {
            throw inUse(self.pid());
        }
        if (owner != null && owner.isAliveAt(self)) {
            throw inUse(owner.pid());
        }
    }

    /**
     * A disk so full that not even this finds room must not keep the folder from being opened, or no task could be
     * ended there; the operating system's lock then stands alone.
     */
    private static void writeOwner(UninterruptibleFile file, String text) throws IOException {
        try {
            write(file, text);
        } catch (IOException e) {
            if (!JournalException.isFull(e)) {
                throw e;
            }
            file.truncate(0);
        }
    }

    private static void write(UninterruptibleFile file, String text) throws IOException {
        ByteBuffer bytes = StandardCharsets.US_ASCII.encode(text);
        int length = bytes.remaining();
        file.write(bytes, 0);
        file.truncate(length);
    }

    private static void release(UninterruptibleFile file, boolean isOwner) throws IOException {
        try (file) {
            if (isOwner) {
                file.truncate(0);
            }
        }
    }

    @Override
    public List<String> names() throws IOException {
        List<String> names = new ArrayList<>();
        addFiles(names, folder, "");
        for (Path shard : shards()) {
            addFiles(names, shard, shard.getFileName() + "/");
        }
        return names;
    }

    @Override
    public DiskFile open(String name) throws IOException {
        if (isReadOnly) {
            return UninterruptibleFile.open(folder.resolve(name), StandardOpenOption.READ);
        }
        Path parent = folder.resolve(name).getParent();
        if (parent != null) {
            Files.createDirectories(parent);
        }
        return file(name);
    }

    /** Reads it in another thread until {@link #close}, so that the system has it in memory. */
    @Override
    public void willRead(String name) {
        forerunner.run(folder.resolve(name));
    }

    @Override
    public void delete(String name) throws IOException {
        requireWritable();
        Files.delete(folder.resolve(name));
    }

    @Override
    public void sync() throws IOException {
        requireWritable();
        for (Path shard : shards()) {
            syncEntries(shard);
        }
        syncEntries(folder);
    }

    @Override
    public void close() throws IOException {
        forerunner.close();
        settler.close();
        UninterruptibleFile held = lockFile;
        if (held == null) {
            return;
        }
        lockFile = null;
        try {
            release(held, true);
        } finally {
            HELD.remove(folder);
        }
    }

    @Override
    public String toString() {
        return folder.toString();
    }

    private void requireWritable() throws IOException {
        if (isReadOnly) {
            throw new IOException(folder + " was opened for reading only");
        }
    }

    private JournalException inUse(long pid) {
        return new JournalException(JournalException.Kind.IN_USE, folder + " is in use by process "
                + (pid == 0 ? "(unknown)" : pid) + "; stop that process, or use another folder");
    }

    private List<Path> shards() throws IOException {
        List<Path> shards = new ArrayList<>();
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(folder, SHARDS)) {
            for (Path entry : entries) {
                if (Files.isDirectory(entry)) {
                    shards.add(entry);
                }
            }
        }
        return shards;
    }

    private static void addFiles(List<String> names, Path of, String prefix) throws IOException {
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(of)) {
            for (Path entry : entries) {
                if (Files.isRegularFile(entry)) {
                    names.add(prefix + entry.getFileName());
                }
            }
        }
    }

    private UninterruptibleFile file(String name) throws IOException {
        return UninterruptibleFile.open(folder.resolve(name), settler::begin,
                StandardOpenOption.READ, StandardOpenOption.WRITE, StandardOpenOption.CREATE);
    }

    /** Windows cannot open a folder, and makes its entries durable by itself. */
    private static void syncEntries(@Nullable Path of) throws IOException {
        if (of == null || WINDOWS) {
            return;
        }
        try (UninterruptibleFile entries = UninterruptibleFile.open(of, StandardOpenOption.READ)) {
            entries.syncAll();
        }
    }
}
