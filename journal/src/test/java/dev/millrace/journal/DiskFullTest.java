package dev.millrace.journal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.journal.JournalException.Kind;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** An owner that asks before it appends, on a disk that fills up. */
class DiskFullTest {
    private static final int END = 2;
    private static final int CHANGE = 3;

    /** Six of the least segments; on less, one record in the wrong place may be too many. */
    private static final int LEAST_DISK = 6 * (16 << 10);

    private final TreeMap<Long, Long> live = new TreeMap<>();
    private MemoryDisk disk = new MemoryDisk();
    private long id;
    private long timeMs = 1_000;

    @Test
    void admits_diskFull_refusesAddBeforeAnythingChanges() {
        disk.capacity = 300 << 10;
        try (Journal journal = open()) {
            putUntilRefused(journal);
            assertThat(live).hasSizeGreaterThan(100);
            round(journal);
            Map<String, byte[]> before = bytes();
            assertThat(journal.admits(Purpose.ADD, 1, 300)).isFalse();
            assertThat(bytes()).containsExactlyEntriesOf(before);
            assertThat(journal.admits(Purpose.CHANGE, 1, 16)).isTrue();
            assertThat(journal.admits(Purpose.END, 1, 16)).isTrue();
            assertReadable(journal);
        }
    }

    @Test
    void admits_refusedSinceMuchMayFollow_leavesRoomForWhatIsSmaller() {
        disk.capacity = 300 << 10;
        try (Journal journal = open()) {
            putUntilRefused(journal);
            assertThat(journal.admits(Purpose.CHANGE, 1, 16, 1 << 20)).isFalse();
            assertThat(journal.admits(Purpose.CHANGE, 1, 16, 16)).isTrue();
        }
    }

    @Test
    void admits_endsOnFullDisk_makeRoomForAddAgain() {
        int[] mostRounds = {0};
        for (int capacity = 120 << 10; capacity < 700 << 10; capacity += 7_001) {
            fresh();
            disk.capacity = capacity;
            Random random = new Random(capacity);
            try (Journal journal = open()) {
                for (int fill = 0; fill < 3; fill++) {
                    putUntilRefused(journal);
                    int rounds = endUntilAdmitted(journal, random);
                    mostRounds[0] = Math.max(mostRounds[0], rounds);
                }
                assertReadable(journal);
                journal.close(timeMs, id + 1);
            } catch (RuntimeException | AssertionError e) {
                throw new AssertionError("capacity " + capacity + ": " + e.getMessage(), e);
            }
            assertSurvivors();
        }
        assertThat(mostRounds[0]).isGreaterThan(10);
    }

    @Test
    void admits_otherFilesFillTheDiskAtAnyMoment_neverFailsAWrite() {
        for (int seed = 0; seed < 150; seed++) {
            fresh();
            Random random = new Random(seed);
            int fillAfter = random.nextInt(1_500);
            try (Journal journal = open()) {
                for (int step = 0; step < 3_000; step++) {
                    if (step == fillAfter) {
                        disk.capacity = disk.bytes();
                    }
                    step(journal, random);
                }
                assertThat(disk.bytes()).isLessThanOrEqualTo(disk.capacity);
                assertReadable(journal);
            } catch (RuntimeException | AssertionError e) {
                throw new AssertionError("seed " + seed + ": " + e.getMessage(), e);
            }
            disk = disk.afterKill();
            assertSurvivors();
        }
    }

    /**
     * Others take what smaller segments have given back to the disk, and the reserve of the next life is what is left.
     */
    @Test
    void admits_diskIsSmallAndOthersTakeWhatIsFree_neverFailsAWrite() {
        for (int seed = 0; seed < 150; seed++) {
            fresh();
            Random random = new Random(seed);
            int capacity = LEAST_DISK + random.nextInt(14 * (16 << 10));
            disk.capacity = capacity;
            for (int life = 0; life < 4; life++) {
                try (Journal journal = life == 0 ? open() : reopen()) {
                    workOnSmallDisk(journal, random, capacity);
                    if (!journal.isFull() && random.nextBoolean()) {
                        journal.close(timeMs, id + 1);
                    }
                } catch (RuntimeException | AssertionError e) {
                    throw new AssertionError("seed " + seed + ": " + e.getMessage(), e);
                }
                disk = disk.afterKill();
                disk.capacity = random.nextBoolean() ? disk.bytes() : Math.max(disk.bytes(), capacity);
            }
            disk.capacity = Long.MAX_VALUE;
            assertSurvivors();
        }
    }

