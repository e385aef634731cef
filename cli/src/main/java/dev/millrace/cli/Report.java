package dev.millrace.cli;

import dev.millrace.api.Task;
import dev.millrace.pool.ProcessResult;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What came of an item on another machine, as the payload of a task; its first line is legible in
 * {@code millrace list}:
 *
 * <pre>
 *   report EXIT ATTEMPTS MILLIS PROBLEM ITEM OUT ERR LF      the last four are counts of the bytes that follow
 *   problem, item as {@link NumberedItem} has it, standard output, standard error
 * </pre>
 *
 * @param problem why no command could be run, or its output not be sent; empty if neither
 */
record Report(NumberedItem item, int exitCode, int attempts, Duration elapsed, String problem, byte[] out, byte[] err)
        implements OutputRelay.Output {
    /**
     * How long item, problem and output may be together: a payload of a server that nobody configured, less the first
     * line.
     */
    static final int BYTES_MAX = (1 << 20) - 256;

    private static final String SIGN = "report";
    private static final int NUMBERS = 7;

    /** What a command came to; a problem if that is too long to be sent. */
    static Report of(Task<byte[]> task, NumberedItem item, int exitCode, ProcessResult result) throws IOException {
        long bytes = result.stdout().sizeBytes() + result.stderr().sizeBytes();
        return bytes + item.payload().length > BYTES_MAX
                ? ofUnusable(item, "its output of " + bytes + " bytes is longer than a task on the server can be, " + BYTES_MAX)
                : new Report(
                        item, exitCode, task.attempts(), result.elapsed(), "", result.stdout().bytes(), result.stderr().bytes());
    }

    static Report ofUnusable(NumberedItem item, String problem) {
        return new Report(item, 0, 0, Duration.ZERO, problem, new byte[0], new byte[0]);
    }

    boolean succeeded() {
        return exitCode == 0 && problem.isEmpty();
    }

    byte[] payload() {
        byte[] told = problem.getBytes(StandardCharsets.UTF_8);
        byte[] task = item.payload();
        String head = String.join(
                " ", SIGN, "" + exitCode, "" + attempts, "" + elapsed.toMillis(), "" + told.length, "" + task.length,
                "" + out.length, "" + err.length + "\n");
        byte[] all = head.getBytes(StandardCharsets.US_ASCII);
        for (byte[] part : new byte[][] {told, task, out, err}) {
            int length = all.length;
            all = Arrays.copyOf(all, length + part.length);
            System.arraycopy(part, 0, all, length, part.length);
        }
        return all;
    }

    /** Reads a payload; null if it was not made by {@link #payload}. */
    static @Nullable Report read(byte[] payload) {
        int end = 0;
        while (end < payload.length && payload[end] != '\n') {
            end++;
        }
        String[] words = new String(payload, 0, end, StandardCharsets.US_ASCII).split(" ");
        if (words.length != NUMBERS + 1 || !words[0].equals(SIGN)) {
            return null;
        }
        int[] numbers = new int[NUMBERS];
        try {
            for (int index = 0; index < NUMBERS; index++) {
                numbers[index] = Integer.parseInt(words[index + 1]);
                if (numbers[index] < 0) {
                    return null;
                }
            }
        } catch (NumberFormatException none) {
            return null;
        }
        if ((long) end + 1 + numbers[3] + numbers[4] + numbers[5] + numbers[6] != payload.length) {
            return null;
        }
        int problemEnd = end + 1 + numbers[3];
        int itemEnd = problemEnd + numbers[4];
        int outEnd = itemEnd + numbers[5];
        NumberedItem item = NumberedItem.read(Arrays.copyOfRange(payload, problemEnd, itemEnd));
        return item == null
                ? null
                : new Report(
                        item,
                        numbers[0],
                        numbers[1],
                        Duration.ofMillis(numbers[2]),
                        new String(payload, end + 1, numbers[3], StandardCharsets.UTF_8),
                        Arrays.copyOfRange(payload, itemEnd, outEnd),
                        Arrays.copyOfRange(payload, outEnd, payload.length));
    }

    @Override
    public long outBytes() {
        return out.length;
    }

    @Override
    public long errBytes() {
        return err.length;
    }

    @Override
    public void copyOut(OutputStream target) throws IOException {
        target.write(out);
    }

    @Override
    public void copyErr(OutputStream target) throws IOException {
        target.write(err);
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof Report report && Arrays.equals(report.payload(), payload());
    }

    @Override
    public int hashCode() {
        return Objects.hash(item.number(), exitCode, Arrays.hashCode(out));
    }
}
