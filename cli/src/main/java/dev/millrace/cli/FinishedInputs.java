package dev.millrace.cli;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.NavigableMap;
import java.util.TreeMap;

/**
 * Where the inputs of a job ended whose items were all run: a file of lines {@code number hash}, one for each input. So
 * a call with {@code --add} knows whether the call before it came to its end, or is to be gone on with.
 */
final class FinishedInputs {
    private final Path file;
    private final NavigableMap<Long, Long> ends = new TreeMap<>();

    FinishedInputs(Path file) throws IOException {
        this.file = file;
        if (!Files.exists(file)) {
            return;
        }
        String text = Files.readString(file, StandardCharsets.UTF_8);
        int whole = text.lastIndexOf('\n') + 1;
        if (whole < text.length()) {
            // The machine stopped in the midst of a line.
            Files.writeString(file, text.substring(0, whole));
        }
        text.substring(0, whole).lines().forEach(line -> {
            int space = line.indexOf(' ');
            ends.put(Long.parseLong(line.substring(0, space)), Long.parseUnsignedLong(line.substring(space + 1), 16));
        });
    }

    /** The last item of the last one; 0 if there is none. */
    long lastEnd() {
        return ends.isEmpty() ? 0 : ends.lastKey();
    }

    boolean isEnd(long number) {
        return ends.containsKey(number);
    }

    /** The hash at an item that {@link #isEnd}; 0 at the beginning. */
    long hash(long number) {
        return ends.getOrDefault(number, 0L);
    }

    void add(long end, long hash) throws IOException {
        if (ends.put(end, hash) == null) {
            Files.writeString(
                    file,
                    end + " " + Long.toHexString(hash) + "\n",
                    StandardOpenOption.CREATE,
                    StandardOpenOption.APPEND);
        }
    }
}
