package dev.millrace.journal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.journal.JournalException.Kind;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

class RecoveryTest {
    private static final String FIRST = "shard-00/0001.seg";
    private static final String SECOND = "shard-00/0002.seg";
    private static final String THIRD = "shard-00/0003.seg";

    private final MemoryDisk disk = new MemoryDisk();

    @Test
    void open_lastBatchCutAtAnyByte_cutsItAndGoesOn() {
        twoBatches(false);
        byte[] whole = written(FIRST);
        int lastBatchAt = 4096 + 40 + 2 * 128;
        for (int length = lastBatchAt; length < whole.length; length++) {
            MemoryDisk torn = disk.afterKill();
            torn.replace(FIRST, Arrays.copyOf(whole, length));
            Log log = new Log();
            try (Journal journal = Log.open(torn, log)) {
                assertThat(log.ids).containsExactly(1L, 2L);
                if (length > lastBatchAt) {
                    assertThat(journal.recovered().cutBytes()).isPositive();
                    assertThat(journal.recovered().note()).contains(FIRST, "at offset " + lastBatchAt);
                }
                Log.put(journal, 9, 100);
                journal.commit(1, 1);
            }
            assertThat(Log.of(torn).ids).containsExactly(1L, 2L, 9L);
        }
    }

    @Test
    void open_anyBitOfUnsyncedTailFlipped_cutsIt() {
        twoBatches(false);
        byte[] whole = written(FIRST);
        for (int at = 4096 + 40 + 2 * 128; at < whole.length; at++) {
            MemoryDisk torn = disk.afterKill();
            byte[] flipped = whole.clone();
            flipped[at] ^= 0x10;
            torn.replace(FIRST, flipped);
            assertThat(Log.of(torn).ids).containsExactly(1L, 2L);
            assertThat(Log.of(torn).ids).containsExactly(1L, 2L);
        }
    }

    @Test
    void open_anyBitOfSyncedBatchFlipped_isCorruptAndChangesNothing() {
        twoBatches(true);
        byte[] whole = disk.bytes(FIRST);
        for (int at = 4096; at < 4096 + 40 + 2 * 128; at++) {
            byte[] flipped = whole.clone();
            flipped[at] ^= 0x10;
            disk.replace(FIRST, flipped);
            assertRefused(disk, Kind.CORRUPT, FIRST + " at offset 4096", "batch 1 is damaged");
        }
    }

    @Test
    void open_tornBatchBeforeWholeOne_cutsBothAndStaleOneNeverReplays() {
        try (Journal journal = Log.open(disk, new Log())) {
            for (int id = 1; id <= 3; id++) {
                Log.put(journal, id, 104);
                journal.commit(1, 1);
            }
        }
        disk.bytes(FIRST)[4096 + 168 + 60] ^= 1; // batch 2 of 3, each of 168 bytes
        Log log = new Log();
        try (Journal journal = Log.open(disk, log)) {
            assertThat(log.ids).containsExactly(1L);
            assertThat(journal.recovered().cutBytes()).isEqualTo(2 * 168);
            Log.put(journal, 7, 104);
            journal.commit(1, 1);
        }
        assertThat(Log.of(disk).ids).containsExactly(1L, 7L);
    }

    @Test
    void open_flipInClosedSegment_isCorrupt() {
        threeSegments();
        disk.bytes(SECOND)[4096 + 200] ^= 1;
        assertRefused(disk, Kind.CORRUPT, SECOND, "although segment 3 was begun");
    }

    @Test
    void open_segmentMissing_isCorruptWithItsNumber() {
        threeSegments();
        disk.files.remove(SECOND);
        assertRefused(disk, Kind.CORRUPT, "segment 2 is missing", "1…3");
    }

    @Test
    void open_segmentDoubled_isCorrupt() {
        threeSegments();
        disk.replace("shard-00/0009.seg", disk.bytes(SECOND).clone());
        assertRefused(disk, Kind.CORRUPT, "shard-00/0009.seg", "segment 2 is also in " + SECOND);
    }

