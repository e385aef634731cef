package dev.millrace.bench;

import dev.millrace.core.Outcome;
import dev.millrace.core.QueueConfig;
import dev.millrace.core.TaskLog;
import dev.millrace.core.TaskRecord;

/** Stores nothing; each record gets a position that no other has. */
final class NoLog implements TaskLog<Object> {
    private long position;

    @Override
    public long task(TaskRecord task, Object payload) {
        return ++position;
    }

    @Override
    public long copy(TaskRecord task, long home, boolean keyed) {
        return ++position;
    }

    @Override
    public void take(long id, long home, int attempt) {}

    @Override
    public void gone(long id, long home, int attempt, Outcome outcome) {}

    @Override
    public void move(Move move) {}

    @Override
    public void purge(int queue, long throughId) {}

    @Override
    public long queue(int number, String name, QueueConfig config) {
        return ++position;
    }

    @Override
    public long producer(int queue, String name, long usedMs, long[] sequences, long[] ids) {
        return ++position;
    }

    @Override
    public void forget(int queue, String producer) {}

    @Override
    public void adopt(long position) {}

    @Override
    public void retire(long position) {}
}
