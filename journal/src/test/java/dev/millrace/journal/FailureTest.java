package dev.millrace.journal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.journal.JournalException.Kind;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

class FailureTest {
    private final MemoryDisk disk = new MemoryDisk();

    @Test
    void commit_writeFails_takesNothingMore() {
        assertFailsForGood(MemoryDisk.Fault.NOTHING_DONE);
    }

    @Test
    void commit_writeIsShort_takesNothingMoreAndIsCut() {
        assertFailsForGood(MemoryDisk.Fault.HALF_DONE);
        Log log = new Log();
        try (Journal journal = Log.open(disk.afterKill(), log)) {
            assertThat(journal.recovered().cutBytes()).isPositive();
            assertThat(log.ids).containsExactly(1L);
        }
    }

    private void assertFailsForGood(MemoryDisk.Fault fault) {
        try (Journal journal = Log.open(disk, new Log())) {
            long written = Log.put(journal, 1, 100);
            journal.commit(1, 2);
            long lost = Log.put(journal, 2, 100);
            failNext(fault);
            assertThatThrownBy(() -> journal.commit(1, 3))
                    .hasMessageContaining("writing batch 2 to shard-00/0001.seg at offset 4264")
                    .hasMessageContaining("Input/output error");
            disk.failingEffect = 0;
            assertRefuses(Kind.FAILED, () -> Log.put(journal, 3, 100));
            assertRefuses(Kind.FAILED, () -> journal.commit(1, 3));
            assertRefuses(Kind.FAILED, journal::sync);
            assertRefuses(Kind.FAILED, () -> journal.trim(1, 3));
            assertRefuses(Kind.FAILED, () -> journal.roll(1, 3));
            assertRefuses(Kind.FAILED, () -> journal.reserve(1, 1));
            assertRefuses(Kind.FAILED, () -> journal.read(lost));
            assertThat(Log.idOf(journal.read(written))).isEqualTo(1);
        }
    }

    @Test
    void sync_fsyncFails_takesNothingMoreAlthoughTheNextWouldSucceed() {
        try (Journal journal = Log.open(disk, new Log())) {
            Log.put(journal, 1, 100);
            journal.commit(1, 1);
            failNext(MemoryDisk.Fault.NOTHING_DONE);
            assertThatThrownBy(journal::sync).hasMessageContaining("fsync of shard-00/0001.seg");
            disk.failingEffect = 0;
            assertRefuses(Kind.FAILED, journal::sync);
            assertRefuses(Kind.FAILED, () -> journal.commit(1, 1));
        }
    }

    @Test
    void commit_diskFull_isFull() {
        try (Journal journal = Log.open(disk, new Log())) {
            Log.put(journal, 1, 100);
            disk.failure = "No space left on device";
            failNext(MemoryDisk.Fault.NOTHING_DONE);
            assertThatThrownBy(() -> journal.commit(1, 1)).hasMessageContaining("make room")
                    .isInstanceOfSatisfying(JournalException.class, e -> assertThat(e.kind()).isEqualTo(Kind.FULL));
            assertRefuses(Kind.FULL, () -> Log.put(journal, 2, 1));
        }
    }

    @Test
    void begin_rollFails_takesNothingMore() {
        for (int failing = 1; failing < 6; failing++) {
            MemoryDisk each = new MemoryDisk();
            long appended = 0;
            try (Journal journal = Log.open(each, new Log())) {
                while (journal.currentSegment() < 2) {
                    if (journal.pendingBytes() == 0) {
                        each.failingEffect = each.effects + 1 + failing;
                    }
                    Log.put(journal, ++appended, 500);
                    journal.commit(1, appended + 1);
                }
            } catch (JournalException e) {
                assertThat(e.kind()).isEqualTo(Kind.FAILED);
                Log log = Log.of(each.afterKill());
                assertThat((long) log.ids.size()).isBetween(appended - 1, appended);
            }
        }
    }

    @Test
    void close_writeFails_releasesTheDiskAllTheSame() {
        Journal journal = Log.open(disk, new Log());
        Log.put(journal, 1, 100);
        failNext(MemoryDisk.Fault.NOTHING_DONE);
        assertThatThrownBy(() -> journal.close(1, 1)).isInstanceOf(JournalException.class);
        disk.failingEffect = 0;
        assertThat(Log.of(disk).ids).isEmpty();
    }

    private void failNext(MemoryDisk.Fault fault) {
        disk.fault = fault;
        disk.failingEffect = disk.effects + 1;
    }

    private static void assertRefuses(Kind kind, ThrowingCallable call) {
        assertThatThrownBy(call).hasMessageContaining("takes nothing more since")
                .isInstanceOfSatisfying(JournalException.class, e -> assertThat(e.kind()).isEqualTo(kind));
    }
}
