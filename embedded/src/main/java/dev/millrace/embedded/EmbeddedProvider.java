package dev.millrace.embedded;

import dev.millrace.api.ErrorCode;
import dev.millrace.api.MillraceException;
import dev.millrace.api.OpenOptions;
import dev.millrace.api.engine.Engine;
import dev.millrace.api.engine.EngineLoop;
import dev.millrace.api.engine.EngineProvider;
import dev.millrace.api.engine.HostedEngine;
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
        Opening opening = opening(uri, options, false);
        return EmbeddedEngine.start(options, name(uri), opening.shard(), opening.time());
    }

    @Override
    public HostedEngine openOn(EngineLoop loop, String uri, OpenOptions options) {
        Opening opening = opening(uri, options, true);
        return LoopEngine.start(loop, options, opening.shard(), opening.time());
    }

    /** @param payloadsAreLent whether the payload of a put is its sender's again when it was applied */
    private static Opening opening(String uri, OpenOptions options, boolean payloadsAreLent) {
        if (uri.startsWith(MEMORY + ":")) {
            if (uri.length() > MEMORY.length() + 1) {
                throw new MillraceException(
                        ErrorCode.BAD_ARGUMENT, "uri=" + uri + " says more than memory:, which has no parts; drop them");
            }
            return Opening.inMemory(options, payloadsAreLent);
        }
        return Opening.of(disk(folder(uri)), options);
    }

    private static String name(String uri) {
        return uri.startsWith(MEMORY + ":") ? MEMORY : folder(uri).getFileName().toString();
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