    @Test
    void open_segmentOfAnotherFolder_isCorrupt() {
        threeSegments();
        MemoryDisk other = new MemoryDisk();
        Journal.open(other, Log.SMALL, 1, 99, new Log()).close();
        disk.replace("shard-00/0007.seg", other.bytes(FIRST));
        assertRefused(disk, Kind.CORRUPT, "shard-00/0007.seg", "foreign");
    }

    @Test
    void open_newestHeaderDamaged_isCorrupt() {
        threeSegments();
        disk.bytes(THIRD)[24] ^= 1;
        assertRefused(disk, Kind.CORRUPT, THIRD, "batch of segment 3");
    }

    @Test
    void open_newestHeaderDamagedOneBatchAndManyZeros_isCorrupt() {
        try (Journal journal = Log.open(disk, JournalOptions.defaults(), new Log())) {
            Log.put(journal, 1, 100);
            journal.roll(1, 2);
            Log.put(journal, 2, 100);
            journal.commit(1, 3);
        }
        assertThat(disk.bytes(SECOND).length).isGreaterThan(100_000);
        disk.bytes(SECOND)[24] ^= 1;
        assertRefused(disk, Kind.CORRUPT, SECOND, "batch of segment 2", "at offset 4096");
    }

    /**
     * The segment between was freed and its slot given back; the first, freed as well, would seem to be all there is.
     */
    @Test
    void open_newestHeaderDamagedBehindAGap_isCorrupt() {
        threeSegments();
        disk.files.remove(SECOND);
        for (int offset : new int[] {0, 9, 16, 24, 25, 56, 72}) {
            disk.bytes(THIRD)[offset] ^= 1 << 6;
            assertRefused(disk, Kind.CORRUPT, THIRD, "batches of segment 3 follow", "is that of segment 1");
            disk.bytes(THIRD)[offset] ^= 1 << 6;
        }
    }

    @Test
    void open_newestHeaderGoneBehindAGap_isCorrupt() {
        threeSegments();
        disk.files.remove(SECOND);
        Arrays.fill(disk.bytes(THIRD), 0, Format.SEGMENT_HEADER_BYTES, (byte) 0);
        assertRefused(disk, Kind.CORRUPT, THIRD, "batches of segment 3 follow", "is that of segment 1");
    }

    @Test
    void open_headerOfTornRoll_isForgotten() {
        threeSegments();
        disk.replace("shard-00/0004.seg", new byte[3_000]);
        disk.bytes("shard-00/0004.seg")[5] = 1;
        Log log = Log.of(disk);
        assertThat(log.ids).hasSizeGreaterThan(50);
        assertThat(disk.files).doesNotContainKey("shard-00/0004.seg");
    }

    @Test
    void open_newerMeta_isVersion() {
        threeSegments();
        disk.bytes("meta")[8] = 2;
        assertRefused(disk, Kind.VERSION, "meta", "format=2 > formatMax=1");
    }

    @Test
    void open_newerSegment_isVersion() {
        threeSegments();
        Page page = new Page(Format.SEGMENT_HEADER_BYTES);
        page.bytes.put(disk.bytes(SECOND), 0, Format.SEGMENT_HEADER_BYTES);
        page.bytes.putShort(8, (short) 2);
        int salt = Format.salt(Format.segmentSalt(Log.FOLDER_ID, 2), 0);
        page.bytes.putInt(72, page.checksum(0, 72, salt));
        page.bytes.get(0, disk.bytes(SECOND), 0, Format.SEGMENT_HEADER_BYTES);
        assertRefused(disk, Kind.VERSION, SECOND, "format=2");
    }

