package dev.millrace.journal;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Instant;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What the lock file says of the folder's owner.
 *
 * @param pid the process
 * @param startMs when it started, since a process id is used again; 0 if the system does not tell
 * @param file which file it wrote this into, since a folder may be copied while it is in use; 0 if the system does not
 *     tell
 */
record LockOwner(long pid, long startMs, long file) {
    static final int BYTES_MAX = 64;

    private static final Pattern TEXT = Pattern.compile("(\\d{1,18}) (\\d{1,18}) (\\d{1,18})\n");

    /** This process, about to write into a file that is there. */
    static LockOwner self(Path lock) throws IOException {
        Object key = Files.readAttributes(lock, BasicFileAttributes.class).fileKey();
        ProcessHandle process = ProcessHandle.current();
        return new LockOwner(process.pid(), startMs(process), key == null ? 0 : key.hashCode() & 0xFFFF_FFFFL);
    }

    /** Null if the text is not one that {@link #text} made. */
    static @Nullable LockOwner parse(String text) {
        Matcher parts = TEXT.matcher(text);
        return parts.matches()
                ? new LockOwner(Long.parseLong(parts.group(1)), Long.parseLong(parts.group(2)), Long.parseLong(parts.group(3)))
                : null;
    }

    String text() {
        return pid + " " + startMs + " " + file + "\n";
    }

    /** Whether the process that wrote this into the very file that {@code here} is about to write still lives. */
    boolean isAliveAt(LockOwner here) {
        return file == here.file
                && ProcessHandle.of(pid)
                        .filter(process -> process.isAlive() && startMs(process) == startMs)
                        .isPresent();
    }

    private static long startMs(ProcessHandle process) {
        return process.info().startInstant().map(Instant::toEpochMilli).orElse(0L);
    }
}
