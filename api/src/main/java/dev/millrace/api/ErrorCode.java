package dev.millrace.api;

/**
 * The closed list of what can go wrong (G5, G6), the same in Java and on every wire.
 *
 * <p>Three kinds, never mixed: a <em>mistake</em> of the caller, refused before anything changed; an <em>outcome</em>
 * that a correct program meets; and a <em>broken</em> engine, which acknowledges nothing more.
 */
public enum ErrorCode {
    /** A mistake: an argument is outside its range. The message names it, its value, the bound and the remedy. */
    BAD_ARGUMENT(Kind.MISTAKE, false),
    /** A mistake: a payload, a name or a batch is longer than its limit. */
    TOO_LARGE(Kind.MISTAKE, false),
    /**
     * A mistake: nobody has logged in, or not as a user that there is (any more); or server and client do not agree on
     * certificates or on TLS.
     */
    NO_AUTH(Kind.MISTAKE, false),
    /** A mistake: the user has no right to do this. */
    DENIED(Kind.MISTAKE, false),

    /** An outcome: there is no such task (any more). */
    NOT_FOUND(Kind.OUTCOME, false),
    /** An outcome: the task is there, but taken by nobody. */
    NOT_TAKEN(Kind.OUTCOME, false),
    /** An outcome: the task is taken by another session, or by a later attempt of this one. */
    NOT_OWNER(Kind.OUTCOME, false),
    /** An outcome: a waiting call was withdrawn before it was answered. */
    CANCELLED(Kind.OUTCOME, false),
    /**
     * An outcome: a named limit is reached, the disk is full, or the server cannot be reached. Nothing changed; try
     * again later.
     */
    OVERLOADED(Kind.OUTCOME, true),
    /** An outcome: the session or the engine was closed. */
    CLOSED(Kind.OUTCOME, false),
    /** An outcome: it may or may not have happened, since the engine broke before it could tell. */
    UNKNOWN(Kind.OUTCOME, true),

    /** At opening: another process owns the folder. The message names its pid. */
    IN_USE(Kind.OPENING, true),
    /** At opening: the stored data is damaged. The message names file and offset; nothing was changed. */
    CORRUPT(Kind.OPENING, false),
    /** At opening: the stored data was written by another version. Nothing was changed. */
    VERSION(Kind.OPENING, false),

    /** Broken: a write failed, so nothing more is acknowledged until the engine is opened again. */
    READ_ONLY(Kind.BROKEN, false),
    /** Broken: an invariant of the engine does not hold. Please report it. */
    INTERNAL(Kind.BROKEN, false);

    /** Who has to act. */
    public enum Kind {
        /** The caller's mistake: nothing changed. */
        MISTAKE,
        /** An expected outcome. */
        OUTCOME,
        /** The engine could not be opened. */
        OPENING,
        /** The engine is broken. */
        BROKEN
    }

    private final Kind kind;
    private final boolean retryable;

    ErrorCode(Kind kind, boolean retryable) {
        this.kind = kind;
        this.retryable = retryable;
    }

    /** {@return who has to act} */
    public Kind kind() {
        return kind;
    }

    /** {@return whether the same call may succeed later without a change to it} */
    public boolean retryable() {
        return retryable;
    }
}
