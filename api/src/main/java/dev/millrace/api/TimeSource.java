package dev.millrace.api;

/**
 * Where an engine gets its time from. The system's by default; a test hands in one that it moves by itself.
 *
 * <p>Implementations are safe for use by several threads, and answer at once: the engine's thread asks in every round.
 */
public interface TimeSource {
    /** {@return milliseconds since 1970, read when the engine opens} It may step back between two openings. */
    long wallMs();

    /** {@return nanoseconds since some fixed moment; never steps back} */
    long monotonicNs();

    /** {@return the system's clock} */
    static TimeSource system() {
        return SystemTime.INSTANCE;
    }
}
