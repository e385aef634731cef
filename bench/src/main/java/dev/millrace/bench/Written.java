package dev.millrace.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * The bytes this process gave to write calls, files and output alike, as Linux counts them: {@code wchar} of
 * {@code /proc/self/io}. Not {@code write_bytes}, which counts whole pages, and a page that was written twice once or
 * twice as the system pleases.
 */
final class Written {
    private static final Path IO = Path.of("/proc/self/io");
    private static final String NAME = "wchar: ";

    private Written() {}

    static long bytes() throws IOException {
        for (String line : Files.readAllLines(IO)) {
            if (line.startsWith(NAME)) {
                return Long.parseLong(line.substring(NAME.length()));
            }
        }
        throw new IOException(IO + " has no " + NAME + "; this needs Linux");
    }

    /** Fails with a message where they are not counted. */
    static void require() {
        if (!Files.isReadable(IO)) {
            throw new Arguments.BadArgumentException(IO + " cannot be read; what was written is only counted on Linux");
        }
    }
}
