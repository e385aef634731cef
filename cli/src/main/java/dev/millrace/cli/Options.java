package dev.millrace.cli;

import dev.millrace.api.Durability;
import dev.millrace.api.KeyMode;
import dev.millrace.api.TaskState;
import dev.millrace.pool.Executable;
import dev.millrace.pool.ExecutableLookup;
import dev.millrace.pool.ProcessRequest;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.TypeConversionException;

/** How picocli is set up for every command, and what the types of options mean. */
final class Options {
    /** An argument as its bytes. */
    record Raw(byte[] bytes) {}

    private Options() {}

    static CommandLine commandLine(Callable<Integer> command, Console console) {
        CommandLine line = new CommandLine(command);
        line.registerConverter(String.class, Options::text);
        line.registerConverter(Raw.class, raw -> new Raw(Text.bytes(raw)));
        line.registerConverter(Path.class, Options::path);
        line.registerConverter(Duration.class, Options::duration);
        line.registerConverter(TaskState.class, Options::state);
        line.registerConverter(KeyMode.class, Options::keyMode);
        line.setColorScheme(CommandLine.Help.defaultColorScheme(
                console.isColoured() ? CommandLine.Help.Ansi.ON : CommandLine.Help.Ansi.OFF));
        line.setUsageHelpWidth(110);
        line.setExpandAtFiles(false);
        // What follows the name of the command is the command's, dashes and all.
        line.setStopAtPositional(command instanceof EachCommand);
        line.setOverwrittenOptionsAllowed(false);
        return line;
    }

    static void requireWithin(String option, long value, long least, long most) {
        if (value < least || value > most) {
            throw RefusedException.usage(option + "=" + value + " is outside " + least + " … " + most);
        }
    }

    static Durability durability(String word) {
        for (Durability known : Durability.values()) {
            if (known.name().toLowerCase(Locale.ROOT).equals(word)) {
                return known;
            }
        }
        throw RefusedException.usage("--durability='" + word + "' is not known; use sync, written or none");
    }

    static void requireTimeLimit(@Nullable Duration timeout) {
        if (timeout != null && (timeout.isZero() || timeout.compareTo(ProcessRequest.TIME_LIMIT_MAX) > 0)) {
            throw RefusedException.usage("--timeout of " + timeout.toMillis() + "ms is outside 1ms … "
                    + ProcessRequest.TIME_LIMIT_MAX.toDays() + "d; leave it out for none");
        }
    }

    /** The program that a word names, as a shell would find it. */
    static Executable program(byte[] word) {
        try {
            return switch (Executable.find(word)) {
                case Executable found -> found;
                case ExecutableLookup.Missing missing -> throw RefusedException.usage("the command " + missing.message());
            };
        } catch (IllegalArgumentException mistake) {
            throw RefusedException.usage(String.valueOf(mistake.getMessage()));
        }
    }

    private static String text(String raw) {
        String text = Text.utf8(Text.bytes(raw));
        if (text == null) {
            throw new TypeConversionException("'" + Text.shown(Text.bytes(raw), 80) + "' is not valid UTF-8");
        }
        return text;
    }

    private static Path path(String raw) {
        if (raw.isEmpty()) {
            throw new TypeConversionException("an empty name is no path");
        }
        try {
            return Text.path(Text.bytes(raw));
        } catch (InvalidPathException impossible) {
            throw new TypeConversionException("'" + Text.shown(Text.bytes(raw), 80) + "' is no possible path");
        }
    }

    private static Duration duration(String raw) {
        try {
            return Durations.parse(raw);
        } catch (RefusedException none) {
            throw new TypeConversionException(none.told());
        }
    }

    private static KeyMode keyMode(String raw) {
        try {
            return KeyMode.valueOf(raw.toUpperCase(Locale.ROOT));
        } catch (IllegalArgumentException none) {
            throw new TypeConversionException("'" + raw + "' is no mode; use keep, replace or rerun");
        }
    }

    private static TaskState state(String raw) {
        try {
            return TaskState.valueOf(raw.toUpperCase(Locale.ROOT));
        } catch (IllegalArgumentException none) {
            throw new TypeConversionException("'" + raw + "' is no state; use ready, delayed, taken or buried");
        }
    }
}
