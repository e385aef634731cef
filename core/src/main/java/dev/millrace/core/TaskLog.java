package dev.millrace.core;

import org.jspecify.annotations.Nullable;

/**
 * Where the state machine writes what must survive, in the order it happened. A position names a stored task's record;
 * the record that a task points at is its home, and the log counts homes, so that it knows which part of it nobody
 * needs.
 *
 * @param <P> a payload; the state machine only hands it through
 */
public interface TaskLog<P> {
    /**
     * A new task, or one that is written anew under its id: what this says counts, whatever was said before.
     *
     * @param task what was put
     * @param payload the payload
     * @return the record's position; it is the task's home from now on
     */
    long task(TaskRecord task, P payload);

    /**
     * A task as it is, with what only its record at {@code home} knows: payload and key.
     *
     * @param task without key and producer
     * @param home where its record is now
     * @param keyed whether it still has the key that is there
     * @return the new record's position; it is the task's home from now on
     */
    long copy(TaskRecord task, long home, boolean keyed);

    /** A task was taken. */
    void take(long id, long home, int attempt);

    /** A task is gone. */
    void gone(long id, long home, int attempt, Outcome outcome);

    /** A task's state changed. */
    void move(Move move);

    /**
     * A task's new state.
     *
     * @param id the task
     * @param home its home
     * @param state READY, DELAYED or BURIED
     * @param dueMs as in {@link TaskRecord}
     * @param attempts how often it was taken
     * @param failures how often it failed
     * @param engineDeaths how often it was held when the engine died
     * @param keyLost whether the task has lost its key in this move, to the successor that waited for it; what is known
     *     of that one may be freed before what says that this one had the key
     * @param reason why it was buried, or null
     */
    record Move(
            long id,
            long home,
            State state,
            long dueMs,
            int attempts,
            int failures,
            int engineDeaths,
            boolean keyLost,
            @Nullable String reason) {}

    /** All tasks of the queue up to this id are gone. */
    void purge(int queue, long throughId);

    /**
     * A queue's number stands for this name from now on, and it is configured so. Returns the record's position,
     * nobody's home.
     */
    long queue(int number, String name, QueueConfig config);

    /**
     * A producer's last sequences, oldest first, and the ids they were stored under. Returns the record's position,
     * which is nobody's home.
     *
     * @param usedMs when the last of them was stored, in ms since 1970
     */
    long producer(int queue, String name, long usedMs, long[] sequences, long[] ids);

    /** Nothing is known of the producer any more, whatever was said before. */
    void forget(int queue, String producer);

    /** The record is somebody's home: said at the end of recovery, for a record that was replayed. */
    void adopt(long position);

    /** The record is nobody's home any more. */
    void retire(long position);
}
