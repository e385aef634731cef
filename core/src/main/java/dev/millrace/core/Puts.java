package dev.millrace.core;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Stores tasks (T3, T4, T23, T25, G10). First everything that could refuse a put is looked at, then it happens: so a
 * batch is stored as a whole or not at all.
 */
final class Puts<P> {
    private final CoreSettings settings;
    private final Tasks tasks;
    private final TaskTable table;
    private final CoreTime time;
    private final TaskLog<P> log;
    private final RecordedItems recorded;
    private final Producers producers;
    private long nextId;

    Puts(CoreSettings settings, Tasks tasks, Producers producers, CoreTime time, TaskLog<P> log, long nextId) {
        this.settings = settings;
        this.tasks = tasks;
        this.table = tasks.table;
        this.time = time;
        this.log = log;
        this.recorded = tasks.queues.recorded;
        this.producers = producers;
        this.nextId = nextId;
    }

    /** The id that the next task gets. */
    long nextId() {
        return nextId;
    }

    // --- What could refuse a put

    /** Why a put cannot be stored, or null. */
    @Nullable Refused refuses(String queueName, PutCommand put) {
        QueueState queue = tasks.queues.find(queueName);
        if (put.producer() != null) {
            Producer producer = producers.find(queue, put.producer(), time.nowMs());
            if (producer != null && put.sequence() <= producer.last()) {
                return refusesRepeat(producer, put.sequence());
            }
            Refused full = producer == null ? producers.refusesAnother(time.nowMs()) : null;
            if (full != null) {
                return full;
            }
        }
        Refused late = refusesDue("delayMs", put.delayMs());
        late = late == null ? refusesDue("ttlMs", put.ttlMs()) : late;
        return late == null ? tasks.queues.refusesToOpen(List.of(queueName)) : late;
    }

    private static @Nullable Refused refusesRepeat(Producer producer, long sequence) {
        if (producer.idOf(sequence) != 0) {
            return null;
        }
        if (sequence < producer.firstKept() && producer.isFull()) {
            return new Refused(Refusal.NOT_FOUND, "sequence=" + sequence + " of producer " + producer.name
                    + " is older than the last " + Producer.KEPT + ", whose ids are kept; the last is "
                    + producer.last());
        }
        return new Refused(Refusal.BAD_ARGUMENT, "sequence=" + sequence + " of producer " + producer.name
                + " was never stored and is below the last, " + producer.last() + "; sequences must increase");
    }

    /** A store counts times from its creation, for 34 years. */
    @Nullable Refused refusesDue(String what, long ms) {
        long mostMs = tasks.fields.latestDueMs() - time.nowMs();
        if (ms <= 0 || ms <= mostMs) {
            return null;
        }
        return new Refused(Refusal.BAD_ARGUMENT, what + "=" + ms + " > " + mostMs
                + ", the most in a store of this age; use a shorter one, or a new store");
    }

    /** Why a batch cannot be stored, or null. */
    @Nullable Refused refuses(String queueName, List<PutCommand> puts) {
        String producer = puts.getFirst().producer();
        if (producer != null) {
            Refused refused = refusesSequences(queueName, producer, puts);
            if (refused != null) {
                return refused;
            }
        }
        for (int index = 0; index < puts.size(); index++) {
            PutCommand put = puts.get(index);
            Refused refused = producer == null && put.producer() != null
                    ? new Refused(Refusal.BAD_ARGUMENT, "it names producer " + put.producer() + ", but the first item none")
                    : refuses(queueName, put);
            if (refused != null) {
                return refused.withPrefix("item " + index + ": ");
            }
        }
        return null;
    }

    /** A batch's sequences follow one another; it is new, or a repeat, as a whole. */
    private @Nullable Refused refusesSequences(String queueName, String producerName, List<PutCommand> puts) {
        if (puts.size() > Producer.KEPT) {
            return new Refused(Refusal.BAD_ARGUMENT, "items=" + puts.size() + " > " + Producer.KEPT
                    + ", whose ids are kept for a producer; put less at once, or without one");
        }
        long first = puts.getFirst().sequence();
        for (int index = 0; index < puts.size(); index++) {
            PutCommand put = puts.get(index);
            if (!producerName.equals(put.producer()) || put.sequence() != first + index) {
                return new Refused(Refusal.BAD_ARGUMENT, "item " + index + ": producer " + put.producer() + " sequence="
                        + put.sequence() + "; in a batch of producer " + producerName + " from sequence=" + first
                        + " on it must be " + (first + index));
            }
        }
        QueueState queue = tasks.queues.find(queueName);
        Producer producer = producers.find(queue, producerName, time.nowMs());
        long last = producer == null ? 0 : producer.last();
        if (last >= first && last < first + puts.size() - 1) {
            return new Refused(Refusal.BAD_ARGUMENT, "sequences " + first + " … " + (first + puts.size() - 1)
                    + " of producer " + producerName + " are stored in part, up to " + last + "; repeat a batch as it was");
        }
        return null;
    }

    // --- Storing

