package dev.millrace.pool;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * A program found on disk, as an absolute path. Only a program found beforehand can be run: a shell that is given an
 * absolute path never takes it for one of its builtins, keywords, functions or assignments, so {@code exit}, {@code
 * kill} and {@code A=b} are the programs of that name or nothing. The program sees the absolute path as its own name.
 *
 * <p>Immutable. The file may still vanish before it runs; the exit code is then 126 or 127.
 */
public final class Executable implements ExecutableLookup {
    /** Where a shell looks when {@code PATH} is not set. */
    private static final String PATH_DEFAULT = "/usr/bin:/bin";

    private final Path path;
    private final byte[] pathBytes;

    private Executable(Path path) {
        this.path = path;
        this.pathBytes = PathBytes.toBytes(path);
    }

    /**
     * Looks a command up as a shell does: a name with a slash is a path from the working folder, any other is looked
     * for in the folders of the environment variable {@code PATH} in turn. The first regular file that this process may
     * execute is it. Reads the file system, a few calls per folder; keeps nothing.
     *
     * @param name the name's bytes, in no particular encoding; not kept
     * @return the program, or why there is none
     * @throws IllegalArgumentException if the name holds a NUL byte
     */
    public static ExecutableLookup find(byte[] name) {
        return find(name, System.getenv().getOrDefault("PATH", PATH_DEFAULT));
    }

    /** {@link #find(byte[])} for a name given as text, which is encoded as UTF-8. */
    public static ExecutableLookup find(String name) {
        return find(name.getBytes(StandardCharsets.UTF_8));
    }

    static ExecutableLookup find(byte[] name, String searchPath) {
        CommandLine.requireNoNul(name, "the command's name");
        boolean rejected = false;
        for (Path candidate : candidates(name, searchPath)) {
            if (Files.isRegularFile(candidate) && Files.isExecutable(candidate)) {
                return new Executable(candidate);
            }
            rejected |= Files.exists(candidate);
        }
        String shown = PathBytes.describe(name);
        return rejected
                ? new Missing(Reason.NOT_EXECUTABLE, shown + " is not an executable file; check its permissions")
                : new Missing(Reason.NOT_FOUND, shown + " was not found; check the spelling, or give its path");
    }

    private static List<Path> candidates(byte[] name, String searchPath) {
        if (name.length == 0) {
            return List.of();
        }
        Path file = PathBytes.toPath(name);
        for (byte octet : name) {
            if (octet == '/') {
                return List.of(file);
            }
        }
        List<Path> candidates = new ArrayList<>();
        for (String folder : searchPath.split(":", -1)) {
            // An empty entry stands for the working folder.
            candidates.add(Path.of(folder).toAbsolutePath().resolve(file.getFileName()));
        }
        return candidates;
    }

    /** Where the program lies; absolute. */
    public Path path() {
        return path;
    }

    /** The bytes of {@link #path()}; not to be changed. */
    byte[] pathBytes() {
        return pathBytes;
    }

    @Override
    public String toString() {
        return PathBytes.describe(pathBytes);
    }
}
