package dev.millrace.journal;

import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Iterator;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The files of the shard: those in use, and a few free ones kept for segments to come. Writing into a file whose blocks exist
 * spares the file system the work of finding some, and the fsync the work of recording that.
 */
final class Slots {
    static final String PREFIX = "shard-00/";
    static final String SUFFIX = ".seg";

    /** Enough for a log that frees as fast as it grows: one is written, one was freed by the last roll, two in reserve. */
    static final int FREE_MAX = 4;

    /** A log of a terabyte has 16,384 segments; most systems allow a process fewer open files. */
    static final int OPEN_MAX = 256;

    /** A free slot may be this many times as large as wanted. */
    private static final int OVERSIZE_MAX = 2;

    private static final Pattern NAME = Pattern.compile(Pattern.quote(PREFIX) + "([0-9]{4,9})" + Pattern.quote(SUFFIX));

    private final Disk disk;
    private final BitSet used = new BitSet();
    private final List<Slot> free = new ArrayList<>();
    private final ArrayDeque<Slot> opened = new ArrayDeque<>();
    private @Nullable Slot pinned;
    private long bytes;

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
            slot.bytes = length;
        }
    }

    /**
     * A slot for a segment of {@code wanted} bytes: a free one of that size or somewhat larger, else a new one with no bytes. Free
     * ones of other sizes are deleted, for the log has outgrown them.
     */
    Slot take(int wanted) throws IOException {
        Slot taken = null;
        for (Iterator<Slot> each = free.iterator(); each.hasNext(); ) {
            Slot slot = each.next();
            if (slot.capacity < wanted || slot.capacity / OVERSIZE_MAX > wanted) {
                each.remove();
                delete(slot);
            } else if (taken == null) {
                each.remove();
                taken = slot;
            }
        }
        if (taken != null) {
            return taken;
        }
        Slot created = new Slot(used.nextClearBit(1));
        used.set(created.index);
        created.capacity = wanted;
        return created;
    }

    /** Takes back a slot whose segment nobody needs any more, whatever a crash leaves of the log. */
    void free(Slot slot) throws IOException {
        if (free.size() == FREE_MAX) {
            delete(slot);
        } else {
            free.add(slot);
        }
    }

    void deleteFree() throws IOException {
        while (!free.isEmpty()) {
            delete(free.removeLast());
        }
    }

    void delete(Slot slot) throws IOException {
        opened.remove(slot);
        close(slot);
        disk.delete(slot.name);
        used.clear(slot.index);
        bytes -= slot.bytes;
    }

    void truncate(Slot slot, long length) throws IOException {
        if (length < slot.bytes) {
            file(slot).truncate(length);
            bytes -= slot.bytes - length;
            slot.bytes = length;
        }
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

    private static void close(Slot slot) throws IOException {
        DiskFile file = slot.file;
        if (file != null) {
            slot.file = null;
            file.close();
        }
    }
}
