package dev.millrace.bench.peers;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** Bytes that are to be sent, put together at their end. */
final class Output {
    private static final byte[] LINE_END = {'\r', '\n'};

    private byte[] bytes = new byte[1 << 16];
    private int sent;
    private int count;

    byte[] array() {
        return bytes;
    }

    /** Where what is still to be sent begins. */
    int start() {
        return sent;
    }

    /** How many bytes are still to be sent. */
    int length() {
        return count - sent;
    }

    void sent(int more) {
        sent += more;
        if (sent == count) {
            sent = 0;
            count = 0;
        }
    }

    Output add(byte[] source) {
        return add(source, 0, source.length);
    }

    Output add(byte[] source, int start, int length) {
        room(length);
        System.arraycopy(source, start, bytes, count, length);
        count += length;
        return this;
    }

    Output add(int unit) {
        room(1);
        bytes[count++] = (byte) unit;
        return this;
    }

    Output lineEnd() {
        return add(LINE_END);
    }

    /** A number in decimal digits; none is negative. */
    Output decimal(long value) {
        return add(ascii(Long.toString(value)));
    }

    /** So many bytes of a number, the highest first. */
    Output big(long value, int width) {
        for (int shift = 8 * (width - 1); shift >= 0; shift -= 8) {
            add((int) (value >>> shift));
        }
        return this;
    }

    static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    private void room(int length) {
        if (count + length > bytes.length) {
            bytes = Arrays.copyOf(bytes, 2 * (count + length));
        }
    }
}
