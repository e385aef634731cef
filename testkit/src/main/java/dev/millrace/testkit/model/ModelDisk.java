package dev.millrace.testkit.model;

import dev.millrace.api.engine.Command;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The disk, as far as it may be full: then a command may be refused with OVERLOADED (G8). */
final class ModelDisk {
    /**
     * In a round of which nobody heard, so many changes are looked at one by one for the next that a full disk
     * refused.
     */
    private static final int CHANGES_MAX = 24;

    /** What a change with a reason, or of a queue, may need of the disk, in takes. */
    private static final int WORDS_WEIGHT = 32;

    private final ModelState state;
    private boolean mayBeFull;
    /** Of a round of which nobody heard: so many of its changes are still to come. */
    private int changesLeft = CHANGES_MAX;
    /**
     * Of a round of which nobody heard: so many more of its changes that are light enough find room on the disk; below
     * 0, not decided yet.
     */
    private int changesAdmitted = -1;
    /**
     * Of a round of which nobody heard: a change of this weight found no room, so no later one that is as heavy will.
     */
    private int weightRefused = Integer.MAX_VALUE;
    /**
     * The same of takes alone: a take needs room for the return of its tasks, too, so that one that is refused tells
     * nothing of other changes.
     */
    private int takesRefused = Integer.MAX_VALUE;
    /** Of a round of which nobody heard: what is there after the next opening; null when it is not known. */
    private @Nullable Sightings seen;

    ModelDisk(ModelState state) {
        this.state = state;
    }

    /** Whether any command may be refused from now on. */
    void mayBeFull(boolean may) {
        mayBeFull = may;
    }

    /**
     * Prepares for a round of which nobody heard.
     *
     * @param afterwards what the engine shows after the next opening, so that the first choices are the likely ones
     * @param changes with a {@link #weight} that are to come in that round
     */
    void foresee(Sightings afterwards, int changes) {
        seen = afterwards;
        changesLeft = changes;
    }

    void beginRound() {
        decideChangesAnew();
    }

    private void decideChangesAnew() {
        weightRefused = Integer.MAX_VALUE;
        takesRefused = Integer.MAX_VALUE;
        changesAdmitted = -1;
    }

    /**
     * Whether a command finds no room; the engine's choice. Of a round of which nobody heard, any of its puts may have
     * been refused; all changes from one on that are as heavy as that one, unless there was room for a put again; and
     * the end of any task that is still there.
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
            case Command.Ack ack -> isEndRefused(List.of(ack.id()));
            case Command.AckMany acks -> isEndRefused(acks.receipts().stream().map(Command.AckMany.Held::id).toList());
            case Command.Delete delete -> isEndRefused(List.of(delete.id()));
            case Command.Purge purge ->
                isEndRefused(state.queue(purge.queue()).tasks.values().stream().map(task -> task.id).toList());
            default -> weight(command) > 0 && isChangeRefused(weight(command), isTake(command));
        };
    }

    /** How much room on the disk a change may need at most, in takes; 0 for what is no change of what is there. */
    static int weight(Command command) {
        return switch (command) {
            case Command.Take take -> 1;
            case Command.TakeMany take -> take.count();
            case Command.KickOne kick -> 1;
            case Command.Kick kick -> kick.count();
            case Command.Release release -> WORDS_WEIGHT;
            case Command.Fail fail -> WORDS_WEIGHT;
            case Command.Bury bury -> WORDS_WEIGHT;
            case Command.Pause pause -> WORDS_WEIGHT;
            case Command.Resume resume -> WORDS_WEIGHT;
            case Command.Configure configure -> WORDS_WEIGHT;
            default -> 0;
        };
    }

    private static boolean isTake(Command command) {
        return command instanceof Command.Take || command instanceof Command.TakeMany;
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
            if (isFullForChanges()) {
                decideChangesAnew();
            }
            return false;
        }
        return isFullForChanges() || state.choose(2) == 0;
    }

    private boolean isChangeRefused(int weight, boolean isTake) {
        changesLeft--;
        if (weight >= weightRefused || isTake && weight >= takesRefused) {
            return true;
        }
        if (changesAdmitted < 0) {
            int choice = state.choose(Math.clamp(changesLeft + 2L, 2, CHANGES_MAX));
            changesAdmitted = choice == 0 ? Integer.MAX_VALUE : choice - 1;
        }
        if (changesAdmitted == 0) {
            if (isTake) {
                takesRefused = weight;
            } else {
                weightRefused = weight;
            }
            changesAdmitted = -1;
            return true;
        }
        changesAdmitted--;
        return false;
    }

    private boolean isFullForChanges() {
        return Math.min(weightRefused, takesRefused) < Integer.MAX_VALUE;
    }
}