    /** Stores a put that nothing refuses. */
    StoredTask store(String queueName, PutCommand put, P payload) {
        if (put.producer() != null) {
            producers.makeRoom(queueName, put.producer(), time.nowMs(), log);
        }
        QueueState queue = tasks.queues.open(queueName);
        Producer producer = put.producer() == null ? null : queue.producers.get(put.producer());
        if (producer != null && put.sequence() <= producer.last()) {
            return repeated(queue, producer.idOf(put.sequence()));
        }
        if (queue.neededFrom < 0) {
            recorded.add(queue, log.queue(queue.number, queue.name, queue.config));
        }
        String key = put.key();
        StoredTask stored =
                key == null ? create(queue, put, payload, null, 0) : storeKeyed(queue, put, key, payload);
        tasks.queues.settle(queue);
        return stored;
    }

    /** Stores puts that nothing refuses. */
    List<StoredTask> store(String queueName, List<PutCommand> puts, List<P> payloads) {
        List<StoredTask> stored = new ArrayList<>(puts.size());
        for (int index = 0; index < puts.size(); index++) {
            stored.add(store(queueName, puts.get(index), payloads.get(index)));
        }
        return stored;
    }

    private StoredTask repeated(QueueState queue, long id) {
        int slot = tasks.find(queue, id);
        return slot == 0 ? new StoredTask(id, State.GONE, 0, true, false) : stored(slot, true, false);
    }

    private StoredTask storeKeyed(QueueState queue, PutCommand put, String keyText, P payload) {
        KeyHash key = KeyHash.of(settings.keySecret0(), settings.keySecret1(), queue.number, keyText);
        int first = tasks.keys.find(key);
        if (first == 0) {
            return create(queue, put, payload, key, 0);
        }
        if (put.keyRule() == KeyRule.KEEP) {
            countKept(queue, put, table.id(first));
            return stored(first, false, true);
        }
        int successor = tasks.keys.successorOf(first);
        if (successor != 0) {
            rewrite(successor, queue, put, payload, first);
            return stored(successor, false, true);
        }
        State state = tasks.fields.state(first);
        if (put.keyRule() == KeyRule.REPLACE && state != State.TAKEN && !tasks.fields.isSpent(first)) {
            rewrite(first, queue, put, payload, 0);
            return stored(first, false, true);
        }
        return state == State.BURIED
                ? create(queue, put, payload, key, 0)
                : create(queue, put, payload, null, first);
    }

    /** A new task: with {@code first}, its successor; else, with a key, the first of it. */
    private StoredTask create(QueueState queue, PutCommand put, P payload, @Nullable KeyHash key, int first) {
        long id = nextId++;
        TaskRecord record = record(queue, id, put, 0, first);
        long home = log.task(record, payload);
        count(queue, put, id, home);
        int slot = tasks.create(queue, id);
        tasks.define(slot, home, record);
        if (key != null) {
            tasks.keys.give(slot, key);
        }
        place(slot, record, first);
        return stored(slot, false, false);
    }

    /** The task is as this put says, under its id. */
    private void rewrite(int slot, QueueState queue, PutCommand put, P payload, int first) {
        long id = table.id(slot);
        TaskRecord record = record(queue, id, put, table.attempts(slot), first);
        long home = log.task(record, payload);
        count(queue, put, id, home);
        long oldHome = table.position(slot);
        tasks.leave(slot);
        tasks.define(slot, home, record);
        place(slot, record, first);
        log.retire(oldHome);
    }

    private void place(int slot, TaskRecord record, int first) {
        if (first != 0) {
            tasks.toBehind(slot, record.dueMs());
            tasks.keys.link(first, slot);
        } else if (record.dueMs() > 0) {
            tasks.toDelayed(slot, record.dueMs());
        } else {
            tasks.toReady(slot);
        }
        tasks.queueOf(slot).puts++;
    }

    private StoredTask stored(int slot, boolean repeated, boolean existing) {
        return new StoredTask(table.id(slot), tasks.fields.state(slot), tasks.fields.dueMs(slot), repeated, existing);
    }

    private TaskRecord record(QueueState queue, long id, PutCommand put, int attempts, int first) {
        long dueMs = put.delayMs() > 0 ? time.nowMs() + put.delayMs() : 0;
        return new TaskRecord(
                queue.number,
                id,
                dueMs > 0 || first != 0 ? State.DELAYED : State.READY,
                dueMs,
                put.ttlMs() > 0 ? time.nowMs() + put.ttlMs() : 0,
                put.ttrMs(),
                put.priority(),
                put.maxAttempts(),
                attempts,
                0,
                0,
                put.key(),
                put.group(),
                put.groupLimit(),
                first == 0 ? 0 : table.id(first),
                put.producer(),
                put.sequence(),
                null);
    }

    // --- Producers

    /** The put's sequence is stored with this record, which is needed to know the producer. */
    private void count(QueueState queue, PutCommand put, long id, long position) {
        if (put.producer() != null) {
            Producer producer = count(queue, put.producer(), put.sequence(), id);
            if (producer.neededFrom < 0) {
                recorded.addKnownByTask(producer, position);
            } else {
                recorded.grown(producer);
            }
        }
    }

    /** The put changed nothing, and yet its sequence is used: that goes to the log by itself. */
    private void countKept(QueueState queue, PutCommand put, long id) {
        if (put.producer() != null) {
            Producer producer = count(queue, put.producer(), put.sequence(), id);
            recorded.add(
                    producer,
                    log.producer(
                            queue.number, producer.name, producer.usedMs, producer.sequences(), producer.ids()));
        }
    }

    private Producer count(QueueState queue, String name, long sequence, long id) {
        Producer producer = producers.open(queue, name);
        producer.add(sequence, id);
        producers.used(producer, time.nowMs());
        return producer;
    }
}
