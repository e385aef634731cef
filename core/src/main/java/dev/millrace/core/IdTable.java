package dev.millrace.core;

import java.util.Arrays;

/**
 * Finds a task's slot by its id, with 6 to 7 bytes a task: open addressing in {@code int} arrays that hold slots only;
 * the id to compare with is in the task table.
 *
 * <p>Ids come in sequence, so a block of 16 neighbours shares a cache line: the block's number is hashed to a group of
 * 16 places, and an id may lie only in its own lane of that group or of the groups that follow. The lanes are thus 16
 * interleaved tables with linear probing, and removal shifts later entries of the lane back, which needs no tombstones.
 * The lane is the id's last four bits, turned by the block's hash: neighbours get lanes of their own, and survivors
 * such as every sixteenth task still spread over all lanes. There are 256 shards that grow one at a time and by a
 * quarter, and shrink by half, so that no growth is a long pause and millions of tasks leave nothing behind.
 *
 * <p>While a store is opened nobody waits for a single growth, but for their sum, and what costs is to read each task's
 * id again from all over the task table. So large shards then grow all at once, in the order of the table, and to twice
 * their size; {@link #settle} gives back what was too much.
 */
final class IdTable {
    private static final int SHARD_BITS = 8;
    private static final int LANES = 16;
    private static final int GROUPS_MIN = 4;
    /** At most 45 of 64 places are in use, so that a probe is short. */
    private static final int LOAD_OF_64 = 45;

    /** A shard with fewer than 11 of 64 places in use gives half of them back, unless it is small. */
    private static final int SPARSE_OF_64 = LOAD_OF_64 / 4;

    private static final int PLACES_SHRUNK_MIN = 4 * GROUPS_MIN * LANES;

    /** While a store is opened, shards of so many places grow with all others. */
    private static final int PLACES_ALONE_MAX = 4_096;

    /** After that, shards larger than this are made anew. */
    private static final int BYTES_A_TASK_MAX = 8;

    private static final int[] NO_SHARD = {};

    private final TaskTable table;
    private final int[][] shards = new int[1 << SHARD_BITS][];
    private final int[] counts = new int[1 << SHARD_BITS];
    private boolean isSettled;

    IdTable(TaskTable table) {
        this.table = table;
        Arrays.fill(shards, NO_SHARD);
    }

    /** The slot of the task with this id, or 0. */
    int find(long id) {
        long hash = hash(id);
        int[] shard = shards[shardOf(hash)];
        if (shard.length == 0) {
            return 0;
        }
        int at = start(hash, id, shard.length);
        for (int slot; (slot = shard[at]) != 0; at = after(at, shard.length)) {
            if (table.id(slot) == id) {
                return slot;
            }
        }
        return 0;
    }

    /** Adds a task that is in the table, and not yet here. */
    void add(long id, int slot) {
        int number = shardOf(hash(id));
        int places = shards[number].length;
        if (!isSettled && places >= PLACES_ALONE_MAX && isFull(number)) {
            rebuild(2L * table.taskCount());
        } else {
            add(number, id, slot, GROUPS_MIN);
        }
    }

    /** All tasks of the opened store are in: from here on each shard grows by itself. */
    void settle() {
        isSettled = true;
        if (placeBytes() > (long) BYTES_A_TASK_MAX * Math.max(table.taskCount(), PLACES_ALONE_MAX)) {
            rebuild(table.taskCount() + table.taskCount() / 8L);
        }
    }

    /** Makes all shards anew, for about so many tasks, from the table, in which every task is. */
    private void rebuild(long tasksExpected) {
        Arrays.fill(shards, NO_SHARD);
        Arrays.fill(counts, 0);
        long places = tasksExpected * 64 / LOAD_OF_64 >>> SHARD_BITS;
        int groups = Math.clamp(places / LANES + 1, GROUPS_MIN, Integer.MAX_VALUE / LANES);
        int end = table.slotEnd();
        for (int slot = table.nextUsed(1, end); slot < end; slot = table.nextUsed(slot + 1, end)) {
            long id = table.id(slot);
            add(shardOf(hash(id)), id, slot, groups);
        }
    }

