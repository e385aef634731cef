package dev.millrace.embedded;

import dev.millrace.api.ErrorCode;
import dev.millrace.api.MillraceException;
import dev.millrace.api.QueueStats;
import dev.millrace.api.TaskState;
import dev.millrace.core.QueueCounts;
import dev.millrace.core.Refusal;
import dev.millrace.core.State;
import dev.millrace.journal.JournalException;
import org.jspecify.annotations.Nullable;

/** The words of core and journal in those of the API: each module has its own, since neither knows another. */
final class Conversions {
    private Conversions() {}

    static ErrorCode code(Refusal refusal) {
        return switch (refusal) {
            case BAD_ARGUMENT -> ErrorCode.BAD_ARGUMENT;
            case NOT_FOUND -> ErrorCode.NOT_FOUND;
            case NOT_TAKEN -> ErrorCode.NOT_TAKEN;
            case NOT_OWNER -> ErrorCode.NOT_OWNER;
            case CANCELLED -> ErrorCode.CANCELLED;
            case OVERLOADED -> ErrorCode.OVERLOADED;
            case CLOSED -> ErrorCode.CLOSED;
        };
    }

    /** Null for a task that is gone. */
    static @Nullable TaskState stateOrNull(State state) {
        return state == State.GONE ? null : state(state);
    }

    static TaskState state(State state) {
        return switch (state) {
            case READY -> TaskState.READY;
            case DELAYED -> TaskState.DELAYED;
            case TAKEN -> TaskState.TAKEN;
            case BURIED -> TaskState.BURIED;
            case GONE -> throw new IllegalArgumentException("a task that is gone has no state");
        };
    }

    static State state(TaskState state) {
        return switch (state) {
            case READY -> State.READY;
            case DELAYED -> State.DELAYED;
            case TAKEN -> State.TAKEN;
            case BURIED -> State.BURIED;
        };
    }

    static QueueStats stats(QueueCounts counts) {
        return new QueueStats(
                counts.queue(),
                counts.ready(),
                counts.delayed(),
                counts.taken(),
                counts.buried(),
                counts.waiting(),
                counts.puts(),
                counts.takes(),
                counts.acks(),
                counts.releases(),
                counts.failures(),
                counts.burials(),
                counts.deletions());
    }

    /** Why an engine that was running takes nothing more. */
    static MillraceException breakdown(RuntimeException cause) {
        if (cause instanceof JournalException failure) {
            ErrorCode code = failure.kind() == JournalException.Kind.CORRUPT ? ErrorCode.CORRUPT : ErrorCode.READ_ONLY;
            return new MillraceException(
                    code, failure.getMessage() + "; the engine is read-only until it is opened again", cause);
        }
        return new MillraceException(ErrorCode.INTERNAL, "an invariant of the engine does not hold: " + cause, cause);
    }

    /** Why a store could not be opened. */
    static MillraceException opening(JournalException failure) {
        ErrorCode code = switch (failure.kind()) {
            case IN_USE -> ErrorCode.IN_USE;
            case CORRUPT -> ErrorCode.CORRUPT;
            case VERSION -> ErrorCode.VERSION;
            case FULL, FAILED -> ErrorCode.READ_ONLY;
        };
        return new MillraceException(code, String.valueOf(failure.getMessage()), failure);
    }
}
