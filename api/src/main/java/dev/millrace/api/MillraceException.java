package dev.millrace.api;

import java.io.Serial;
import org.jspecify.annotations.Nullable;

/**
 * The one family of failures (G5). Every verb of the API fails with it, or completes its stage with it; the
 * {@link #code()} tells a program what happened, the message tells a person what was wrong, its value, the bound and
 * the remedy.
 */
public final class MillraceException extends RuntimeException {
    @Serial
    private static final long serialVersionUID = 1L;

    /** What happened. */
    private final ErrorCode code;
    /** The message without the code in front. */
    private final String told;

    /**
     * A failure.
     *
     * @param code what happened
     * @param message for a person
     */
    public MillraceException(ErrorCode code, String message) {
        this(code, message, null);
    }

    /**
     * A failure with its cause.
     *
     * @param code what happened
     * @param message for a person
     * @param cause what led to it, or null
     */
    public MillraceException(ErrorCode code, String message, @Nullable Throwable cause) {
        super(code + " " + message, cause);
        this.code = code;
        this.told = message;
    }

    /** {@return what happened} */
    public ErrorCode code() {
        return code;
    }

    /** {@return the message without the code in front} */
    public String told() {
        return told;
    }

    /** {@return whether the same call may succeed later without a change to it} */
    public boolean retryable() {
        return code.retryable();
    }

    /**
     * The failure again, raised where the caller waits, so that the trace shows the caller and the cause the origin.
     */
    MillraceException again() {
        return new MillraceException(code, told, this);
    }
}
