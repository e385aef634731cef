package dev.millrace.testkit.model;

import dev.millrace.api.engine.Command;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The disk, as far as it may be full: then a command may be refused with OVERLOADED (G8). */
final class ModelDisk {
    /**
     * In a round of which nobody heard, so many changes are looked at one by one for the first that a full disk
     * refused.
     */
    private static final int CHANGES_MAX = 24;

    private final ModelState state;
    private boolean mayBeFull;
    /**
     * Of a round of which nobody heard: so many more of its changes find room on the disk; below 0, not decided yet.
     */
    private int changesAdmitted = -1;
    /** Of a round of which nobody heard: what is there after the next opening; null when it is not known. */
    private @Nullable Sightings seen;

    ModelDisk(ModelState state) {
        this.state = state;
    }

    /** Whether any command may be refused from now on. */
    void mayBeFull(boolean may) {
        mayBeFull = may;
    }

    /** What the engine shows after the next opening, so that the first choices are the likely ones. */
    void foresee(Sightings afterwards) {
        seen = afterwards;
    }

    void beginRound() {
        changesAdmitted = -1;
    }

    /**
     * Whether a command finds no room; the engine's choice. Of a round of which nobody heard, any of its puts may have
     * been refused; all changes from one on, unless there was room for a put again; and the end of any task that is
     * still there.
     */
    boolean refuses(long session, long token, Command command) {
        if (!mayBeFull) {
            return false;
        }
        if (!state.dialogue.isAlone()) {
            return state.dialogue.refusesAsOverloaded(session, token);
        }
        return switch (command) {
            case Command.Put put -> isPutRefused(put);
            case Command.PutMany puts -> isPutRefused(puts);
            case Command.Take take -> isChangeRefused();
            case Command.TakeMany take -> isChangeRefused();
            case Command.Release release -> isChangeRefused();
            case Command.Fail fail -> isChangeRefused();
            case Command.Bury bury -> isChangeRefused();
            case Command.Kick kick -> isChangeRefused();
            case Command.KickOne kick -> isChangeRefused();
            case Command.Pause pause -> isChangeRefused();
            case Command.Resume resume -> isChangeRefused();
            case Command.Configure configure -> isChangeRefused();
            case Command.Ack ack -> isEndRefused(List.of(ack.id()));
            case Command.AckMany acks -> isEndRefused(acks.receipts().stream().map(Command.AckMany.Held::id).toList());
            case Command.Delete delete -> isEndRefused(List.of(delete.id()));
            case Command.Purge purge ->
                isEndRefused(state.queue(purge.queue()).tasks.values().stream().map(task -> task.id).toList());
            default -> false;
        };
    }

    private boolean isEndRefused(List<Long> ids) {
        Sightings shown = seen;
        return shown != null && ids.stream().anyMatch(shown::shows) && state.choose(2) == 1;
    }

    private boolean isPutRefused(Command put) {
        Sightings shown = seen;
        if (shown == null) {
            return isFullForChanges() || state.choose(2) == 1;
        }
        if (shown.shows(put)) {
            changesAdmitted = isFullForChanges() ? -1 : changesAdmitted;
            return false;
        }
        return isFullForChanges() || state.choose(2) == 0;
    }

    private boolean isChangeRefused() {
        if (changesAdmitted < 0) {
            int choice = state.choose(CHANGES_MAX);
            changesAdmitted = choice == 0 ? Integer.MAX_VALUE : choice - 1;
        }
        if (changesAdmitted == 0) {
            return true;
        }
        changesAdmitted--;
        return false;
    }

    private boolean isFullForChanges() {
        return changesAdmitted == 0;
    }
}
