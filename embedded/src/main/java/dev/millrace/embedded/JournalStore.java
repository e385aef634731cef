package dev.millrace.embedded;

import dev.millrace.api.Put;
import dev.millrace.core.Outcome;
import dev.millrace.core.QueueConfig;
import dev.millrace.core.TaskLog;
import dev.millrace.core.TaskRecord;
import dev.millrace.journal.Durability;
import dev.millrace.journal.Journal;
import dev.millrace.journal.Record;
import java.nio.ByteBuffer;
import java.util.function.LongConsumer;

/**
 * Records and payloads in a journal.
 *
 * <p>Takes and ends of tasks are 16 bytes each; those that follow one another share a record, so they wait here until
 * something else comes or the batch is written. A take needs to be written before it is answered, but not fsynced (T22):
 * a round of nothing but takes costs no fsync.
 */
final class JournalStore implements Store {
    private static final int ENTRIES_MAX = 128;
    /** With durability {@code none}, rounds are gathered up to this. */
    private static final int GATHER_BYTES_MAX = 256 << 10;

    private final Journal journal;
    private final Durability durability;
    private final long[] entries = new long[2 * ENTRIES_MAX];
    /** The payload of a task that is copied: the journal's buffer is good until the next call only. */
    private ByteBuffer copied = ByteBuffer.allocate(0);

    private int entryCount;
    private int entryType;
    /** Whether anything but takes was recorded since the last fsync. */
    private boolean owesSync;

    JournalStore(Journal journal, Durability durability) {
        this.journal = journal;
        this.durability = durability;
    }

    @Override
    public long task(TaskRecord task, ByteBuffer payload) {
        owe();
        long position = TaskRecords.writeTask(journal, task, payload);
        journal.adopt(position);
        return position;
    }

    @Override
    public long copy(TaskRecord task, long home, boolean keyed) {
        Record old = journal.read(home);
        String key = keyed ? TaskRecords.task(old.queue(), old.head()).key() : null;
        ByteBuffer body = old.body();
        if (copied.capacity() < body.remaining()) {
            copied = ByteBuffer.allocate(body.remaining());
        }
        copied.clear().put(body).flip();
        return task(task.withKey(key), copied);
    }

    @Override
    public int headBytesMax(Put options) {
        int producerBytes = options.producer() == null ? 0 : TaskRecords.PRODUCER_BYTES_MAX;
        return TaskRecords.headBytesMax(options.producer(), options.key(), options.group()) + producerBytes;
    }

    @Override
    public void together(int records, long bytes) {
        endEntries();
        journal.reserve(records, bytes);
    }

    @Override
    public void take(long id, long home, int attempt) {
        addEntry(TaskRecords.TAKE, id, TaskRecords.entry(home, attempt, 0));
    }

    @Override
    public void gone(long id, long home, int attempt, Outcome outcome) {
        owesSync = true;
        addEntry(TaskRecords.GONE, id, TaskRecords.entry(home, attempt, outcome.ordinal() + 1));
    }

    @Override
    public void move(TaskLog.Move move) {
        owe();
        TaskRecords.writeMove(journal, move);
    }

    @Override
    public void purge(int queue, long throughId) {
        owe();
        TaskRecords.writePurge(journal, queue, throughId);
    }

    @Override
    public long queue(int number, String name, QueueConfig config) {
        owe();
        return TaskRecords.writeQueue(journal, number, name, config);
    }

    @Override
    public long producer(int queue, String name, long[] sequences, long[] ids) {
        owe();
        return TaskRecords.writeProducer(journal, queue, name, sequences, ids);
    }

    @Override
    public void adopt(long position) {
        journal.adopt(position);
    }

    @Override
    public void retire(long position) {
        journal.retire(position);
    }

    @Override
    public ByteBuffer payload(long home) {
        return journal.read(home).body();
    }

    @Override
    public void write(long nowMs, long nextId, boolean isIdle) {
        endEntries();
        if (durability != Durability.NONE || isIdle || journal.pendingBytes() >= GATHER_BYTES_MAX) {
            journal.commit(nowMs, nextId);
        }
    }

    @Override
    public void makeDurable() {
        if (durability == Durability.SYNC && owesSync) {
            journal.sync();
            owesSync = false;
        }
    }

    @Override
    public void settle(LongConsumer restate) {
        long dead = journal.deadThrough();
        if (dead >= journal.oldestSegment() && dead > released) {
            restate.accept((dead + 1) << 24);
            endEntries();
            journal.release(dead);
            released = dead;
        }
    }

    /** The last segment that was released. */
    private long released = -1;

    @Override
    public void close(long nowMs, long nextId, LongConsumer restate) {
        write(nowMs, nextId, true);
        if (journal.deadThrough() >= journal.currentSegment() - 1 && journal.stats().liveRecords() == 0) {
            // Nothing lives: what little must be known goes to a fresh, small segment, and the rest to the system.
            journal.roll(nowMs, nextId);
        }
        settle(restate);
        journal.close(nowMs, nextId);
    }

    @Override
    public void abandon() {
        journal.close();
    }

    private void owe() {
        endEntries();
        owesSync = true;
    }

    private void addEntry(int type, long id, long word) {
        if (entryCount > 0 && (entryType != type || entryCount == ENTRIES_MAX)) {
            endEntries();
        }
        entryType = type;
        entries[2 * entryCount] = id;
        entries[2 * entryCount + 1] = word;
        entryCount++;
    }

    private void endEntries() {
        if (entryCount > 0) {
            int count = entryCount;
            entryCount = 0;
            TaskRecords.writeEntries(journal, entryType, entries, count);
        }
    }
}
