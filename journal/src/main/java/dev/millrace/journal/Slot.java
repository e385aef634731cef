package dev.millrace.journal;

import org.jspecify.annotations.Nullable;

/**
 * A file that holds one segment after another. It is never renamed; which segment it holds is written in its header.
 */
final class Slot {
    final int index;
    final String name;

    /** Null while it is not open; see {@link Slots#file}. */
    @Nullable DiskFile file;

    /** How large a segment it can hold. */
    int capacity;

    /** The file's length: all before it was written at some time, with zeros at least. */
    long bytes;

    /** Whether a segment was ever in it. */
    boolean hadLife;

    /** Whether its name survives a crash. */
    boolean isNamed;

    Slot(int index) {
        this.index = index;
        name = "%s%04d%s".formatted(Slots.PREFIX, index, Slots.SUFFIX);
    }
}
