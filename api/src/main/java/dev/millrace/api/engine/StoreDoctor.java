package dev.millrace.api.engine;

import java.util.function.Consumer;

/**
 * Looks into the store of an engine that is not open: what is there, what is damaged, and what can be saved. Found
 * through {@link java.util.ServiceLoader}; {@link Engines#doctor} chooses by the URI's scheme. Blocks; one call at a
 * time.
 */
public interface StoreDoctor {
    /**
     * {@return whether it knows the stores of this scheme}
     *
     * @param scheme the part of a URI before the first colon
     */
    boolean serves(String scheme);

    /**
     * Checks everything, and changes nothing.
     *
     * @param uri the engine's URI
     * @param evenIfInUse looks also when an engine has the store open; what is written meanwhile may then look damaged
     * @return what was found
     * @throws dev.millrace.api.MillraceException IN_USE; VERSION when a newer version wrote it; BAD_ARGUMENT when there
     *     is no store; READ_ONLY when it cannot be read
     */
    StoreReport examine(String uri, boolean evenIfInUse);

    /**
     * Tells every task that can be read, as it was at the end of what can be read, in the order in which they lie in
     * the store. In a damaged store that may be less, or more, than there was: a task whose end was lost is told as if
     * it lived. Changes nothing.
     *
     * @param uri the engine's URI
     * @param evenIfInUse as for {@link #examine}
     * @param tasks told each task during the call
     * @return what was found on the way
     * @throws dev.millrace.api.MillraceException as {@link #examine}
     */
    StoreReport export(String uri, boolean evenIfInUse, Consumer<ExportedTask> tasks);

    /**
     * Copies a damaged store up to the first damage, which is a state that it once had, into a new one that can be
     * opened. Does not change the damaged one.
     *
     * @param uri the damaged engine's URI
     * @param targetUri where to; must be empty, or not there
     * @return what was found in the damaged one
     * @throws dev.millrace.api.MillraceException as {@link #examine}; CORRUPT when nothing whole lies before the first
     *     damage; BAD_ARGUMENT when the target is not empty
     */
    StoreReport repair(String uri, String targetUri);
}
