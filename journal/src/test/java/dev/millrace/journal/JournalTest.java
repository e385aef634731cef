package dev.millrace.journal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.util.List;
import org.junit.jupiter.api.Test;

class JournalTest {
    private final MemoryDisk disk = new MemoryDisk();

    @Test
    void open_emptyFolder_isCreated() {
        try (Journal journal = Log.open(disk, new Log())) {
            assertThat(journal.recovered())
                    .isEqualTo(new Recovered(true, true, Log.FOLDER_ID, Log.CREATED_MS, Log.CREATED_MS, 1, 1, 0, ""));
            assertThat(journal.oldestSegment()).isEqualTo(1);
            assertThat(journal.currentSegment()).isEqualTo(1);
        }
    }

    @Test
    void open_afterCommits_tellsRecordsInOrderWithTimes() {
        Log log = new Log();
        List<Long> positions;
        try (Journal journal = Log.open(disk, new Log())) {
            positions = List.of(Log.put(journal, 1, 0), Log.put(journal, 2, 13));
            journal.commit(2_000, 3);
            long third = Log.put(journal, 3, 100);
            journal.commit(1_500, 4); // the clock stepped back
            positions = List.of(positions.get(0), positions.get(1), third);
        }
        try (Journal journal = Log.open(disk, log)) {
            assertThat(log.ids).containsExactly(1L, 2L, 3L);
            assertThat(log.times).containsExactly(2_000L, 2_000L, 2_000L);
            assertThat(log.positions).isEqualTo(positions);
            assertThat(journal.recovered().closedCleanly()).isFalse();
            assertThat(journal.recovered().lastTimeMs()).isEqualTo(2_000);
        }
    }

    @Test
    void open_afterCleanClose_knowsNextId() {
        Journal journal = Log.open(disk, new Log());
        Log.put(journal, 1, 10);
        journal.close(3_000, 42);
        try (Journal again = Log.open(disk, new Log())) {
            assertThat(again.recovered().closedCleanly()).isTrue();
            assertThat(again.recovered().nextId()).isEqualTo(42);
            assertThat(again.recovered().cutBytes()).isZero();
            assertThat(again.recovered().createdMs()).isEqualTo(Log.CREATED_MS);
        }
    }

    @Test
    void close_withoutCommit_losesPending() {
        try (Journal journal = Log.open(disk, new Log())) {
            Log.put(journal, 1, 10);
            journal.commit(1, 1);
            Log.put(journal, 2, 10);
            assertThat(journal.pendingBytes()).isEqualTo(40 + 40);
        }
        assertThat(Log.of(disk).ids).containsExactly(1L);
    }

    @Test
    void commit_nothingPending_writesNothing() {
        try (Journal journal = Log.open(disk, new Log())) {
            int before = disk.effects;
            journal.commit(1, 1);
            journal.sync();
            assertThat(disk.effects).isEqualTo(before);
        }
    }

    @Test
    void commit_manyRecords_isOneWrite() {
        try (Journal journal = Log.open(disk, new Log())) {
            Log.put(journal, 0, 20);
            int before = disk.effects;
            for (int i = 1; i < 50; i++) {
                Log.put(journal, i, 20);
            }
            journal.commit(1, 1);
            assertThat(disk.effects).isEqualTo(before + 1);
            journal.sync();
            journal.sync();
            assertThat(disk.effects).isEqualTo(before + 2);
        }
    }

    @Test
    void read_pendingWrittenAndOlder_answersThem() {
        try (Journal journal = Log.open(disk, new Log())) {
            long older = Log.put(journal, 1, 100);
            journal.commit(1, 1);
            long written = Log.put(journal, 2, 100);
            journal.commit(1, 1);
            assertThat(Log.idOf(journal.read(written))).isEqualTo(2);
            assertThat(Log.idOf(journal.read(older))).isEqualTo(1);
            long pending = Log.put(journal, 3, 100);
            assertThat(Log.idOf(journal.read(pending))).isEqualTo(3);
            assertThat(Log.idOf(journal.read(written))).isEqualTo(2);
            Record record = journal.read(older);
            assertThat(record.position()).isEqualTo(older);
            assertThat(List.of(record.type(), record.schema(), record.queue())).containsExactly(1, 2, 3);
        }
    }

