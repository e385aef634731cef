package dev.millrace.api;

import java.time.Duration;

/**
 * How a session lives (G3); immutable.
 *
 * @param silenceMaxMs the session ends after this many milliseconds without a command; 0 means never, as suits a
 *     session within the engine's own process, which cannot die alone
 */
public record SessionOptions(long silenceMaxMs) {
    private static final SessionOptions DEFAULTS = new SessionOptions(0);

    /** Checks the bound, 0 … ten years; BAD_ARGUMENT outside. */
    public SessionOptions {
        if (silenceMaxMs < 0 || silenceMaxMs > Limits.DELAY_MAX_MS) {
            throw Limits.bad("silenceMaxMs=" + silenceMaxMs + " is outside 0 … " + Limits.DELAY_MAX_MS);
        }
    }

    /**
     * Lives until it is closed.
     *
     * @return what {@link Millrace} opens its own session with
     */
    public static SessionOptions defaults() {
        return DEFAULTS;
    }

    /**
     * Ends after this time without a command, each of which is a sign of life, as is a waiting take. Zero: never. The
     * library sends no other signs of life in process: a handler that works longer than this in silence loses its task.
     *
     * @param silenceMax rounded up to milliseconds; zero or less is never
     * @return these options, changed so
     * @throws MillraceException BAD_ARGUMENT over ten years
     */
    public SessionOptions withSilenceMax(Duration silenceMax) {
        return new SessionOptions(Limits.requireDelayMs("silenceMax", silenceMax));
    }
}
