package dev.millrace.embedded;

import dev.millrace.api.ErrorCode;
import dev.millrace.api.MillraceException;
import dev.millrace.api.Put;
import dev.millrace.api.QueueSettings;
import dev.millrace.api.QueueStats;
import dev.millrace.api.TaskState;
import dev.millrace.api.engine.Answer;
import dev.millrace.core.KeyRule;
import dev.millrace.core.PutCommand;
import dev.millrace.core.QueueConfig;
import dev.millrace.core.QueueCounts;
import dev.millrace.core.Refusal;
import dev.millrace.core.State;
import dev.millrace.core.StoredTask;
import dev.millrace.journal.Disk;
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

    static Answer.Stored stored(StoredTask task) {
        return new Answer.Stored(
                task.id(), stateOrNull(task.state()), task.dueMs(), task.repeated(), task.existing());
    }

    static Answer.Settings settings(QueueConfig config) {
        QueueSettings settings = new QueueSettings(
                config.maxAttempts(), config.ttrMs(), config.backoffFirstMs(), config.backoffMaxMs());
        return new Answer.Settings(settings, config.paused());
    }

    static QueueConfig config(QueueSettings settings) {
        return new QueueConfig(
                false,
                settings.maxAttempts(),
                settings.ttrMs(),
                settings.backoffFirstMs(),
                settings.backoffMaxMs());
    }

    static PutCommand put(Put options) {
        KeyRule rule = switch (options.keyMode()) {
            case KEEP -> KeyRule.KEEP;
            case REPLACE -> KeyRule.REPLACE;
            case RERUN -> KeyRule.RERUN;
        };
        return new PutCommand(
                options.delayMs(),
                options.priority(),
                options.maxAttempts(),
                options.ttrMs(),
                options.ttlMs(),
                options.key(),
                rule,
                options.group(),
                options.groupLimit(),
                options.producer(),
                options.sequence());
    }

    static QueueStats stats(QueueCounts counts) {
        return new QueueStats(
                counts.queue(),
                counts.ready(),
                counts.delayed(),
                counts.taken(),
                counts.buried(),
                counts.waiting(),
                counts.ageMs(),
                counts.paused(),
                counts.puts(),
                counts.takes(),
                counts.acks(),
                counts.releases(),
                counts.failures(),
                counts.timeouts(),
                counts.burials(),
                counts.expirations(),
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

    /** Why a store could not be opened; what is damaged is named by its file, so the folder is named before that. */
    static MillraceException opening(Disk disk, JournalException failure) {
        return switch (failure.kind()) {
            case CORRUPT, VERSION ->
                new MillraceException(code(failure.kind()), disk + ": " + failure.getMessage(), failure);
            case IN_USE, FULL, FAILED -> opening(failure);
        };
    }

    /** Why a store could not be opened, in a place that the message names already. */
    static MillraceException opening(JournalException failure) {
        return new MillraceException(code(failure.kind()), String.valueOf(failure.getMessage()), failure);
    }

    private static ErrorCode code(JournalException.Kind kind) {
        return switch (kind) {
            case IN_USE -> ErrorCode.IN_USE;
            case CORRUPT -> ErrorCode.CORRUPT;
            case VERSION -> ErrorCode.VERSION;
            case FULL, FAILED -> ErrorCode.READ_ONLY;
        };
    }
}
