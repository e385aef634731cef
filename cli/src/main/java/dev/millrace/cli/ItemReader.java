package dev.millrace.cli;

import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Cuts the input into items at a separator byte, and keeps all other bytes as they are. Of an item that is too long
 * only the beginning is kept, so the memory used is bounded whatever comes. Used by one thread.
 */
final class ItemReader {
    /** How much of an item that is too long is kept, to show it. */
    static final int PREFIX_BYTES = 200;

    private static final int BUFFER_BYTES = 64 << 10;

    /** Called before each read, which may wait for whoever writes the input. */
    @FunctionalInterface
    interface BeforeRead {
        void run() throws IOException;
    }

    private final InputStream in;
    private final byte separator;
    private final int itemBytesMax;
    private final byte[] buffer = new byte[BUFFER_BYTES];
    private BeforeRead beforeRead = () -> {};
    private int position;
    private int limit;
    private long line;
    private volatile long bytesRead;

    /** What came of the present item in earlier buffers; empty between items. */
    private byte[] part = new byte[0];

    private int partLength;
    private long itemLength;

    ItemReader(InputStream in, byte separator, int itemBytesMax) {
        this.in = in;
        this.separator = separator;
        this.itemBytesMax = itemBytesMax;
    }

    void beforeRead(BeforeRead action) {
        beforeRead = action;
    }

    /** How much of the input was read. Any thread. */
    long bytesRead() {
        return bytesRead;
    }

    /** The next item, or null at the end. What follows the last separator is an item unless it is empty. */
    @Nullable Item next() throws IOException {
        while (true) {
            int end = position;
            while (end < limit && buffer[end] != separator) {
                end++;
            }
            keep(position, end);
            boolean separated = end < limit;
            position = separated ? end + 1 : end;
            if (separated) {
                return item();
            }
            if (!fill()) {
                return itemLength > 0 ? item() : null;
            }
        }
    }

    private boolean fill() throws IOException {
        beforeRead.run();
        int count = in.read(buffer, 0, buffer.length);
        position = 0;
        limit = Math.max(0, count);
        bytesRead += limit;
        return count >= 0;
    }

    private void keep(int from, int to) {
        int count = to - from;
        itemLength += count;
        if (itemLength > itemBytesMax || count == 0) {
            return;
        }
        if (part.length - partLength < count) {
            long wanted = Math.max(partLength + (long) count, Math.min(2L * part.length, itemBytesMax));
            part = Arrays.copyOf(part, (int) wanted);
        }
        System.arraycopy(buffer, from, part, partLength, count);
        partLength += count;
    }

    private Item item() {
        line++;
        Item item;
        if (itemLength > itemBytesMax) {
            byte[] prefix = Arrays.copyOf(part, Math.min(partLength, PREFIX_BYTES));
            item = new Item(prefix, itemLength, line, itemLength + " bytes are more than itemBytesMax=" + itemBytesMax);
        } else {
            item = new Item(Arrays.copyOf(part, partLength), itemLength, line, null);
        }
        partLength = 0;
        itemLength = 0;
        if (part.length > BUFFER_BYTES) {
            part = new byte[0];
        }
        return item;
    }
}
