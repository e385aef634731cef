package dev.millrace.testkit.model;

import dev.millrace.api.engine.Answer;
import java.nio.ByteBuffer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Events as a person reads them. */
final class Texts {
    private static final Pattern BUFFER = Pattern.compile("java\\.nio\\.\\w+\\[pos=\\d+ lim=\\d+ cap=\\d+\\]");

    private Texts() {}

    static String of(Event event) {
        return switch (event) {
            case Event.Answered(long session, long token, Answer answer) ->
                "session " + session + ", command " + token + ": " + of(answer);
            case Event.Pushed pushed -> "session " + pushed.session() + " is told " + pushed.push();
            case Event.Ended ended -> "session " + ended.session() + " has ended: " + ended.reason();
        };
    }

    private static String of(Answer answer) {
        return switch (answer) {
            case Answer.Taken taken -> plain(taken) + " " + of(taken.payload());
            case Answer.Seen seen -> plain(seen) + " " + of(seen.payload());
            default -> plain(answer);
        };
    }

    private static String plain(Answer answer) {
        Matcher matcher = BUFFER.matcher(answer.toString());
        return matcher.replaceAll("…");
    }

    /** A payload of these tests begins with a number. */
    static String of(ByteBuffer payload) {
        return payload.remaining() < Integer.BYTES
                ? payload.remaining() + " bytes"
                : "#" + payload.getInt(payload.position()) + " (" + payload.remaining() + " bytes)";
    }
}
