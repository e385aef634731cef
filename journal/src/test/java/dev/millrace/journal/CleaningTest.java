package dev.millrace.journal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class CleaningTest {
    private static final int END = 2;

    private MemoryDisk disk = new MemoryDisk();

    /** Live records: id to position. */
    private final TreeMap<Long, Long> live = new TreeMap<>();

    private long id;
    private long timeMs = 1_000;

    @Test
    void clean_slices_copyOldestSegmentForward() {
        try (Journal journal = Log.open(disk, new Log())) {
            putUntilSegment(journal, 4);
            retireAllBut(journal, 10);
            long oldest = journal.oldestSegment();
            List<Long> told = new ArrayList<>();
            int slices = 0;
            for (int bytes = 1; bytes > 0 && journal.deadThrough() < oldest; slices++) {
                bytes = journal.clean(1_000, copying(journal, told));
                assertThat(bytes).isBetween(1_000, 1_700);
            }
            assertThat(slices).isGreaterThan(8);
            assertThat(told).isSorted().doesNotHaveDuplicates();
            assertThat(journal.stats().bytesCleaned()).isBetween(128L, 12_000L);
            journal.release(journal.deadThrough());
            journal.trim(timeMs, id + 1);
            assertThat(journal.oldestSegment()).isGreaterThan(oldest);
            assertReadable(journal);
        }
        assertSurvivors();
    }

    @Test
    void clean_recordLargerThanAReadAndASlice_isToldWhole() {
        JournalOptions options = new JournalOptions(Durability.WRITTEN, 2 << 20, 2 << 20, 8 << 10);
        try (Journal journal = Log.open(disk, options, new Log())) {
            put(journal, 700_000);
            put(journal, 10);
            journal.roll(timeMs, id + 1);
            List<Long> told = new ArrayList<>();
            assertThat(journal.clean(1, copying(journal, told))).isEqualTo(Format.BATCH_HEADER_BYTES);
            assertThat(journal.clean(100, copying(journal, told))).isGreaterThan(700_000);
            assertThat(told).containsExactly(1L);
            assertThat(journal.clean(100, copying(journal, told))).isPositive();
            assertThat(told).containsExactly(1L, 2L);
            assertThat(journal.clean(100, copying(journal, told))).isZero();
            assertReadable(journal);
        }
    }

    @Test
    void clean_onlyCurrentSegmentLives_isNothing() {
        try (Journal journal = Log.open(disk, new Log())) {
            put(journal, 100);
            journal.commit(timeMs, id + 1);
            assertThat(journal.clean(1_000, (p, t, s, q, ms, h, b) -> {
                throw new AssertionError("told position " + p);
            })).isZero();
            assertThat(journal.cleaningBytes(timeMs)).isZero();
        }
    }

    @Test
    void clean_pendingBatch_goesOnWithIt() {
        try (Journal journal = Log.open(disk, new Log())) {
            putUntilSegment(journal, 3);
            long pending = put(journal, 50);
            assertThat(journal.pendingBytes()).isPositive();
            List<Long> told = new ArrayList<>();
            journal.clean(5_000, copying(journal, told));
            assertThat(told).isNotEmpty();
            assertThat(Log.idOf(journal.read(pending))).isEqualTo(id);
            assertReadable(journal);
        }
    }

    @Test
    void clean_otherTypes_areNotTold() {
        try (Journal journal = Log.open(disk, new Log())) {
            while (journal.currentSegment() < 2) {
                end(journal, 0);
                journal.commit(timeMs, 1);
                put(journal, 100);
            }
            List<Long> told = new ArrayList<>();
            while (journal.clean(1 << 20, copying(journal, told)) > 0) {
                assertThat(told).isNotEmpty();
            }
            assertThat(told).hasSizeBetween((int) id - 1, (int) id);
        }
    }

    @Test
    void clean_ownerMovesNothing_isAnErrorNotALoop() {
        try (Journal journal = Log.open(disk, new Log())) {
            putUntilSegment(journal, 2);
            assertThatThrownBy(() -> {
                for (int i = 0; i < 100; i++) {
                    journal.clean(1_000, (p, t, s, q, ms, h, b) -> {});
                }
            }).isInstanceOf(IllegalStateException.class).hasMessageContaining("segment 1 was told to its end");
        }
    }

    @Test
    void clean_withinCleaning_isRefused() {
        try (Journal journal = Log.open(disk, new Log())) {
            putUntilSegment(journal, 2);
            assertThatThrownBy(() -> journal.clean(10_000, (p, t, s, q, ms, h, b) -> journal.clean(1, (p2, t2, s2, q2, m2, h2, b2) -> {})))
                    .isInstanceOf(IllegalStateException.class).hasMessageContaining("cleaning within cleaning");
            List<Long> told = new ArrayList<>();
            journal.clean(10_000, copying(journal, told));
            assertThat(told).first().isEqualTo(1L);
        }
    }

    @Test
    void clean_segmentDamagedMeanwhile_isCorruptWithItsPlace() {
        try (Journal journal = Log.open(disk, new Log())) {
            putUntilSegment(journal, 2);
            disk.bytes("shard-00/0001.seg")[4096 + 40 + 30] ^= 1;
            assertThatThrownBy(() -> journal.clean(10_000, copying(journal, new ArrayList<>())))
                    .hasMessageContaining("shard-00/0001.seg at offset 4136")
                    .isInstanceOfSatisfying(JournalException.class,
                            e -> assertThat(e.kind()).isEqualTo(JournalException.Kind.CORRUPT));
        }
    }

    @Test
    void cleaningBytes_oneInTenNeverEnds_boundsLogAndAmplification() {
        try (Journal journal = Log.open(disk, new Log())) {
            Random random = new Random(11);
            while (journal.stats().bytesAppended() < 20L << 20) {
                put(journal, 100 + random.nextInt(100));
                if (random.nextInt(10) != 0) {
                    end(journal, id);
                } else if (live.size() > 1_000) {
                    end(journal, live.keySet().stream().skip(random.nextInt(live.size())).findFirst().orElseThrow());
                }
                round(journal);
            }
            JournalStats stats = journal.stats();
            assertThat(stats.bytesCleaned()).isPositive().isLessThan(stats.bytesAppended() / 2);
            assertThat(stats.logBytes()).isLessThan(3 * stats.liveBytes() + 5 * (64 << 10));
            assertReadable(journal);
        }
        assertSurvivors();
    }

    @Test
    void cleaningBytes_backlogEndsInRandomOrder_boundsAmplification() {
        try (Journal journal = Log.open(disk, new Log())) {
            while (journal.stats().bytesAppended() < 8L << 20) {
                put(journal, 200);
                round(journal);
            }
            assertThat(journal.stats().bytesCleaned()).isZero();
            Random random = new Random(12);
            List<Long> ids = new ArrayList<>(live.keySet());
            Collections.shuffle(ids, random);
            for (long each : ids) {
                end(journal, each);
                round(journal);
            }
            JournalStats stats = journal.stats();
            assertThat(stats.bytesCleaned()).isPositive().isLessThan(stats.bytesAppended() / 2);
            assertThat(stats.logBytes()).isLessThan(6 * (64 << 10));
        }
    }

    @Test
    void clean_powerLostAtAnyEffect_losesNothingLive() {
        int freedRuns = 0;
        for (int failing = 1; failing < 400; failing += 5) {
            disk = new MemoryDisk();
            live.clear();
            id = 0;
            Map<Long, Long> durable = new TreeMap<>();
            long oldest = 1;
            try (Journal journal = Log.open(disk, new Log())) {
                putUntilSegment(journal, 6);
                retireAllBut(journal, 7);
                journal.sync();
                durable.putAll(live);
                disk.failingEffect = disk.effects + failing;
                for (int i = 0; i < 600; i++) {
                    put(journal, 300);
                    round(journal);
                    journal.clean(2_000, copying(journal, new ArrayList<>()));
                    oldest = journal.oldestSegment();
                }
            } catch (JournalException e) {
                assertThat(e.kind()).isEqualTo(JournalException.Kind.FAILED);
            }
            Log log = Log.of(disk.afterPowerCut(new Random(failing)));
            assertThat(log.ids).as("failing effect " + failing).containsAll(durable.keySet());
            freedRuns += oldest > 1 ? 1 : 0;
        }
        assertThat(freedRuns).isGreaterThan(10);
    }

    /** What an owner does at the end of a round. */
    private void round(Journal journal) {
        timeMs += 1;
        int bytes = journal.cleaningBytes(timeMs);
        if (bytes > 0) {
            journal.clean(bytes, copying(journal, new ArrayList<>()));
        }
        journal.release(journal.deadThrough());
        journal.commit(timeMs, id + 1);
    }

    private RecordVisitor copying(Journal journal, List<Long> told) {
        return (position, type, schema, queue, ms, head, body) -> {
            assertThat(type).isEqualTo(Log.TYPE);
            long each = head.getLong(head.position());
            told.add(each);
            if (live.getOrDefault(each, 0L) == position) {
                journal.begin(type, schema, queue, head.remaining(), body.remaining()).put(head).put(body);
                long moved = journal.end();
                journal.adopt(moved);
                journal.retire(position);
                live.put(each, moved);
            }
        };
    }

    private long put(Journal journal, int bodyBytes) {
        long position = Log.put(journal, ++id, bodyBytes);
        journal.adopt(position);
        live.put(id, position);
        return position;
    }

    private void end(Journal journal, long ended) {
        journal.begin(END, 1, 0, 16, 0).putLong(ended).putLong(0);
        journal.end();
        Long position = live.remove(ended);
        if (position != null) {
            journal.retire(position);
        }
    }

    private void putUntilSegment(Journal journal, long segment) {
        while (journal.currentSegment() < segment) {
            put(journal, 300);
            if (id % 5 == 0) {
                journal.commit(timeMs, id + 1);
            }
        }
        journal.commit(timeMs, id + 1);
    }

    private void retireAllBut(Journal journal, int oneIn) {
        live.entrySet().removeIf(each -> {
            boolean ends = each.getKey() % oneIn != 0;
            if (ends) {
                journal.retire(each.getValue());
            }
            return ends;
        });
    }

    private void assertReadable(Journal journal) {
        live.forEach((each, position) -> assertThat(Log.idOf(journal.read(position))).isEqualTo(each));
    }

    private void assertSurvivors() {
        List<Long> ids = new ArrayList<>();
        Log log = new Log();
        Log.open(disk, new Replay() {
            @Override
            public void record(long p, int type, int s, int q, long ms, ByteBuffer head, ByteBuffer body) {
                if (type == Log.TYPE) {
                    log.record(p, type, s, q, ms, head, body);
                }
            }
        }).close();
        ids.addAll(log.ids);
        assertThat(ids).containsAll(live.keySet());
    }
}
