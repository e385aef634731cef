package dev.millrace.journal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class SegmentsTest {
    private static final long MINUTE_MS = 60_000;

    private final MemoryDisk disk = new MemoryDisk();
    private long id;

    @Test
    void append_segmentFull_rollsAndKeepsOrder() {
        try (Journal journal = Log.open(disk, new Log())) {
            fill(journal, 4, 1);
            assertThat(journal.currentSegment()).isEqualTo(4);
            assertThat(journal.oldestSegment()).isEqualTo(1);
        }
        assertThat(Log.of(disk).ids).containsExactlyElementsOf(LongStream.rangeClosed(1, id).boxed().toList());
    }

    @Test
    void open_severalSegments_announcesEachButTheFirst() {
        try (Journal journal = Log.open(disk, new Log())) {
            fill(journal, 4, 1);
        }
        assertThat(disk.announced).isEmpty();
        Log.open(disk, new Log()).close();
        assertThat(disk.announced).containsExactly("shard-00/0002.seg", "shard-00/0003.seg", "shard-00/0004.seg");
    }

    @Test
    void roll_always_makesTheClosedSegmentDurable() {
        try (Journal journal = Log.open(disk, new Log())) {
            fill(journal, 2, 1);
        }
        assertThat(disk.files.get("shard-00/0001.seg")).satisfies(closed -> assertThat(closed.unsynced).isEmpty());
    }

    @Test
    void syncAhead_afterMuchWasWritten_tellsTheDiskOnce() {
        try (Journal journal = Log.open(disk, new JournalOptions(Durability.WRITTEN, 4 << 20, 64 << 20, 4 << 20), new Log())) {
            long fsyncs = journal.stats().fsyncs();
            write(journal, (1 << 20) - (64 << 10));
            assertThat(disk.announcedSyncs).isZero();
            write(journal, 128 << 10);
            assertThat(disk.announcedSyncs).isOne();
            write(journal, 1 << 20);
            assertThat(disk.announcedSyncs).isEqualTo(2);
            assertThat(journal.stats().fsyncs()).isEqualTo(fsyncs);
            assertThat(journal.currentSegment()).isOne();
        }
    }

    @Test
    void syncAhead_failing_acknowledgesNothingMore() {
        try (Journal journal = Log.open(disk, new JournalOptions(Durability.WRITTEN, 4 << 20, 64 << 20, 4 << 20), new Log())) {
            put(journal, 2 << 20);
            journal.commit(1, id);
            disk.failingEffect = disk.effects + 1;
            assertThatThrownBy(journal::syncAhead).isInstanceOf(JournalException.class).hasMessageContaining("fsync ahead");
            disk.failingEffect = 0;
            assertThatThrownBy(() -> journal.commit(1, id)).isInstanceOf(JournalException.class);
        }
    }

    private void write(Journal journal, int bytes) {
        for (int written = 0; written < bytes; written += 10_000) {
            put(journal, 10_000);
            journal.commit(1, id);
            journal.syncAhead();
        }
    }

    @Test
    void append_segmentsFilledFast_grow() {
        try (Journal journal = Log.open(disk, new Log())) {
            fill(journal, 5, 1);
        }
        assertThat(disk.bytes("shard-00/0001.seg").length).isLessThanOrEqualTo(16 << 10);
        assertThat(disk.bytes("shard-00/0004.seg").length).isBetween(50 << 10, 64 << 10);
    }

    @Test
    void append_segmentsFilledSlowly_shrink() {
        try (Journal journal = Log.open(disk, new Log())) {
            fill(journal, 5, 1);
            for (int i = 0; i < 3; i++) {
                put(journal, 100);
                journal.commit(1 + (i + 1) * 2 * MINUTE_MS, 1);
                fill(journal, 6 + i, 1 + (i + 1) * 2 * MINUTE_MS);
            }
            journal.roll(1, 1);
        }
        assertThat(disk.bytes("shard-00/0008.seg").length).isLessThanOrEqualTo(16 << 10);
    }

    @Test
    void roll_withDeadSegments_recyclesTheirSlots() {
        try (Journal journal = Log.open(disk, new Log())) {
            for (int i = 0; i < 200; i++) {
                fill(journal, journal.currentSegment() + 1, 1);
                journal.release(journal.deadThrough());
                journal.commit(1, id);
            }
            assertThat(journal.stats().segments()).isEqualTo(2);
            assertThat(disk.files.size()).isLessThan(8);
        }
        Log log = new Log();
        try (Journal journal = Log.open(disk, log)) {
            assertThat(log.ids).hasSizeGreaterThan(3).last().isEqualTo(id);
            assertThat(log.ids.getLast() - log.ids.getFirst() + 1).isEqualTo(log.ids.size());
            assertThat(journal.recovered().cutBytes()).isZero();
            assertThat(journal.recovered().nextId()).isBetween(id - 500, id);
            assertThat(journal.recovered().firstSegment()).isEqualTo(journal.oldestSegment()).isGreaterThan(190);
        }
    }

    @Test
    void deadThrough_liveRecords_stopsBeforeThem() {
        try (Journal journal = Log.open(disk, new Log())) {
            fill(journal, 2, 1);
            long live = put(journal, 10);
            journal.adopt(live);
            assertThat(Journal.segmentOf(live)).isEqualTo(2);
            fill(journal, 4, 1);
            assertThat(journal.deadThrough()).isEqualTo(1);
            assertThat(journal.stats().liveRecords()).isEqualTo(1);
            assertThatThrownBy(() -> journal.release(2)).isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("deadThrough=1");
            journal.retire(live);
            assertThat(journal.deadThrough()).isEqualTo(3);
            assertThatThrownBy(() -> journal.retire(live)).isInstanceOf(IllegalStateException.class);
        }
    }

    @Test
    void release_withoutCommit_freesNothing() {
        try (Journal journal = Log.open(disk, new Log())) {
            fill(journal, 3, 1);
            journal.release(2);
            assertThat(journal.deadThrough()).isEqualTo(2);
            assertThatThrownBy(() -> journal.adopt(Format.position(2, 4136))).isInstanceOf(IllegalStateException.class);
            rollByFilling(journal);
            assertThat(journal.oldestSegment()).isEqualTo(1);
            journal.commit(1, id);
            rollByFilling(journal);
            assertThat(journal.oldestSegment()).isEqualTo(3);
        }
    }

    @Test
    void trim_released_freesNowAndSurvives() {
        long kept;
        try (Journal journal = Log.open(disk, new Log())) {
            fill(journal, 3, 1);
            kept = put(journal, 10);
            journal.adopt(kept);
            journal.release(journal.deadThrough());
            journal.trim(1, 1_077);
            assertThat(journal.oldestSegment()).isEqualTo(3);
            assertThat(journal.stats().freeSlots()).isEqualTo(2);
            assertThatThrownBy(() -> journal.read(Format.position(1, 4136))).isInstanceOf(IllegalArgumentException.class);
        }
        Log log = new Log();
        try (Journal journal = Log.open(disk, log)) {
            assertThat(log.positions).contains(kept).allSatisfy(p -> assertThat(Journal.segmentOf(p)).isEqualTo(3));
            assertThat(journal.recovered().nextId()).isEqualTo(1_077);
            assertThat(journal.recovered().firstSegment()).isEqualTo(3);
            assertThat(journal.stats().freeSlots()).isEqualTo(2);
            journal.close(2, 1_078);
            assertThat(disk.files.keySet()).containsExactlyInAnyOrder("meta", "shard-00/0003.seg");
        }
    }

    @Test
    void trim_interruptedAtEachEffect_losesNothingNeeded() {
        for (int failing = 1; failing < 20; failing++) {
            MemoryDisk each = new MemoryDisk();
            id = 0;
            try (Journal journal = Log.open(each, new Log())) {
                fill(journal, 3, 1);
                put(journal, 10);
                journal.release(journal.deadThrough());
                each.failingEffect = each.effects + failing;
                try {
                    journal.trim(1, 77);
                } catch (JournalException e) {
                    assertThat(e.kind()).isEqualTo(JournalException.Kind.FAILED);
                }
            }
            Log log = Log.of(each.afterKill());
            assertThat(log.ids.getLast()).isGreaterThanOrEqualTo(id - 1);
        }
    }

    @Test
    void close_nothingLives_leavesSmallFolder() {
        JournalOptions options = JournalOptions.defaults();
        Journal journal = Log.open(disk, options, new Log());
        while (journal.currentSegment() < 5) {
            put(journal, 50_000);
            journal.commit(1, id);
        }
        assertThat(journal.stats().diskBytes()).isGreaterThan(15 << 20);
        journal.roll(2, id);
        long reEmitted = put(journal, 10);
        journal.release(journal.deadThrough());
        journal.close(3, 1_000);
        assertThat(disk.files.values().stream().mapToLong(each -> each.now.length).sum()).isLessThan(10_000);
        Log log = new Log();
        try (Journal again = Log.open(disk, options, log)) {
            assertThat(log.positions).containsExactly(reEmitted);
            assertThat(again.recovered().nextId()).isEqualTo(1_000);
            assertThat(again.recovered().closedCleanly()).isTrue();
            assertThat(again.currentSegment()).isEqualTo(6);
            put(again, 10);
            again.commit(4, 1_001);
        }
        assertThat(Log.of(disk).ids).hasSize(2);
    }

    @Test
    void roll_currentSegmentEmpty_keepsIt() {
        try (Journal journal = Log.open(disk, new Log())) {
            journal.roll(1, 1);
            assertThat(journal.currentSegment()).isEqualTo(1);
        }
    }

    @Test
    void window_manySegments_keepsAllCounters() {
        List<Long> positions = new ArrayList<>();
        try (Journal journal = Log.open(disk, new Log())) {
            for (int i = 0; i < 100; i++) {
                positions.add(put(journal, 10));
                journal.adopt(positions.getLast());
                journal.roll(1, 1);
            }
            assertThat(journal.stats().segments()).isEqualTo(101);
            for (int i = 0; i < 50; i++) {
                journal.retire(positions.get(i));
            }
            assertThat(journal.deadThrough()).isEqualTo(50);
            assertThat(Log.idOf(journal.read(positions.get(0)))).isEqualTo(1);
            journal.release(50);
            journal.trim(1, 1);
            assertThat(journal.oldestSegment()).isEqualTo(51);
            assertThat(journal.stats().freeSlots()).isEqualTo(Slots.FREE_MAX);
            assertThat(Log.idOf(journal.read(positions.get(60)))).isEqualTo(61);
        }
        assertThat(Log.of(disk).ids).hasSize(50);
    }

    @Test
    void sync_freshSlot_isFilledWithZerosAhead() {
        JournalOptions options = JournalOptions.defaults();
        try (Journal journal = Log.open(disk, options, new Log())) {
            put(journal, 10);
            journal.commit(1, 1);
            journal.sync();
            assertThat(disk.bytes("shard-00/0001.seg")).hasSize(1 << 20);
            int before = disk.effects;
            put(journal, 10);
            journal.commit(1, 1);
            assertThat(disk.effects).isEqualTo(before + 1);
        }
        try (Journal journal = Log.open(disk, options, new Log())) {
            assertThat(journal.recovered().cutBytes()).isZero();
            assertThat(journal.recovered().note()).isEmpty();
        }
    }

    private void fill(Journal journal, long untilSegment, long timeMs) {
        while (journal.currentSegment() < untilSegment) {
            put(journal, 300);
            if (id % 5 == 0) {
                journal.commit(timeMs, id);
            }
        }
        journal.commit(timeMs, id);
    }

    /** Without a commit: the journal has to write by itself. */
    private void rollByFilling(Journal journal) {
        for (long begun = journal.currentSegment(); journal.currentSegment() == begun; ) {
            put(journal, 300);
        }
    }

    private long put(Journal journal, int bodyBytes) {
        return Log.put(journal, ++id, bodyBytes);
    }
}
