package dev.millrace.embedded;

import dev.millrace.api.ErrorCode;
import dev.millrace.api.MillraceException;
import dev.millrace.api.OpenOptions;
import dev.millrace.api.engine.Engine;
import dev.millrace.api.engine.EngineProvider;
import dev.millrace.journal.Disk;
import dev.millrace.journal.FolderDisk;
import dev.millrace.journal.JournalException;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;

/** Opens {@code memory:} and {@code embedded:<folder>}. */
public final class EmbeddedProvider implements EngineProvider {
    private static final String MEMORY = "memory";
    private static final String EMBEDDED = "embedded";

    /** Called by {@link java.util.ServiceLoader}. */
    public EmbeddedProvider() {}

    @Override
    public boolean serves(String scheme) {
        return MEMORY.equals(scheme) || EMBEDDED.equals(scheme);
    }

    @Override
    public Engine open(String uri, OpenOptions options) {
        String rest = uri.substring(uri.indexOf(':') + 1);
        if (uri.startsWith(MEMORY + ":")) {
            if (!rest.isEmpty()) {
                throw new MillraceException(
                        ErrorCode.BAD_ARGUMENT, "uri=" + uri + " says more than memory:, which has no parts; drop them");
            }
            Opening opening = Opening.inMemory(options);
            return EmbeddedEngine.start(options, "memory", opening.shard(), opening.time());
        }
        Path folder = folder(uri, rest);
        Opening opening = Opening.of(disk(folder), options);
        return EmbeddedEngine.start(options, folder.getFileName().toString(), opening.shard(), opening.time());
    }

    /** The folder that a URI of this scheme names. */
    static Path folder(String uri) {
        return folder(uri, uri.substring(uri.indexOf(':') + 1));
    }

    private static Path folder(String uri, String rest) {
        if (rest.isEmpty()) {
            throw new MillraceException(
                    ErrorCode.BAD_ARGUMENT, "uri=" + uri + " names no folder; use embedded:<folder>");
        }
        try {
            Path folder = Path.of(rest).toAbsolutePath().normalize();
            if (folder.getFileName() == null) {
                throw new MillraceException(
                        ErrorCode.BAD_ARGUMENT, "uri=" + uri + " is the root folder; use one of your own");
            }
            return folder;
        } catch (InvalidPathException e) {
            throw new MillraceException(
                    ErrorCode.BAD_ARGUMENT, "uri=" + uri + " names no possible folder: " + e.getMessage(), e);
        }
    }

    private static Disk disk(Path folder) {
        try {
            return FolderDisk.at(folder);
        } catch (JournalException e) {
            throw new MillraceException(ErrorCode.BAD_ARGUMENT, String.valueOf(e.getMessage()), e);
        }
    }
}
