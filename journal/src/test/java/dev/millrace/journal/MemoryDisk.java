package dev.millrace.journal;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * A disk in memory that remembers what is durable. {@link #afterKill} is the disk as the next process sees it, and
 * {@link #afterPowerCut} as the next boot does: of what was not durable, each name, and each sector of each write, is
 * there or not.
 */
final class MemoryDisk implements Disk {
    static final int SECTOR_BYTES = 512;

    /** What becomes of the effect that fails. */
    enum Fault { NOTHING_DONE, HALF_DONE }

    final Map<String, Contents> files = new HashMap<>();
    private final Map<String, Contents> durableFiles = new HashMap<>();
    private boolean locked;

    /** Writes, truncations, deletions and fsyncs so far; creations are effects, too. */
    int effects;

    /** The effect that fails, and all after it; 0 for none. */
    int failingEffect;

    /** The files hold at most so many bytes in all; what is there can be overwritten. */
    long capacity = Long.MAX_VALUE;

    /** What {@link #willRead} was told, in order. */
    final List<String> announced = new ArrayList<>();

    /** How often a file was told that it will be made durable. */
    int announcedSyncs;

    Fault fault = Fault.NOTHING_DONE;
    String failure = "Input/output error";

    /** One file's bytes. */
    static final class Contents {
        byte[] now = new byte[0];
        byte[] durable = new byte[0];
        final List<Range> unsynced = new ArrayList<>();

        Contents copy() {
            Contents copy = new Contents();
            copy.now = now.clone();
            copy.durable = durable.clone();
            copy.unsynced.addAll(unsynced);
            return copy;
        }
    }

    /** Bytes written at an offset. */
    record Range(int offset, byte[] bytes) {}

    MemoryDisk afterKill() {
        MemoryDisk next = new MemoryDisk();
        Map<Contents, Contents> copies = new HashMap<>();
        files.forEach((name, contents) -> next.files.put(name, copies.computeIfAbsent(contents, Contents::copy)));
        durableFiles.forEach((name, contents) -> next.durableFiles.put(name, copies.computeIfAbsent(contents, Contents::copy)));
        return next;
    }

    MemoryDisk afterPowerCut(RandomGenerator random) {
        MemoryDisk next = new MemoryDisk();
        for (Map<String, Contents> names : List.of(durableFiles, files)) {
            names.forEach((name, contents) -> {
                boolean settled = durableFiles.get(name) == files.get(name);
                if (settled || random.nextBoolean()) {
                    Contents left = new Contents();
                    left.now = survivors(contents, random);
                    left.durable = left.now.clone();
                    next.files.put(name, left);
                }
            });
        }
        next.durableFiles.putAll(next.files);
        return next;
    }

    private static byte[] survivors(Contents contents, RandomGenerator random) {
        byte[] bytes = contents.durable.clone();
        boolean none = random.nextInt(4) == 0;
        for (Range range : contents.unsynced) {
            for (int at = range.offset; at < range.offset + range.bytes.length; ) {
                int sectorEnd = Math.min(range.offset + range.bytes.length, (at / SECTOR_BYTES + 1) * SECTOR_BYTES);
                if (!none && random.nextInt(8) != 0) {
                    bytes = Arrays.copyOf(bytes, Math.max(bytes.length, sectorEnd));
                    System.arraycopy(range.bytes, at - range.offset, bytes, at, sectorEnd - at);
                }
                at = sectorEnd;
            }
        }
        return bytes;
    }

    /** Of all files. */
    long bytes() {
        return files.values().stream().mapToLong(each -> each.now.length).sum();
    }

    byte[] bytes(String name) {
        return of(name).now;
    }

    void replace(String name, byte[] bytes) {
        Contents contents = new Contents();
        contents.now = bytes;
        contents.durable = bytes.clone();
        files.put(name, contents);
        durableFiles.put(name, contents);
    }

    @Override
    public void lock() {
        if (locked) {
            throw new JournalException(JournalException.Kind.IN_USE, "this disk is in use");
        }
        locked = true;
    }

    @Override
    public List<String> names() {
        return List.copyOf(files.keySet());
    }

    @Override
    public DiskFile open(String name) throws IOException {
        if (!files.containsKey(name)) {
            effect();
            files.put(name, new Contents());
        }
        return new MemoryFile(of(name));
    }

    @Override
    public void willRead(String name) {
        announced.add(name);
    }

    @Override
    public void delete(String name) throws IOException {
        effect();
        if (files.remove(name) == null) {
            throw new IOException("no such file: " + name);
        }
    }

    @Override
    public void sync() throws IOException {
        effect();
        durableFiles.clear();
        durableFiles.putAll(files);
    }

    @Override
    public void close() {
        locked = false;
    }

    private Contents of(String name) {
        return Objects.requireNonNull(files.get(name), name);
    }

    private void effect() throws IOException {
        effects++;
        if (failingEffect != 0 && effects >= failingEffect) {
            throw new IOException(failure);
        }
    }

    private final class MemoryFile implements DiskFile {
        private @Nullable Contents contents;

        MemoryFile(Contents contents) {
            this.contents = contents;
        }

        @Override
        public void write(ByteBuffer bytes, long offset) throws IOException {
            byte[] all = new byte[bytes.remaining()];
            bytes.get(all);
            try {
                effect();
            } catch (IOException e) {
                if (fault == Fault.HALF_DONE) {
                    put((int) offset, Arrays.copyOf(all, all.length / 2));
                }
                throw e;
            }
            long growth = Math.max(0, offset + all.length - open().now.length);
            long excess = growth == 0 ? 0 : Math.min(growth, Math.max(0, MemoryDisk.this.bytes() + growth - capacity));
            if (excess > 0) {
                put((int) offset, Arrays.copyOf(all, (int) (all.length - excess)));
                throw new IOException("No space left on device");
            }
            put((int) offset, all);
        }

        private void put(int offset, byte[] bytes) {
            Contents of = open();
            of.now = Arrays.copyOf(of.now, Math.max(of.now.length, offset + bytes.length));
            System.arraycopy(bytes, 0, of.now, offset, bytes.length);
            of.unsynced.add(new Range(offset, bytes));
        }

        @Override
        public int read(ByteBuffer bytes, long offset) {
            byte[] now = open().now;
            int count = (int) Math.max(0, Math.min(bytes.remaining(), now.length - offset));
            if (count > 0) {
                bytes.put(now, (int) offset, count);
            }
            return count;
        }

        @Override
        public long bytes() {
            return open().now.length;
        }

        @Override
        public void truncate(long bytes) throws IOException {
            effect();
            Contents of = open();
            of.now = Arrays.copyOf(of.now, (int) bytes);
        }

        @Override
        public void sync() throws IOException {
            effect();
            Contents of = open();
            of.durable = of.now.clone();
            of.unsynced.clear();
        }

        @Override
        public void willSync() throws IOException {
            effect();
            announcedSyncs++;
        }

        @Override
        public void close() {
            contents = null;
        }

        private Contents open() {
            Contents of = contents;
            if (of == null) {
                throw new IllegalStateException("the file is closed");
            }
            return of;
        }
    }
}