    private void workOnSmallDisk(Journal journal, Random random, int capacity) {
        for (int phase = 0; phase < 12; phase++) {
            int kind = random.nextInt(4);
            for (int count = random.nextInt(600); count > 0; count--) {
                if (kind == 0) {
                    step(journal, random);
                } else if (kind == 1 && !live.isEmpty() && journal.admits(Purpose.END, 1, 16)) {
                    end(journal, random);
                } else if (kind > 1 && journal.admits(Purpose.ADD, 1, 308)) {
                    put(journal, 300);
                }
                round(journal);
                if (random.nextInt(700) == 0) {
                    disk.capacity = random.nextBoolean() ? disk.bytes() : Math.max(disk.bytes(), capacity);
                }
            }
            assertReadable(journal);
        }
        assertThat(disk.bytes()).isLessThanOrEqualTo(disk.capacity);
    }

    @Test
    void admits_changesOnFullDisk_areRefusedBeforeEnds() {
        disk.capacity = 300 << 10;
        try (Journal journal = open()) {
            putUntilRefused(journal);
            int changes = 0;
            for (; journal.admits(Purpose.CHANGE, 1, 200); changes++) {
                append(journal, CHANGE, 200);
                journal.commit(++timeMs, id + 1);
            }
            int ends = 0;
            for (; journal.admits(Purpose.END, 1, 200); ends++) {
                append(journal, END, 200);
                journal.commit(++timeMs, id + 1);
            }
            assertThat(changes).isGreaterThan(20);
            assertThat(ends).isGreaterThan(20);
            int unasked = 0;
            for (; unasked < 40; unasked++) {
                append(journal, CHANGE, 200);
                journal.commit(++timeMs, id + 1);
            }
            assertReadable(journal);
        }
    }

    @Test
    void admits_diskFillsBeforeThereIsAReserve_leavesHalfOfTheRestForEnds() {
        for (int left = 20_000; left < 60_000; left += 999) {
            fresh();
            try (Journal journal = open()) {
                for (int task = 0; task < 20; task++) {
                    put(journal, 300);
                }
                journal.close(timeMs, id + 1);
            }
            disk.capacity = disk.bytes() + left;
            try (Journal journal = reopen()) {
                int changes = 0;
                for (; journal.admits(Purpose.CHANGE, 1, 64); changes++) {
                    append(journal, CHANGE, 64);
                    journal.commit(++timeMs, id + 1);
                }
                int ends = 0;
                for (; journal.admits(Purpose.END, 1, 64); ends++) {
                    append(journal, END, 64);
                    journal.commit(++timeMs, id + 1);
                }
                assertThat(ends).as("ends after %d changes, with room for bytes=%d", changes, left)
                        .isGreaterThan(10);
                assertThat(disk.bytes()).isLessThanOrEqualTo(disk.capacity);
                assertReadable(journal);
            }
        }
    }

    @Test
    void admits_roomIsBackWhileTheReserveIsInUse_goesOnThoughNobodyAdds() {
        disk.capacity = 300 << 10;
        try (Journal journal = open()) {
            putUntilRefused(journal);
            for (Purpose purpose : List.of(Purpose.CHANGE, Purpose.END)) {
                while (journal.admits(purpose, 1, 200)) {
                    append(journal, CHANGE, 200);
                    journal.commit(++timeMs, id + 1);
                }
            }
            disk.capacity = Long.MAX_VALUE;
            assertThat(journal.admits(Purpose.END, 1, 200)).as("before the disk is tried again").isFalse();
            timeMs += 100;
            journal.commit(timeMs, id + 1);
            assertThat(journal.admits(Purpose.END, 1, 200)).isTrue();
            assertThat(journal.admits(Purpose.CHANGE, 1, 200)).isTrue();
            assertThat(journal.isFull()).isFalse();
        }
    }

