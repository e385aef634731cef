package dev.millrace.api.engine;

import dev.millrace.api.OpenOptions;

/** Opens engines by URI scheme; found through {@link java.util.ServiceLoader}. */
public interface EngineProvider {
    /** Whether it opens URIs of this scheme, the part before the first colon. */
    boolean serves(String scheme);

    /**
     * Opens an engine. Blocks until what was stored is recovered.
     *
     * @param uri the whole URI, scheme included, as the user gave it
     * @param options the settings
     * @throws dev.millrace.api.MillraceException BAD_ARGUMENT for a URI that makes no sense; IN_USE, CORRUPT, VERSION
     *     (G5); READ_ONLY when the store cannot be written
     */
    Engine open(String uri, OpenOptions options);
}
