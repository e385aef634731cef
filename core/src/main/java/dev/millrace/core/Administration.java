package dev.millrace.core;

import org.jspecify.annotations.Nullable;

/** What anybody may do with tasks and queues, whoever took them (T20). */
final class Administration {
    private final Tasks tasks;
    private final TaskTable table;
    private final TaskLog<?> log;
    private final Replies replies;
    private final Transitions transitions;

    Administration(Tasks tasks, TaskLog<?> log, Replies replies, Transitions transitions) {
        this.tasks = tasks;
        this.table = tasks.table;
        this.log = log;
        this.replies = replies;
        this.transitions = transitions;
    }

    int kick(@Nullable QueueState queue, int count) {
        int kicked = 0;
        if (queue != null) {
            for (int slot; kicked < count && (slot = queue.buried.first()) != 0; kicked++) {
                transitions.revive(slot);
            }
        }
        return kicked;
    }

    /** Why a task cannot be made ready, or null. */
    @Nullable Refused refusesKick(String queueName, long id) {
        int slot = tasks.find(tasks.queues.find(queueName), id);
        if (slot == 0) {
            return Takes.notFound(queueName, id);
        }
        State state = tasks.fields.state(slot);
        if (state != State.BURIED && state != State.DELAYED) {
            return new Refused(Refusal.NOT_FOUND, "task " + id + " is " + state + "; only BURIED and DELAYED"
                    + " tasks can be kicked");
        }
        int first = tasks.keys.firstOf(slot);
        if (first != 0) {
            return new Refused(Refusal.NOT_FOUND, "task " + id + " waits for task " + table.id(first)
                    + " of the same key; ack, bury or delete that one");
        }
        if (tasks.fields.isSpent(slot)) {
            return new Refused(Refusal.NOT_FOUND, "task " + id + " has attempts=" + TaskTable.ATTEMPTS_MAX
                    + ", the most that are counted, and stays buried; put it anew and delete this one");
        }
        return null;
    }

    /** Why a task cannot be deleted, or null. */
    @Nullable Refused refusesDelete(CoreSession session, String queueName, long id, boolean force) {
        int slot = tasks.find(tasks.queues.find(queueName), id);
        if (slot == 0) {
            return Takes.notFound(queueName, id);
        }
        if (tasks.fields.state(slot) == State.TAKEN && !force) {
            CoreSession holder = tasks.holderOf(slot);
            return holder == session ? null : Takes.notOwner(session, id, holder);
        }
        return null;
    }

    void delete(CoreSession session, int slot) {
        QueueState queue = tasks.queueOf(slot);
        if (tasks.fields.state(slot) == State.TAKEN) {
            CoreSession holder = tasks.holderOf(slot);
            if (holder != session) {
                replies.lost(holder, queue.name, table.id(slot), table.attempts(slot));
            }
        }
        queue.deletions++;
        transitions.remove(slot, Outcome.DELETED);
    }

    int purge(@Nullable QueueState queue, long throughId) {
        if (queue == null || queue.total() == 0) {
            return 0;
        }
        log.purge(queue.number, throughId);
        int count = tasks.purges.purge(queue, throughId);
        queue.deletions += count;
        return count;
    }

    /** Configures a queue anew; nothing is written when it is so already. */
    void configure(QueueState queue, QueueConfig config) {
        if (!config.equals(queue.config)) {
            queue.config = config;
            tasks.queues.recorded.add(queue, log.queue(queue.number, queue.name, config));
            tasks.wakeable.add(queue);
        }
        tasks.queues.settle(queue);
    }
}
