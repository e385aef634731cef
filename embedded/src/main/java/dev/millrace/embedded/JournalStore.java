package dev.millrace.embedded;

import dev.millrace.api.Put;
import dev.millrace.core.Outcome;
import dev.millrace.core.QueueConfig;
import dev.millrace.core.TaskLog;
import dev.millrace.core.TaskRecord;
import dev.millrace.journal.Durability;
import dev.millrace.journal.Journal;
import dev.millrace.journal.JournalStats;
import dev.millrace.journal.Purpose;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * Records and payloads in a journal.
 *
 * <p>Takes and ends of tasks are 16 bytes each; those that follow one another share a record, so they wait here until
 * something else comes or the batch is written. A take needs to be written before it is answered, but not fsynced
 * (T22): a round of nothing but takes costs no fsync.
 */
final class JournalStore implements Store {
    private static final int ENTRIES_MAX = 128;
    /** With durability {@code none}, rounds are gathered up to this. */
    private static final int GATHER_BYTES_MAX = 256 << 10;
    /** How long an idle engine waits for the pace of cleaning to allow more. */
    private static final int CLEANING_PAUSE_MS = 20;
    /**
     * About how much of what is known of queues and producers is written again in one round; one record may go beyond
     * it.
     */
    private static final int RESTATED_BYTES = 8 << 10;
    /** A close writes no more than this again; behind more than that the log stays as long as it is. */
    private static final long RESTATED_AT_CLOSE_BYTES_MAX = 64 << 20;
    /** The records for that; none has less than 64 bytes. */
    private static final int RESTATED_RECORDS_MAX = RESTATED_BYTES / 64 + 1;
    /** The most that one of them takes, with its header and up to its alignment. */
    private static final int RESTATED_RECORD_BYTES_MAX = TaskRecords.PRODUCER_BYTES_MAX + 24;
    /** About how much of it is written again in one round of a full disk, where ends of work wait for room. */
    private static final int RESTATED_FULL_BYTES = 256 << 10;

    private final Journal journal;
    private final Durability durability;
    private final long[] entries = new long[2 * ENTRIES_MAX];
    /** The record that is being looked at by {@link #clean}. */
    private ByteBuffer cleanedHead = ByteBuffer.allocate(0);

    private ByteBuffer cleanedBody = cleanedHead;

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

    /** Only {@link #clean} causes copies, and has the record at hand. */
    @Override
    public long copy(TaskRecord task, long home, boolean keyed) {
        String key = keyed ? TaskRecords.task(task.queue(), cleanedHead).key() : null;
        return task(task.withKey(key), cleanedBody);
    }

    @Override
    public JournalStats stats() {
        return journal.stats();
    }

