package dev.millrace.embedded;

import dev.millrace.journal.Disk;
import dev.millrace.journal.DiskFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * A disk in memory that crashes at a chosen step, a step being anything that changes it. What was not synced may be
 * lost, in any order, and the write that was under way may be torn; what was synced stays.
 *
 * <p>Two kinds of crash: after {@link #killed} the operating system has everything that was written, and only the step
 * under way is torn; after {@link #powerLost} each write since the last sync of its file is there, in part, or not at
 * all, in units of a sector, and so are creations, deletions and truncations since the last sync of the folder.
 */
final class SimulatedDisk implements Disk {
    private static final int SECTOR = 512;
    private static final byte[] NOTHING = {};

    /** A crash. Everything on this disk fails from here on. */
    static final class CrashException extends IOException {
        private static final long serialVersionUID = 1L;
    }

    private final Random random;
    private final Coverage coverage;
    private final Map<String, Content> names;
    /** The names as they were at the last sync of the folder. */
    private Map<String, Content> syncedNames;

    private long steps;
    private long crashAt = Long.MAX_VALUE;
    private long capacity = Long.MAX_VALUE;
    private boolean crashed;
    /** The last batch or header that was written, where, and whether that was fsynced: for the coverage. */
    private byte[] lastWritten = NOTHING;

    private @Nullable Content lastWrittenIn;
    private boolean isLastSynced;
    /** The highest id of a task that was written before that. */
    private long lastId;
    private boolean writesFail;
    private boolean syncsFail;

    SimulatedDisk(Random random) {
        this(random, new Coverage());
    }

    /** A disk that notes where it crashed. */
    SimulatedDisk(Random random, Coverage coverage) {
        this(random, coverage, new TreeMap<>(), new TreeMap<>());
    }

    private SimulatedDisk(
            Random random, Coverage coverage, Map<String, Content> names, Map<String, Content> syncedNames) {
        this.random = random;
        this.coverage = coverage;
        this.names = names;
        this.syncedNames = syncedNames;
    }

    /** Crashes instead of completing the step that comes after so many more. */
    void crashAfter(long moreSteps) {
        crashAt = steps + moreSteps;
    }

    /** Every write fails from now on, having written half. */
    void failWrites() {
        writesFail = true;
    }

    /** Every fsync of a file fails from now on. */
    void failSyncs() {
        syncsFail = true;
    }

    /** From now on the files may hold so many bytes in all. */
    void capacity(long bytes) {
        capacity = bytes;
    }

    /** The bytes of all files. */
    long bytes() {
        long bytes = 0;
        for (Content content : names.values()) {
            bytes += content.now.length;
        }
        return bytes;
    }

    /** Whether anything happened that no engine can go on after. */
    boolean isFaulty() {
        return crashed || writesFail || syncsFail || capacity != Long.MAX_VALUE;
    }

    boolean isCrashed() {
        return crashed;
    }

    /** A crash while what was written before an earlier one is recovered. */
    void noteCrashInRecovery(Coverage.Written writtenBefore) {
        coverage.met(Coverage.Point.IN_RECOVERY, writtenBefore);
    }

    boolean isLimited() {
        return capacity != Long.MAX_VALUE;
    }

    /** The crash is not the disk's: it comes between two of its steps. */
    void noteCrashBetweenSteps() {
        if (!crashed) {
            coverage.crashed();
            noteCrashAfterWrite();
        }
    }

    private void noteCrashAfterWrite() {
        coverage.met(isLastSynced ? Coverage.Point.AFTER_FSYNC : Coverage.Point.BEFORE_FSYNC, lastWritten());
    }

    /** What was written last, before a recovery begins. */
    Coverage.Written lastWritten() {
        return Coverage.read(lastWritten, lastId);
    }

    /** Another disk with the same bytes. */
    SimulatedDisk copy() {
        Map<String, Content> copies = new TreeMap<>();
        names.forEach((name, content) -> copies.put(name, new Content(content.now.copy())));
        return new SimulatedDisk(random, coverage, copies, new TreeMap<>(copies));
    }

    /** The number of bytes of a file. */
    int bytes(String name) {
        return Objects.requireNonNull(names.get(name)).now.length;
    }

    /** A copy of the bytes of a file. */
    byte[] contents(String name) {
        Content content = Objects.requireNonNull(names.get(name));
        return Arrays.copyOf(content.now.array, content.now.length);
    }

    /** Changes one bit of a file. */
    void flip(String name, int offset, int bit) {
        Objects.requireNonNull(names.get(name)).now.array[offset] ^= (byte) (1 << bit);
    }

    /** What a process finds that opens the disk after this one was killed; it has the same files, and as much room. */
    SimulatedDisk killed() {
        return heir(names, syncedNames);
    }

    /** What a machine finds after its power was lost. This disk is no more; the next one has as much room. */
    SimulatedDisk powerLost(Random dice) {
        Map<String, Content> survivors = new TreeMap<>(syncedNames);
        names.forEach((name, content) -> {
            if (!syncedNames.containsKey(name) && dice.nextBoolean()) {
                survivors.put(name, content);
            }
        });
        syncedNames.forEach((name, content) -> {
            if (!names.containsKey(name) && dice.nextBoolean()) {
                survivors.remove(name);
            }
        });
        survivors.values().forEach(content -> content.losePower(dice));
        return heir(survivors, new TreeMap<>(survivors));
    }

    private SimulatedDisk heir(Map<String, Content> left, Map<String, Content> synced) {
        SimulatedDisk heir = new SimulatedDisk(random, coverage, left, synced);
        heir.lastId = Coverage.lastId(lastWritten, lastId);
        heir.capacity = capacity;
        return heir;
    }

    @Override
    public void lock() {}

    @Override
    public List<String> names() {
        return new ArrayList<>(names.keySet());
    }

    @Override
    public DiskFile open(String name) throws IOException {
        Content content = names.get(name);
        if (content == null) {
            step(null);
            content = new Content();
            names.put(name, content);
        }
        return new File(content);
    }

    @Override
    public void delete(String name) throws IOException {
        step(null);
        names.remove(name);
    }

    @Override
    public void sync() throws IOException {
        step(null);
        syncedNames = new TreeMap<>(names);
    }

    @Override
    public void close() {}

    @Override
    public String toString() {
        return "simulated disk";
    }

    /** Counts a step; the one at which the crash comes happens in part, if at all. */
    private void step(@Nullable Runnable partly) throws IOException {
        if (crashed) {
            throw new CrashException();
        }
        if (++steps > crashAt) {
            crashed = true;
            coverage.crashed();
            noteCrashAfterWrite();
            if (partly != null) {
                partly.run();
            }
            throw new CrashException();
        }
    }

    private final class File implements DiskFile {
        private final Content content;

        File(Content content) {
            this.content = content;
        }

        @Override
        public void write(ByteBuffer source, long offset) throws IOException {
            byte[] bytes = new byte[source.remaining()];
            source.get(bytes);
            step(() -> tear(bytes, offset));
            if (writesFail) {
                content.write(offset, Arrays.copyOf(bytes, bytes.length / 2));
                throw new IOException("Input/output error");
            }
            long more = Math.max(0, offset + bytes.length - content.now.length);
            if (capacity != Long.MAX_VALUE && SimulatedDisk.this.bytes() + more > capacity) {
                content.write(offset, Arrays.copyOf(bytes, (int) Math.max(0, bytes.length - more)));
                throw new IOException("No space left on device");
            }
            content.write(offset, bytes);
            if (bytes.length > 0 && bytes[0] != 0) {
                lastId = Coverage.lastId(lastWritten, lastId);
                lastWritten = bytes;
                lastWrittenIn = content;
                isLastSynced = false;
            }
        }

        /** Often nothing of the write is left, or all. */
        private void tear(byte[] bytes, long offset) {
            int kept = random.nextInt(3) == 0 ? 0 : random.nextInt(bytes.length + 1);
            content.write(offset, Arrays.copyOf(bytes, kept));
            Coverage.Written torn = Coverage.read(bytes, Coverage.lastId(lastWritten, lastId));
            coverage.met(kept == 0 ? Coverage.Point.BEFORE_WRITE : Coverage.Point.WITHIN_WRITE, torn);
        }

        @Override
        public int read(ByteBuffer target, long offset) {
            int count = (int) Math.max(0, Math.min(target.remaining(), content.now.length - offset));
            target.put(content.now.array, count == 0 ? 0 : (int) offset, count);
            return count;
        }

        @Override
        public long bytes() {
            return content.now.length;
        }

        @Override
        public void truncate(long bytes) throws IOException {
            step(null);
            content.truncate((int) bytes);
        }

        @Override
        public void sync() throws IOException {
            step(null);
            if (syncsFail) {
                throw new IOException("Input/output error");
            }
            isLastSynced |= content == lastWrittenIn;
            content.sync();
        }

        @Override
        public void close() {}
    }

    /** A file's bytes as they are now, and what it takes to have them as they were at its last sync. */
    private static final class Content {
        /**
         * A change that is not synced.
         *
         * @param bytes what was written; of a cut, nothing
         * @param replaced what was there before, from the offset on
         * @param lengthBefore of the file
         */
        private record Change(int offset, byte[] bytes, boolean isCut, byte[] replaced, int lengthBefore) {}

        private final Bytes now;
        private final List<Change> unsynced = new ArrayList<>();

        Content() {
            this(new Bytes());
        }

        private Content(Bytes bytes) {
            now = bytes;
        }

        void write(long offset, byte[] written) {
            int at = Math.toIntExact(offset);
            byte[] replaced = now.part(at, at + written.length);
            unsynced.add(new Change(at, written, false, replaced, now.length));
            now.write(at, written, 0, written.length);
        }

        void truncate(int length) {
            byte[] replaced = now.part(length, now.length);
            unsynced.add(new Change(length, NOTHING, true, replaced, now.length));
            now.cut(length);
        }

        void sync() {
            unsynced.clear();
        }

        /** Takes back what a loss of power takes. */
        void losePower(Random random) {
            for (Change change : unsynced.reversed()) {
                if (change.lengthBefore < now.length) {
                    now.cut(change.lengthBefore);
                }
                now.write(change.offset, change.replaced, 0, change.replaced.length);
            }
            boolean keepsAll = random.nextInt(4) == 0;
            for (Change change : unsynced) {
                if (keepsAll || random.nextBoolean()) {
                    apply(change);
                } else if (!change.isCut) {
                    applyTorn(change, random);
                }
            }
            unsynced.clear();
        }

        private void apply(Change change) {
            if (change.isCut) {
                now.cut(change.offset);
            } else {
                now.write(change.offset, change.bytes, 0, change.bytes.length);
            }
        }

        /** Some sectors of a write arrive, others do not. */
        private void applyTorn(Change change, Random random) {
            for (int at = 0; at < change.bytes.length; ) {
                int sectorEnd = ((change.offset + at) / SECTOR + 1) * SECTOR;
                int end = Math.min(change.bytes.length, sectorEnd - change.offset);
                if (random.nextBoolean()) {
                    now.write(change.offset + at, change.bytes, at, end - at);
                }
                at = end;
            }
        }
    }

    /** A growing array; what lies between the end and a later write reads as zeros. */
    private static final class Bytes {
        private byte[] array = new byte[64];
        private int length;

        Bytes copy() {
            Bytes copy = new Bytes();
            copy.array = array.clone();
            copy.length = length;
            return copy;
        }

        /** The bytes there, as far as there are any. */
        byte[] part(int from, int to) {
            return from >= Math.min(to, length) ? NOTHING : Arrays.copyOfRange(array, from, Math.min(to, length));
        }

        void write(int offset, byte[] source, int from, int count) {
            if (count == 0) {
                return;
            }
            int end = offset + count;
            if (end > array.length) {
                array = Arrays.copyOf(array, Math.max(end, 2 * array.length));
            }
            System.arraycopy(source, from, array, offset, count);
            length = Math.max(length, end);
        }

        void cut(int newLength) {
            if (newLength < length) {
                Arrays.fill(array, newLength, length, (byte) 0);
            } else if (newLength > array.length) {
                array = Arrays.copyOf(array, newLength);
            }
            length = newLength;
        }
    }
}
