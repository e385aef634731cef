package dev.millrace.core;

import java.util.Arrays;

/**
 * Finds the task that holds a key: open addressing in {@code int} arrays that hold slots only; the hash to compare with
 * is in the task's extension. There are 256 shards that grow and shrink one at a time, so that no growth is a long
 * pause and a million keys leave nothing behind.
 */
final class KeyTable {
    private static final int SHARD_BITS = 8;
    private static final int PLACES_MIN = 8;
    private static final int[] NO_SHARD = {};

    private final TaskTable table;
    private final Extensions extensions;
    private final int[][] shards = new int[1 << SHARD_BITS][];
    private final int[] counts = new int[1 << SHARD_BITS];

    KeyTable(TaskTable table, Extensions extensions) {
        this.table = table;
        this.extensions = extensions;
        Arrays.fill(shards, NO_SHARD);
    }

    /** Tells living holders from those that were purged. */
    @FunctionalInterface
    interface Living {
        boolean isLiving(int slot);
    }

    /** The living task with this key, or 0. */
    int find(KeyHash key, Living living) {
        int[] shard = shards[shardOf(key.high())];
        if (shard.length == 0) {
            return 0;
        }
        int mask = shard.length - 1;
        for (int at = (int) key.low() & mask; shard[at] != 0; at = at + 1 & mask) {
            int row = table.extension(shard[at]);
            if (extensions.keyLow(row) == key.low()
                    && extensions.keyHigh(row) == key.high()
                    && living.isLiving(shard[at])) {
                return shard[at];
            }
        }
        return 0;
    }

    /** Adds a task, whose extension has a key. */
    void add(int slot) {
        int number = shardOf(high(slot));
        int[] shard = shards[number];
        if (shard.length == 0) {
            shard = shards[number] = new int[PLACES_MIN];
        } else if (2 * (counts[number] + 1) > shard.length) {
            shard = shards[number] = resized(shard, shard.length * 2);
        }
        insert(shard, slot);
        counts[number]++;
    }

    /** Removes a task that is in. */
    void remove(int slot) {
        int number = shardOf(high(slot));
        int[] shard = shards[number];
        int mask = shard.length - 1;
        int at = (int) low(slot) & mask;
        while (shard[at] != slot) {
            if (shard[at] == 0) {
                throw new IllegalStateException("task " + table.id(slot) + " is not in the key table");
            }
            at = at + 1 & mask;
        }
        closeGap(shard, at);
        if (--counts[number] == 0) {
            shards[number] = NO_SHARD;
        } else if (shard.length > PLACES_MIN && counts[number] < shard.length / 8) {
            shards[number] = resized(shard, shard.length / 4 >= PLACES_MIN ? shard.length / 4 : PLACES_MIN);
        }
    }

    /** The memory that all places take. */
    long placeBytes() {
        return Arrays.stream(shards).mapToLong(shard -> (long) shard.length * Integer.BYTES).sum();
    }

    private void closeGap(int[] shard, int gapAt) {
        int mask = shard.length - 1;
        int gap = gapAt;
        for (int at = gap + 1 & mask; shard[at] != 0; at = at + 1 & mask) {
            int start = (int) low(shard[at]) & mask;
            if ((at - start & mask) >= (at - gap & mask)) {
                shard[gap] = shard[at];
                gap = at;
            }
        }
        shard[gap] = 0;
    }

    private int[] resized(int[] old, int places) {
        int[] shard = new int[places];
        for (int slot : old) {
            if (slot != 0) {
                insert(shard, slot);
            }
        }
        return shard;
    }

    private void insert(int[] shard, int slot) {
        int mask = shard.length - 1;
        int at = (int) low(slot) & mask;
        while (shard[at] != 0) {
            at = at + 1 & mask;
        }
        shard[at] = slot;
    }

    private long high(int slot) {
        return extensions.keyHigh(table.extension(slot));
    }

    private long low(int slot) {
        return extensions.keyLow(table.extension(slot));
    }

    private static int shardOf(long high) {
        return (int) (high >>> 64 - SHARD_BITS);
    }
}