    /**
     * Segments that the disk has no room for four of must not stay: with them all that is freed belongs to the reserve.
     */
    @Test
    void admits_diskIsSmallAndNothingLives_addsGoOn() {
        for (int capacity = LEAST_DISK; capacity < 8 * Log.SMALL.segmentBytesMax(); capacity += 2_999) {
            addOnSmallDisk(capacity, 0);
        }
    }

    /** What never ends is copied to smaller segments. */
    @Test
    void admits_diskIsSmallAndLittleLives_addsGoOn() {
        for (int capacity = LEAST_DISK; capacity < 8 * Log.SMALL.segmentBytesMax(); capacity += 2_999) {
            addOnSmallDisk(capacity, capacity / 10);
        }
    }

    private void addOnSmallDisk(int capacity, int lastingBytes) {
        fresh();
        disk.capacity = capacity;
        try (Journal journal = open()) {
            for (int life = 0; life < 3; life++) {
                turnOverOnSmallDisk(journal, capacity);
                putUntilRefused(journal);
                Random random = new Random(capacity);
                for (int refused = 0; live.size() * 350L > lastingBytes; ) {
                    if (journal.admits(Purpose.END, 1, 16)) {
                        end(journal, random);
                        refused = 0;
                    }
                    assertThat(refused++).as("rounds that refused to end, with capacity=%d", capacity).isLessThan(100);
                    round(journal);
                }
            }
            turnOverOnSmallDisk(journal, capacity);
            assertReadable(journal);
            assertThat(disk.bytes()).isLessThanOrEqualTo(capacity);
        } catch (RuntimeException | AssertionError e) {
            throw new AssertionError("capacity " + capacity + ": " + e.getMessage(), e);
        }
        disk = disk.afterKill();
        assertSurvivors();
    }

    private void turnOverOnSmallDisk(Journal journal, int capacity) {
        int refused = 0;
        for (int step = 0; step < 1_500; step++) {
            if (journal.admits(Purpose.ADD, 1, 308)) {
                putAndEnd(journal);
                refused = 0;
            } else {
                refused++;
            }
            round(journal);
            assertThat(refused).as("rounds that refused to add, with capacity=%d", capacity).isLessThan(100);
        }
    }

    /** Nothing but the disk itself can tell that it has room again, where nobody needs any. */
    @Test
    void isFull_segmentsAreOnlyReused_isWhatTheDiskIs() {
        try (Journal journal = open()) {
            turnOver(journal, () -> {});
            disk.capacity = disk.bytes();
            assertThat(journal.admits(Purpose.ADD, 1, 100_000)).isFalse();
            long bytes = disk.bytes();
            turnOver(journal, () -> assertThat(journal.isFull()).as("on a full disk").isTrue());

            disk.capacity += 1 << 20;
            turnOver(journal, () -> {});
            assertThat(journal.isFull()).isFalse();
            turnOver(journal, () -> assertThat(journal.isTrimWanted()).isFalse());
            assertThat(disk.bytes()).as("nothing but old segments is used").isEqualTo(bytes);
            assertReadable(journal);
        }
    }

    /** Else it would be called full by the next try, and not by the one after that, and so on. */
    @Test
    void isFull_lessRoomThanWasLacking_staysUntilThereIsMore() {
        try (Journal journal = open()) {
            turnOver(journal, () -> {});
            disk.capacity = disk.bytes() + (80 << 10);
            assertThat(journal.admits(Purpose.ADD, 1, 100_000)).isFalse();
            turnOver(journal, () -> assertThat(journal.isFull()).isTrue());
            disk.capacity += 80 << 10;
            turnOver(journal, () -> {});
            assertThat(journal.isFull()).isFalse();
            assertThat(journal.admits(Purpose.ADD, 1, 100_000)).isTrue();
        }
    }

