package dev.millrace.journal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.journal.JournalException.Kind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Folders that came about in other ways than by a journal: copied while in use, cut, mixed. */
class CopiedFolderTest {
    private static final int SEEDS = 200;

    private final MemoryDisk disk = new MemoryDisk();
    private final ArrayDeque<Long> live = new ArrayDeque<>();
    private long appended;

    @Test
    void open_copiedWhileInUse_isAPastStateOrCorruptWithItsPlace() {
        int opened = 0;
        int refused = 0;
        for (int seed = 0; seed < SEEDS; seed++) {
            MemoryDisk copy = copyWhileInUse(new Random(seed));
            Log log = new Log();
            try (Journal journal = Log.open(copy, log)) {
                for (int i = 1; i < log.ids.size(); i++) {
                    assertThat(log.ids.get(i)).as("seed " + seed).isEqualTo(log.ids.get(i - 1) + 1);
                }
                Log.put(journal, 7, 10);
                journal.commit(1, 8);
                opened++;
            } catch (JournalException e) {
                assertThat(e.kind()).as("seed " + seed).isEqualTo(Kind.CORRUPT);
                assertThat(e).hasMessageContaining(" at offset ").hasMessageContaining("millrace doctor");
                assertThat(e).hasMessageMatching("(?s)(meta|shard-00/).*");
                refused++;
            }
        }
        assertThat(opened).isGreaterThan(SEEDS / 2);
        assertThat(refused).isPositive();
    }

    /** File by file in any order, in pieces, with work going on in between. */
    private MemoryDisk copyWhileInUse(Random random) {
        MemoryDisk source = new MemoryDisk();
        MemoryDisk copy = new MemoryDisk();
        live.clear();
        appended = 0;
        int workBetween = 1 + random.nextInt(40);
        try (Journal journal = Log.open(source, new Log())) {
            work(journal, random, random.nextInt(400));
            List<String> names = new ArrayList<>(source.names());
            Collections.shuffle(names, random);
            for (String name : names) {
                byte[] bytes = new byte[0];
                while (source.files.containsKey(name) && bytes.length < source.bytes(name).length) {
                    byte[] now = source.bytes(name);
                    int to = Math.min(now.length, bytes.length + 1 + random.nextInt(40_000));
                    byte[] more = Arrays.copyOf(bytes, to);
                    System.arraycopy(now, bytes.length, more, bytes.length, to - bytes.length);
                    bytes = more;
                    work(journal, random, random.nextInt(workBetween));
                }
                copy.replace(name, bytes);
            }
        }
        return copy;
    }

    private void work(Journal journal, Random random, int steps) {
        for (int i = 0; i < steps; i++) {
            long position = Log.put(journal, ++appended, random.nextInt(300));
            journal.adopt(position);
            live.add(position);
            if (random.nextInt(3) == 0) {
                journal.commit(1, appended + 1);
            }
            if (random.nextInt(6) == 0) {
                journal.sync();
            }
            while (live.size() > 60) {
                journal.retire(live.remove());
            }
            journal.release(journal.deadThrough());
        }
    }

    @Test
    void open_lockFileCopiedWithTheFolder_doesNotBlock(@TempDir Path folder) throws IOException {
        Path used = folder.resolve("used");
        Path copied = folder.resolve("copied");
        try (Journal journal = Log.open(FolderDisk.at(used), new Log())) {
            Log.put(journal, 1, 10);
            journal.commit(1, 2);
            copy(used, copied);
            assertThat(copied.resolve("lock")).isNotEmptyFile();
            assertThat(Log.of(FolderDisk.at(copied)).ids).containsExactly(1L);
            assertThat(Inspection.of(FolderDisk.readOnly(copied), false, (p, t, s, q, ms, h, b) -> {}).problems()).isEmpty();
        }
    }

    @Test
    void open_anySegmentCutAnywhere_isAPrefixOrCorruptAndNeverMore() {
        int[] outcomes = new int[2];
        List<Long> all = threeSegments();
        for (String name : List.of("shard-00/0001.seg", "shard-00/0002.seg", "shard-00/0003.seg")) {
            byte[] whole = disk.bytes(name);
            for (int length = 0; length < whole.length; length += 37) {
                MemoryDisk cut = disk.afterKill();
                cut.replace(name, Arrays.copyOf(whole, length));
                Log log = new Log();
                try {
                    Log.open(cut, log).close();
                    assertThat(all.subList(0, log.ids.size())).isEqualTo(log.ids);
                    outcomes[0]++;
                } catch (JournalException e) {
                    assertThat(e.kind()).isEqualTo(Kind.CORRUPT);
                    assertThat(e).hasMessageContaining("shard-00/").hasMessageContaining(" at offset ");
                    outcomes[1]++;
                }
            }
        }
        assertThat(outcomes[0]).isPositive();
        assertThat(outcomes[1]).isPositive();
    }

    @Test
    void open_aShortSegmentsEndMissing_isCorruptNotAShorterLog() {
        threeSegments();
        disk.replace("shard-00/0001.seg", Arrays.copyOf(disk.bytes("shard-00/0001.seg"), 8_000));
        assertThatThrownBy(() -> Log.of(disk)).hasMessageContaining("shard-00/0001.seg at offset ")
                .hasMessageContaining("although segment 2 was begun");
    }

    @Test
    void open_allSegmentsMissing_isCorrupt() {
        threeSegments();
        disk.files.keySet().removeIf(name -> name.endsWith(".seg"));
        assertThatThrownBy(() -> Log.of(disk)).hasMessageContaining("no segment with a valid header")
                .isInstanceOfSatisfying(JournalException.class, e -> assertThat(e.kind()).isEqualTo(Kind.CORRUPT));
    }

    private List<Long> threeSegments() {
        try (Journal journal = Log.open(disk, new Log())) {
            for (long id = 1; journal.currentSegment() < 3; id++) {
                Log.put(journal, id, 500);
                journal.commit(1, id + 1);
            }
            journal.sync();
        }
        return Log.of(disk.afterKill()).ids;
    }

    private static void copy(Path from, Path to) throws IOException {
        try (Stream<Path> paths = Files.walk(from)) {
            for (Path each : paths.toList()) {
                Path target = to.resolve(from.relativize(each).toString());
                if (Files.isDirectory(each)) {
                    Files.createDirectories(target);
                } else {
                    Files.write(target, Files.readAllBytes(each));
                }
            }
        }
    }
}
