package dev.millrace.pool;

import java.time.Duration;

/**
 * What came of a command.
 *
 * @param exitCode 0 to 255: the command's own; 128 + n if signal n killed it; 127 if the program was gone, 126 if the
 *     kernel would not execute it, for instance because the arguments were too long (standard error then says why)
 * @param end how it came to its end
 * @param elapsed from when the slot's shell was given the command until it reported the end; with {@link
 *     ProcessEnd#TIME_LIMIT} this includes the grace that was used
 * @param stdout what was written to standard output; valid only while the {@link ResultHandler} runs
 * @param stderr what was written to standard error; valid only while the {@link ResultHandler} runs. A shell may add a
 *     line of its own, such as {@code Killed}, when a signal killed the command
 */
public record ProcessResult(
        int exitCode, ProcessEnd end, Duration elapsed, ProcessOutput stdout, ProcessOutput stderr) {

    /** Whether the command ended by itself with exit code 0. */
    public boolean succeeded() {
        return exitCode == 0 && end == ProcessEnd.EXITED;
    }
}
