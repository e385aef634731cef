package dev.millrace.testkit.model;

import dev.millrace.api.engine.Answer;
import dev.millrace.api.engine.EndReason;
import dev.millrace.api.engine.Push;

/** Something an engine says to one of its sessions. */
public sealed interface Event {
    /** The session that hears it. */
    long session();

    /** The answer to the command that came with this token. */
    record Answered(long session, long token, Answer answer) implements Event {}

    /** News that nobody asked for. */
    record Pushed(long session, Push push) implements Event {}

    /** The session is over. */
    record Ended(long session, EndReason reason) implements Event {}
}
