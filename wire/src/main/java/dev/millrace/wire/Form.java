package dev.millrace.wire;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * Reads how a command is written: words in capitals stand for themselves, others for what is sent; {@code […]} may be
 * left out, {@code (…)} belongs together, {@code …|…} is a choice, and {@code ...} says that what stands before it may
 * come several times. A choice without blanks is between words, one with blanks between all that stands beside it.
 */
final class Form {
    private static final Set<String> INTEGERS =
            Set.of("c", "count", "first-ms", "id", "limit", "max-ms", "ms", "n", "option-arguments", "session", "version");

    private final String text;
    private int next;

    private Form(String text) {
        this.text = text;
    }

    static List<Argument> arguments(Verb verb) {
        Form form = new Form(verb.form());
        List<Argument> arguments = form.sequence();
        if (form.next < form.text.length()) {
            throw new IllegalStateException(verb + ": '" + form.text.substring(form.next) + "' is too much");
        }
        return arguments;
    }

    /** What belongs together, up to a choice or a bracket. */
    private List<Argument> sequence() {
        List<Argument> parts = new ArrayList<>();
        for (skipBlanks(); next < text.length() && "])|".indexOf(text.charAt(next)) < 0; skipBlanks()) {
            if (skipIf("...")) {
                parts.add(parts.removeLast().asMultiple());
            } else {
                add(parts, choiceOfWords());
            }
        }
        return parts;
    }

    /** A word in capitals is the token of what follows; {@code a [a ...]} is one part that may come several times. */
    private static void add(List<Argument> parts, Argument part) {
        Argument before = parts.isEmpty() ? null : parts.getLast();
        if (before != null && before.type() == Argument.Type.PURE_TOKEN && !part.optional()
                && part.type() != Argument.Type.PURE_TOKEN) {
            parts.set(parts.size() - 1, part.withToken(String.valueOf(before.token())));
        } else if (before != null && part.optional() && part.multiple() && part.name().equals(before.name())) {
            parts.set(parts.size() - 1, before.asMultiple());
        } else {
            parts.add(part);
        }
    }

    private Argument choiceOfWords() {
        Argument first = part();
        if (!skipIf("|")) {
            return first;
        }
        List<Argument> choices = new ArrayList<>(List.of(first, part()));
        while (skipIf("|")) {
            choices.add(part());
        }
        return new Argument("choice", Argument.Type.ONEOF, null, false, false, List.copyOf(choices));
    }

    private Argument part() {
        if (skipIf("[")) {
            Argument inner = choice();
            require("]");
            return inner.asOptional();
        }
        if (skipIf("(")) {
            Argument inner = choice();
            require(")");
            return inner;
        }
        return word();
    }

    /** All between two brackets. */
    private Argument choice() {
        List<Argument> choices = new ArrayList<>(List.of(block(sequence())));
        while (skipIf("|")) {
            choices.add(block(sequence()));
        }
        return choices.size() == 1
                ? choices.getFirst()
                : new Argument("choice", Argument.Type.ONEOF, null, false, false, List.copyOf(choices));
    }

    private static Argument block(List<Argument> parts) {
        return parts.size() == 1
                ? parts.getFirst()
                : new Argument(parts.getFirst().name(), Argument.Type.BLOCK, null, false, false, List.copyOf(parts));
    }

    private Argument word() {
        int start = next;
        while (next < text.length() && " []()|".indexOf(text.charAt(next)) < 0) {
            next++;
        }
        String word = text.substring(start, next);
        if (word.equals(word.toUpperCase(Locale.ROOT))) {
            String name = word.toLowerCase(Locale.ROOT);
            return new Argument(name, Argument.Type.PURE_TOKEN, word, false, false, List.of());
        }
        Argument.Type type = word.equals("queue")
                ? Argument.Type.KEY
                : INTEGERS.contains(word) ? Argument.Type.INTEGER : Argument.Type.STRING;
        return new Argument(word, type, null, false, false, List.of());
    }

    private void skipBlanks() {
        while (next < text.length() && text.charAt(next) == ' ') {
            next++;
        }
    }

    private boolean skipIf(String mark) {
        boolean is = text.startsWith(mark, next);
        if (is) {
            next += mark.length();
        }
        return is;
    }

    private void require(String mark) {
        if (!skipIf(mark)) {
            throw new IllegalStateException("'" + mark + "' is missing at " + next + " of " + text);
        }
    }
}
