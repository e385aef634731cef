package dev.millrace.core;

import org.jspecify.annotations.Nullable;

/**
 * Those of {@link RecordedItems} that are needed from before a position, and what it takes to write them again. Kept up
 * to date as items change, so that asking again costs nothing, and asking for a later position only what lies between.
 */
final class OldestItems {
    private long before;
    private long bytes;

    /** The first item that is not among them; null if there is none. */
    private @Nullable Recorded next;

    /** The item is the newest now. */
    void onAdded(Recorded item) {
        if (item.neededFrom < before) {
            bytes += item.countedBytes;
        } else if (next == null) {
            next = item;
        }
    }

    /** The item takes so many bytes more by now. */
    void onGrown(Recorded item, long moreBytes) {
        if (item.neededFrom < before) {
            bytes += moreBytes;
        }
    }

    /** The item is about to be removed. */
    void onRemoving(Recorded item) {
        if (item.neededFrom < before) {
            bytes -= item.countedBytes;
        } else if (item == next) {
            next = item.newer;
        }
    }

    /**
     * From here on those before this position are meant.
     *
     * @param oldest of all items: it begins there again if the position is an earlier one
     * @return how many items it looked at: those between the two positions
     */
    int moveTo(long newBefore, @Nullable Recorded oldest) {
        if (newBefore < before) {
            bytes = 0;
            next = oldest;
        }
        before = newBefore;
        int passed = 0;
        for (Recorded item = next; item != null && item.neededFrom < before; item = item.newer) {
            bytes += item.countedBytes;
            next = item.newer;
            passed++;
        }
        return passed;
    }

    long bytes() {
        return bytes;
    }
}
