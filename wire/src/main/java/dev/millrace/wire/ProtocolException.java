package dev.millrace.wire;

import dev.millrace.api.ErrorCode;
import java.io.Serial;

/**
 * The other end says what cannot be understood, or more than it may. What follows cannot be told apart from it, so
 * whoever catches this says {@link #getMessage} to the other end, if that is a client, and closes the connection.
 *
 * <p>It bears no stack trace: bytes from outside are to blame, and anybody can send many.
 */
public final class ProtocolException extends Exception {
    @Serial
    private static final long serialVersionUID = 1L;

    /** BAD_ARGUMENT for nonsense, TOO_LARGE for what is over a limit. */
    private final ErrorCode code;
    /** The message without the code in front. */
    private final String told;

    ProtocolException(ErrorCode code, String told) {
        super(code + " " + told, null, false, false);
        this.code = code;
        this.told = told;
    }

    /** BAD_ARGUMENT for nonsense, TOO_LARGE for what is over a limit. */
    public ErrorCode code() {
        return code;
    }

    /** The message without the code in front; one line. */
    public String told() {
        return told;
    }

    static ProtocolException nonsense(String told) {
        return new ProtocolException(ErrorCode.BAD_ARGUMENT, told);
    }

    static ProtocolException tooLarge(String told) {
        return new ProtocolException(ErrorCode.TOO_LARGE, told);
    }
}