    /** What the probe writes it gives back, and it is not for ever at it. */
    @Test
    void isFull_diskStaysFull_isTriedAgainNowAndThen() {
        try (Journal journal = open()) {
            turnOver(journal, () -> {});
            disk.capacity = disk.bytes() + (80 << 10);
            assertThat(journal.admits(Purpose.ADD, 1, 100_000)).isFalse();
            long before = journal.stats().bytesWritten() - journal.stats().bytesAppended();
            long bytes = disk.bytes();
            long beganMs = timeMs;
            turnOver(journal, () -> assertThat(disk.bytes()).isEqualTo(bytes));
            long tries = (timeMs - beganMs) / 100 + 1;
            assertThat(tries).isGreaterThan(20);
            long zeros = journal.stats().bytesWritten() - journal.stats().bytesAppended() - before;
            assertThat(zeros).isBetween(tries / 2 * (80 << 10), (tries + 12) * (80 << 10));
        }
    }

    @Test
    void isCleaningWanted_notAllThatKeepsTheSegmentFindsRoom_isFalse() {
        disk.capacity = 300 << 10;
        try (Journal journal = open()) {
            putUntilRefused(journal);
            while (!journal.isCleaningWanted()) {
                assertThat(journal.admits(Purpose.END, 1, 16)).isTrue();
                end(journal, new Random(id));
            }
            journal.keepsFirst(300 << 10);
            assertThat(journal.isTooLong()).isTrue();
            assertThat(journal.isCleaningWanted()).isFalse();
            journal.keepsFirst(0);
            assertThat(journal.isCleaningWanted()).isTrue();
        }
    }

    /** Headers of segments are dead, too, and would be worth a cleaning for ever. */
    @Test
    void isCleaningWanted_nothingIsGainedAnyMore_ends() {
        JournalOptions manyHeaders = new JournalOptions(Durability.WRITTEN, 8 << 10, 16 << 10, 8 << 10);
        for (int capacity = 120 << 10; capacity < 700 << 10; capacity += 30_001) {
            fresh();
            disk.capacity = capacity;
            try (Journal journal = Log.open(disk, manyHeaders, new Log())) {
                putUntilRefused(journal);
                journal.mayAppend(capacity / 10);
                for (int change = 0; change < 3; change++) {
                    if (journal.admits(Purpose.CHANGE, 1, 200)) {
                        append(journal, CHANGE, 200);
                    }
                    int rounds = 0;
                    do {
                        round(journal);
                        assertThat(++rounds).as("rounds of cleaning, with capacity=%d", capacity).isLessThan(500);
                    } while (journal.isCleaningWanted());
                }
                assertReadable(journal);
            }
        }
    }

    @Test
    void open_killedOnFullDisk_findsItsReserveAgain() {
        disk.capacity = 300 << 10;
        try (Journal journal = open()) {
            putUntilRefused(journal);
        }
        disk = disk.afterKill();
        disk.capacity = disk.bytes();
        try (Journal journal = reopen()) {
            assertThat(journal.admits(Purpose.ADD, 1, 10_000)).isFalse();
            assertThat(endUntilAdmitted(journal, new Random(1))).isPositive();
            assertReadable(journal);
        }
    }

    @Test
    void close_diskFull_keepsTheReserveForTheNextLife() {
        disk.capacity = 300 << 10;
        try (Journal journal = open()) {
            putUntilRefused(journal);
            journal.close(timeMs, id + 1);
        }
        disk.capacity = disk.bytes();
        try (Journal journal = reopen()) {
            assertThat(journal.recovered().closedCleanly()).isTrue();
            assertThat(endUntilAdmitted(journal, new Random(2))).isPositive();
            assertReadable(journal);
        }
    }

