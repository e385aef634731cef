package dev.millrace.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.api.Durability;
import dev.millrace.api.Millrace;
import dev.millrace.api.OpenOptions;
import dev.millrace.api.Put;
import dev.millrace.api.TimeSource;
import dev.millrace.cli.Cli.Outcome;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Folders that people and their tools have damaged, and clocks that stepped back, as they look from the command line.
 */
class BadFolderTest {
    private static final OpenOptions WRITTEN = OpenOptions.defaults().withDurability(Durability.WRITTEN);
    private static final int TASKS = 12;

    @TempDir
    Path temporary;

    private final Random random = new Random(1);

    @Test
    void open_segmentMissing_isRefusedByItsNumber() throws IOException {
        Path folder = folder("store");
        Files.delete(segments(folder).get(1));
        assertRefused(folder, folder + ": shard-00/", "segment 2 is missing or its header damaged; the log needs segments 1…");
    }

    @Test
    void open_segmentDoubled_isRefusedByBothNames() throws IOException {
        Path folder = folder("store");
        Files.copy(segments(folder).getFirst(), folder.resolve("shard-00/0099.seg"));
        assertRefused(folder, folder + ": shard-00/0099.seg at offset 0: segment 1 is also in shard-00/0001.seg");
    }

    @Test
    void open_segmentTruncated_isRefusedByFileAndOffset() throws IOException {
        Path folder = folder("store");
        try (FileChannel file = FileChannel.open(segments(folder).getFirst(), StandardOpenOption.WRITE)) {
            file.truncate(file.size() / 2);
        }
        assertRefused(folder, folder + ": shard-00/0001.seg at offset ", "although segment 2 was begun");
    }

    @Test
    void open_segmentOfAnotherFolder_isRefusedByBothIds() throws IOException {
        Path folder = folder("store");
        Path other = segments(folder("other")).getFirst();
        Files.copy(other, folder.resolve("shard-00/0099.seg"));
        assertRefused(folder, folder + ": shard-00/0099.seg at offset 0: a foreign segment: folderId=", ", but this folder's is ");
    }

    @Test
    void open_allSegmentsMissing_isRefused() throws IOException {
        Path folder = folder("store");
        for (Path segment : segments(folder)) {
            Files.delete(segment);
        }
        assertRefused(folder, folder + ": shard-00/", "no segment");
    }

    /**
     * Files are copied one after another, while tasks are put and acknowledged: the copy need not be of any one moment.
     */
    @Test
    void open_folderCopiedWhileInUse_isAPastStateOrRefusedWithItsPlace() throws Exception {
        Path folder = temporary.resolve("store");
        try (Millrace mill = Millrace.open("embedded:" + folder, WRITTEN)) {
            work(mill, 20);
            Path copy = temporary.resolve("copy");
            Files.createDirectories(copy.resolve("shard-00"));
            for (Path file : files(folder)) {
                Files.copy(file, copy.resolve(folder.relativize(file).toString()));
                work(mill, 3);
            }
            Outcome outcome = Cli.run("", "stats", "mail", "--json", "--at", "embedded:" + copy);
            if (outcome.exitCode() == 0) {
                assertThat(outcome.out()).contains("\"ready\":");
            } else {
                assertSays(outcome, copy + ": shard-00/", " at offset ");
            }
            assertThat(mill.queue("mail").stats().total()).as("the original goes on").isPositive();
        }
    }

    /** Each command opens the folder by the clock as it is; the last one that had it saw an hour more. */
    @Test
    void open_clockAnHourBack_warnsWithBothAndEndsNothingEarly() throws Exception {
        Path folder = temporary.resolve("store");
        long behindMs = Duration.ofHours(1).toMillis();
        try (Millrace mill = Millrace.open("embedded:" + folder, WRITTEN.withTimeSource(ahead(behindMs)))) {
            mill.queue("mail").put(new byte[1], Put.delay(Duration.ofMillis(1_000_000)));
            mill.queue("mail").put(new byte[1]);
        }
        Process stats = Cli.process(
                        Main.class, List.of(), "stats", "mail", "--json", "--at", "embedded:" + folder)
                .redirectError(temporary.resolve("err").toFile())
                .start();
        String out = new String(stats.getInputStream().readAllBytes(), UTF_8);
        assertThat(stats.waitFor()).isZero();
        assertThat(out).contains("\"ready\":1,\"delayed\":1");
        assertThat(temporary.resolve("err"))
                .content()
                .startsWith("millrace: " + folder + ": the clock is behindMs=")
                .contains(" > 60000 behind the last time stored here", "Set the clock if it is wrong")
                .hasLineCount(1);
    }

