package dev.millrace.journal;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/**
 * Random use of a journal on a disk that loses, tears and reorders what is not durable. After every crash the log must
 * be a run of what was appended, without gaps: from no later than the first record still needed, to no earlier than the
 * last one durable, and each batch whole.
 */
class CrashTest {
    private static final int SEEDS = 60;
    private static final int LIVES = 8;

    @Test
    void open_afterRandomCrashes_losesNothingDurableAndNeedsNoRepair() {
        for (int seed = 0; seed < SEEDS; seed++) {
            try {
                new Run(seed).play();
            } catch (RuntimeException | AssertionError e) {
                throw new AssertionError("seed " + seed + ": " + e.getMessage(), e);
            }
        }
    }

    /** One folder's many lives. */
    private static final class Run {
        private final Random random;
        private final JournalOptions options;
        private MemoryDisk disk = new MemoryDisk();

        /** Live records, oldest first, and the ids appended, committed and durable last. */
        private final ArrayDeque<Long> livePositions = new ArrayDeque<>();

        private final ArrayDeque<Long> liveIds = new ArrayDeque<>();
        private final List<Long> batchEnds = new ArrayList<>();
        private final boolean asksForRoom;
        private long appended;
        private long durable;

        Run(int seed) {
            random = new Random(seed);
            Durability durability = Durability.values()[random.nextInt(3)];
            asksForRoom = random.nextBoolean();
            options = new JournalOptions(durability, 8 << 10, 32 << 10, 4 << 10);
        }

        void play() {
            for (int life = 0; life < LIVES; life++) {
                disk.fault = random.nextBoolean() ? MemoryDisk.Fault.HALF_DONE : MemoryDisk.Fault.NOTHING_DONE;
                disk.failingEffect = 1 + random.nextInt(random.nextBoolean() ? 20 : 300);
                Log log = new Log();
                try (Journal journal = Log.open(disk, options, log)) {
                    check(log);
                    adoptAll(journal, log);
                    work(journal);
                } catch (JournalException e) {
                    assertThat(e.kind()).isEqualTo(JournalException.Kind.FAILED);
                }
                boolean power = random.nextBoolean();
                disk = power ? disk.afterPowerCut(random) : disk.afterKill();
            }
            Log log = new Log();
            Log.open(disk, options, log).close();
            check(log);
        }

        private void check(Log log) {
            long first = log.ids.isEmpty() ? appended + 1 : log.ids.getFirst();
            long last = log.ids.isEmpty() ? durable : log.ids.getLast();
            for (int i = 0; i < log.ids.size(); i++) {
                assertThat(log.ids.get(i)).isEqualTo(first + i);
            }
            assertThat(last).isBetween(durable, appended);
            if (last < appended && last > durable) {
                assertThat(batchEnds).contains(last);
            }
            while (!liveIds.isEmpty() && liveIds.getLast() > last) {
                liveIds.removeLast();
            }
            if (!liveIds.isEmpty()) {
                assertThat(first).isLessThanOrEqualTo(liveIds.getFirst());
            }
            appended = last;
            durable = last;
        }

        private void adoptAll(Journal journal, Log log) {
            livePositions.clear();
            for (long id : liveIds) {
                long position = log.positions.get(log.ids.indexOf(id));
                livePositions.add(position);
                journal.adopt(position);
            }
        }

        private void work(Journal journal) {
            long time = 1_000;
            for (int step = 0; step < 400; step++) {
                time += random.nextInt(200);
                switch (random.nextInt(12)) {
                    case 0, 1, 2, 3, 4 -> appendTogether(journal);
                    case 5, 6 -> {
                        journal.commit(time, appended + 1);
                    }
                    case 7 -> {
                        journal.commit(time, appended + 1);
                        journal.sync();
                        durable = appended;
                    }
                    case 8, 9 -> retireOldest(journal);
                    case 10 -> {
                        journal.release(journal.deadThrough());
                        if (random.nextInt(8) == 0) {
                            journal.trim(time, appended + 1);
                            durable = appended;
                        }
                    }
                    default -> readAny(journal);
                }
            }
            if (random.nextBoolean()) {
                journal.close(time, appended + 1);
                durable = appended;
            }
        }

        private void appendTogether(Journal journal) {
            int count = 1 + random.nextInt(4);
            int[] bytes = new int[count];
            int sum = 0;
            for (int i = 0; i < count; i++) {
                bytes[i] = random.nextInt(random.nextInt(20) == 0 ? 9_000 : 300);
                sum += bytes[i] + Long.BYTES;
            }
            if (asksForRoom) {
                assertThat(journal.admits(Purpose.ADD, count, sum)).isTrue();
            }
            journal.reserve(count, sum);
            for (int size : bytes) {
                long position = Log.put(journal, appended + 1, size);
                appended++;
                journal.adopt(position);
                livePositions.add(position);
                liveIds.add(appended);
            }
            batchEnds.add(appended);
        }

        private void retireOldest(Journal journal) {
            for (int i = random.nextInt(12); i > 0 && !livePositions.isEmpty(); i--) {
                journal.retire(livePositions.remove());
                liveIds.remove();
            }
        }

        private void readAny(Journal journal) {
            if (!livePositions.isEmpty()) {
                assertThat(Log.idOf(journal.read(livePositions.getFirst()))).isEqualTo(liveIds.getFirst());
                assertThat(Log.idOf(journal.read(livePositions.getLast()))).isEqualTo(liveIds.getLast());
            }
        }
    }
}
