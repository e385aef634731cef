package dev.millrace.bench;

import dev.millrace.api.Durability;
import dev.millrace.api.Millrace;
import dev.millrace.api.OpenOptions;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** The store that was named, or a folder of its own, which goes away. */
final class Place implements AutoCloseable {
    private static final String EMBEDDED = "embedded:";

    private final @Nullable Path own;
    private final String uri;
    private final Durability durability;

    /** Where the options {@code uri} and {@code durability} say. */
    Place(Arguments arguments) {
        this(arguments.textOrNull("uri"), arguments.constant("durability", Durability.class));
    }

    /** A folder of its own, whatever was named. */
    static Place own(Durability durability) {
        return new Place(null, durability);
    }

    private Place(@Nullable String named, Durability durability) {
        this.durability = durability;
        try {
            own = named == null ? Folders.make() : null;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        uri = named == null ? EMBEDDED + own : named;
    }

    Millrace open() {
        return Millrace.open(uri, OpenOptions.defaults().withDurability(durability));
    }

    /** Where the files are. */
    Path folder() {
        if (!uri.startsWith(EMBEDDED)) {
            throw new Arguments.BadArgumentException("uri=" + uri + " has no folder; give " + EMBEDDED + "<folder>, or none");
        }
        return Path.of(uri.substring(EMBEDDED.length()));
    }

    @Override
    public void close() {
        if (own == null) {
            return;
        }
        try {
            Folders.delete(own);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
