package dev.millrace.testkit;

import dev.millrace.api.ErrorCode;
import dev.millrace.api.engine.Answer;
import dev.millrace.api.engine.Command;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * A fault that waits for its command.
 *
 * @param kind which commands it may meet
 * @param queue and of which queue
 * @param fault what happens; null when the answer is only late
 * @param late how long the answer is held back
 */
record PlannedFault(Class<? extends Command> kind, String queue, @Nullable Fault fault, Duration late) {
    boolean meets(Command command) {
        return kind.isInstance(command) && queue.equals(command.queue());
    }

    /** What is answered in place of what the command would do; null when it is done. */
    @Nullable Answer instead() {
        return switch (fault) {
            case OVERLOADED ->
                new Answer.Failed(ErrorCode.OVERLOADED, "the test lets this " + kind.getSimpleName() + " meet a limit");
            case UNKNOWN_NOT_DONE -> unknown();
            case UNKNOWN_DONE -> null;
            case null -> null;
        };
    }

    /** What is answered in place of the engine's answer. A refusal changed nothing, and that is known. */
    Answer of(Answer answer) {
        return fault == Fault.UNKNOWN_DONE && !(answer instanceof Answer.Failed) ? unknown() : answer;
    }

    private Answer unknown() {
        return new Answer.Failed(
                ErrorCode.UNKNOWN, "the test loses this " + kind.getSimpleName() + "; it may have happened");
    }

    @Override
    public String toString() {
        return kind.getSimpleName() + " of " + queue + (fault != null ? " " + fault : " late by " + late);
    }
}
