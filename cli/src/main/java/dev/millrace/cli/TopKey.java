package dev.millrace.cli;

import java.io.IOException;

/**
 * A key that was pressed, or that none was.
 *
 * @param kind which
 * @param character what it writes; 0 unless it is a {@link Kind#CHARACTER}
 */
record TopKey(Kind kind, int character) {
    /** The keys that {@code top} knows. */
    enum Kind {
        /** Nothing was pressed in time. */
        NONE,
        /** Nothing can be pressed any more: the terminal has gone. */
        GONE,
        CHARACTER,
        ENTER,
        ESCAPE,
        ERASE,
        UP,
        DOWN,
        PAGE_UP,
        PAGE_DOWN,
        HOME,
        END,
        /** One that means nothing here. */
        OTHER
    }

    /** Where characters come from. */
    @FunctionalInterface
    interface Characters {
        /** The next one, −1 at the end, or −2 if none came in time. */
        int read(long timeoutMs) throws IOException;
    }

    static final TopKey NONE = new TopKey(Kind.NONE, 0);

    private static final int TIMED_OUT = -2;
    private static final int ESCAPE_CHARACTER = 27;
    private static final int DELETE_CHARACTER = 127;
    /** What follows an escape of a key follows at once; a finger is slower. */
    private static final long SEQUENCE_MS = 50;

    private static final int SEQUENCE_LENGTH_MAX = 8;

    static TopKey of(char character) {
        return new TopKey(Kind.CHARACTER, character);
    }

    static TopKey of(Kind kind) {
        return new TopKey(kind, 0);
    }

    /**
     * Waits for a key. Those that write nothing come as a sequence that begins with an escape (ECMA-48, as VT220 and
     * xterm have it).
     */
    static TopKey read(Characters from, long timeoutMs) throws IOException {
        int character = from.read(timeoutMs);
        return switch (character) {
            case TIMED_OUT -> NONE;
            case -1 -> of(Kind.GONE);
            case '\r', '\n' -> of(Kind.ENTER);
            case '\b', DELETE_CHARACTER -> of(Kind.ERASE);
            case ESCAPE_CHARACTER -> of(sequence(from));
            default -> character < ' ' ? of(Kind.OTHER) : new TopKey(Kind.CHARACTER, character);
        };
    }

    private static Kind sequence(Characters from) throws IOException {
        int introducer = from.read(SEQUENCE_MS);
        if (introducer < 0) {
            return Kind.ESCAPE;
        }
        if (introducer != '[' && introducer != 'O') {
            return Kind.OTHER;
        }
        StringBuilder sequence = new StringBuilder();
        for (int next = from.read(SEQUENCE_MS); next >= 0; next = from.read(SEQUENCE_MS)) {
            sequence.append((char) next);
            boolean isLast = next >= '@' && next <= '~';
            if (isLast || sequence.length() == SEQUENCE_LENGTH_MAX) {
                break;
            }
        }
        return switch (sequence.toString()) {
            case "A" -> Kind.UP;
            case "B" -> Kind.DOWN;
            case "5~" -> Kind.PAGE_UP;
            case "6~" -> Kind.PAGE_DOWN;
            case "H", "1~", "7~" -> Kind.HOME;
            case "F", "4~", "8~" -> Kind.END;
            default -> Kind.OTHER;
        };
    }
}
