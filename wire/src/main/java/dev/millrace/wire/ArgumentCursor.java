package dev.millrace.wire;

import dev.millrace.api.ErrorCode;
import dev.millrace.api.Limits;
import dev.millrace.api.MillraceException;
import java.nio.ByteBuffer;
import java.util.List;

/**
 * Reads a command's arguments one after the other. Whatever is wrong is BAD_ARGUMENT, and says how the command is
 * written.
 */
final class ArgumentCursor {
    private Arguments arguments;
    private Verb verb = Verb.PING;
    private int next;
    private int end;
    /** A bit for each option that was read. */
    private long seen;
    /** What {@link #receipt} read last. */
    private long id;
    private int attempt;

    ArgumentCursor(Arguments first) {
        arguments = first;
    }

    /** Begins after the command's name. */
    void begin(Verb which, Arguments from) {
        arguments = from;
        verb = which;
        next = 1;
        end = from.count();
        seen = 0;
    }

    boolean more() {
        return next < end;
    }

    int left() {
        return end - next;
    }

    /** Nothing may follow. */
    void end() {
        if (more()) {
            throw wrong("unexpected argument '" + arguments.shown(next) + "'");
        }
    }

    /** Reads only so many of the arguments that are left, as a part of its own; {@link #leave} goes on after it. */
    int enter(int count) {
        if (count > left()) {
            throw wrong("arguments=" + left() + " < " + count + " that were announced");
        }
        int whole = end;
        end = next + count;
        seen = 0;
        return whole;
    }

    void leave(int whole) {
        end = whole;
    }

    String name(String what) {
        return arguments.name(take(what), what);
    }

    List<String> nameAlone(String what) {
        return arguments.nameAlone(take(what), what);
    }

    String text(String what) {
        return arguments.text(take(what), what);
    }

    byte[] bytes(String what) {
        return arguments.bytes(take(what));
    }

    ByteBuffer payload(String what) {
        return arguments.payload(take(what));
    }

    long integer(String what, long min, long max) {
        return arguments.integer(take(what), what, min, max);
    }

    int count(String what, int max) {
        return (int) integer(what, 1, max);
    }

    /** A duration; zero or less means now. */
    long delayMs() {
        return Math.max(0, integer("DELAY", -Limits.DELAY_MAX_MS, Limits.DELAY_MAX_MS));
    }

    long durationMs(String what) {
        return integer(what, 0, Limits.DELAY_MAX_MS);
    }

    /** Whether the next argument is this word; then it is read. */
    boolean skipIf(Word word) {
        boolean is = more() && arguments.word(next) == word;
        if (is) {
            next++;
        }
        return is;
    }

    /** An option's name, which may come only once. */
    Word option() {
        Word word = word("an option");
        long bit = 1L << word.ordinal();
        if ((seen & bit) != 0) {
            throw wrong(word.onWire() + " is given twice");
        }
        seen |= bit;
        return word;
    }

    /** Any word with a meaning. */
    Word word(String what) {
        int index = take(what);
        Word word = arguments.word(index);
        if (word == null) {
            throw wrong("expected " + what + ", got '" + arguments.shown(index) + "'");
        }
        return word;
    }

    /** Reads {@code id:attempt}, or a bare id, whose attempt is 0; see {@link #id()} and {@link #attempt()}. */
    void receipt() {
        int index = take("receipt");
        int start = arguments.start(index);
        int stop = start + arguments.length(index);
        int colon = arguments.source().indexOf(start, stop, (byte) ':');
        id = Arguments.integer(arguments.source(), start, colon < 0 ? stop : colon);
        long number = colon < 0 ? 0 : Arguments.integer(arguments.source(), colon + 1, stop);
        if (id < 1 || number < (colon < 0 ? 0 : 1) || number > Limits.ATTEMPTS_MAX) {
            throw wrong("receipt=" + arguments.shown(index) + " is neither id:attempt nor an id");
        }
        attempt = (int) number;
    }

    long id() {
        return id;
    }

    int attempt() {
        return attempt;
    }

    /** An option that this command has not, or not here. */
    MillraceException unexpected(Word word) {
        return wrong(word.onWire() + " is not expected here");
    }

    MillraceException wrong(String what) {
        return new MillraceException(ErrorCode.BAD_ARGUMENT, what + "; usage: " + verb.usage());
    }

    private int take(String what) {
        if (!more()) {
            throw wrong("arguments=" + (arguments.count() - 1) + ": " + what + " is missing");
        }
        return next++;
    }
}
