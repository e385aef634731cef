package dev.millrace.cli;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** The items of the input in the mode that was asked for: lines, NUL-separated, or JSON values. Used by one thread. */
final class ItemSource {
    /** How items are given to the command. */
    enum Mode {
        /** A line each, as an argument. */
        LINES,
        /** Separated by NUL bytes, as an argument. */
        NUL,
        /** A JSON value a line, on standard input. Blank lines count for nothing. */
        JSON
    }

    private final ItemReader reader;
    private final Mode mode;

    ItemSource(ItemReader reader, Mode mode) {
        this.reader = reader;
        this.mode = mode;
    }

    ItemReader reader() {
        return reader;
    }

    @Nullable Item next() throws IOException {
        Item item = reader.next();
        if (mode == Mode.JSON) {
            while (item != null && item.problem() == null && isBlank(item.bytes())) {
                item = reader.next();
            }
        }
        if (item == null || item.problem() != null) {
            return item;
        }
        String problem =
                switch (mode) {
                    case LINES -> hasNul(item.bytes())
                            ? "it holds a NUL byte, which no argument can; use -0 if NUL bytes separate the items"
                            : null;
                    case NUL -> null;
                    case JSON -> notJson(item.bytes());
                };
        return problem == null ? item : item.withProblem(problem);
    }

    private static @Nullable String notJson(byte[] bytes) {
        String problem = Json.problem(bytes);
        return problem == null ? null : "it is not JSON: " + problem;
    }

    private static boolean isBlank(byte[] bytes) {
        for (byte octet : bytes) {
            if (octet != ' ' && octet != '\t' && octet != '\r') {
                return false;
            }
        }
        return true;
    }

    private static boolean hasNul(byte[] bytes) {
        for (byte octet : bytes) {
            if (octet == 0) {
                return true;
            }
        }
        return false;
    }
}
