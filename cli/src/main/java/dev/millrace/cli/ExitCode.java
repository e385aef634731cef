package dev.millrace.cli;

/** What the commands exit with; documented in their help. */
final class ExitCode {
    static final int OK = 0;
    /** Some items failed; or there was no such task, or none came in time. */
    static final int FAILED = 1;
    /** A mistake in the command line, or it refused to start; nothing was changed. */
    static final int USAGE = 2;
    /** Stopped by an error, such as a full disk, before the end. */
    static final int STOPPED = 3;
    /** As a shell reports a program that was killed by SIGHUP. */
    static final int HANGUP = 129;
    /** As for SIGINT. */
    static final int INTERRUPTED = 130;
    /** As for SIGPIPE: whoever read the output has gone. */
    static final int OUTPUT_CLOSED = 141;
    /** As for SIGTERM. */
    static final int TERMINATED = 143;

    private ExitCode() {}
}
