package dev.millrace.testkit;

import dev.millrace.api.engine.Answer;
import dev.millrace.api.engine.Command;
import org.jspecify.annotations.Nullable;

/** A command on its way through a {@link WatchedEngine}: the token of the engine beneath. */
final class Ticket<T> {
    /** Where it is, as {@link Activity} counts it. */
    enum State {
        /** Not yet begun. */
        NEW,
        /** It is being handed over, or the engine works on it. */
        UNDER_WAY,
        /** The engine has it, and it waits for a task. */
        WAITING,
        /** Its answer is being delivered, with all that depends on it on the engine's thread. */
        ANSWERING,
        /** It is answered, and the answer is held back until its time. */
        HELD,
        /** All is said. */
        DONE;

        /** Whether something happens of which nobody knows the end. */
        boolean isBusy() {
            return this == UNDER_WAY || this == ANSWERING;
        }

        /** Whether only a task, the time or the test moves it. */
        boolean isResting() {
            return this == WAITING || this == HELD;
        }
    }

    final T token;
    final Command command;
    final Thread sender = Thread.currentThread();
    final @Nullable PlannedFault fault;
    /** Said instead of the engine's answer, unless that is a refusal. Set by the sender before it is handed over. */
    @Nullable Answer instead;
    /** The engine's answer, with buffers of its own, that is or was held back. Set by the engine's thread. */
    @Nullable Answer late;
    /** When that is due, by the clock's monotonic count. */
    long dueNs;
    /** Guarded by {@link Activity}. */
    State state = State.NEW;

    Ticket(T token, Command command, @Nullable PlannedFault fault) {
        this.token = token;
        this.command = command;
        this.fault = fault;
        this.instead = fault == null ? null : fault.instead();
    }

    /** What the engine gets: a mere sign of life when the answer is made up, so that its thread says it in turn. */
    Command sent() {
        return instead == null ? command : new Command.Beat();
    }

    /** Whether the engine may keep it, with all at rest, until a task or its time comes. */
    boolean mayWait() {
        return instead == null
                && switch (command) {
                    case Command.Take take -> take.timeoutMs() != 0;
                    case Command.TakeMany take -> take.timeoutMs() != 0;
                    default -> false;
                };
    }
}
