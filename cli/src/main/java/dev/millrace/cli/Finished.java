package dev.millrace.cli;

import java.util.BitSet;

/**
 * Which items of a job on a server have come to their end in this call. An item may be run twice there: when a machine
 * dies after it has reported, or loses its connection. The first success counts. Safe for use by several threads.
 */
final class Finished {
    private final BitSet succeeded = new BitSet();
    private final BitSet counted = new BitSet();

    /** Whether what came of the item is to be passed on. */
    synchronized boolean begin(long number, boolean success) {
        int index = index(number);
        if (succeeded.get(index)) {
            return false;
        }
        succeeded.set(index, success);
        return true;
    }

    /** Whether it is the item's first end. */
    synchronized boolean count(long number) {
        int index = index(number);
        boolean isFirst = !counted.get(index);
        counted.set(index);
        return isFirst;
    }

    private static int index(long number) {
        return Math.toIntExact(number);
    }
}
