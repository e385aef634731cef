package dev.millrace.embedded;

import dev.millrace.journal.JournalStats;
import dev.millrace.journal.Purpose;
import java.util.List;
import java.util.Objects;

/** Defects in what a full disk leaves to whom. */
final class FullDiskDefects {
    private FullDiskDefects() {}

    static List<Defect> all() {
        return List.of(new Defect("what the cleaner borrows never given back", Workload.FULL, () -> new Seams() {
            @Override
            Store store(Store store) {
                return new Stingy(store);
            }
        }));
    }

    /**
     * What was written again while the disk is full counts against takes and ends of work, also when a segment was
     * freed for it.
     */
    private static final class Stingy extends WrappedStore {
        private long borrowedBytes;

        Stingy(Store store) {
            super(store);
        }

        @Override
        public boolean admits(Purpose purpose, int records, long bytes) {
            return store.admits(purpose, records, bytes + (purpose == Purpose.ADD ? 0 : borrowedBytes));
        }

        @Override
        public boolean admitsTakes(int tasks, long bytes) {
            return store.admitsTakes(tasks, bytes + borrowedBytes);
        }

        @Override
        public boolean settle(long nowMs, long nextId, Owner owner) {
            JournalStats before = Objects.requireNonNull(stats());
            boolean isBusy = store.settle(nowMs, nextId, owner);
            JournalStats after = Objects.requireNonNull(stats());
            borrowedBytes = after.isFull() ? borrowedBytes + after.bytesAppended() - before.bytesAppended() : 0;
            return isBusy;
        }
    }
}
