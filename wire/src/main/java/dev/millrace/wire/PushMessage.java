package dev.millrace.wire;

import dev.millrace.api.engine.Answer;
import dev.millrace.api.engine.Push;

/** What a server sends unasked. */
public sealed interface PushMessage {
    /**
     * What came of a take or a consumption.
     *
     * @param tag the one it was asked for with
     */
    record Tagged(String tag, Answer answer) implements PushMessage {}

    /** A task is lost. */
    record Lost(Push.Lost lost) implements PushMessage {}

    /** Something of a later server, to be passed over. */
    record Unknown(String kind) implements PushMessage {}
}
