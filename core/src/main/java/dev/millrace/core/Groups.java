package dev.millrace.core;

import org.jspecify.annotations.Nullable;

/**
 * The groups of one queue, and the turns they take (T26): a ring of those that may run. Who gets able to run joins at
 * its end; a take gets from its head, which then goes to the end. All in O(1). A queue has this only while it has a
 * task with a group.
 */
final class Groups {
    private final Named<Group> byName = new Named<>();
    private final Group ungrouped;
    private @Nullable Group first;
    private @Nullable Group last;

    /** Takes turns between groups to come and the tasks without one, which are those of {@code loose}. */
    Groups(ReadyTasks loose) {
        ungrouped = new Group(null, loose);
        settle(ungrouped);
    }

    Group ungrouped() {
        return ungrouped;
    }

    Group open(String name, TaskFields fields) {
        Group known = byName.get(name);
        if (known != null) {
            return known;
        }
        Group group = new Group(name, new ReadyTasks(fields));
        byName.put(name, group);
        return group;
    }

    /** Forgets a group whose last task is gone. */
    void close(String name, Group group) {
        byName.remove(name, group);
    }

    boolean isEmpty() {
        return byName.isEmpty();
    }

    int size() {
        return byName.size();
    }

    /** The memory taken, nearly, without the places of their ready tasks. */
    long heldBytes() {
        return byName.heldBytes() + Group.BYTES * byName.size();
    }

    /** The task that a take gets, or 0. */
    int first() {
        return first == null ? 0 : first.ready.first();
    }

    /**
     * Whether a task may run now, because one came, went, or a slot is free. True if the group has just become able to.
     */
    boolean settle(Group group) {
        boolean mayRun = group.mayRun();
        if (mayRun == group.isInTurn) {
            return false;
        }
        if (mayRun) {
            append(group);
        } else {
            unlink(group);
        }
        return mayRun;
    }

    /** The group had its turn. */
    void hadTurn(Group group) {
        if (group.isInTurn) {
            unlink(group);
        }
        settle(group);
    }

    private void append(Group group) {
        group.isInTurn = true;
        group.previous = last;
        if (last == null) {
            first = group;
        } else {
            last.next = group;
        }
        last = group;
    }

    private void unlink(Group group) {
        group.isInTurn = false;
        if (group.previous == null) {
            first = group.next;
        } else {
            group.previous.next = group.next;
        }
        if (group.next == null) {
            last = group.previous;
        } else {
            group.next.previous = group.previous;
        }
        group.previous = null;
        group.next = null;
    }
}
