package dev.millrace.journal;

import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The files of the shard: those in use, and a few free ones kept for segments to come. Writing into a file whose blocks
 * exist spares the file system the work of finding some, and the fsync the work of recording that.
 */
final class Slots {
    static final String PREFIX = "shard-00/";
    static final String SUFFIX = ".seg";

    /**
     * Enough for a log that frees as fast as it grows: one is written, one was freed by the last roll, two in reserve.
     * More are kept where the reserve needs more.
     */
    static final int FREE_MAX = 4;

    /** A log of a terabyte has 16,384 segments; most systems allow a process fewer open files. */
    static final int OPEN_MAX = 256;

    /** Free slots of the largest segment's size that make up the reserve; see {@link Room}. */
    static final int RESERVE_SLOTS = 2;

    /** A free slot may be this many times as large as wanted. */
    private static final int OVERSIZE_MAX = 2;

    private static final Pattern NAME = Pattern.compile(Pattern.quote(PREFIX) + "([0-9]{4,9})" + Pattern.quote(SUFFIX));

    private final Disk disk;
    private final BitSet used = new BitSet();
    private final List<Slot> free = new ArrayList<>();
    private final ArrayDeque<Slot> opened = new ArrayDeque<>();
    private @Nullable Slot pinned;
    private long bytes;
    private long freeBytes;
    /** So many free slots more than {@link #FREE_MAX} are kept. */
    private int moreFree;

    Slots(Disk disk) {
        this.disk = disk;
    }

    /** All slots of the folder, by their index. */
    List<Slot> find(List<String> names) {
        List<Slot> found = new ArrayList<>();
        for (String name : names) {
            Matcher matcher = NAME.matcher(name);
            if (matcher.matches()) {
                Slot slot = new Slot(Integer.parseInt(matcher.group(1)));
                if (slot.name.equals(name)) {
                    used.set(slot.index);
                    found.add(slot);
                }
            }
        }
        found.sort((a, b) -> Integer.compare(a.index, b.index));
        return found;
    }

    /** The slot's file, opened if need be; the one opened longest ago is closed when there are too many. */
    DiskFile file(Slot slot) throws IOException {
        DiskFile file = slot.file;
        if (file != null) {
            return file;
        }
        if (opened.size() == OPEN_MAX) {
            Slot longest = opened.remove();
            if (longest == pinned) {
                opened.add(longest);
                longest = opened.remove();
            }
            close(longest);
        }
        file = disk.open(slot.name);
        slot.file = file;
        opened.add(slot);
        return file;
    }

    /** Keeps this slot's file open, instead of the one pinned before: it has writes that await their fsync. */
    void pin(Slot slot) {
        pinned = slot;
    }

    /** Notes that the slot's file now has at least {@code length} bytes. */
    void grown(Slot slot, long length) {
        if (length > slot.bytes) {
            bytes += length - slot.bytes;
            freeBytes += free.contains(slot) ? length - slot.bytes : 0;
            slot.bytes = length;
        }
    }

    /** A new slot, with no bytes yet, for a segment of {@code wanted} bytes. */
    Slot create(int wanted) {
        Slot created = new Slot(used.nextClearBit(1));
        used.set(created.index);
        created.capacity = wanted;
        return created;
    }

    /** Whether {@link #takeSpare} would find one. */
    boolean hasSpare(int wanted, int needed, long keptBytes) {
        return spare(wanted, needed, keptBytes) != null;
    }

    /**
     * Takes a free slot for a segment of {@code wanted} bytes: of that size or somewhat larger, with {@code needed}
     * bytes written at some time, and so that {@code keptBytes} of other free slots remain.
     *
     * @return null if there is none
     */
    @Nullable Slot takeSpare(int wanted, int needed, long keptBytes) {
        Slot spare = spare(wanted, needed, keptBytes);
        if (spare != null) {
            free.remove(spare);
            freeBytes -= spare.bytes;
        }
        return spare;
    }

    private @Nullable Slot spare(int wanted, int needed, long keptBytes) {
        for (Slot slot : free) {
            if (isFit(slot, wanted) && slot.bytes >= needed && freeBytes - slot.bytes >= keptBytes) {
                return slot;
            }
        }
        return null;
    }

    /** Whether {@link #takeSmallest} would find one and leave {@code keptBytes} of other free slots. */
    boolean hasSmallest(int needed, long keptBytes) {
        Slot smallest = smallest(needed);
        return smallest != null && freeBytes - smallest.bytes >= keptBytes;
    }

    private @Nullable Slot smallest(int needed) {
        Slot smallest = null;
        for (Slot slot : free) {
            if (slot.bytes >= needed && (smallest == null || slot.bytes < smallest.bytes)) {
                smallest = slot;
            }
        }
        return smallest;
    }

