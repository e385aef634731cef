package dev.millrace.bench.peers;

import java.io.IOException;
import java.nio.charset.StandardCharsets;

/** Looks at lines within bytes that came from a server. */
final class Lines {
    private Lines() {}

    /** Where the line that begins at {@code start} ends, its LF included; 0 if that is not there. */
    static int after(byte[] in, int start, int end) {
        for (int index = start; index < end; index++) {
            if (in[index] == '\n') {
                return index + 1;
            }
        }
        return 0;
    }

    /** The decimal number that begins there, which any other byte ends. */
    static long number(byte[] in, int start) {
        int index = in[start] == '-' ? start + 1 : start;
        long value = 0;
        while (in[index] >= '0' && in[index] <= '9') {
            value = 10 * value + in[index++] - '0';
        }
        return in[start] == '-' ? -value : value;
    }

    /** Where the next blank or line end is. */
    static int wordEnd(byte[] in, int start) {
        int index = start;
        while (in[index] > ' ') {
            index++;
        }
        return index;
    }

    /**
     * Where the word after the one that begins there begins; some servers write two blanks where a word is left out.
     */
    static int nextWord(byte[] in, int start) {
        int index = wordEnd(in, start);
        while (in[index] == ' ') {
            index++;
        }
        return index;
    }

    static boolean startsWith(byte[] in, int start, int end, byte[] word) {
        if (end - start < word.length) {
            return false;
        }
        for (int index = 0; index < word.length; index++) {
            if (in[start + index] != word[index]) {
                return false;
            }
        }
        return true;
    }

    /** What to throw for an answer that no load expects. */
    static IOException unexpected(byte[] in, int start, int end) {
        String shown = new String(in, start, Math.min(end - start, 200), StandardCharsets.ISO_8859_1);
        return new IOException("the server said: " + shown.lines().findFirst().orElse(""));
    }
}
