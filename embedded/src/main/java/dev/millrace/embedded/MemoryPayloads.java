package dev.millrace.embedded;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.BitSet;
import org.jspecify.annotations.Nullable;

/**
 * Payloads by their positions, in pages of 1,024 that go with the last payload in them, so that a backlog of millions
 * leaves nothing behind. A new payload goes to the page of the last one while it has room, then to the lowest page with
 * room.
 */
final class MemoryPayloads {
    private static final int PAGE_SHIFT = 10;
    private static final int PAGE_PAYLOADS = 1 << PAGE_SHIFT;

    private @Nullable Page[] pages = new @Nullable Page[4];
    private final BitSet existing = new BitSet();
    private final BitSet roomy = new BitSet();
    private int open;
    private int count;
    private long bytes;

    private static final class Page {
        final @Nullable ByteBuffer[] payloads = new @Nullable ByteBuffer[PAGE_PAYLOADS];
        /** A stack of free places. */
        final short[] free = new short[PAGE_PAYLOADS];
        int freeCount = PAGE_PAYLOADS;

        Page() {
            for (int index = 0; index < PAGE_PAYLOADS; index++) {
                free[index] = (short) (PAGE_PAYLOADS - 1 - index);
            }
        }
    }

    /** Keeps a payload; its position. */
    long add(ByteBuffer payload) {
        if (!roomy.get(open)) {
            open = pageWithRoom();
        }
        Page page = page(open);
        int index = page.free[--page.freeCount];
        page.payloads[index] = payload;
        if (page.freeCount == 0) {
            roomy.clear(open);
        }
        count++;
        bytes += payload.remaining();
        return (long) open << PAGE_SHIFT | index;
    }

    ByteBuffer get(long position) {
        ByteBuffer payload = page((int) (position >>> PAGE_SHIFT)).payloads[indexOf(position)];
        if (payload == null) {
            throw new IllegalStateException("no payload at " + position);
        }
        return payload;
    }

    /** Forgets the payload at this position. */
    void remove(long position) {
        int number = (int) (position >>> PAGE_SHIFT);
        Page page = page(number);
        count--;
        bytes -= get(position).remaining();
        page.payloads[indexOf(position)] = null;
        page.free[page.freeCount++] = (short) indexOf(position);
        if (page.freeCount == PAGE_PAYLOADS && number != open) {
            pages[number] = null;
            existing.clear(number);
            roomy.clear(number);
        } else {
            roomy.set(number);
        }
    }

    int count() {
        return count;
    }

    /** Of all payloads together. */
    long bytes() {
        return bytes;
    }

    int pageCount() {
        return existing.cardinality();
    }

    private int pageWithRoom() {
        int lowest = roomy.nextSetBit(0);
        if (lowest >= 0) {
            return lowest;
        }
        int number = existing.nextClearBit(0);
        if (number == pages.length) {
            pages = Arrays.copyOf(pages, number * 2);
        }
        pages[number] = new Page();
        existing.set(number);
        roomy.set(number);
        return number;
    }

    private Page page(int number) {
        Page page = number < pages.length ? pages[number] : null;
        if (page == null) {
            throw new IllegalStateException("no payload is in page " + number);
        }
        return page;
    }

    private static int indexOf(long position) {
        return (int) position & PAGE_PAYLOADS - 1;
    }
}
