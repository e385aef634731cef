package dev.millrace.cli;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * An item as the payload of its task, legible in {@code millrace list}:
 *
 * <pre>
 *   number TAB item                       17⇥some file.txt
 *   number '!' problem TAB beginning      18!line 18: 2000000 bytes are more than …⇥xxxxxx
 * </pre>
 *
 * <p>An item that cannot be used is stored as well, so that numbers stay those of the input, and so that it is counted
 * and listed as failed; it is never given to a command, also not when kicked.
 *
 * @param number which item of the job, from 1
 * @param bytes the item
 * @param problem why it cannot be used, or null
 */
record NumberedItem(long number, byte[] bytes, @Nullable String problem) {
    /** What the payload has besides the item. */
    static final int OVERHEAD_BYTES_MAX = 1_024;

    static NumberedItem of(long number, Item item) {
        String problem = item.problem() == null ? null : "line " + item.line() + ": " + item.problem();
        byte[] bytes = problem == null || item.bytes().length <= ItemReader.PREFIX_BYTES
                ? item.bytes()
                : Arrays.copyOf(item.bytes(), ItemReader.PREFIX_BYTES);
        return new NumberedItem(number, bytes, problem);
    }

    byte[] payload() {
        String head = problem == null ? number + "\t" : number + "!" + problem.replace('\t', ' ') + "\t";
        byte[] headBytes = head.getBytes(StandardCharsets.UTF_8);
        byte[] payload = Arrays.copyOf(headBytes, headBytes.length + bytes.length);
        System.arraycopy(bytes, 0, payload, headBytes.length, bytes.length);
        return payload;
    }

    /** Reads a payload; null if it was not made by {@link #payload}. */
    static @Nullable NumberedItem read(byte[] payload) {
        long number = 0;
        int index = 0;
        while (index < payload.length && index < 18 && payload[index] >= '0' && payload[index] <= '9') {
            number = number * 10 + payload[index++] - '0';
        }
        if (number == 0 || index == payload.length) {
            return null;
        }
        int tab = index;
        while (tab < payload.length && payload[tab] != '\t') {
            tab++;
        }
        if (tab == payload.length || payload[index] != '!' && payload[index] != '\t') {
            return null;
        }
        String problem =
                tab == index ? null : new String(payload, index + 1, tab - index - 1, StandardCharsets.UTF_8);
        return new NumberedItem(number, Arrays.copyOfRange(payload, tab + 1, payload.length), problem);
    }
}
