package dev.millrace.bench;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/** Folders of a benchmark's own. They lie beneath the working directory, so that its user chooses the disk. */
final class Folders {
    private Folders() {}

    static Path make() throws IOException {
        return Files.createTempDirectory(Path.of(""), "bench-");
    }

    /** The files in it, and in its folders. */
    static List<Path> files(Path folder) throws IOException {
        try (Stream<Path> paths = Files.walk(folder)) {
            return paths.filter(Files::isRegularFile).sorted().toList();
        }
    }

    /** The length of all its files. */
    static long bytes(Path folder) throws IOException {
        long bytes = 0;
        for (Path file : files(folder)) {
            bytes += Files.size(file);
        }
        return bytes;
    }

    /**
     * Drops what the system keeps of its files in memory; they must be on the disk wholly and be open nowhere. The JDK
     * has no way to ask for that, GNU dd has.
     */
    static void forget(Path folder) throws IOException, InterruptedException {
        for (Path file : files(folder)) {
            Process dd = new ProcessBuilder("dd", "of=" + file, "oflag=nocache", "conv=notrunc,fdatasync", "count=0")
                    .redirectInput(ProcessBuilder.Redirect.from(new File("/dev/null")))
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start();
            if (dd.waitFor() != 0) {
                throw new IOException("dd failed for " + file + "; cold=true needs GNU dd");
            }
        }
    }

    /** With all that is in it. */
    static void delete(Path folder) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }
}
