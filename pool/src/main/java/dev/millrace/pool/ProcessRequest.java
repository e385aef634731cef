package dev.millrace.pool;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * One command to run: program, arguments, standard input, variables, time limit. Folder, the rest of the environment,
 * umask and resource limits are those of this process. Immutable, except for bytes given as input.
 */
public final class ProcessRequest {
    /**
     * The most bytes that the arguments may have together. It is beyond what kernels take (Linux: 128 KiB for one, 6
     * MiB in all, which ends with exit code 126), and bounds what is copied before the kernel is asked.
     */
    public static final int ARGUMENT_BYTES_MAX = 8 << 20;

    /** The longest time limit. */
    public static final Duration TIME_LIMIT_MAX = Duration.ofDays(365);

    /** What every shell takes for the name of a variable. */
    private static final Pattern VARIABLE = Pattern.compile("[A-Za-z_][A-Za-z0-9_]*");

    private final Executable program;
    private final List<byte[]> arguments;
    private final ProcessInput input;
    private final Map<String, byte[]> variables;
    private final @Nullable Duration timeLimit;

    private ProcessRequest(
            Executable program,
            List<byte[]> arguments,
            ProcessInput input,
            Map<String, byte[]> variables,
            @Nullable Duration timeLimit) {
        this.program = program;
        this.arguments = arguments;
        this.input = input;
        this.variables = variables;
        this.timeLimit = timeLimit;
    }

    /**
     * A request with empty input and no time limit.
     *
     * @param arguments what follows the program's name, byte for byte; copied; may be empty, and so may each
     * @throws IllegalArgumentException if an argument holds a NUL byte, which no program can be given, or if all
     *     together exceed {@link #ARGUMENT_BYTES_MAX}
     */
    public static ProcessRequest of(Executable program, List<byte[]> arguments) {
        long argumentBytes = 0;
        for (int index = 0; index < arguments.size(); index++) {
            CommandLine.requireNoNul(arguments.get(index), "argument " + (index + 1));
            argumentBytes += arguments.get(index).length;
        }
        if (argumentBytes > ARGUMENT_BYTES_MAX) {
            throw new IllegalArgumentException("argumentBytes=" + argumentBytes + " > argumentBytesMax="
                    + ARGUMENT_BYTES_MAX + "; pass the data on standard input");
        }
        return new ProcessRequest(
                program, arguments.stream().map(byte[]::clone).toList(), new ProcessInput.Empty(), Map.of(), null);
    }

    /** {@link #of(Executable, List)} for arguments given as text, which are encoded as UTF-8. */
    public static ProcessRequest of(Executable program, String... arguments) {
        return of(
                program,
                List.of(arguments).stream()
                        .map(argument -> argument.getBytes(StandardCharsets.UTF_8))
                        .toList());
    }

    /** The same request with this input. */
    public ProcessRequest withInput(ProcessInput newInput) {
        return new ProcessRequest(program, arguments, newInput, variables, timeLimit);
    }

    /**
     * The same request with these variables in the command's environment, beside or instead of those of this process.
     *
     * @param newVariables values by name, encoded as UTF-8; they replace those given before
     * @throws IllegalArgumentException if a name is no identifier, which a shell could not pass on, or if a value holds
     *     a NUL character
     */
    public ProcessRequest withVariables(Map<String, String> newVariables) {
        Map<String, byte[]> encoded = new TreeMap<>();
        newVariables.forEach((name, value) -> {
            if (!VARIABLE.matcher(name).matches()) {
                throw new IllegalArgumentException(
                        "variable name='" + name + "' is no identifier; use letters, digits and underscores");
            }
            byte[] bytes = value.getBytes(StandardCharsets.UTF_8);
            CommandLine.requireNoNul(bytes, "variable " + name);
            encoded.put(name, bytes);
        });
        return new ProcessRequest(program, arguments, input, encoded, timeLimit);
    }

    /**
     * The same request with this time limit, counted from when a slot's shell is given the command. When it passes, the
     * command's process group gets SIGTERM and, after {@link RunnerOptions#grace}, SIGKILL.
     *
     * @param newTimeLimit null for none
     * @throws IllegalArgumentException unless it is above zero and at most {@link #TIME_LIMIT_MAX}
     */
    public ProcessRequest withTimeLimit(@Nullable Duration newTimeLimit) {
        if (newTimeLimit != null
                && (newTimeLimit.isZero() || newTimeLimit.isNegative() || newTimeLimit.compareTo(TIME_LIMIT_MAX) > 0)) {
            throw new IllegalArgumentException("timeLimit=" + newTimeLimit + " is not above zero and at most "
                    + TIME_LIMIT_MAX + "; leave it out for none");
        }
        return new ProcessRequest(program, arguments, input, variables, newTimeLimit);
    }

    Executable program() {
        return program;
    }

    List<byte[]> arguments() {
        return arguments;
    }

    ProcessInput input() {
        return input;
    }

    /** By name, each an identifier. */
    Map<String, byte[]> variables() {
        return variables;
    }

    @Nullable Duration timeLimit() {
        return timeLimit;
    }
}
