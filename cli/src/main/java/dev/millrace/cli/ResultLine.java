package dev.millrace.cli;

import dev.millrace.pool.ProcessResult;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonGenerator;

/**
 * An item's outcome as a line of JSON:
 *
 * <pre>
 *   {"number":17,"exit":0,"attempts":1,"seconds":0.012,"item":"a.log","output":"…","stderr":""}
 * </pre>
 *
 * <p>Number and exit code come first, so that a line is told by its beginning ({@link ResultsRepair}). An exit code of
 * null is that of an item that could not be run. Text that is not UTF-8 is given in base64, as {@code itemBase64} and
 * so on.
 */
final class ResultLine {
    /** Longer output lies in a file of its own, named by {@code outputFile} or {@code stderrFile}. */
    static final int INLINE_BYTES_MAX = 16 << 10;

    private static final byte[] NUMBER = "{\"number\":".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] EXIT = ",\"exit\":".getBytes(StandardCharsets.US_ASCII);

    /** What the beginning of a line tells. */
    record Start(long number, boolean succeeded) {}

    private ResultLine() {}

    /** A line for an item that was run; what is too long for it is put into files in {@code folder}. */
    static byte[] of(NumberedItem item, int attempts, int exitCode, ProcessResult result, Path folder) throws IOException {
        return of(item, attempts, exitCode, result.elapsed(), OutputRelay.of(result), folder);
    }

    /** A line for an item that was run elsewhere. */
    static byte[] of(Report report, Path folder) throws IOException {
        return of(report.item(), report.attempts(), report.exitCode(), report.elapsed(), report, folder);
    }

    private static byte[] of(
            NumberedItem item, int attempts, int exitCode, Duration elapsed, OutputRelay.Output written, Path folder)
            throws IOException {
        Output output = Output.of(written.outBytes(), written::copyOut, folder, item.number() + ".out");
        Output errors = Output.of(written.errBytes(), written::copyErr, folder, item.number() + ".err");
        double seconds = Math.round(elapsed.toNanos() / 1e6) / 1e3;
        return Json.line(json -> {
            json.writeNumberProperty("number", item.number());
            json.writeNumberProperty("exit", exitCode);
            json.writeNumberProperty("attempts", attempts);
            json.writeNumberProperty("seconds", seconds);
            Json.writeBytes(json, "item", item.bytes());
            output.write(json, "output");
            errors.write(json, "stderr");
        });
    }

    /** A line for an item that no command can be given. */
    static byte[] ofUnusable(NumberedItem item, String problem) {
        return Json.line(json -> {
            json.writeNumberProperty("number", item.number());
            json.writeNullProperty("exit");
            json.writeStringProperty("problem", problem);
            Json.writeBytes(json, "item", item.bytes());
        });
    }

    /** Reads the beginning of a line; null if it was not written here. */
    static @Nullable Start read(byte[] line, int length) {
        if (!startsWith(line, length, 0, NUMBER)) {
            return null;
        }
        int index = NUMBER.length;
        long number = 0;
        while (index < length && index < NUMBER.length + 18 && line[index] >= '0' && line[index] <= '9') {
            number = number * 10 + line[index++] - '0';
        }
        if (number == 0 || !startsWith(line, length, index, EXIT)) {
            return null;
        }
        int code = index + EXIT.length;
        return new Start(number, code + 1 < length && line[code] == '0' && line[code + 1] == ',');
    }

    private static boolean startsWith(byte[] line, int length, int from, byte[] start) {
        int end = from + start.length;
        return end <= length && Arrays.equals(line, from, end, start, 0, start.length);
    }

    /** Writes output somewhere. */
    @FunctionalInterface
    private interface Copying {
        void copyTo(OutputStream target) throws IOException;
    }

    private record Output(byte[] bytes, @Nullable Path file) {
        static Output of(long bytes, Copying output, Path folder, String name) throws IOException {
            Path file = folder.resolve(name).toAbsolutePath();
            if (bytes <= INLINE_BYTES_MAX) {
                ByteArrayOutputStream inline = new ByteArrayOutputStream((int) bytes);
                output.copyTo(inline);
                return new Output(inline.toByteArray(), null);
            }
            Files.createDirectories(folder);
            try (OutputStream stream = Files.newOutputStream(file)) {
                output.copyTo(stream);
            }
            return new Output(new byte[0], file);
        }

        void write(JsonGenerator json, String name) {
            if (file == null) {
                Json.writeBytes(json, name, bytes);
            } else {
                json.writeStringProperty(name + "File", file.toString());
            }
        }
    }
}
