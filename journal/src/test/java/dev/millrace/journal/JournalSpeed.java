package dev.millrace.journal;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/**
 * Measures the journal, by hand: {@code java -cp target/classes:target/test-classes dev.millrace.journal.JournalSpeed
 * FOLDER [SECONDS]}. Each line is one way of use, in a fresh folder; a pair is a put (48 bytes of head, 200 of body)
 * and an ack (16 bytes of head).
 */
final class JournalSpeed {
    private static final int PAIR_BYTES = 16 + 48 + 200 + 16 + 16;

    private final Path folder;
    private final long nanos;
    private final ByteBuffer payload = ByteBuffer.allocateDirect(200);

    private JournalSpeed(Path folder, double seconds) {
        this.folder = folder;
        nanos = (long) (seconds * 1e9);
    }

    public static void main(String[] args) throws IOException {
        JournalSpeed speed = new JournalSpeed(Path.of(args[0]), args.length > 1 ? Double.parseDouble(args[1]) : 3);
        for (int commit : List.of(256, 1, 16, 256, 4096)) {
            speed.pairs(Durability.WRITTEN, commit);
        }
        for (int commit : List.of(1, 16, 256, 1, 16, 256)) { // in turns, for a shared disk changes its mind
            speed.pairs(Durability.SYNC, commit);
            speed.bareLoop(commit);
        }
        speed.readAndReplay(1_000_000);
    }

    private void pairs(Durability durability, int commit) throws IOException {
        Path at = fresh();
        JournalOptions options = JournalOptions.defaults().with(durability);
        try (Journal journal = Journal.open(FolderDisk.at(at), options, 1, 2, (p, t, s, q, ms, h, b) -> {})) {
            long pairs = 0;
            long begun = System.nanoTime();
            long now = begun;
            while (now - begun < nanos) {
                for (int i = 0; i < commit; i++) {
                    long position = put(journal, pairs + i);
                    journal.adopt(position);
                    journal.begin(2, 1, 7, 16, 0).putLong(pairs + i).putLong(position);
                    journal.end();
                    journal.retire(position);
                }
                pairs += commit;
                journal.release(journal.deadThrough());
                now = System.nanoTime();
                journal.commit(now / 1_000_000, pairs);
                if (durability == Durability.SYNC) {
                    journal.sync();
                }
            }
            report("%s, commits of %d pairs: ".formatted(durability, commit), pairs, now - begun);
            System.out.println("    " + journal.stats());
        }
    }

    /** What the disk gives to whoever writes the same bytes in a row over blocks written before, and fsyncs. */
    private void bareLoop(int commit) throws IOException {
        Path file = fresh().resolve("bare");
        int size = 64 << 20;
        int batch = 40 + commit * PAIR_BYTES;
        ByteBuffer bytes = ByteBuffer.allocateDirect(batch);
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
            ByteBuffer zeros = ByteBuffer.allocateDirect(1 << 20);
            for (int at = 0; at < size; at += zeros.capacity()) {
                channel.write(zeros.clear(), at);
            }
            channel.force(true);
            long commits = 0;
            long at = 0;
            long begun = System.nanoTime();
            long now = begun;
            while (now - begun < nanos) {
                at = at + batch > size ? 0 : at;
                channel.write(bytes.clear(), at);
                channel.force(false);
                at += batch;
                commits++;
                now = System.nanoTime();
            }
            report("bare write+fdatasync, " + commit + " pairs: ", commits * commit, now - begun);
        }
    }

    private void readAndReplay(int records) throws IOException {
        Path at = fresh();
        JournalOptions options = JournalOptions.defaults().with(Durability.WRITTEN);
        long[] positions = new long[records];
        try (Journal journal = Journal.open(FolderDisk.at(at), options, 1, 2, (p, t, s, q, ms, h, b) -> {})) {
            for (int i = 0; i < records; i++) {
                positions[i] = put(journal, i);
                if (i % 256 == 255) {
                    journal.commit(i / 1000, i);
                }
            }
            journal.commit(records, records);
            long begun = System.nanoTime();
            long sum = 0;
            for (long position : positions) {
                sum += journal.read(position).body().remaining();
            }
            report("reads in order (" + sum + " bytes): ", records, System.nanoTime() - begun);
            begun = System.nanoTime();
            int random = records / 10;
            for (int i = 0; i < random; i++) {
                sum += journal.read(positions[(int) (i * 7_919_777L % records)]).body().remaining();
            }
            report("reads at random (" + sum + " bytes): ", random, System.nanoTime() - begun);
        }
        for (int round = 0; round < 3; round++) {
            long[] seen = {0};
            long begun = System.nanoTime();
            Journal.open(FolderDisk.at(at), options, 1, 2, (p, t, s, q, ms, h, b) -> seen[0] += b.remaining()).close();
            report("replay of " + seen[0] + " bytes of body: ", records, System.nanoTime() - begun);
        }
        delete(at);
    }

    private long put(Journal journal, long id) {
        ByteBuffer to = journal.begin(1, 1, 7, 48, 200);
        to.putLong(id).putLong(0).putLong(0).putLong(0).putLong(0).putLong(0).put(payload.clear());
        return journal.end();
    }

    private static void report(String what, long count, long nanos) {
        System.out.printf("%-46s %,12.0f a second, %,d in %.2f s%n", what, count * 1e9 / nanos, count, nanos / 1e9);
    }

    private Path fresh() throws IOException {
        Path at = folder.resolve("journal-speed");
        delete(at);
        return Files.createDirectories(at);
    }

    private static void delete(Path at) throws IOException {
        if (Files.exists(at)) {
            try (Stream<Path> paths = Files.walk(at)) {
                for (Path path : paths.sorted(Comparator.reverseOrder()).toList()) {
                    Files.delete(path);
                }
            }
        }
    }
}
