package dev.millrace.testkit.model;

import dev.millrace.api.ErrorCode;
import dev.millrace.api.KeyMode;
import dev.millrace.api.Limits;
import dev.millrace.api.MillraceException;
import dev.millrace.api.Put;
import dev.millrace.api.TaskState;
import dev.millrace.api.engine.Answer;
import dev.millrace.api.engine.Command;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/** Puts: alone or many, with keys and producers (T3, T4, T23, T25, G10). */
final class ModelPuts {
    private final ModelState state;
    private final ModelTakes takes;

    ModelPuts(ModelState state, ModelTakes takes) {
        this.state = state;
        this.takes = takes;
    }

    void put(long session, long token, Command.Put put) {
        ModelQueue queue = state.queue(put.queue());
        requirePayload(put.payload());
        Answer.Stored stored =
                store(queue, put.payload(), put.options(), state.dialogue.storedId(session, token, 0));
        state.onChange.run();
        state.answer(session, token, stored);
        takes.settle(queue);
    }

    /** All or none: what was changed until one is refused is forgotten. */
    void putMany(long session, long token, Command.PutMany puts) {
        List<Command.PutMany.Item> items = puts.items();
        requireBatch(items);
        ModelQueue before = new ModelQueue(state.queue(puts.queue()), true);
        long lastIdBefore = state.lastId;
        long lastIdMaxBefore = state.lastIdMax;
        ModelQueue queue = state.queue(puts.queue());
        requireAllOrNoneRepeated(queue, items);
        List<Answer.Stored> stored = new ArrayList<>();
        try {
            for (Command.PutMany.Item item : items) {
                requirePayload(item.payload());
                long id = state.dialogue.storedId(session, token, stored.size());
                stored.add(store(queue, item.payload(), item.options(), id));
            }
        } catch (MillraceException e) {
            state.queues.put(before.name, before);
            state.lastId = lastIdBefore;
            state.lastIdMax = lastIdMaxBefore;
            throw ModelState.refusal(e.code(), "item ");
        }
        state.onChange.run();
        state.answer(session, token, new Answer.StoredMany(stored));
        takes.settle(queue);
    }

    private void requirePayload(ByteBuffer payload) {
        if (payload.remaining() > state.options.payloadBytesMax()) {
            throw ModelState.refusal(ErrorCode.TOO_LARGE, "");
        }
    }

    private void requireBatch(List<Command.PutMany.Item> items) {
        ModelState.requireWithin(items.size(), 1, Limits.BATCH_MAX);
        long bytes = 0;
        for (Command.PutMany.Item item : items) {
            bytes += item.payload().remaining();
        }
        if (bytes > state.options.commandBytesMax() / 2) {
            throw ModelState.refusal(ErrorCode.TOO_LARGE, "");
        }
        String producer = items.getFirst().options().producer();
        long sequence = items.getFirst().options().sequence();
        if (producer != null) {
            ModelState.requireWithin(items.size(), 1, ModelProducer.KEPT_IDS);
        }
        for (Command.PutMany.Item item : items) {
            boolean follows = item.options().sequence() == sequence;
            if (producer == null ? item.options().producer() != null : !producer.equals(item.options().producer()) || !follows) {
                throw ModelState.bad("");
            }
            sequence++;
        }
    }

    private void requireAllOrNoneRepeated(ModelQueue queue, List<Command.PutMany.Item> items) {
        int repeated = 0;
        for (Command.PutMany.Item item : items) {
            String producer = item.options().producer();
            ModelProducer known = producer == null ? null : state.producer(queue, producer);
            repeated += known != null && known.id(item.options().sequence()) != null ? 1 : 0;
        }
        if (repeated != 0 && repeated != items.size()) {
            throw ModelState.bad("");
        }
    }

    private Answer.Stored store(ModelQueue queue, ByteBuffer payload, Put put, long enginesId) {
        String producer = put.producer();
        if (producer == null) {
            return storeTask(queue, payload, put, enginesId);
        }
        ModelProducer known = state.producer(queue, producer);
        if (known != null && put.sequence() <= known.lastSequence()) {
            return repeated(queue, known, put.sequence());
        }
        if (known == null && producers() >= state.options.producersMax()) {
            throw ModelState.refusal(ErrorCode.OVERLOADED, "");
        }
        Answer.Stored stored = storeTask(queue, payload, put, enginesId);
        if (known == null) {
            known = new ModelProducer();
            queue.producers.put(producer, known);
        }
        known.store(put.sequence(), stored.id(), state.nowMs);
        return stored;
    }

    private int producers() {
        return state.queues.values().stream()
                .mapToInt(queue -> queue.knownProducers(state.options.producerKeepMs(), state.nowMs))
                .sum();
    }

    private static Answer.Stored repeated(ModelQueue queue, ModelProducer producer, long sequence) {
        Long id = producer.id(sequence);
        if (id == null) {
            throw ModelState.refusal(producer.forgot(sequence) ? ErrorCode.NOT_FOUND : ErrorCode.BAD_ARGUMENT, "");
        }
        ModelTask task = queue.tasks.get(id);
        return task == null
                ? new Answer.Stored(id, null, 0, true, false)
                : new Answer.Stored(id, task.state, task.shownDueMs(), true, false);
    }

    private Answer.Stored storeTask(ModelQueue queue, ByteBuffer payload, Put put, long enginesId) {
        String key = put.key();
        ModelTask first = key == null ? null : queue.first(key);
        if (key == null || first == null) {
            return storeNew(queue, payload, put, enginesId, false);
        }
        ModelTask successor = queue.successor(key);
        if (put.keyMode() == KeyMode.KEEP) {
            return new Answer.Stored(first.id, first.state, first.shownDueMs(), false, true);
        }
        if (successor != null) {
            return write(queue, successor, payload, put, true);
        }
        if (put.keyMode() == KeyMode.REPLACE && !first.isTaken()) {
            return write(queue, first, payload, put, true);
        }
        if (first.state == TaskState.BURIED) {
            first.key = null;
            return storeNew(queue, payload, put, enginesId, false);
        }
        return storeNew(queue, payload, put, enginesId, true);
    }

    /** T2: a new id is above all before. Which one it is, is the engine's choice. */
    private Answer.Stored storeNew(ModelQueue queue, ByteBuffer payload, Put put, long enginesId, boolean isSuccessor) {
        ModelTask task = new ModelTask(state.newId(enginesId));
        task.isSuccessor = isSuccessor;
        return write(queue, task, payload, put, false);
    }


    /**
     * A task that is rewritten is as if put now: for a moment its group has one ready task less, and may lose its turn.
     */
    private Answer.Stored write(ModelQueue queue, ModelTask task, ByteBuffer payload, Put put, boolean existing) {
        queue.tasks.remove(task.id);
        queue.refreshTurns();
        queue.tasks.put(task);
        task.write(payload, put, state.nowMs);
        if (put.group() != null) {
            queue.limit(put.group(), put.groupLimit());
        }
        queue.counts.puts++;
        queue.refreshTurns();
        return new Answer.Stored(task.id, task.state, task.shownDueMs(), false, existing);
    }
}
