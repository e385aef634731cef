package dev.millrace.journal;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class LiveBytesTest {
    private static final int RECORD_BYTES = 16 + 8 + 104;

    private final MemoryDisk disk = new MemoryDisk();
    private final List<Long> positions = new ArrayList<>();

    @Test
    void stats_recordsOfOneSize_liveBytesAreExact() {
        try (Journal journal = Log.open(disk, new Log())) {
            putAdopted(journal, 1_000);
            assertThat(journal.currentSegment()).isGreaterThan(3);
            assertThat(journal.stats().liveBytes()).isEqualTo(1_000L * RECORD_BYTES);
            for (int i = 0; i < 1_000; i += 2) {
                journal.retire(positions.get(i));
            }
            assertThat(journal.stats().liveBytes()).isEqualTo(500L * RECORD_BYTES);
        }
    }

    @Test
    void stats_afterReopening_liveBytesAreTheSame() {
        long logBytes;
        try (Journal journal = Log.open(disk, new Log())) {
            putAdopted(journal, 1_000);
            journal.commit(1, 1);
            logBytes = journal.stats().logBytes();
        }
        Log log = new Log();
        try (Journal journal = Log.open(disk, log)) {
            assertThat(journal.stats().liveBytes()).isZero();
            log.positions.forEach(journal::adopt);
            assertThat(journal.stats().liveBytes()).isEqualTo(1_000L * RECORD_BYTES);
            assertThat(journal.stats().logBytes()).isEqualTo(logBytes);
        }
    }

    @Test
    void stats_recordsOfOtherTypes_countAsDead() {
        try (Journal journal = Log.open(disk, new Log())) {
            putAdopted(journal, 100);
            for (int i = 0; i < 1_000; i++) {
                journal.begin(2, 1, 0, 8, 0).putLong(i);
                journal.end();
            }
            assertThat(journal.stats().liveBytes()).isEqualTo(100L * RECORD_BYTES);
        }
    }

    @Test
    void stats_anySizes_liveBytesAreNearAndEndAtZero() {
        Random random = new Random(7);
        try (Journal journal = Log.open(disk, new Log())) {
            long[] bytes = new long[4_000];
            long live = 0;
            for (int i = 0; i < bytes.length; i++) {
                int body = random.nextInt(600);
                bytes[i] = Format.aligned(16 + 8 + body);
                live += bytes[i];
                positions.add(Log.put(journal, i, body));
                journal.adopt(positions.getLast());
            }
            assertThat(journal.stats().liveBytes()).isBetween(live - 4_000, live + 4_000);
            for (int i = 0; i < bytes.length; i++) {
                if (i % 3 != 0) {
                    journal.retire(positions.get(i));
                    live -= bytes[i];
                }
            }
            assertThat((double) journal.stats().liveBytes()).isBetween(live * 0.95, live * 1.05);
            for (int i = 0; i < bytes.length; i += 3) {
                journal.retire(positions.get(i));
            }
            assertThat(journal.stats().liveBytes()).isZero();
        }
    }

    @Test
    void stats_segmentsFreed_logBytesShrink() {
        try (Journal journal = Log.open(disk, new Log())) {
            putAdopted(journal, 1_000);
            long before = journal.stats().logBytes();
            positions.forEach(journal::retire);
            journal.release(journal.deadThrough());
            journal.trim(1, 1);
            assertThat(journal.stats().segments()).isEqualTo(1);
            assertThat(journal.stats().logBytes()).isLessThan(before).isLessThan(64 << 10);
        }
    }

    private void putAdopted(Journal journal, int count) {
        for (int i = 0; i < count; i++) {
            positions.add(Log.put(journal, i, 104));
            journal.adopt(positions.getLast());
        }
    }
}
