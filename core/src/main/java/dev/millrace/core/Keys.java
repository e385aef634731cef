package dev.millrace.core;

import org.jspecify.annotations.Nullable;

/**
 * Who has which key, and who waits for whom (T23): of the living tasks with a key one is the first, which has the key,
 * and one may be its successor, which waits for it. Changes no state of a task.
 */
final class Keys {
    private final TaskTable table;
    private final Extensions extensions;
    private final TaskFields fields;
    private final KeyTable holders;
    private final KeyTable.Living living;

    Keys(TaskFields fields, KeyTable.Living living) {
        this.table = fields.table;
        this.extensions = fields.extensions;
        this.fields = fields;
        this.holders = new KeyTable(table, extensions);
        this.living = living;
    }

    /** The living task that has a key, or 0. */
    int find(KeyHash key) {
        return holders.find(key, living);
    }

    /** The task has this key from now on; whoever had it loses it. It may be in any state but waiting. */
    void give(int slot, KeyHash key) {
        int holder = find(key);
        if (holder != 0) {
            drop(holder);
        }
        extensions.key(fields.row(slot), key.high(), key.low());
        holders.add(slot);
    }

    /** Whether the task has a key. */
    boolean has(int slot) {
        int row = table.extension(slot);
        return row != 0 && (extensions.keyHigh(row) | extensions.keyLow(row)) != 0 && !isWaiting(slot);
    }

    /** The task has no key any more; the one it had, or null. */
    @Nullable KeyHash drop(int slot) {
        if (!has(slot)) {
            return null;
        }
        int row = table.extension(slot);
        KeyHash key = new KeyHash(extensions.keyHigh(row), extensions.keyLow(row));
        holders.remove(slot);
        extensions.key(row, 0, 0);
        return key;
    }

    /** The memory taken. */
    long heldBytes() {
        return holders.placeBytes();
    }

    // --- Successors

    /** A task that {@link Tasks#toBehind} made wait does so for this one, which has a key and no successor. */
    void link(int first, int successor) {
        int row = table.extension(successor);
        int firstRow = table.extension(first);
        extensions.key(row, extensions.keyHigh(firstRow), extensions.keyLow(firstRow));
        extensions.kin(row, first);
        extensions.kin(firstRow, successor);
    }

    /** A waiting successor waits no more. */
    void unlink(int successor) {
        int row = table.extension(successor);
        int first = extensions.kin(row);
        if (first != 0) {
            extensions.kin(table.extension(first), 0);
            extensions.kin(row, 0);
            extensions.key(row, 0, 0);
        }
    }

    /** Whether the task waits for the first of its key. */
    boolean isWaiting(int slot) {
        return table.place(slot) == Tasks.BEHIND;
    }

    /** The task that waits for this one, or 0. */
    int successorOf(int slot) {
        int row = table.extension(slot);
        return row == 0 || isWaiting(slot) ? 0 : extensions.kin(row);
    }

    /** The task that this one waits for, or 0. */
    int firstOf(int slot) {
        return isWaiting(slot) ? extensions.kin(table.extension(slot)) : 0;
    }
}
