package dev.millrace.core;

import java.util.Arrays;
import java.util.BitSet;
import org.jspecify.annotations.Nullable;

/**
 * Things by small numbers from 1 on, in pages of 1,024 that come with the first thing in them and go with the last. The
 * lowest number that is free is given first, so that high pages can become empty.
 */
final class Numbered<T> {
    private static final int PAGE_SHIFT = 10;
    private static final int PAGE_THINGS = 1 << PAGE_SHIFT;
    /** A smaller directory stays as it is. */
    private static final int PAGES_SHRUNK_MIN = 16;

    private @Nullable Object[] @Nullable [] pages = new @Nullable Object[1] @Nullable [];
    private int[] counts = new int[1];
    private BitSet used = new BitSet();
    /** All below are in use. */
    private int firstFree = 1;

    /** What has this number, or null. */
    @SuppressWarnings("unchecked") // only set puts something in
    @Nullable T get(int number) {
        int page = number >>> PAGE_SHIFT;
        @Nullable Object @Nullable [] things = page < pages.length ? pages[page] : null;
        return things == null ? null : (T) things[number & PAGE_THINGS - 1];
    }

    /** The number that the next thing should get. */
    int firstFree() {
        firstFree = used.nextClearBit(firstFree);
        return firstFree;
    }

    /** Gives a free number to a thing. */
    void set(int number, T thing) {
        int page = number >>> PAGE_SHIFT;
        if (page >= pages.length) {
            resize(Math.max(page + 1, pages.length * 2));
        }
        @Nullable Object @Nullable [] things = pages[page];
        if (things == null) {
            things = new @Nullable Object[PAGE_THINGS];
            pages[page] = things;
        }
        things[number & PAGE_THINGS - 1] = thing;
        counts[page]++;
        used.set(number);
    }

    /** The number, which is in use, is free again. */
    void remove(int number) {
        int page = number >>> PAGE_SHIFT;
        @Nullable Object @Nullable [] things = pages[page];
        if (things == null || !used.get(number)) {
            throw new IllegalStateException("nothing has number " + number);
        }
        used.clear(number);
        firstFree = Math.min(firstFree, number);
        things[number & PAGE_THINGS - 1] = null;
        if (--counts[page] == 0) {
            pages[page] = null;
            shrink();
        }
    }

    /** The first number from this one on that is in use; 0 when there is none. */
    int nextUsed(int number) {
        return Math.max(0, used.nextSetBit(number));
    }

    /** All numbers in use are below. */
    int end() {
        return used.length();
    }

    /** The memory taken, nearly, without the things themselves. */
    long heldBytes() {
        long things = Arrays.stream(pages).filter(page -> page != null).count() * PAGE_THINGS;
        return HeldBytes.REFERENCE * (things + pages.length) + (long) Integer.BYTES * counts.length + used.size() / Byte.SIZE;
    }

    private void shrink() {
        int needed = (used.length() >>> PAGE_SHIFT) + 1;
        if (needed < pages.length / 4 && pages.length > PAGES_SHRUNK_MIN) {
            resize(pages.length / 2);
            // A clone has just the room that it needs.
            used = (BitSet) used.clone();
        }
    }

    private void resize(int length) {
        pages = Arrays.copyOf(pages, length);
        counts = Arrays.copyOf(counts, length);
    }
}
