package dev.millrace.journal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.NonWritableChannelException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The same file with and without an interrupt. */
class UninterruptibleFileTest {
    @TempDir
    Path folder;

    private Path path;

    @BeforeEach
    void name() {
        path = folder.resolve("file");
    }

    @AfterEach
    void clearInterrupt() {
        Thread.interrupted();
    }

    @Test
    void everyOperation_whileInterrupted_worksAndKeepsTheInterrupt() throws IOException {
        Thread.currentThread().interrupt();
        try (UninterruptibleFile file = open()) {
            file.write(bytes("abcdef"), 2);
            file.sync();
            file.syncAll();
            file.truncate(5);
            ByteBuffer read = ByteBuffer.allocateDirect(16);

            assertThat(file.read(read, 2)).isEqualTo(3);
            assertThat(read.flip()).isEqualTo(bytes("abc"));
            assertThat(file.bytes()).isEqualTo(5);
            assertThat(file.tryLock()).isNotNull();
            file.write(bytes("z"), 0);
        }
        assertThat(Thread.interrupted()).isTrue();
        assertThat(Files.readString(path)).isEqualTo("z\0abc");
    }

    @Test
    void folderDisk_whileInterrupted_locksSyncsAndCloses() throws IOException {
        Thread.currentThread().interrupt();
        FolderDisk disk = FolderDisk.at(folder);
        disk.lock();
        try (DiskFile file = disk.open("shard-00/0001.seg")) {
            file.write(bytes("abc"), 0);
            disk.sync();
            assertThat(file.bytes()).isEqualTo(3);
        }
        disk.close();
        assertThat(Thread.interrupted()).isTrue();
        assertThat(folder.resolve("lock")).isEmptyFile();
    }

    @Test
    void read_atTheEndOrPastIt_isNothing() throws IOException {
        try (UninterruptibleFile file = open()) {
            file.write(bytes("abc"), 0);
            assertThat(file.read(ByteBuffer.allocate(4), 3)).isZero();
            assertThat(file.read(ByteBuffer.allocate(4), 1_000)).isZero();
            assertThat(file.read(ByteBuffer.allocate(0), 0)).isZero();
        }
    }

    @Test
    void write_failing_throwsWithTheSystemsWords() throws IOException {
        UninterruptibleFile closed = open();
        closed.close();
        assertThatExceptionOfType(IOException.class).isThrownBy(() -> closed.write(bytes("x"), 0));
        assertThatExceptionOfType(IOException.class).isThrownBy(closed::bytes);

        Path full = Path.of("/dev/full");
        if (Files.isWritable(full)) {
            try (UninterruptibleFile file = UninterruptibleFile.open(full, StandardOpenOption.WRITE)) {
                assertThatExceptionOfType(IOException.class)
                        .isThrownBy(() -> file.write(bytes("x"), 0))
                        .withMessage("No space left on device");
            }
        }
        try (UninterruptibleFile file = UninterruptibleFile.open(folder, StandardOpenOption.READ)) {
            assertThatExceptionOfType(NonWritableChannelException.class).isThrownBy(() -> file.write(bytes("x"), 0));
        }
    }

    @Test
    void willSync_failing_isToldByTheNextSyncAndStays() throws IOException {
        IOException failure = new IOException("Input/output error");
        try (UninterruptibleFile file = open(ignored -> CompletableFuture.failedFuture(failure))) {
            file.willSync();
            for (int again = 0; again < 2; again++) {
                assertThatExceptionOfType(IOException.class).isThrownBy(file::sync).withMessage("Input/output error");
                assertThatExceptionOfType(IOException.class).isThrownBy(file::willSync).withMessage("Input/output error");
            }
        }
    }

    @Test
    void willSync_underWay_isNotAskedForAgainAndIsWaitedFor() throws Exception {
        CompletableFuture<Integer> settling = new CompletableFuture<>();
        AtomicInteger begun = new AtomicInteger();
        try (UninterruptibleFile file = open(ignored -> begun.incrementAndGet() == 1 ? settling : null)) {
            file.willSync();
            file.willSync();
            assertThat(begun).hasValue(1);
            Thread syncing = Thread.startVirtualThread(() -> {
                try {
                    file.sync();
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            });
            while (syncing.getState() != Thread.State.WAITING) {
                assertThat(syncing.isAlive()).isTrue();
                Thread.onSpinWait();
            }
            settling.complete(0);
            syncing.join();
            file.willSync();
            assertThat(begun).hasValue(2);
        }
    }

    @Test
    void willSync_ofASettler_makesItDurableAndEnds() throws Exception {
        Settler settler = new Settler();
        try (UninterruptibleFile file = open(settler::begin)) {
            file.write(bytes("abc"), 0);
            file.willSync();
            file.sync();
            settler.close();
            file.willSync();
            file.sync();
        } finally {
            settler.close();
        }
    }

    private UninterruptibleFile open(UninterruptibleFile.Settling settling) throws IOException {
        return UninterruptibleFile.open(
                path, settling, StandardOpenOption.READ, StandardOpenOption.WRITE, StandardOpenOption.CREATE);
    }

    private UninterruptibleFile open() throws IOException {
        return UninterruptibleFile.open(
                path, StandardOpenOption.READ, StandardOpenOption.WRITE, StandardOpenOption.CREATE);
    }

    private static ByteBuffer bytes(String text) {
        return StandardCharsets.US_ASCII.encode(text);
    }
}
