package dev.millrace.journal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.journal.JournalException.Kind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FolderDiskTest {
    @TempDir
    Path folder;

    @Test
    void open_realFolder_roundTrips() throws IOException {
        Path nested = folder.resolve("a/b");
        long position;
        try (Journal journal = open(nested)) {
            position = Log.put(journal, 1, 100_000);
            journal.commit(1, 2);
            journal.sync();
            Log.put(journal, 2, 10);
            journal.commit(1, 3);
            assertThat(Log.idOf(journal.read(position))).isEqualTo(1);
        }
        try (Journal journal = open(nested)) {
            assertThat(journal.recovered().created()).isFalse();
            assertThat(Log.idOf(journal.read(position))).isEqualTo(1);
            journal.close(2, 3);
        }
        assertThat(nested.resolve("lock")).isEmptyFile(); // nobody owns it
    }

    @Test
    void open_heldByThisProcess_isInUseNamingFolderAndPid() {
        try (Journal journal = open(folder)) {
            assertThat(journal.recovered().created()).isTrue();
            assertInUse(ProcessHandle.current().pid());
            assertInUse(ProcessHandle.current().pid());
        }
        open(folder).close();
    }

    /**
     * As another class loader of this process would find it, or another process after this one lost the system's lock.
     */
    @Test
    void open_systemLockLostButOwnerAlive_isInUse() throws IOException {
        Path lock = Files.createFile(folder.resolve("lock"));
        Files.writeString(lock, LockOwner.self(lock).text());
        assertInUse(ProcessHandle.current().pid());
        assertThat(Files.readString(lock)).isEqualTo(LockOwner.self(lock).text());
    }

    @Test
    void open_copyOfAFolderInUse_opens() throws IOException {
        Path lock = Files.createFile(folder.resolve("lock"));
        Files.writeString(lock, LockOwner.self(lock).text());
        Path copy = Files.createDirectory(folder.resolve("copy"));
        Files.copy(lock, copy.resolve("lock"));
        open(copy).close();
    }

    @Test
    void open_ownerDeadOrItsIdUsedAgain_opens() throws IOException {
        Path lock = Files.createFile(folder.resolve("lock"));
        LockOwner self = LockOwner.self(lock);
        Files.writeString(lock, new LockOwner(self.pid(), self.startMs() + 5_000, self.file()).text());
        open(folder).close();
    }

    @Test
    void open_foreignFiles_isRefusedAndLeavesThemAlone() throws IOException {
        Path lock = Files.writeString(folder.resolve("lock"), "the key of my bicycle\n");
        assertThatThrownBy(() -> open(folder)).hasMessageContaining("lock").hasMessageContaining("another folder");
        assertThat(lock).hasContent("the key of my bicycle\n");
        Files.delete(lock);

        Path meta = Files.writeString(folder.resolve("meta"), "notes about notes, and much more of them\n");
        assertThatThrownBy(() -> open(folder)).hasMessageContaining("meta").hasMessageContaining("somebody else's");
        assertThat(meta).hasContent("notes about notes, and much more of them\n");
    }

    @Test
    void open_heldByAnotherProcess_isInUseNamingItsPid() throws IOException, InterruptedException {
        Process other = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp", classPath(), Holder.class.getName(), folder.toString()).redirectErrorStream(true).start();
        try {
            assertThat(other.getInputStream().read()).isEqualTo('!');
            assertInUse(other.pid());
            assertInUse(other.pid());
        } finally {
            other.destroyForcibly();
            other.waitFor(10, TimeUnit.SECONDS);
        }
        open(folder).close(); // kill -9 released it
    }

    @Test
    void at_file_isRefused() throws IOException {
        Path file = Files.writeString(folder.resolve("file"), "text");
        assertThatThrownBy(() -> FolderDisk.at(file)).hasMessageContaining("is a file, not a folder")
                .isInstanceOfSatisfying(JournalException.class, e -> assertThat(e.kind()).isEqualTo(Kind.FAILED));
        assertThat(Files.readString(file)).isEqualTo("text");
    }

    /** More than is remembered, files that are not there among them, and none of it shows. */
    @Test
    void willRead_anyFile_changesNothing() throws IOException {
        Path file = Files.write(folder.resolve("large"), new byte[3 << 20]);
        try (Disk disk = FolderDisk.at(folder)) {
            for (int i = 0; i < 20; i++) {
                disk.willRead("large");
                disk.willRead("absent");
            }
        }
        assertThat(folder).isDirectoryContaining(file::equals);
        assertThat(folder.resolve("absent")).doesNotExist();
        Disk closed = FolderDisk.at(folder);
        closed.close();
        closed.willRead("large");
    }

    @Test
    void close_interruptedWhileReadingAhead_closesAndStaysInterrupted() throws IOException {
        Files.write(folder.resolve("large"), new byte[3 << 20]);
        Disk disk = FolderDisk.at(folder);
        disk.willRead("large");
        Thread.currentThread().interrupt();
        disk.close();
        assertThat(Thread.interrupted()).isTrue();
    }

    @Test
    void open_refused_unlocksTheFolder() throws IOException {
        open(folder).close();
        Files.write(folder.resolve("meta"), new byte[64]);
        Files.write(folder.resolve("shard-00/0001.seg"), new byte[8_000]);
        open(folder).close(); // nothing but zeros: an interrupted creation
        byte[] segment = Files.readAllBytes(folder.resolve("shard-00/0001.seg"));
        Files.write(folder.resolve("meta"), new byte[64]);
        Files.write(folder.resolve("shard-00/0002.seg"), segment);
        for (int i = 0; i < 2; i++) {
            assertThatThrownBy(() -> open(folder)).isInstanceOfSatisfying(JournalException.class,
                    e -> assertThat(e.kind()).isEqualTo(Kind.CORRUPT));
        }
    }

    private void assertInUse(long pid) {
        assertThatThrownBy(() -> open(folder)).hasMessageContaining("in use by process " + pid)
                .hasMessageContaining(folder.getFileName().toString())
                .isInstanceOfSatisfying(JournalException.class, e -> assertThat(e.kind()).isEqualTo(Kind.IN_USE));
    }

    private static Journal open(Path folder) {
        return Log.open(FolderDisk.at(folder), new Log());
    }

    private static String classPath() {
        return Path.of("target", "classes") + java.io.File.pathSeparator + Path.of("target", "test-classes");
    }

    /** Holds a folder until it is killed. */
    static final class Holder {
        private Holder() {}

        public static void main(String[] args) throws IOException {
            open(Path.of(args[0]));
            System.out.print('!');
            System.out.flush();
            if (System.in.read() == 0) {
                throw new IOException("nobody writes to this process");
            }
        }
    }
}
