package dev.millrace.wire;

import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * A part of how a command is written, as COMMAND DOCS tells it.
 *
 * @param name what it is called
 * @param type what may stand there
 * @param token a word that stands before it, or for a {@link Type#PURE_TOKEN} itself; null for none
 * @param optional whether it may be left out
 * @param multiple whether it may come several times
 * @param parts of a {@link Type#BLOCK} all in turn, of a {@link Type#ONEOF} the choices; else empty
 */
record Argument(String name, Type type, @Nullable String token, boolean optional, boolean multiple, List<Argument> parts) {
    /** The types of Redis that occur here. */
    enum Type {
        KEY("key"),
        STRING("string"),
        INTEGER("integer"),
        PURE_TOKEN("pure-token"),
        ONEOF("oneof"),
        BLOCK("block");

        private final String onWire;

        Type(String onWire) {
            this.onWire = onWire;
        }

        String onWire() {
            return onWire;
        }
    }

    Argument withToken(String word) {
        String called = type == Type.ONEOF ? word.toLowerCase(Locale.ROOT) : name;
        return new Argument(called, type, word, optional, multiple, parts);
    }

    Argument asOptional() {
        return new Argument(name, type, token, true, multiple, parts);
    }

    Argument asMultiple() {
        return new Argument(name, type, token, optional, true, parts);
    }

    /** How many arguments it takes at the least. */
    int countMin() {
        if (optional) {
            return 0;
        }
        int own = switch (type) {
            case PURE_TOKEN -> 0;
            case BLOCK -> parts.stream().mapToInt(Argument::countMin).sum();
            case ONEOF -> parts.stream().mapToInt(Argument::countMin).min().orElse(0);
            default -> 1;
        };
        return own + (token == null ? 0 : 1);
    }

    /** Whether it always takes just as many. */
    boolean isFixed() {
        return !optional && !multiple && type != Type.ONEOF && parts.stream().allMatch(Argument::isFixed);
    }
}