    @Test
    void read_whileTailGrows_seesNewRecords() {
        try (Journal journal = Log.open(disk, new Log())) {
            long[] positions = new long[2_000];
            for (int i = 0; i < positions.length; i++) {
                positions[i] = Log.put(journal, i, 30);
                journal.commit(1, 1);
                int back = Math.max(0, i - 3);
                assertThat(Log.idOf(journal.read(positions[back]))).isEqualTo(back);
                int far = (int) (i * 7_919L % (i + 1));
                assertThat(Log.idOf(journal.read(positions[far]))).isEqualTo(far);
            }
        }
    }

    @Test
    void read_betweenBeginAndEnd_leavesTheRecordAlone() {
        try (Journal journal = Log.open(disk, new Log())) {
            long first = Log.put(journal, 1, 8);
            ByteBuffer to = journal.begin(Log.TYPE, 2, 3, 8, 0);
            assertThat(Log.idOf(journal.read(first))).isEqualTo(1);
            to.putLong(2);
            assertThat(Log.idOf(journal.read(journal.end()))).isEqualTo(2);
        }
    }

    @Test
    void read_recordsLargerThanSegments_answersThem() {
        try (Journal journal = Log.open(disk, new Log())) {
            long small = Log.put(journal, 1, 10);
            long large = Log.put(journal, 2, 300_000);
            long pane = Log.put(journal, 3, 5_000);
            long last = Log.put(journal, 4, 40_000);
            journal.commit(1, 5);
            Log.put(journal, 5, 1);
            journal.commit(1, 5);
            assertThat(Log.idOf(journal.read(large))).isEqualTo(2);
            assertThat(Log.idOf(journal.read(pane))).isEqualTo(3);
            assertThat(Log.idOf(journal.read(last))).isEqualTo(4);
            assertThat(Log.idOf(journal.read(small))).isEqualTo(1);
        }
        assertThat(Log.of(disk).ids).containsExactly(1L, 2L, 3L, 4L, 5L);
    }

    @Test
    void read_positionNeverGiven_throws() {
        try (Journal journal = Log.open(disk, new Log())) {
            long position = Log.put(journal, 1, 100);
            journal.commit(1, 1);
            Log.put(journal, 2, 100);
            journal.commit(1, 1);
            assertThatThrownBy(() -> journal.read(position + 1)).isInstanceOfSatisfying(JournalException.class,
                    e -> assertThat(e.kind()).isEqualTo(JournalException.Kind.CORRUPT));
            assertThatThrownBy(() -> journal.read(position + (1L << 24))).isInstanceOf(IllegalArgumentException.class);
            assertThatThrownBy(() -> journal.read(position + 4_000)).isInstanceOf(IllegalArgumentException.class);
        }
    }

    @Test
    void read_bitFlippedSince_isCorruptWithFileAndOffset() {
        try (Journal journal = Log.open(disk, new Log())) {
            long position = Log.put(journal, 1, 100);
            journal.commit(1, 1);
            Log.put(journal, 2, 100);
            journal.commit(1, 1);
            disk.bytes("shard-00/0001.seg")[4096 + 40 + 50] ^= 1;
            assertThatThrownBy(() -> journal.read(position)).hasMessageContaining("shard-00/0001.seg at offset 4136")
                    .isInstanceOfSatisfying(JournalException.class,
                            e -> assertThat(e.kind()).isEqualTo(JournalException.Kind.CORRUPT));
        }
    }

    @Test
    void reserve_recordsThatFillTheSegment_goInOneBatch() {
        try (Journal journal = Log.open(disk, new Log())) {
            Log.put(journal, 1, 5_000);
            journal.reserve(2, 9_000);
            assertThat(journal.pendingBytes()).isZero();
            long first = Log.put(journal, 2, 4_000);
            long second = Log.put(journal, 3, 4_900);
            assertThat(Journal.segmentOf(first)).isEqualTo(Journal.segmentOf(second));
            assertThat(journal.pendingBytes()).isGreaterThan(8_900);
        }
        assertThat(Log.of(disk).ids).containsExactly(1L);
    }