    /** Takes the smallest free slot with that many bytes, and no larger a segment than these; null if there is none. */
    @Nullable Slot takeSmallest(int needed) {
        Slot smallest = smallest(needed);
        if (smallest != null) {
            free.remove(smallest);
            freeBytes -= smallest.bytes;
            smallest.capacity = (int) Math.min(Format.SEGMENT_BYTES_LIMIT, smallest.bytes & -Format.ALIGNMENT);
        }
        return smallest;
    }

    /** Keeps so many more than usual. */
    void keepFree(int more) {
        moreFree = more;
    }

    /**
     * The free slot to enlarge next, so that two have {@code unit} bytes, and all others together {@code more}: a new
     * one at first; null if they do.
     */
    @Nullable Slot toGrow(int unit, long more) {
        int whole = 0;
        Slot largest = null;
        for (Slot slot : free) {
            if (slot.bytes >= unit) {
                whole++;
            } else if (largest == null || slot.bytes > largest.bytes) {
                largest = slot;
            }
        }
        if (whole >= RESERVE_SLOTS && freeBytes >= RESERVE_SLOTS * (long) unit + more) {
            return null;
        }
        if (largest == null || free.size() < RESERVE_SLOTS) {
            largest = create(unit);
            free.add(largest);
        }
        largest.capacity = unit;
        return largest;
    }

    /**
     * Takes back a slot whose segment nobody needs any more, whatever a crash leaves of the log; keeps the largest
     * ones.
     */
    void free(Slot slot) throws IOException {
        slot.hadLife = true;
        keep(slot);
        while (free.size() > FREE_MAX + moreFree) {
            Slot smallest = free.getFirst();
            for (Slot each : free) {
                smallest = each.bytes < smallest.bytes ? each : smallest;
            }
            deleteFree(smallest);
        }
    }

    /** Counts a slot among the free ones. */
    void keep(Slot slot) {
        free.add(slot);
        freeBytes += slot.bytes;
    }

    /**
     * Deletes free slots that the log has outgrown or left behind, where two of {@code unit} bytes and {@code wanted}
     * bytes in all are there without them.
     */
    void prune(int unit, long wanted) throws IOException {
        long whole = free.stream().filter(slot -> slot.bytes >= unit && slot.bytes / OVERSIZE_MAX <= unit).count();
        if (whole >= RESERVE_SLOTS) {
            deleteFree(slot -> (slot.bytes < unit || slot.bytes / OVERSIZE_MAX > unit) && freeBytes - slot.bytes >= wanted);
        }
    }

    /** Deletes free slots that are of no use for segments of {@code wanted} bytes. */
    void pruneUnfit(int wanted) throws IOException {
        deleteFree(slot -> !isFit(slot, wanted));
    }

    private static boolean isFit(Slot slot, int wanted) {
        return slot.capacity >= wanted && slot.capacity / OVERSIZE_MAX <= wanted;
    }

    private void deleteFree(Predicate<Slot> which) throws IOException {
        for (Slot slot : List.copyOf(free)) {
            if (which.test(slot)) {
                deleteFree(slot);
            }
        }
    }

    void deleteFree(Slot slot) throws IOException {
        free.remove(slot);
        freeBytes -= slot.bytes;
        delete(slot);
    }

    void deleteFree() throws IOException {
        deleteFree(slot -> true);
    }

    void delete(Slot slot) throws IOException {
        opened.remove(slot);
        used.clear(slot.index);
        if (slot.file == null && slot.bytes == 0) {
            return; // there was no room even for its name
        }
        close(slot);
        disk.delete(slot.name);
        bytes -= slot.bytes;
    }

    void truncate(Slot slot, long length) throws IOException {
        if (length < slot.bytes) {
            file(slot).truncate(length);
            bytes -= slot.bytes - length;
            freeBytes -= free.contains(slot) ? slot.bytes - length : 0;
            slot.bytes = length;
        }
    }

    /**
     * Gives back what free slots have beyond {@code limit} bytes each, as long as {@code wanted} bytes are left of them
     * in all.
     */
    void cutFree(int limit, long wanted) throws IOException {
        for (Slot slot : free) {
            if (slot.bytes > limit && freeBytes - (slot.bytes - limit) >= wanted) {
                cut(slot, limit);
            }
        }
    }

    /** Lets a slot hold segments of at most {@code limit} bytes, and gives back what it has beyond them. */
    void cut(Slot slot, int limit) throws IOException {
        slot.capacity = Math.min(slot.capacity, limit);
        truncate(slot, limit);
    }

    /** Closes all files, also those after one that fails to close. */
    void close() throws IOException {
        IOException first = null;
        while (!opened.isEmpty()) {
            try {
                close(opened.remove());
            } catch (IOException e) {
                first = first == null ? e : first;
            }
        }
        if (first != null) {
            throw first;
        }
    }

    int freeCount() {
        return free.size();
    }

    long bytes() {
        return bytes;
    }

    /** All that was ever written of the free slots. */
    long freeBytes() {
        return freeBytes;
    }

    private static void close(Slot slot) throws IOException {
        DiskFile file = slot.file;
        if (file != null) {
            slot.file = null;
            file.close();
        }
    }
}
