package dev.millrace.cli;

import dev.millrace.api.Durability;
import dev.millrace.api.ErrorCode;
import dev.millrace.api.Limits;
import dev.millrace.api.Millrace;
import dev.millrace.api.MillraceException;
import dev.millrace.api.OpenOptions;
import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import org.jspecify.annotations.Nullable;

/**
 * Where a job is kept: the folder of an embedded engine, and beside its files
 *
 * <pre>
 *   each/job       what the job was begun with              {@link JobRecord}
 *   each/hashes    the running hash of its input            {@link HashFile}
 *   each/inputs    where the inputs ended that were run     {@link FinishedInputs}
 *   each/lock      locked by a call whose items are on a server
 *   each/had       there once it had an item of those       {@link JobPlace#noteHad}
 *   each/order/    output that waits for its turn           {@link OrderedOutput}
 *   output/17.out  output that is too long for the results file; 17.err likewise
 * </pre>
 *
 * <p>Whoever has the engine open owns them all.
 */
final class JobFolder {
    /** The queue, and the producer that counts its items. */
    static final String QUEUE = "each";

    /** The longest item. */
    static final int ITEM_BYTES_MAX = 1 << 20;

    private final Path folder;

    JobFolder(Path folder) {
        this.folder = folder;
    }

    Path record() {
        return folder.resolve("each").resolve("job");
    }

    Path hashes() {
        return folder.resolve("each").resolve("hashes");
    }

    Path inputs() {
        return folder.resolve("each").resolve("inputs");
    }

    Path lock() {
        return folder.resolve("each").resolve("lock");
    }

    Path had() {
        return folder.resolve("each").resolve("had");
    }

    /** There where the folder has an engine of its own. */
    Path embeddedShard() {
        return folder.resolve("shard-00");
    }

    Path order() {
        return folder.resolve("each").resolve("order");
    }

    Path output() {
        return folder.resolve("output");
    }

    /** As the other commands would have to be given it. */
    String uri() {
        return "embedded:" + folder;
    }

    boolean exists() {
        return Files.exists(folder);
    }

    /**
     * Opens the engine, and makes the folder if there is none.
     *
     * <p>What counts as a failure is decided here by exit codes alone, so however often the engine dies beneath a
     * running item, that must not bury it. And however long a job lies there, its producer knows how far the items have
     * come.
     */
    Millrace open() {
        OpenOptions options = OpenOptions.defaults()
                .withDurability(Durability.WRITTEN)
                .withEngineDeathsMax(0)
                .withProducerKeepMs(Limits.DELAY_MAX_MS)
                .withPayloadBytesMax(ITEM_BYTES_MAX + NumberedItem.OVERHEAD_BYTES_MAX);
        return Failures.opening(() -> Millrace.open(uri(), options));
    }

    /** What the job was begun with; null for a new one. Refuses a folder that something else is kept in. */
    @Nullable JobRecord readRecord(Millrace mill) throws IOException {
        if (Files.exists(record())) {
            return JobRecord.read(record());
        }
        if (!mill.queues().isEmpty()) {
            throw RefusedException.usage("the folder " + folder
                    + " holds queues of something else; name another --folder");
        }
        Files.createDirectories(record().getParent());
        return null;
    }

    /**
     * Forgets the job. The folder gets another name in one step, and is then deleted: killed in between, the job is
     * either all there or gone.
     */
    void forget() throws IOException {
        Path forgotten = folder.resolveSibling(folder.getFileName() + ".forgotten");
        deleteTree(forgotten);
        if (!exists()) {
            return;
        }
        if (!Files.exists(record())) {
            try (var entries = Files.list(folder)) {
                if (entries.findAny().isEmpty()) {
                    return;
                }
            }
            throw RefusedException.usage("the folder " + folder
                    + " does not look like one of `millrace each`; it is left alone. Delete it yourself, or name another"
                    + " --folder");
        }
        requireUnused();
        Files.move(folder, forgotten);
        deleteTree(forgotten);
    }

    /**
     * Forgets what there is beside a job's items, all but the lock. The record goes first: without it the rest counts
     * for nothing.
     */
    void forgetFiles() throws IOException {
        for (Path file : new Path[] {record(), hashes(), inputs(), had()}) {
            Files.deleteIfExists(file);
        }
        deleteTree(order());
        deleteTree(output());
    }

    private void requireUnused() {
        try {
            open().close();
        } catch (MillraceException failure) {
            // Damage, or another version, is no reason to keep what is to be forgotten.
            if (failure.code() != ErrorCode.CORRUPT && failure.code() != ErrorCode.VERSION) {
                throw failure;
            }
        }
    }

    static void deleteTree(Path top) throws IOException {
        if (!Files.exists(top, LinkOption.NOFOLLOW_LINKS)) {
            return;
        }
        Files.walkFileTree(top, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                Files.delete(file);
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult postVisitDirectory(Path visited, @Nullable IOException failure) throws IOException {
                if (failure != null) {
                    throw failure;
                }
                Files.delete(visited);
                return FileVisitResult.CONTINUE;
            }
        });
    }
}
