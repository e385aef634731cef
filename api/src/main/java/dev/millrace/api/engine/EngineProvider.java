package dev.millrace.api.engine;

import dev.millrace.api.ErrorCode;
import dev.millrace.api.MillraceException;
import dev.millrace.api.OpenOptions;

/** Opens engines by URI scheme; found through {@link java.util.ServiceLoader}. */
public interface EngineProvider {
    /**
     * {@return whether it opens URIs of this scheme, the part before the first colon}
     *
     * @param scheme not empty
     */
    boolean serves(String scheme);

    /**
     * Opens an engine. Blocks until what was stored is recovered.
     *
     * @param uri the whole URI, scheme included, as the user gave it
     * @param options the settings
     * @return to be closed by whoever opened it
     * @throws dev.millrace.api.MillraceException BAD_ARGUMENT for a URI that makes no sense; IN_USE, CORRUPT, VERSION
     *     (G5); READ_ONLY when the store cannot be written; OVERLOADED when a server cannot be reached, NO_AUTH
     *     when it and the client do not agree on who they are
     */
    Engine open(String uri, OpenOptions options);

    /**
     * Opens an engine that lives on a loop of its host, rather than on a thread of its own. Blocks as {@link #open}
     * does.
     *
     * @param loop who runs it
     * @param uri as in {@link #open}
     * @param options the settings
     * @return to be closed by whoever opened it
     * @throws dev.millrace.api.MillraceException as {@link #open} does; BAD_ARGUMENT where such engines need a thread
     *     of their own
     */
    default HostedEngine openOn(EngineLoop loop, String uri, OpenOptions options) {
        throw new MillraceException(
                ErrorCode.BAD_ARGUMENT, "uri=" + uri + " cannot be served; use memory: or embedded:<folder>");
    }
}
