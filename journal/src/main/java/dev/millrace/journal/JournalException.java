package dev.millrace.journal;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The folder cannot be opened, or the journal can no longer be trusted with new records. The message names the file and
 * the offset where there is one, what was found, and what to do. A caller's mistake is an {@link
 * IllegalArgumentException} or an {@link IllegalStateException} instead.
 */
public final class JournalException extends RuntimeException {
    private static final long serialVersionUID = 1;

    /** What the operating systems say when there is no room: ENOSPC, EDQUOT, EFBIG. The JDK hands on only the text. */
    private static final List<String> FULL_MESSAGES =
            List.of("No space left on device", "Disk quota exceeded", "File too large", "not enough space on the disk");

    private final Kind kind;

    /** The kinds, closed. */
    public enum Kind {
        /** Another process, or another journal of this one, holds the folder. Nothing was changed. */
        IN_USE,
        /** Bytes that had been durable are damaged or missing. At opening: nothing was changed. */
        CORRUPT,
        /** A newer version wrote the folder. Nothing was changed. */
        VERSION,
        /** There was no room for a write. The journal takes nothing more until it is opened again. */
        FULL,
        /**
         * A read, a write or an fsync failed. After a write or an fsync the journal takes nothing more until opened
         * again.
         */
        FAILED
    }

    JournalException(Kind kind, String message, @Nullable Throwable cause) {
        super(message, cause);
        this.kind = kind;
    }

    /** Of use to a {@link Disk}, for IN_USE. */
    public JournalException(Kind kind, String message) {
        this(kind, message, null);
    }

    /** The kind of failure. */
    public Kind kind() {
        return kind;
    }

    static JournalException corrupt(String file, long offset, String found) {
        return new JournalException(Kind.CORRUPT, file + " at offset " + offset + ": " + found
                + "; nothing was changed. Restore the folder from a copy, or see what can be had of it with: millrace doctor");
    }

    /** For a record that was whole when the journal opened, or when it was written. */
    static JournalException unreadable(String file, long offset, String found) {
        return new JournalException(Kind.CORRUPT, file + " at offset " + offset + ": " + found
                + "; the disk has changed it since it was written. Stop, and have the disk and the memory examined");
    }

    static JournalException newer(String file, int format) {
        return new JournalException(Kind.VERSION, file + ": format=" + format + " > formatMax=" + Format.VERSION
                + "; nothing was changed. Open the folder with the version that wrote it, or a newer one");
    }

    /** Either FULL or FAILED, as the cause has it. */
    static JournalException failed(String doing, Exception cause) {
        String reason = String.valueOf(cause.getMessage());
        boolean full = isFull(cause);
        if (cause instanceof AccessDeniedException) {
            return new JournalException(
                    Kind.FAILED, doing + " failed: permission denied for " + reason + "; change its rights, or name another folder", cause);
        }
        String remedy = full
                ? "make room, then open the folder again"
                : "see to the disk, then open the folder again";
        return new JournalException(full ? Kind.FULL : Kind.FAILED, doing + " failed: " + cause + "; " + remedy, cause);
    }

    /** Whether it says that there is no room. */
    static boolean isFull(Throwable cause) {
        String reason = String.valueOf(cause.getMessage());
        return cause instanceof IOException && FULL_MESSAGES.stream().anyMatch(reason::contains);
    }

    /** For every call after the first failure. */
    JournalException repeated() {
        return new JournalException(kind, "the journal takes nothing more since: " + getMessage(), this);
    }
}
