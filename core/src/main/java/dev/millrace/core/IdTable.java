package dev.millrace.core;

import java.util.Arrays;

/**
 * Finds a task's slot by its id, with 6 to 7 bytes a task: open addressing in {@code int} arrays that hold slots only;
 * the id to compare with is in the task table.
 *
 * <p>Ids come in sequence, so a block of 16 neighbours shares a cache line: the block's number is hashed to a group of 16
 * places, and an id may lie only in its own lane of that group or of the groups that follow. The lanes are thus 16
 * interleaved tables with linear probing, and removal shifts later entries of the lane back, which needs no tombstones.
 * The lane is the id's last four bits, turned by the block's hash: neighbours get lanes of their own, and survivors such
 * as every sixteenth task still spread over all lanes. There are 256 shards that grow one at a time and by a quarter, and
 * shrink by half, so that no growth is a long pause and millions of tasks leave nothing behind.
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
    private static final int[] NO_SHARD = {};

    private final TaskTable table;
    private final int[][] shards = new int[1 << SHARD_BITS][];
    private final int[] counts = new int[1 << SHARD_BITS];

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

    /** Adds a task that is not yet in. */
    void add(long id, int slot) {
        long hash = hash(id);
        int number = shardOf(hash);
        int[] shard = shards[number];
        if (shard.length == 0) {
            shard = shards[number] = new int[GROUPS_MIN * LANES];
        } else if ((counts[number] + 1L) * 64 > (long) shard.length * LOAD_OF_64) {
            shard = shards[number] = grown(shard);
        }
        while (!insert(shard, hash, id, slot)) {
            shard = shards[number] = grown(shard);
        }
        counts[number]++;
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

    /** Whether the lane keeps at least one empty place, at which every probe ends. */
    private static boolean hasRoom(int[] shard, long hash, long id) {
        int start = start(hash, id, shard.length);
        int empty = shard[start] == 0 ? 1 : 0;
        for (int at = after(start, shard.length); at != start; at = after(at, shard.length)) {
            if (shard[at] == 0 && ++empty == 2) {
                return true;
            }
        }
        return false;
    }

    private static boolean insert(int[] shard, long hash, long id, int slot) {
        if (!hasRoom(shard, hash, id)) {
            return false;
        }
        int at = start(hash, id, shard.length);
        while (shard[at] != 0) {
            at = after(at, shard.length);
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
