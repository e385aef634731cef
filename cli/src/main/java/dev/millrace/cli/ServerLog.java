package dev.millrace.cli;

import java.io.PrintStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * A server's log: a line for each event, for people or as JSON, with time, level and where it comes from; no payloads.
 * More lines than {@value #LINES_MAX} within {@value #SPAN_SECONDS} s are counted instead of written, so that a flood
 * of refused clients is none on the disk. Safe for use by several threads.
 */
final class ServerLog {
    static final int LINES_MAX = 200;
    static final int SPAN_SECONDS = 10;

    private final PrintStream out;
    private final InstantSource clock;
    private Instant spanEnd = Instant.MIN;
    private int lines;
    private long left;

    ServerLog(PrintStream out, InstantSource clock) {
        this.out = out;
        this.clock = clock;
    }

    /**
     * Writes an event, if there is room in this span of time.
     *
     * @param asJson as an object, else as a text
     */
    synchronized void write(
            boolean asJson, System.Logger.Level level, String logger, @Nullable String message, @Nullable Throwable cause) {
        Instant now = clock.instant().truncatedTo(ChronoUnit.MILLIS);
        if (now.isAfter(spanEnd)) {
            if (left > 0) {
                print(asJson, now, System.Logger.Level.WARNING, "log", "lines left out in the last seconds: " + left, null);
            }
            spanEnd = now.plusSeconds(SPAN_SECONDS);
            lines = 0;
            left = 0;
        }
        if (lines < LINES_MAX) {
            lines++;
            print(asJson, now, level, logger, String.valueOf(message), cause);
        } else {
            left++;
        }
    }

    private void print(
            boolean asJson, Instant now, System.Logger.Level level, String logger, String message, @Nullable Throwable cause) {
        String name = logger.startsWith("dev.millrace.") ? logger.substring("dev.millrace.".length()) : logger;
        // One event is one line, whatever a client has sent.
        String line = asJson
                ? json(now, level, name, message, cause)
                : now + " " + level + " " + name + ": " + oneLine(message) + "\n" + trace(cause);
        out.print(line);
        out.flush();
    }

    private static String json(Instant now, System.Logger.Level level, String logger, String message, @Nullable Throwable cause) {
        byte[] line = Json.line(object -> {
            object.writeStringProperty("time", now.toString());
            object.writeStringProperty("level", level.name().toLowerCase(Locale.ROOT));
            object.writeStringProperty("logger", logger);
            object.writeStringProperty("message", message);
            if (cause != null) {
                object.writeStringProperty("cause", trace(cause));
            }
        });
        return new String(line, StandardCharsets.UTF_8);
    }

    private static String oneLine(String message) {
        return Text.shown(message.getBytes(StandardCharsets.UTF_8), Integer.MAX_VALUE);
    }

    private static String trace(@Nullable Throwable cause) {
        if (cause == null) {
            return "";
        }
        StringWriter text = new StringWriter();
        cause.printStackTrace(new PrintWriter(text));
        return text.toString();
    }
}