    @Test
    void open_diskFullAndNothingKept_isReadableAndUnharmed() {
        try (Journal journal = open()) {
            put(journal, 300);
            journal.close(timeMs, id + 1);
        }
        disk.capacity = disk.bytes();
        Map<String, byte[]> before = bytes();
        try (Journal journal = reopen()) {
            assertReadable(journal);
            assertThat(journal.admits(Purpose.ADD, 1, 300)).isFalse();
            assertThatThrownBy(() -> {
                append(journal, END, 16);
                journal.commit(timeMs, id + 1);
            }).hasMessageContaining("make room")
                    .isInstanceOfSatisfying(JournalException.class, e -> assertThat(e.kind()).isEqualTo(Kind.FULL));
        }
        assertThat(bytes()).containsExactlyEntriesOf(before);
        disk.capacity = Long.MAX_VALUE;
        try (Journal journal = reopen()) {
            assertThat(journal.admits(Purpose.ADD, 1, 300)).isTrue();
            put(journal, 300);
            journal.commit(timeMs, id + 1);
        }
        assertSurvivors();
    }

    @Test
    void open_newFolderOnFullDisk_isFullAndOpensOnceThereIsRoom() {
        disk.capacity = 1_000;
        assertThatThrownBy(this::open).hasMessageContaining("make room")
                .isInstanceOfSatisfying(JournalException.class, e -> assertThat(e.kind()).isEqualTo(Kind.FULL));
        disk.capacity = 5_000;
        open().close();
    }

    @Test
    void admits_fewRecords_keepsFolderSmall() {
        try (Journal journal = Log.open(disk, JournalOptions.defaults(), new Log())) {
            assertThat(journal.admits(Purpose.CHANGE, 1, 300)).isTrue();
            assertThat(disk.bytes()).isLessThanOrEqualTo((3 << 20) + 64);
            assertThat(journal.admits(Purpose.ADD, 1, 300)).isTrue();
            put(journal, 300);
            journal.commit(timeMs, 2);
            assertThat(disk.bytes()).isLessThanOrEqualTo((3 << 20) + 64);
            journal.close(timeMs, 2);
        }
        assertThat(disk.bytes()).isLessThan(5_000);
    }

    @Test
    void admits_segmentsGrow_reserveGrowsAlong() {
        try (Journal journal = open()) {
            while (journal.currentSegment() < 12) {
                assertThat(journal.admits(Purpose.ADD, 1, 300)).isTrue();
                put(journal, 300);
                journal.commit(timeMs, id + 1);
            }
            assertThat(journal.stats().freeSlots()).isEqualTo(2);
            assertThat(journal.stats().diskBytes()).isBetween(journal.stats().logBytes() + 2 * (64 << 10),
                    journal.stats().logBytes() + 4 * (64 << 10));
        }
        disk = disk.afterKill();
        try (Journal journal = reopen()) {
            assertThat(journal.stats().freeSlots()).isEqualTo(2);
            assertThat(journal.recovered().cutBytes()).isZero();
        }
    }

    @Test
    void admits_neverAskedToAdd_keepsNoReserve() {
        try (Journal journal = open()) {
            while (journal.currentSegment() < 5) {
                put(journal, 300);
                journal.commit(timeMs, id + 1);
            }
            assertThat(journal.stats().freeSlots()).isZero();
        }
    }

    /** One of many commands, refused or not, in a round of its own. */
    private void step(Journal journal, Random random) {
        int bytes = random.nextInt(random.nextInt(30) == 0 ? 6_000 : 400);
        if (random.nextInt(5) < 3) {
            if (journal.admits(Purpose.ADD, 1, 8 + bytes)) {
                put(journal, bytes);
            }
        } else if (!live.isEmpty() && journal.admits(Purpose.END, 1, 16)) {
            end(journal, random);
        }
        round(journal);
    }

    private void putUntilRefused(Journal journal) {
        for (int i = 0; journal.admits(Purpose.ADD, 1, 308); i++) {
            assertThat(i).isLessThan(10_000);
            put(journal, 300);
            if (i % 3 == 0) {
                round(journal);
            }
        }
        round(journal);
    }

    /** Answers how many ends it took. */
    private int endUntilAdmitted(Journal journal, Random random) {
        int rounds = 0;
        while (!journal.admits(Purpose.ADD, 1, 308)) {
            assertThat(live).as("live records").isNotEmpty();
            assertThat(journal.admits(Purpose.END, 1, 16)).as("END is admitted after " + rounds).isTrue();
            end(journal, random);
            round(journal);
            rounds++;
        }
        return rounds;
    }

