package dev.millrace.cli;

import java.text.MessageFormat;
import java.util.ResourceBundle;
import org.jspecify.annotations.Nullable;

/**
 * Puts the warnings of the engine on standard error, a plain line each. Without it the JDK would print dates, class names
 * and stack traces to a person who wants none, or load java.util.logging. Errors are left out here: the command that they
 * break says what happened, in its own words.
 */
public final class PlainLoggers extends System.LoggerFinder {
    /** Called by {@link java.util.ServiceLoader}. */
    public PlainLoggers() {}

    @Override
    public System.Logger getLogger(String name, Module module) {
        return new PlainLogger(name);
    }

    private record PlainLogger(String name) implements System.Logger {
        @Override
        public String getName() {
            return name;
        }

        @Override
        public boolean isLoggable(Level level) {
            return level == Level.WARNING;
        }

        @Override
        public void log(
                Level level, @Nullable ResourceBundle bundle, @Nullable String message, @Nullable Throwable cause) {
            if (isLoggable(level)) {
                System.err.println("millrace: " + message + (cause == null ? "" : ": " + cause.getMessage()));
            }
        }

        @Override
        public void log(
                Level level, @Nullable ResourceBundle bundle, @Nullable String format, @Nullable Object... values) {
            if (isLoggable(level)) {
                boolean plain = values == null || values.length == 0 || format == null;
                System.err.println("millrace: " + (plain ? format : MessageFormat.format(format, values)));
            }
        }
    }
}
