package dev.millrace.core;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Who is in which group (T26), and what the coming, the going and the takes of tasks mean for the turns of their queue.
 * Notes the queues in which a task became takeable by it.
 */
final class Memberships {
    private final TaskFields fields;
    private final Wakeable wakeable;

    Memberships(TaskFields fields, Wakeable wakeable) {
        this.fields = fields;
        this.wakeable = wakeable;
    }

    /**
     * The task, in no state, is in this group from now on, and in no other; null for none. The limit is the group's.
     */
    void join(QueueState queue, int slot, @Nullable String name, int limit) {
        Group old = fields.group(slot);
        if (old != null && !Objects.equals(old.name, name)) {
            leave(queue, slot);
            old = null;
        }
        if (name == null) {
            return;
        }
        Groups groups = queue.groups;
        if (groups == null) {
            groups = new Groups(queue.ready);
            queue.groups = groups;
        }
        Group group = groups.open(name, fields);
        if (old == null) {
            group.living++;
            fields.extensions.group(fields.row(slot), group);
        }
        group.limit = limit;
        settle(queue, groups, group);
    }

    /** The task, in no state, is in no group any more. */
    void leave(QueueState queue, int slot) {
        Group group = fields.group(slot);
        if (group == null) {
            return;
        }
        fields.extensions.group(fields.table.extension(slot), null);
        Groups groups = queue.groups;
        if (--group.living == 0 && groups != null && group.name != null) {
            groups.close(group.name, group);
            if (groups.isEmpty()) {
                queue.groups = null;
            }
        }
    }

    /** Where the task lies, or is to lie, when it is ready. */
    ReadyTasks readyOf(QueueState queue, int slot) {
        Group group = queue.groups == null ? null : fields.group(slot);
        return group == null ? queue.ready : group.ready;
    }

    /** The task has become ready. */
    void becameReady(QueueState queue, int slot) {
        Groups groups = queue.groups;
        if (groups == null) {
            wakeable.add(queue);
        } else {
            settle(queue, groups, fields.group(slot));
        }
    }

    /** The task was taken. */
    void wasTaken(QueueState queue, int slot) {
        Groups groups = queue.groups;
        if (groups == null) {
            return;
        }
        Group group = fields.group(slot);
        if (group != null) {
            group.running++;
        }
        groups.hadTurn(group == null ? groups.ungrouped() : group);
    }

    /** The task is not in this state any more. */
    void left(QueueState queue, int slot, State state) {
        Groups groups = queue.groups;
        if (groups == null) {
            return;
        }
        Group group = fields.group(slot);
        if (group != null && state == State.TAKEN) {
            group.running--;
        }
        settle(queue, groups, group);
    }

    private void settle(QueueState queue, Groups groups, @Nullable Group group) {
        if (groups.settle(group == null ? groups.ungrouped() : group)) {
            wakeable.add(queue);
        }
    }
}
