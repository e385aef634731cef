package dev.millrace.wire;

/**
 * What one command may consist of; immutable.
 *
 * @param argumentsMax how many arguments, the command's name included
 * @param bulkBytesMax how many bytes one argument has
 * @param commandBytesMax how many bytes the command has on the wire, all in all
 * @param inlineBytesMax how many bytes an inline command has, its line's end included
 */
public record WireLimits(int argumentsMax, int bulkBytesMax, int commandBytesMax, int inlineBytesMax) {
    /** The largest command that can be asked for: half of what an array can hold. */
    public static final int COMMAND_BYTES_LIMIT = 1 << 30;

    /** What a connection gets that has not said who it is: enough for HELLO and AUTH, and 16 KiB at the most. */
    public static final WireLimits BEFORE_AUTH = new WireLimits(10, 16 << 10, 16 << 10, 16 << 10);

    /**
     * What a connection gets otherwise: payloads of 1 MiB; a PUTALL of 10,000 tasks with a dozen options each; 64 MiB
     * in a command; an inline command of 64 KiB, as Redis has it.
     */
    public static final WireLimits USUAL = new WireLimits(300_000, 1 << 20, 64 << 20, 64 << 10);

    /**
     * Each at least 1, {@code commandBytesMax} at most {@value #COMMAND_BYTES_LIMIT}; otherwise an
     * IllegalArgumentException.
     */
    public WireLimits {
        require("argumentsMax", argumentsMax);
        require("bulkBytesMax", bulkBytesMax);
        require("commandBytesMax", commandBytesMax);
        require("inlineBytesMax", inlineBytesMax);
    }

    /** What helps a client that is refused: {@code remedy}, or logging in where that would raise the limits. */
    String orLogIn(String remedy) {
        return equals(BEFORE_AUTH) ? remedy + ", or log in first" : remedy;
    }

    private static void require(String what, int value) {
        if (value < 1 || value > COMMAND_BYTES_LIMIT) {
            throw new IllegalArgumentException(what + "=" + value + " is outside 1 … " + COMMAND_BYTES_LIMIT);
        }
    }
}
