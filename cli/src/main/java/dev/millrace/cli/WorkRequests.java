package dev.millrace.cli;

import dev.millrace.pool.Executable;
import dev.millrace.pool.ProcessInput;
import dev.millrace.pool.ProcessRequest;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The command that `work` runs, with a task's payload in it. */
final class WorkRequests {
    private final Executable program;
    private final Template template;
    private final boolean asArgument;
    private final @Nullable Duration timeLimit;

    /**
     * A command.
     *
     * @param words its arguments
     * @param asArgument whether the payload goes into them; else it is the standard input
     * @param timeLimit of one run; null for none
     */
    WorkRequests(Executable program, List<byte[]> words, boolean asArgument, @Nullable Duration timeLimit) {
        this.program = program;
        this.template = asArgument ? new Template(words, true) : Template.fixed(words);
        this.asArgument = asArgument;
        this.timeLimit = timeLimit;
    }

    /**
     * The command for a payload.
     *
     * @param number what stands for {@code {#}}
     * @throws IllegalArgumentException if it cannot be run so: no argument may hold a NUL byte, or be too long
     */
    ProcessRequest of(byte[] payload, long number) {
        ProcessRequest request =
                ProcessRequest.of(program, template.fill(payload, number)).withTimeLimit(timeLimit);
        return asArgument ? request : request.withInput(new ProcessInput.FromBytes(payload));
    }
}
