package dev.millrace.core;

import org.jspecify.annotations.Nullable;

/** One queue: its tasks by state, its waiting takes, its producers and its counters. */
final class QueueState extends Recorded {
    /** Of the objects that each has, in memory, nearly, without what grows. */
    private static final long OBJECTS_BYTES = 512;

    final int number;
    /** Changes once at most: when recovery meets the name after the first tasks. */
    String name;

    final WaiterLine waiters = new WaiterLine();
    final Named<Producer> producers = new Named<>();
    QueueConfig config = QueueConfig.DEFAULT;
    /** Those without a group. */
    ReadyTasks ready;
    /** Null while no task has a group. */
    @Nullable Groups groups;
    IdHeap buried;

    /** Among those that may be forgotten; see {@link QueueTable#settle}. */
    boolean isListedIdle;
    /** Among those whose waiting takes may be served; see {@link Wakeable}. */
    boolean isWakeable;

    int readyCount;
    int delayedCount;
    int takenCount;
    int buriedCount;
    /** Of the DELAYED, those that are due but have not moved; see {@link Overdue}. */
    int overdueCount;
    /** Of the READY and the DELAYED, those whose time to live is over but who have not gone. */
    int endedReadyCount;

    int endedDelayedCount;

    /** Tasks up to this id were purged: those still in the table are dead, wherever they are linked. */
    long purgedThrough;
    /** How many of them are still in the table. */
    int unswept;

    long puts;
    long takes;
    long acks;
    long releases;
    long failures;
    long timeouts;
    long burials;
    long expirations;
    long deletions;

    QueueState(int number, String name, TaskFields fields) {
        this.number = number;
        this.name = name;
        this.ready = new ReadyTasks(fields);
        this.buried = new IdHeap(fields.table);
    }

    /** As if it had never had a task. */
    void forgetTasks(TaskFields fields) {
        readyCount = 0;
        delayedCount = 0;
        takenCount = 0;
        buriedCount = 0;
        overdueCount = 0;
        endedReadyCount = 0;
        endedDelayedCount = 0;
        ready = new ReadyTasks(fields);
        buried = new IdHeap(fields.table);
        groups = null;
    }

    @Override
    long recordBytesNow() {
        return 64 + 3L * name.length();
    }

    int total() {
        return readyCount + delayedCount + takenCount + buriedCount;
    }

    /** Whether nothing but counters would be lost with it. */
    boolean isIdle() {
        return !isNeeded() && unswept == 0 && waiters.size() == 0;
    }

    /** Whether the log must know it. */
    boolean isNeeded() {
        return total() > 0 || !producers.isEmpty() || !config.isDefault();
    }

    /** The memory taken, nearly. */
    long heldBytes() {
        long groupBytes = groups == null ? 0 : groups.heldBytes();
        return OBJECTS_BYTES + ready.heldBytes() + buried.heldBytes() + groupBytes + producers.heldBytes();
    }

    /** By the clock; after {@link Overdue#look}. */
    QueueCounts counts(long ageMs) {
        int ready = readyCount + overdueCount - endedReadyCount;
        int delayed = delayedCount - overdueCount - endedDelayedCount;
        long ends = expirations + endedReadyCount + endedDelayedCount;
        return new QueueCounts(
                name, ready, delayed, takenCount, buriedCount, waiters.size(), ageMs, config.paused(), puts, takes, acks, releases,
                failures, timeouts, burials, ends, deletions);
    }
}
