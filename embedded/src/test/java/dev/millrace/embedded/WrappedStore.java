package dev.millrace.embedded;

import dev.millrace.api.Put;
import dev.millrace.core.Outcome;
import dev.millrace.core.QueueConfig;
import dev.millrace.core.TaskRecord;
import dev.millrace.journal.JournalStats;
import dev.millrace.journal.Purpose;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/** A store that passes everything on; a defect overrides what it spoils. */
class WrappedStore implements Store {
    final Store store;

    WrappedStore(Store store) {
        this.store = store;
    }

    @Override
    public @Nullable JournalStats stats() {
        return store.stats();
    }

    @Override
    public long task(TaskRecord task, ByteBuffer payload) {
        return store.task(task, payload);
    }

    @Override
    public long copy(TaskRecord task, long home, boolean keyed) {
        return store.copy(task, home, keyed);
    }

    @Override
    public void take(long id, long home, int attempt) {
        store.take(id, home, attempt);
    }

    @Override
    public void gone(long id, long home, int attempt, Outcome outcome) {
        store.gone(id, home, attempt, outcome);
    }

    @Override
    public void move(Move move) {
        store.move(move);
    }

    @Override
    public void purge(int queue, long throughId) {
        store.purge(queue, throughId);
    }

    @Override
    public long queue(int number, String name, QueueConfig config) {
        return store.queue(number, name, config);
    }

    @Override
    public long producer(int queue, String name, long usedMs, long[] sequences, long[] ids) {
        return store.producer(queue, name, usedMs, sequences, ids);
    }

    @Override
    public void forget(int queue, String producer) {
        store.forget(queue, producer);
    }

    @Override
    public void begin(long nowMs) {
        store.begin(nowMs);
    }

    @Override
    public void adopt(long position) {
        store.adopt(position);
    }

    @Override
    public void retire(long position) {
        store.retire(position);
    }

    @Override
    public ByteBuffer payload(long home) {
        return store.payload(home);
    }

    @Override
    public int headBytesMax(Put options) {
        return store.headBytesMax(options);
    }

    @Override
    public void together(int records, long bytes) {
        store.together(records, bytes);
    }

    @Override
    public void write(long nowMs, long nextId, boolean isIdle) {
        store.write(nowMs, nextId, isIdle);
    }

    @Override
    public boolean owesSync() {
        return store.owesSync();
    }

    @Override
    public void makeDurable() {
        store.makeDurable();
    }

    @Override
    public @Nullable Memory memory() {
        return store.memory();
    }

    @Override
    public boolean admitsTakes(int tasks, long bytes) {
        return store.admitsTakes(tasks, bytes);
    }

    @Override
    public boolean admits(Purpose purpose, int records, long bytes) {
        return store.admits(purpose, records, bytes);
    }

    @Override
    public String whyFull() {
        return store.whyFull();
    }

    @Override
    public boolean settle(long nowMs, long nextId, Owner owner) {
        return store.settle(nowMs, nextId, owner);
    }

    @Override
    public long nextWorkMs(long nowMs) {
        return store.nextWorkMs(nowMs);
    }

    @Override
    public void close(long nowMs, long nextId, Owner owner) {
        store.close(nowMs, nextId, owner);
    }

    @Override
    public void abandon() {
        store.abandon();
    }
}
