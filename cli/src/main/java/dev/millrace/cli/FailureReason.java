package dev.millrace.cli;

import dev.millrace.pool.ProcessResult;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Why a command failed, in one line: how it ended, and the last line of its standard error. */
final class FailureReason {
    private static final int TAIL_BYTES = 300;

    private FailureReason() {}

    /**
     * The reason, while the output is still there.
     *
     * @param timeLimit that the command had; null for none
     */
    static String of(ProcessResult result, @Nullable Duration timeLimit) throws IOException {
        int code = result.exitCode();
        String what = switch (result.end()) {
            case TIME_LIMIT -> "time limit of " + Durations.shown(Objects.requireNonNull(timeLimit)) + " passed";
            case SHELL_LOST -> "exit " + code + " (the command killed its parent or its process group)";
            case EXITED, RUNNER_CLOSED -> code > 128 ? "exit " + code + " (signal " + (code - 128) + ")" : "exit " + code;
        };
        String tail = new String(result.stderr().tail(TAIL_BYTES), StandardCharsets.UTF_8).strip();
        String line = tail.substring(tail.lastIndexOf('\n') + 1);
        return line.isEmpty() ? what : what + ": " + Text.shown(line.getBytes(StandardCharsets.UTF_8), TAIL_BYTES);
    }
}
