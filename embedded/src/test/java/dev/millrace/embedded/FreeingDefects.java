package dev.millrace.embedded;

import dev.millrace.core.TaskRecord;
import dev.millrace.journal.Disk;
import dev.millrace.journal.DiskFile;
import dev.millrace.journal.Journal;
import dev.millrace.journal.Replay;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Defects in what happens to segments that are no longer needed: they are freed too soon, out of order, or come back.
 */
final class FreeingDefects {
    private FreeingDefects() {}

    static List<Defect> all() {
        return List.of(
                new Defect("a stale recycled segment replayed", Workload.CLEANING, StaleSegments::new),
                new Defect("a segment freed out of order", Workload.CLEANING, () -> new Freed() {
                    /** Anything that is dead, wherever it lies in the log. */
                    @Override
                    boolean isFreed(long segment) {
                        return segment < newest && living.getOrDefault(segment, 0) == 0;
                    }
                }),
                new Defect("a cleaner that frees before its fsync", Workload.CLEANING, () -> new Freed() {
                    /** What the cleaner has emptied, whether or not the copies are durable. */
                    @Override
                    boolean isFreed(long segment) {
                        return segment == emptiedByCleaner;
                    }
                }));
    }

    /**
     * Counts what lives in each segment, as the journal does; what a freed one says is not there any more at the next
     * opening. Queues and producers are, since they are written again before a segment is freed.
     */
    private abstract static class Freed extends Seams {
        final Map<Long, Integer> living = new HashMap<>();
        long newest;
        long emptiedByCleaner;
        private long copiedFrom;

        abstract boolean isFreed(long segment);

        @Override
        Replay replay(Replay replay) {
            // Of the life that has ended: what the machine adopts now is counted anew, and must not change the answer.
            Map<Long, Boolean> freed = new HashMap<>();
            living.keySet().forEach(segment -> freed.put(segment, isFreed(segment)));
            living.clear();
            emptiedByCleaner = 0;
            return new PassingReplay(replay) {
                @Override
                public void record(
                        long position, int type, int schema, int queue, long timeMs, ByteBuffer head, ByteBuffer body) {
                    boolean isKept = type == TaskRecords.QUEUE || type == TaskRecords.PRODUCER;
                    if (isKept || !freed.getOrDefault(Journal.segmentOf(position), false)) {
                        super.record(position, type, schema, queue, timeMs, head, body);
                    }
                }
            };
        }

        @Override
        Store store(Store store) {
            return new WrappedStore(store) {
                @Override
                public long task(TaskRecord task, ByteBuffer payload) {
                    return born(store.task(task, payload));
                }

                @Override
                public long copy(TaskRecord task, long home, boolean keyed) {
                    copiedFrom = home;
                    return born(store.copy(task, home, keyed));
                }

                @Override
                public void adopt(long position) {
                    store.adopt(position);
                    born(position);
                }

                @Override
                public void retire(long position) {
                    store.retire(position);
                    long segment = Journal.segmentOf(position);
                    if (living.merge(segment, -1, Integer::sum) == 0 && position == copiedFrom) {
                        emptiedByCleaner = segment;
                    }
                }
            };
        }

        private long born(long position) {
            long segment = Journal.segmentOf(position);
            newest = Math.max(newest, segment);
            living.merge(segment, 1, Integer::sum);
            return position;
        }
    }

    /** A replay that passes everything on. */
    private static class PassingReplay implements Replay {
        private final Replay replay;

        PassingReplay(Replay replay) {
            this.replay = replay;
        }

        @Override
        public void begin(long createdMs, long firstSegment) {
            replay.begin(createdMs, firstSegment);
        }

        @Override
        public boolean isAdoptable(int type) {
            return replay.isAdoptable(type);
        }

        @Override
        public void record(
                long position, int type, int schema, int queue, long timeMs, ByteBuffer head, ByteBuffer body) {
            replay.record(position, type, schema, queue, timeMs, head, body);
        }
    }

    /**
     * What would be if checksums knew nothing of a slot's incarnation, and batches nothing of their place in the log:
     * when a slot is taken for a new segment, the batches of its earlier life are valid in the new one, up to where
     * they are overwritten.
     */
    private static final class StaleSegments extends Seams {
        @Override
        Disk disk(Disk disk) {
            return new WrappedDisk(disk) {
                @Override
                void write(DiskFile file, ByteBuffer bytes, long offset) throws IOException {
                    SegmentBytes header = offset == 0 ? SegmentBytes.headerOf(bytes) : null;
                    file.write(bytes, offset);
                    if (header != null && file.bytes() > SegmentBytes.HEADER_BYTES) {
                        ByteBuffer stale = ByteBuffer.allocate((int) file.bytes() - SegmentBytes.HEADER_BYTES);
                        file.read(stale, SegmentBytes.HEADER_BYTES);
                        file.write(header.adopt(stale.flip()), SegmentBytes.HEADER_BYTES);
                    }
                }
            };
        }
    }
}
