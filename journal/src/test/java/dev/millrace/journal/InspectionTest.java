package dev.millrace.journal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.journal.Inspection.Role;
import dev.millrace.journal.JournalException.Kind;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class InspectionTest {
    private static final String FIRST = "shard-00/0001.seg";
    private static final String SECOND = "shard-00/0002.seg";
    private static final String THIRD = "shard-00/0003.seg";

    private final MemoryDisk disk = new MemoryDisk();
    private final List<Long> told = new ArrayList<>();
    private long last;

    @Test
    void of_wholeFolder_tellsEverythingAndChangesNothing() {
        threeSegments(true);
        int effects = disk.effects;
        Inspection found = inspect();
        assertThat(disk.effects).isEqualTo(effects);
        assertThat(found.problems()).isEmpty();
        assertThat(found.folderId()).isEqualTo(Log.FOLDER_ID);
        assertThat(found.createdMs()).isEqualTo(Log.CREATED_MS);
        assertThat(List.of(found.oldest(), found.newest())).containsExactly(1L, 3L);
        assertThat(found.closedCleanly()).isTrue();
        assertThat(found.nextId()).isEqualTo(last + 1);
        assertThat(found.files()).extracting(Inspection.SegmentFile::role).containsOnly(Role.LOG);
        assertThat(found.files()).extracting(Inspection.SegmentFile::name).containsExactly(FIRST, SECOND, THIRD);
        assertThat(told).containsExactlyElementsOf(LongStream.rangeClosed(1, last).boxed().toList());
    }

    @Test
    void of_damagedRecord_namesThePlaceAndTellsAllOthers() {
        threeSegments(false);
        disk.bytes(SECOND)[4096 + 40 + 30] ^= 1; // in the first batch, of two records
        Inspection found = inspect();
        assertThat(found.problems()).hasSize(1);
        assertThat(found.problems().getFirst().toString()).contains(SECOND + " at offset 4096", "record 1 of 2", "is damaged");
        assertThat(told).hasSize((int) last - 1);
        assertThat(new TreeSet<>(told)).hasSize((int) last - 1);
    }

    @Test
    void of_damagedBatchHeader_skipsThatBatchOnly() {
        threeSegments(false);
        disk.bytes(FIRST)[4096 + 10] ^= 1;
        assertThat(inspect().problems()).hasSize(1).first()
                .satisfies(problem -> assertThat(problem.found()).contains("batch 1 is damaged"));
        assertThat(told).hasSize((int) last - 2).first().isEqualTo(3L);
    }

    @Test
    void of_anyByteFlipped_neverThrowsAndNeverTellsTwice() {
        threeSegments(false);
        for (String name : List.of(FIRST, SECOND, THIRD)) {
            byte[] whole = disk.bytes(name).clone();
            for (int at = 0; at < whole.length; at += 41) {
                byte[] flipped = whole.clone();
                flipped[at] ^= 0x20;
                disk.replace(name, flipped);
                inspect();
                assertThat(told).doesNotHaveDuplicates().hasSizeLessThanOrEqualTo((int) last);
            }
            disk.replace(name, whole);
        }
    }

    @Test
    void of_tornTail_isNoProblem() {
        threeSegments(false);
        byte[] bytes = disk.bytes(THIRD);
        int end = bytes.length;
        while (bytes[end - 1] == 0) {
            end--;
        }
        disk.replace(THIRD, Arrays.copyOf(bytes, end - 9));
        Inspection found = inspect();
        assertThat(found.problems()).isEmpty();
        assertThat(found.tornBytes()).isPositive();
    }

    @Test
    void of_missingDoubledAndForeignSegments_namesEach() {
        threeSegments(false);
        disk.replace("shard-00/0008.seg", disk.bytes(FIRST).clone());
        MemoryDisk other = new MemoryDisk();
        Journal.open(other, Log.SMALL, 1, 99, new Log()).close();
        disk.replace("shard-00/0007.seg", other.bytes(FIRST));
        disk.files.remove(SECOND);
        Inspection found = inspect();
        assertThat(found.problems()).extracting(Object::toString).anyMatch(each -> each.contains("segment 2 is missing"))
                .anyMatch(each -> each.contains("0008.seg at offset 0: segment 1 is also in " + FIRST))
                .anyMatch(each -> each.contains("0007.seg at offset 0: a foreign segment, of folderId=63"));
        assertThat(told).contains(1L, last);
    }

    @Test
    void of_allSegmentsMissing_isAProblemUnlessTheFolderIsNew() {
        assertThat(inspect().problems()).isEmpty();
        threeSegments(false);
        disk.files.keySet().removeIf(name -> name.endsWith(".seg"));
        assertThat(inspect().problems()).extracting(Object::toString)
                .containsExactly("shard-00/ at offset 0: no segment with a valid header is here");
    }

    @Test
    void of_metaGone_takesTheFolderIdFromTheNewestSegment() {
        threeSegments(false);
        disk.files.remove("meta");
        Inspection found = inspect();
        assertThat(found.problems()).extracting(Inspection.Problem::file).containsExactly("meta");
        assertThat(told).hasSize((int) last);
    }

    @Test
    void of_freeSlots_areToldAsFree() {
        try (Journal journal = Log.open(disk, new Log())) {
            journal.admits(Purpose.ADD, 1, 100);
            fill(journal, 3);
            journal.release(2);
            journal.trim(1, last + 1);
        }
        Inspection found = inspect();
        assertThat(found.problems()).isEmpty();
        assertThat(found.oldest()).isEqualTo(3);
        assertThat(found.files()).extracting(Inspection.SegmentFile::role).containsOnlyOnce(Role.LOG).contains(Role.FREE);
    }

    @Test
    void of_folderInUse_isRefusedUnlessToldOtherwise(@TempDir Path folder) {
        try (Journal journal = Log.open(FolderDisk.at(folder), new Log())) {
            Log.put(journal, 1, 10);
            journal.commit(1, 2);
            assertThatThrownBy(() -> Inspection.of(FolderDisk.readOnly(folder), false, telling()))
                    .isInstanceOfSatisfying(JournalException.class, e -> assertThat(e.kind()).isEqualTo(Kind.IN_USE));
            assertThat(Inspection.of(FolderDisk.readOnly(folder), true, telling()).problems()).isEmpty();
            assertThat(told).containsExactly(1L);
        }
        assertThat(Inspection.of(FolderDisk.readOnly(folder), false, telling()).newest()).isEqualTo(1);
    }

    @Test
    void readOnly_anyWrite_isRefused(@TempDir Path folder) throws Exception {
        Log.open(FolderDisk.at(folder), new Log()).close();
        FolderDisk readOnly = FolderDisk.readOnly(folder);
        assertThatThrownBy(() -> readOnly.delete("meta")).hasMessageContaining("for reading only");
        assertThatThrownBy(readOnly::sync).hasMessageContaining("for reading only");
        assertThatThrownBy(() -> readOnly.open("new")).isInstanceOf(java.io.IOException.class);
        assertThat(folder.resolve("new")).doesNotExist();
        assertThatThrownBy(() -> FolderDisk.readOnly(folder.resolve("absent"))).hasMessageContaining("not a folder");
        assertThat(Files.exists(folder.resolve("absent"))).isFalse();
    }

    @Test
    void copyWholePart_damageInTheMiddle_opensWithWhatWasBefore() {
        threeSegments(false);
        disk.bytes(SECOND)[4096 + 40 + 30] ^= 1;
        Map<String, byte[]> before = bytes();
        MemoryDisk target = new MemoryDisk();
        assertThat(Repair.copyWholePart(disk.afterKill(), target).problems()).hasSize(1);
        assertThat(bytes()).containsExactlyEntriesOf(before);
        Log log = new Log();
        try (Journal journal = Log.open(target.afterKill(), log)) {
            assertThat(log.ids).containsExactlyElementsOf(LongStream.rangeClosed(1, log.ids.size()).boxed().toList())
                    .hasSizeBetween(10, (int) last - 10);
            assertThat(journal.recovered().nextId()).isGreaterThan(log.ids.size());
            assertThat(journal.recovered().cutBytes()).isZero();
        }
    }

    @Test
    void copyWholePart_damageBeforeAFreeing_beginsWhereTheDamagedOneBegins() {
        try (Journal journal = Log.open(disk, new Log())) {
            fill(journal, 5);
            journal.release(3);
            journal.trim(1, last + 1);
            fill(journal, 7);
            journal.sync();
        }
        String fifth = disk.files.keySet().stream().filter(name -> name.endsWith("0005.seg")).findFirst().orElseThrow();
        disk.bytes(fifth)[disk.bytes(fifth).length / 2] ^= 1;
        MemoryDisk target = new MemoryDisk();
        Repair.copyWholePart(disk.afterKill(), target);
        Log log = new Log();
        try (Journal journal = Log.open(target.afterKill(), log)) {
            assertThat(journal.oldestSegment()).isEqualTo(4);
            assertThat(log.ids).isNotEmpty();
        }
    }

    @Test
    void copyWholePart_nothingDamaged_isACopy() {
        threeSegments(true);
        MemoryDisk target = new MemoryDisk();
        assertThat(Repair.copyWholePart(disk.afterKill(), target).problems()).isEmpty();
        assertThat(Log.of(target.afterKill()).ids).hasSize((int) last);
    }

    @Test
    void copyWholePart_targetNotEmptyOrNothingWhole_isRefused() {
        threeSegments(false);
        MemoryDisk target = new MemoryDisk();
        target.replace("notes.txt", new byte[3]);
        assertThatThrownBy(() -> Repair.copyWholePart(disk.afterKill(), target)).hasMessageContaining("name an empty folder");
        disk.files.remove(FIRST);
        assertThatThrownBy(() -> Repair.copyWholePart(disk.afterKill(), new MemoryDisk()))
                .hasMessageContaining("segment 1 is missing").hasMessageContaining("export");
    }

    private Inspection inspect() {
        told.clear();
        return Inspection.of(disk.afterKill(), false, telling());
    }

    private RecordVisitor telling() {
        return (position, type, schema, queue, timeMs, head, body) -> told.add(head.getLong(head.position()));
    }

    private void threeSegments(boolean closes) {
        try (Journal journal = Log.open(disk, new Log())) {
            fill(journal, 3);
            journal.sync();
            if (closes) {
                journal.close(1, last + 1);
            }
        }
    }

    /** Batches of two records. */
    private void fill(Journal journal, long segment) {
        while (journal.currentSegment() < segment) {
            journal.reserve(2, 2 * 508);
            Log.put(journal, ++last, 500);
            Log.put(journal, ++last, 500);
            journal.commit(1, last + 1);
        }
    }

    private Map<String, byte[]> bytes() {
        Map<String, byte[]> bytes = new HashMap<>();
        disk.files.forEach((name, contents) -> bytes.put(name, contents.now.clone()));
        return bytes;
    }
}
