package dev.millrace.embedded;

import dev.millrace.api.ErrorCode;
import dev.millrace.api.MillraceException;
import dev.millrace.api.engine.Command;
import dev.millrace.core.TaskMachine;
import dev.millrace.journal.Purpose;

/**
 * Refuses commands that a full disk has no room for (G8), before anything changes: new work first, then changes, and
 * what ends work last, so that room can always be made. A touch and all looks write nothing, and are never refused.
 * Full memory (G7) refuses new work alone.
 */
final class Admission {
    /** At most so much is recorded for a change of a task's state with a reason, or of a queue with its name. */
    private static final int CHANGE_BYTES_MAX = 2_048;
    /** At most so much is recorded for a task's take, its end, or its kick. */
    private static final int ENTRY_BYTES_MAX = 64;
    /**
     * At most so many records come with a put, or a batch, besides two for each task: a queue's, and a producer's that
     * is forgotten.
     */
    static final int EXTRA_RECORDS_MAX = 2;

    private final Store store;
    private long refusals;

    Admission(Store store) {
        this.store = store;
    }

    /** OVERLOADED if there is no room for what the command may record; {@link #requireToAdd} says so of puts. */
    void require(Command command) {
        switch (command) {
            case Command.Take take -> requireToTake(1);
            case Command.TakeMany take -> requireToTake(take.count());
            case Command.Release release -> require(Purpose.CHANGE, CHANGE_BYTES_MAX);
            case Command.Fail fail -> require(Purpose.CHANGE, CHANGE_BYTES_MAX);
            case Command.Bury bury -> require(Purpose.CHANGE, CHANGE_BYTES_MAX);
            case Command.KickOne kick -> require(Purpose.CHANGE, ENTRY_BYTES_MAX);
            case Command.Kick kick -> require(Purpose.CHANGE, (long) ENTRY_BYTES_MAX * kick.count());
            case Command.Pause pause -> require(Purpose.CHANGE, CHANGE_BYTES_MAX);
            case Command.Resume resume -> require(Purpose.CHANGE, CHANGE_BYTES_MAX);
            case Command.Configure configure -> require(Purpose.CHANGE, CHANGE_BYTES_MAX);
            case Command.Ack ack -> require(Purpose.END, ENTRY_BYTES_MAX);
            case Command.AckMany ack -> require(Purpose.END, ENTRY_BYTES_MAX + 24L * ack.receipts().size());
            case Command.Delete delete -> require(Purpose.END, ENTRY_BYTES_MAX);
            case Command.Purge purge -> require(Purpose.END, ENTRY_BYTES_MAX);
            default -> {}
        }
    }

    /**
     * OVERLOADED if there is no room for so many tasks.
     *
     * @param bytes of their heads and payloads together
     */
    void requireToAdd(int tasks, long bytes) {
        if (!store.admits(Purpose.ADD, 2 * tasks + EXTRA_RECORDS_MAX, bytes + CHANGE_BYTES_MAX)) {
            refuse();
        }
    }

    /** What is taken may go back without being asked for: with the take, that finds room, too. */
    private void requireToTake(int tasks) {
        if (isPossible(tasks) && !store.admitsTakes(tasks, (long) ENTRY_BYTES_MAX * tasks)) {
            refuse();
        }
    }

    /** Whether there is room to record that producers are forgotten, which nobody waits for. */
    boolean admitsForgetting() {
        int count = TaskMachine.FORGOTTEN_MAX;
        return store.admits(Purpose.CHANGE, count, (long) count * TaskRecords.FORGET_BYTES_MAX);
    }

    private void require(Purpose purpose, long bytes) {
        if (isPossible(bytes) && !store.admits(purpose, 1, bytes)) {
            refuse();
        }
    }

    /** What is asked for may be more than anybody may do at once: then the command itself is refused, later. */
    private static boolean isPossible(long amount) {
        return amount > 0 && amount <= Integer.MAX_VALUE / 64;
    }

    /** How often there was no room. */
    long refusals() {
        return refusals;
    }

    private void refuse() {
        refusals++;
        throw new MillraceException(ErrorCode.OVERLOADED, store.whyFull());
    }
}
