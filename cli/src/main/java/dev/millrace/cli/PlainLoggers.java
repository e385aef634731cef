package dev.millrace.cli;

import java.text.MessageFormat;
import java.time.InstantSource;
import java.util.ResourceBundle;
import org.jspecify.annotations.Nullable;

/**
 * Puts the warnings of the engine on standard error, a plain line each. Without it the JDK would print dates, class
 * names and stack traces to a person who wants none, or load java.util.logging. Errors are left out here: the command
 * that they break says what happened, in its own words.
 *
 * <p>A server logs in its own way ({@link ServerLog}), which it says by two system properties: loggers are made before
 * its settings are read, and a reload changes them.
 */
public final class PlainLoggers extends System.LoggerFinder {
    /** The least level that a server logs; not set for other commands. */
    static final String LEVEL_PROPERTY = "millrace.log.level";

    static final String FORMAT_PROPERTY = "millrace.log.format";

    private final ServerLog serverLog = new ServerLog(System.err, InstantSource.system());

    /** Called by {@link java.util.ServiceLoader}. */
    public PlainLoggers() {}

    @Override
    public System.Logger getLogger(String name, Module module) {
        return new PlainLogger(name, serverLog);
    }

    private record PlainLogger(String name, ServerLog serverLog) implements System.Logger {
        @Override
        public String getName() {
            return name;
        }

        @Override
        public boolean isLoggable(Level level) {
            String least = System.getProperty(LEVEL_PROPERTY);
            return least == null
                    ? level == Level.WARNING
                    : level != Level.OFF && level.getSeverity() >= Level.valueOf(least).getSeverity();
        }

        @Override
        public void log(
                Level level, @Nullable ResourceBundle bundle, @Nullable String message, @Nullable Throwable cause) {
            if (isLoggable(level)) {
                write(level, message, cause);
            }
        }

        @Override
        public void log(
                Level level, @Nullable ResourceBundle bundle, @Nullable String format, @Nullable Object... values) {
            if (isLoggable(level)) {
                boolean plain = values == null || values.length == 0 || format == null;
                write(level, plain ? format : MessageFormat.format(format, values), null);
            }
        }

        private void write(Level level, @Nullable String message, @Nullable Throwable cause) {
            if (System.getProperty(LEVEL_PROPERTY) != null) {
                serverLog.write("json".equals(System.getProperty(FORMAT_PROPERTY)), level, name, message, cause);
            } else {
                System.err.println("millrace: " + message + (cause == null ? "" : ": " + cause.getMessage()));
            }
        }
    }
}