    private void add(int number, long id, int slot, int groupsOfNew) {
        int[] shard = shards[number];
        if (shard.length == 0) {
            shard = shards[number] = new int[groupsOfNew * LANES];
        } else if (isFull(number)) {
            shard = shards[number] = grown(shard);
        }
        long hash = hash(id);
        while (!insert(shard, hash, id, slot)) {
            shard = shards[number] = grown(shard);
        }
        counts[number]++;
    }

    private boolean isFull(int number) {
        return (counts[number] + 1L) * 64 > (long) shards[number].length * LOAD_OF_64;
    }

    /** Removes a task that is in; its fields must still be in the table. */
    void remove(long id) {
        long hash = hash(id);
        int number = shardOf(hash);
        int[] shard = shards[number];
        int at = start(hash, id, shard.length);
        while (table.id(shard[at]) != id) {
            at = after(at, shard.length);
            if (shard[at] == 0) {
                throw new IllegalStateException("task " + id + " is not in the id table");
            }
        }
        closeGap(shard, at);
        if (--counts[number] == 0) {
            shards[number] = NO_SHARD;
        } else if (shard.length >= PLACES_SHRUNK_MIN && counts[number] * 64L < (long) shard.length * SPARSE_OF_64) {
            shards[number] = rehashed(shard, shard.length / LANES / 2);
        }
    }

    /** The memory that all places take. */
    long placeBytes() {
        long places = 0;
        for (int[] shard : shards) {
            places += shard.length;
        }
        return places * Integer.BYTES;
    }

    private void closeGap(int[] shard, int gapAt) {
        int gap = gapAt;
        for (int at = after(gap, shard.length); shard[at] != 0; at = after(at, shard.length)) {
            long id = table.id(shard[at]);
            int start = start(hash(id), id, shard.length);
            if (distance(start, at, shard.length) >= distance(gap, at, shard.length)) {
                shard[gap] = shard[at];
                gap = at;
            }
        }
        shard[gap] = 0;
    }

    private int[] grown(int[] old) {
        int groups = old.length / LANES;
        return rehashed(old, groups + Math.max(GROUPS_MIN, groups / 4));
    }

    /** The same entries in so many groups, or some more if a lane has no room. */
    private int[] rehashed(int[] old, int groupsMin) {
        int groups = groupsMin;
        while (true) {
            int[] shard = new int[groups * LANES];
            boolean complete = true;
            for (int slot : old) {
                if (slot != 0) {
                    long id = table.id(slot);
                    complete &= insert(shard, hash(id), id, slot);
                }
            }
            if (complete) {
                return shard;
            }
            groups += Math.max(GROUPS_MIN, groups / 4);
        }
    }

    /** Puts the slot where it belongs, if the lane then still has an empty place, at which every probe ends. */
    private static boolean insert(int[] shard, long hash, long id, int slot) {
        int start = start(hash, id, shard.length);
        int at = start;
        while (shard[at] != 0) {
            at = after(at, shard.length);
            if (at == start) {
                return false;
            }
        }
        int other = after(at, shard.length);
        while (other != start && shard[other] != 0) {
            other = after(other, shard.length);
        }
        if (other == start) {
            return false;
        }
        shard[at] = slot;
        return true;
    }

    private static long hash(long id) {
        long mixed = (id >>> 4) * 0x9E37_79B9_7F4A_7C15L;
        return mixed ^ mixed >>> 32;
    }

    private static int shardOf(long hash) {
        return (int) (hash >>> 64 - SHARD_BITS);
    }

    private static int start(long hash, long id, int length) {
        long spread = hash & 0xFFFF_FFFFL;
        int group = (int) (spread * (length / LANES) >>> 32);
        int lane = (int) (id ^ hash >>> 32) & LANES - 1;
        return group * LANES + lane;
    }

    private static int after(int at, int length) {
        int next = at + LANES;
        return next < length ? next : next - length;
    }

    /** Steps of a lane from one place to another, going forward. */
    private static int distance(int from, int to, int length) {
        int difference = to - from;
        return difference < 0 ? difference + length : difference;
    }
}