    /** The log goes on for some segments, and nothing is in them for long. */
    private void turnOver(Journal journal, Runnable checking) {
        for (long last = journal.currentSegment() + 12; journal.currentSegment() < last; ) {
            assertThat(journal.admits(Purpose.ADD, 1, 308)).isTrue();
            putAndEnd(journal);
            round(journal);
            checking.run();
        }
    }

    private void putAndEnd(Journal journal) {
        put(journal, 300);
        assertThat(journal.admits(Purpose.END, 1, 16)).isTrue();
        append(journal, END, 16);
        journal.retire(live.getOrDefault(id, 0L));
        live.remove(id);
    }

    /** What an owner does at the end of a round. */
    private void round(Journal journal) {
        timeMs += 5;
        if (journal.isSmallerWanted()) {
            journal.rollSmaller(timeMs, id + 1);
        }
        int bytes = journal.cleaningBytes(timeMs);
        if (bytes > 0) {
            journal.clean(bytes, copying(journal));
        }
        journal.release(journal.deadThrough());
        journal.commit(timeMs, id + 1);
        if (journal.isTrimWanted()) {
            journal.trim(timeMs, id + 1);
        }
    }

    private RecordVisitor copying(Journal journal) {
        return (position, type, schema, queue, ms, head, body) -> {
            long each = head.getLong(head.position());
            if (live.getOrDefault(each, 0L) == position) {
                journal.begin(type, schema, queue, head.remaining(), body.remaining()).put(head).put(body);
                long moved = journal.end();
                journal.adopt(moved);
                journal.retire(position);
                live.put(each, moved);
            }
        };
    }

    private void put(Journal journal, int bodyBytes) {
        long position = Log.put(journal, ++id, bodyBytes);
        journal.adopt(position);
        live.put(id, position);
    }

    private void end(Journal journal, Random random) {
        Map.Entry<Long, Long> entry = live.ceilingEntry(live.firstKey() + random.nextLong(live.lastKey() - live.firstKey() + 1));
        if (entry != null) {
            live.remove(entry.getKey());
            append(journal, END, 16);
            journal.retire(entry.getValue());
        }
    }

    private static void append(Journal journal, int type, int bytes) {
        journal.begin(type, 1, 0, bytes, 0).put(new byte[bytes]);
        journal.end();
    }

    private Journal open() {
        return Log.open(disk, new Log());
    }

    private void fresh() {
        disk = new MemoryDisk();
        live.clear();
        id = 0;
    }

    /** What lives is adopted at its last place. */
    private Journal reopen() {
        TreeMap<Long, Long> places = new TreeMap<>();
        Journal journal = Log.open(disk, onlyTasks((p, t, s, q, ms, head, body) -> places.put(head.getLong(head.position()), p)));
        live.replaceAll((each, position) -> places.getOrDefault(each, 0L));
        live.values().forEach(journal::adopt);
        return journal;
    }

    private static Replay onlyTasks(RecordVisitor to) {
        return new Replay() {
            @Override
            public boolean isAdoptable(int type) {
                return type == Log.TYPE;
            }

            @Override
            public void record(long p, int type, int schema, int q, long ms, ByteBuffer head, ByteBuffer body) {
                if (type == Log.TYPE) {
                    to.record(p, type, schema, q, ms, head, body);
                }
            }
        };
    }

    private void assertReadable(Journal journal) {
        live.forEach((each, position) -> assertThat(Log.idOf(journal.read(position))).isEqualTo(each));
    }

    private void assertSurvivors() {
        List<Long> ids = new ArrayList<>();
        Log log = new Log();
        Log.open(disk, onlyTasks(log)).close();
        ids.addAll(log.ids);
        assertThat(ids).containsAll(live.keySet());
    }

    private Map<String, byte[]> bytes() {
        Map<String, byte[]> bytes = new HashMap<>();
        disk.files.forEach((name, contents) -> bytes.put(name, contents.now.clone()));
        return bytes;
    }
}
