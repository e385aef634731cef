package dev.millrace.cli;

import java.io.Serial;

/** A command cannot do what it was asked to. The message is one sentence for a person. */
final class RefusedException extends RuntimeException {
    @Serial
    private static final long serialVersionUID = 1L;

    private final int exitCode;

    private RefusedException(int exitCode, String message) {
        super(message);
        this.exitCode = exitCode;
    }

    /** A mistake of the caller; nothing was changed. */
    static RefusedException usage(String message) {
        return new RefusedException(ExitCode.USAGE, message);
    }

    /** An error in the midst of the work. */
    static RefusedException stopped(String message) {
        return new RefusedException(ExitCode.STOPPED, message);
    }

    int exitCode() {
        return exitCode;
    }

    String told() {
        return String.valueOf(getMessage());
    }
}