    @Override
    public @Nullable Memory memory() {
        return null;
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
    public long producer(int queue, String name, long usedMs, long[] sequences, long[] ids) {
        owe();
        return TaskRecords.writeProducer(journal, queue, name, usedMs, sequences, ids);
    }

    /** Needs no fsync of its own: whoever opens the log without it finds that the producer's time is over, too. */
    @Override
    public void forget(int queue, String producer) {
        endEntries();
        TaskRecords.writeForget(journal, queue, producer);
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
    public void begin(long nowMs) {
        journal.passTime(nowMs);
    }

    @Override
    public void write(long nowMs, long nextId, boolean isIdle) {
        endEntries();
        if (durability != Durability.NONE || isIdle || journal.pendingBytes() >= GATHER_BYTES_MAX) {
            journal.commit(nowMs, nextId);
        }
    }

    @Override
    public boolean owesSync() {
        return durability == Durability.SYNC && owesSync;
    }

    @Override
    public void makeDurable() {
        if (owesSync()) {
            journal.sync();
            owesSync = false;
        }
    }

    @Override
    public boolean admits(Purpose purpose, int records, long bytes) {
        return journal.admits(purpose, records, bytes);
    }

    @Override
    public boolean admitsTakes(int tasks, long bytes) {
        return journal.admits(Purpose.CHANGE, 1, bytes, (long) tasks * TaskRecords.RETURN_BYTES_MAX);
    }

    @Override
    public String whyFull() {
        return "the disk is full, and what is kept in reserve is for ending work; ack, delete or purge tasks, or free some"
                + " space";
    }

    @Override
    public boolean settle(long nowMs, long nextId, Owner owner) {
        keeps(owner);
        if (journal.isSmallerWanted()) {
            journal.rollSmaller(nowMs, nextId);
        }
        boolean isBusy = clean(isCleaningDue() ? journal.cleaningBytes(nowMs) : 0, owner);
        isBusy |= release(owner);
        if (journal.isTrimWanted()) {
            journal.trim(nowMs, nextId);
        }
        journal.syncAhead();
        return isBusy;
    }

    private void keeps(Owner owner) {
        journal.keeps(owner.recordedBytes(), owner.recordedGrowthBytes(), RESTATED_RECORD_BYTES_MAX);
        journal.mayAppend((long) owner.heldCount() * TaskRecords.RETURN_BYTES_MAX);
        if (journal.isFull() && journal.isTooLong()) {
            journal.keepsFirst(bytesThrough(firstKept(), owner));
        }
    }

    /**
     * The oldest segment that is not let go of: the next one to go. Without {@link #hasDead} it is the one to be
     * cleaned.
     */
    private long firstKept() {
        return Math.max(released + 1, journal.oldestSegment());
    }

    /**
     * On a full disk one segment after the other is let go of: what another one needs might be the room that is lacking
     * in the end.
     */
    private boolean isCleaningDue() {
        return journal.isCleaningWanted() && !(journal.isFull() && hasDead());
    }

    /** Whether there are segments in which no task lives, and which are not let go of. */
    private boolean hasDead() {
        long dead = journal.deadThrough();
        return dead > released && dead >= journal.oldestSegment();
    }

    /**
     * Lets go of the oldest segments, once what else is needed of them is written again. Where that costs something it
     * is done only when the log is too long, up to a segment that stays the same meanwhile, and a slice at a time: else
     * what is written again would soon be due again itself. On a full disk one segment goes at a time, and only if all
     * that it takes finds room: half of that would use up room and give back none.
     *
     * @return whether a slice was written, and more is to do
     */
    private boolean release(Owner owner) {
        if (!hasDead()) {
            return false;
        }
        long dead = journal.deadThrough();
        if (owner.restate((dead + 1) << 24, 0)) {
            released(dead);
            keeps(owner);
            return false;
        }
        if (!journal.isTooLong()) {
            return false;
        }
        // Whether it is full is known once it was asked for room.
        journal.admits(Purpose.END, RESTATED_RECORDS_MAX, 2L * RESTATED_BYTES);
        boolean isFull = journal.isFull();
        if (isFull || releasing <= released) {
            releasing = isFull ? firstKept() : dead;
        }
        long bytes = isFull ? bytesThrough(releasing, owner) : 0;
        if (isFull && !journal.hasRoomFor(bytes)) {
            return false;
        }
        return restate(bytes, isFull ? RESTATED_FULL_BYTES : RESTATED_BYTES, owner) || releasing < dead;
    }

    /** Whether there is more. */
    private boolean restate(long bytes, long bytesMax, Owner owner) {
        boolean[] isAll = {false};
        journal.anew(bytes, () -> {
            isAll[0] = owner.restate((releasing + 1) << 24, bytesMax);
            endEntries();
        });
        if (isAll[0]) {
            released(releasing);
            keeps(owner);
        }
        return !isAll[0];
    }

    /**
     * What must be written again before the segments up to this one can go; to be asked of {@link #firstKept} alone,
     * which costs little.
     */
    private static long bytesThrough(long segment, Owner owner) {
        return owner.bytesBefore((segment + 1) << 24);
    }

    private void released(long through) {
        journal.release(through);
        released = through;
    }

    /** Writes tasks again that keep the beginning of the log from being freed. */
    private boolean clean(int bytes, Owner owner) {
        if (bytes == 0) {
            return false;
        }
        endEntries();
        journal.clean(bytes, (position, type, schema, queue, timeMs, head, body) -> {
            cleanedHead = head;
            cleanedBody = body;
            owner.copy(head.getLong(head.position()), position);
        });
        return true;
    }

    @Override
    public long nextWorkMs(long nowMs) {
        return isCleaningDue() ? nowMs + CLEANING_PAUSE_MS : Long.MAX_VALUE;
    }

    /** The last segment that was released. */
    private long released = -1;
    /** What is being let go of; at most {@link #released} when nothing is. */
    private long releasing = -1;

    @Override
    public void close(long nowMs, long nextId, Owner owner) {
        write(nowMs, nextId, true);
        if (journal.deadThrough() >= journal.currentSegment() - 1 && journal.stats().liveRecords() == 0) {
            // Nothing lives: what little must be known goes to a fresh, small segment, and the rest to the system.
            journal.roll(nowMs, nextId);
        }
        long dead = journal.deadThrough();
        long recorded = owner.recordedBytes() + RESTATED_BYTES;
        if (dead > released && recorded <= RESTATED_AT_CLOSE_BYTES_MAX && journal.admits(Purpose.END, 1, recorded)) {
            owner.restate((dead + 1) << 24, Long.MAX_VALUE);
            endEntries();
            released(dead);
        }
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