    @Test
    void reserve_notUsedBeforeTheLogRolls_isForgotten() {
        MemoryDisk disk = new MemoryDisk();
        Journal journal = Log.open(disk, new Log());
        Log.put(journal, 1, 100);
        journal.commit(2_000, 2);
        journal.reserve(2, 1_000);
        journal.roll(2_000, 2);
        Log.put(journal, 2, 100);
        journal.close(2_000, 3);
        assertThat(Log.of(disk).ids).containsExactly(1L, 2L);
    }

    @Test
    void reserve_tooMuch_throwsAndChangesNothing() {
        try (Journal journal = Log.open(disk, new Log())) {
            Log.put(journal, 1, 10);
            int pending = journal.pendingBytes();
            assertThatThrownBy(() -> journal.reserve(1, 1L << 30)).isInstanceOf(IllegalArgumentException.class);
            assertThatThrownBy(() -> journal.reserve(Integer.MAX_VALUE, 0)).isInstanceOf(IllegalArgumentException.class);
            assertThat(journal.pendingBytes()).isEqualTo(pending);
        }
    }

    @Test
    void begin_badArguments_throwAndChangeNothing() {
        try (Journal journal = Log.open(disk, new Log())) {
            assertThatThrownBy(() -> journal.begin(9, 0, 0, 0, 0)).hasMessageContaining("type=9");
            assertThatThrownBy(() -> journal.begin(256, 0, 0, 0, 0)).hasMessageContaining("type=256");
            assertThatThrownBy(() -> journal.begin(1, -1, 0, 0, 0)).hasMessageContaining("schema=-1");
            assertThatThrownBy(() -> journal.begin(1, 0, 0, 65_536, 0)).hasMessageContaining("headBytes=65536");
            assertThatThrownBy(() -> journal.begin(1, 0, 0, 0, Integer.MAX_VALUE)).hasMessageContaining("bodyBytes=2147483647");
            assertThat(journal.pendingBytes()).isZero();
            Log.put(journal, 1, 1);
            journal.commit(1, 1);
        }
        assertThat(Log.of(disk).ids).containsExactly(1L);
    }

    @Test
    void end_recordNotFilled_throws() {
        try (Journal journal = Log.open(disk, new Log())) {
            journal.begin(1, 0, 0, 8, 8).putLong(1);
            assertThatThrownBy(journal::end).isInstanceOf(IllegalStateException.class).hasMessageContaining("missingBytes=8");
            assertThatThrownBy(() -> journal.commit(1, 1)).isInstanceOf(IllegalStateException.class);
        }
    }

    @Test
    void call_afterClose_throws() {
        Journal journal = Log.open(disk, new Log());
        journal.close(1, 1);
        journal.close();
        assertThatThrownBy(() -> journal.begin(1, 0, 0, 0, 0)).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(journal::sync).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void open_whileOpen_isInUse() {
        try (Journal journal = Log.open(disk, new Log())) {
            assertThat(journal.recovered().created()).isTrue();
            MemoryDisk same = disk;
            assertThatThrownBy(same::lock).isInstanceOf(JournalException.class);
        }
    }

    @Test
    void options_outOfRange_nameValueAndBound() {
        assertThatThrownBy(() -> new JournalOptions(Durability.SYNC, 10, 1 << 20, 1 << 20))
                .hasMessageContaining("segmentBytesMin=10").hasMessageContaining("8192");
        assertThatThrownBy(() -> new JournalOptions(Durability.SYNC, 1 << 20, 1 << 19, 1 << 20))
                .hasMessageContaining("segmentBytesMax=524288");
        assertThatThrownBy(() -> new JournalOptions(Durability.SYNC, 1 << 20, 1 << 30, 1 << 20))
                .hasMessageContaining("segmentBytesMax");
        assertThatThrownBy(() -> new JournalOptions(Durability.SYNC, 1 << 20, 1 << 21, 1)).hasMessageContaining("batchBytesMax=1");
    }
}
