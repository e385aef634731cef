package dev.millrace.wire;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** What COMMAND answers, out of the list of commands and as Redis writes it, so that redis-cli completes and hints. */
public final class CommandInfo {
    private static final String SINCE = "0.1.0";

    private final ReplyWriter out;

    /** One that writes where the given one does, and in its version. */
    public CommandInfo(ReplyWriter out) {
        this.out = out;
    }

    /** Writes the answer. */
    public void write(Request.Commands request) {
        switch (request.part()) {
            case COUNT -> out.number(Verb.values().length);
            case LIST -> list();
            case DOCS -> docs(request.names());
            case INFO -> info(request.names());
        }
    }

    private void list() {
        out.array(Verb.values().length);
        for (Verb verb : Verb.values()) {
            out.bulk(name(verb));
        }
    }

    /** Of commands that are none nothing is said. */
    private void docs(List<String> names) {
        List<Verb> verbs = names.isEmpty()
                ? Arrays.asList(Verb.values())
                : Arrays.stream(Verb.values())
                        .filter(verb -> names.stream().anyMatch(verb.onWire()::equalsIgnoreCase))
                        .toList();
        out.map(verbs.size());
        for (Verb verb : verbs) {
            out.bulk(name(verb));
            docs(verb);
        }
    }

    private void docs(Verb verb) {
        List<Argument> arguments = Form.arguments(verb);
        out.map(arguments.isEmpty() ? 3 : 4);
        entry("summary", verb.summary());
        entry("since", SINCE);
        entry("group", group(verb));
        if (!arguments.isEmpty()) {
            arguments(arguments);
        }
    }

    private void arguments(List<Argument> arguments) {
        out.bulk("arguments");
        out.array(arguments.size());
        for (Argument argument : arguments) {
            argument(argument);
        }
    }

    private void argument(Argument argument) {
        boolean named = argument.parts().isEmpty();
        int flags = (argument.optional() ? 1 : 0) + (argument.multiple() ? 1 : 0);
        out.map(2 + (named ? 1 : 0) + (argument.token() == null ? 0 : 1) + (flags == 0 ? 0 : 1) + (named ? 0 : 1));
        entry("name", argument.name());
        entry("type", argument.type().onWire());
        if (named) {
            entry("display_text", argument.name());
        }
        if (argument.token() != null) {
            entry("token", argument.token());
        }
        if (flags > 0) {
            out.bulk("flags");
            out.array(flags);
            if (argument.optional()) {
                out.simple("optional");
            }
            if (argument.multiple()) {
                out.simple("multiple");
            }
        }
        if (!named) {
            arguments(argument.parts());
        }
    }

    private void info(List<String> names) {
        if (names.isEmpty()) {
            out.array(Verb.values().length);
            for (Verb verb : Verb.values()) {
                info(verb);
            }
            return;
        }
        out.array(names.size());
        for (String name : names) {
            @Nullable Verb verb = Verb.named(name);
            if (verb == null) {
                out.nothing();
            } else {
                info(verb);
            }
        }
    }

    private void info(Verb verb) {
        int queue = verb.form().startsWith("queue") ? 1 : 0;
        out.array(10);
        out.bulk(name(verb));
        out.number(arity(verb));
        flags(verb);
        out.number(queue);
        out.number(queue);
        out.number(queue);
        out.array(1);
        out.simple("@" + verb.right().name().toLowerCase(Locale.ROOT));
        out.array(0);
        out.array(0);
        out.array(0);
    }

    private void flags(Verb verb) {
        String first = switch (verb.right()) {
            case PUT, TAKE, ADMIN -> "write";
            case READ -> "readonly";
            case CONNECTION -> "noscript";
        };
        boolean waits = verb == Verb.TASK_TAKE;
        out.array(waits ? 2 : 1);
        out.simple(first);
        if (waits) {
            out.simple("blocking");
        }
    }

    /** How many arguments it has, its name included; if there may be more, the least negated. */
    static int arity(Verb verb) {
        List<Argument> arguments = Form.arguments(verb);
        int least = 1 + arguments.stream().mapToInt(Argument::countMin).sum();
        return arguments.stream().allMatch(Argument::isFixed) ? least : -least;
    }

    /** redis-cli puts commands of one group together. */
    static String group(Verb verb) {
        int dot = verb.onWire().indexOf('.');
        return dot < 0 ? "connection" : verb.onWire().substring(0, dot).toLowerCase(Locale.ROOT);
    }

    private void entry(String name, String value) {
        out.bulk(name);
        out.bulk(value);
    }

    private static String name(Verb verb) {
        return verb.onWire().toLowerCase(Locale.ROOT);
    }
}
