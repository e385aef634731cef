package dev.millrace.api.engine;

/** Why a session ended (G3). */
public enum EndReason {
    /** It was closed by its user. */
    CLOSED,
    /** It was silent for longer than it had announced, or whoever used it was gone. */
    SILENT,
    /** The engine was closed. */
    ENGINE_CLOSED,
    /** The engine broke, and acknowledges nothing more. */
    ENGINE_BROKEN
}
