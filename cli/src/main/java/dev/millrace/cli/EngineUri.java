package dev.millrace.cli;

import dev.millrace.api.engine.Engines;
import java.util.stream.Stream;

/** Names of engines, as people write them. */
final class EngineUri {
    static final String EMBEDDED = "embedded:";
    static final String MEMORY = "memory:";
    static final String SERVER = "millrace://";

    private EngineUri() {}

    /** The name itself, if it begins as one of an engine that comes with the command line. */
    static String requireKnown(String uri) {
        if (Stream.of(EMBEDDED, MEMORY, SERVER).noneMatch(uri::startsWith)) {
            throw RefusedException.usage("'" + shown(uri) + "' names no engine; use embedded:<folder>, or"
                    + " millrace://host:port for a server; see --at");
        }
        return uri;
    }

    /**
     * The same engine, asked not to number puts unless its user says otherwise. Numbered puts are remembered by the
     * server with a producer for each process that puts, for days: too much for a command that a script calls ten
     * thousand times.
     */
    static String withPlainPuts(String uri) {
        boolean isSaid = uri.contains("?puts=") || uri.contains("&puts=");
        if (!uri.startsWith(SERVER) || isSaid) {
            return uri;
        }
        return uri + (uri.contains("?") ? "&" : "?") + "puts=plain";
    }

    /** As it may be seen by others: without a password. */
    static String shown(String uri) {
        return Engines.withoutPassword(uri);
    }
}