    @Test
    void open_anyBitOfMetaFlipped_isRefused() {
        threeSegments();
        byte[] whole = disk.bytes("meta").clone();
        for (int at = 0; at < whole.length; at++) {
            byte[] flipped = whole.clone();
            flipped[at] ^= 4;
            disk.replace("meta", flipped);
            assertRefused(disk, at == 8 || at == 9 || at == 10 || at == 11 ? Kind.VERSION : Kind.CORRUPT, "meta");
        }
    }

    @Test
    void open_metaGone_isCorrupt() {
        threeSegments();
        disk.files.remove("meta");
        assertRefused(disk, Kind.CORRUPT, "meta", "holds records");
    }

    @Test
    void open_replayThrows_passesItOnAndChangesNothing() {
        twoBatches(false);
        disk.bytes(FIRST)[4096 + 40 + 2 * 128 + 50] ^= 1;
        Map<String, byte[]> before = bytes(disk);
        assertThatThrownBy(() -> Log.open(disk, (p, t, s, q, ms, h, b) -> {
            throw new UnsupportedOperationException("type " + t);
        })).isInstanceOf(UnsupportedOperationException.class);
        assertThat(bytes(disk)).containsExactlyEntriesOf(before);
        assertThat(Log.of(disk).ids).containsExactly(1L, 2L);
    }

    @Test
    void open_creationInterruptedAtEachEffect_opensAgain() {
        int interrupted = 0;
        for (int failing = 1; failing < 20; failing++) {
            for (MemoryDisk.Fault fault : MemoryDisk.Fault.values()) {
                MemoryDisk each = new MemoryDisk();
                each.failingEffect = failing;
                each.fault = fault;
                try {
                    Log.open(each, new Log()).close();
                } catch (JournalException e) {
                    assertThat(e.kind()).isEqualTo(Kind.FAILED);
                    interrupted++;
                }
                for (int seed = 0; seed < 10; seed++) {
                    assertUsable(each.afterPowerCut(new Random(seed)));
                }
                assertUsable(each.afterKill());
            }
        }
        assertThat(interrupted).isGreaterThan(12);
    }

    private static void assertUsable(MemoryDisk disk) {
        try (Journal journal = Journal.open(disk, Log.SMALL, 5, 6, new Log())) {
            Log.put(journal, 1, 1);
            journal.commit(1, 1);
        }
        assertThat(Log.of(disk).ids).containsExactly(1L);
    }

    private void twoBatches(boolean syncBetween) {
        try (Journal journal = Log.open(disk, new Log())) {
            Log.put(journal, 1, 100);
            Log.put(journal, 2, 101);
            journal.commit(1, 1);
            if (syncBetween) {
                journal.sync();
            }
            Log.put(journal, 3, 100);
            Log.put(journal, 4, 104);
            journal.commit(1, 1);
        }
    }

    /** Without the zeros ahead of the tail. */
    private byte[] written(String name) {
        byte[] bytes = disk.bytes(name);
        int end = bytes.length;
        while (bytes[end - 1] == 0) {
            end--;
        }
        return Arrays.copyOf(bytes, Format.aligned(end));
    }

    private void threeSegments() {
        try (Journal journal = Log.open(disk, new Log())) {
            for (int id = 1; journal.currentSegment() < 3; id++) {
                Log.put(journal, id, 500);
                journal.commit(1, 1);
            }
        }
    }

    private static void assertRefused(MemoryDisk disk, Kind kind, String... messageParts) {
        Map<String, byte[]> before = bytes(disk);
        assertThatThrownBy(() -> Log.open(disk, new Log())).hasMessageContainingAll(messageParts)
                .isInstanceOfSatisfying(JournalException.class, e -> assertThat(e.kind()).isEqualTo(kind));
        assertThat(bytes(disk)).containsExactlyEntriesOf(before);
    }

    private static Map<String, byte[]> bytes(MemoryDisk disk) {
        Map<String, byte[]> bytes = new HashMap<>();
        disk.files.forEach((name, contents) -> bytes.put(name, contents.now.clone()));
        return bytes;
    }
}