    @Test
    void open_clockAsItWas_saysNothing() throws Exception {
        Path folder = folder("store");
        Process stats = Cli.process(Main.class, List.of(), "stats", "mail", "--at", "embedded:" + folder)
                .redirectErrorStream(true)
                .start();
        assertThat(new String(stats.getInputStream().readAllBytes(), UTF_8)).startsWith("QUEUE").hasLineCount(2);
        assertThat(stats.waitFor()).isZero();
    }

    private static TimeSource ahead(long aheadMs) {
        return new TimeSource() {
            @Override
            public long wallMs() {
                return System.currentTimeMillis() + aheadMs;
            }

            @Override
            public long monotonicNs() {
                return System.nanoTime();
            }
        };
    }

    /** Every command refuses in the same words and changes nothing; the doctor finds damage, too. */
    private static void assertRefused(Path folder, String... told) throws IOException {
        Map<Path, byte[]> before = contents(folder);
        for (String command : List.of("stats", "put", "take")) {
            assertSays(Cli.run("x\n", command, "mail", "--at", "embedded:" + folder), told);
        }
        assertThat(Cli.run("", "doctor", folder.toString()).exitCode()).isEqualTo(1);
        Map<Path, byte[]> after = contents(folder);
        assertThat(after.keySet()).isEqualTo(before.keySet());
        after.forEach((file, bytes) -> assertThat(bytes).as(file.toString()).isEqualTo(before.get(file)));
    }

    private static void assertSays(Outcome outcome, String... told) {
        assertThat(outcome.exitCode()).as(outcome.err()).isEqualTo(2);
        assertThat(outcome.out()).isEmpty();
        assertThat(outcome.err())
                .startsWith("millrace: ")
                .contains(told)
                .contains("nothing was changed. Restore the folder from a copy, or see what can be had of it with: millrace doctor")
                .hasLineCount(1);
    }

    /** A folder with several segments, closed in order. */
    private Path folder(String name) throws IOException {
        Path folder = temporary.resolve(name);
        try (Millrace mill = Millrace.open("embedded:" + folder, WRITTEN)) {
            for (int index = 0; index < TASKS; index++) {
                mill.queue("mail").put(payload());
            }
        }
        assertThat(segments(folder)).hasSizeGreaterThanOrEqualTo(3);
        return folder;
    }

    private void work(Millrace mill, int tasks) {
        for (int index = 0; index < tasks; index++) {
            mill.queue("mail").put(payload());
            if (index % 2 == 0) {
                var task = mill.queue("mail").take();
                if (task != null) {
                    task.ack();
                }
            }
        }
    }

    private byte[] payload() {
        byte[] bytes = new byte[300_000];
        random.nextBytes(bytes);
        return bytes;
    }

    private static List<Path> segments(Path folder) throws IOException {
        return files(folder).stream().filter(file -> file.toString().endsWith(".seg")).toList();
    }

    private static List<Path> files(Path folder) throws IOException {
        try (Stream<Path> all = Files.walk(folder)) {
            return all.filter(Files::isRegularFile).sorted().toList();
        }
    }

    /** Of all files but the lock's, which names who had it last. */
    private static Map<Path, byte[]> contents(Path folder) throws IOException {
        Map<Path, byte[]> contents = new HashMap<>();
        for (Path file : files(folder)) {
            if (!file.endsWith("lock")) {
                contents.put(file, Files.readAllBytes(file));
            }
        }
        return contents;
    }
}
