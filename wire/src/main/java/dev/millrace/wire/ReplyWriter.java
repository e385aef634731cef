package dev.millrace.wire;

import dev.millrace.api.ErrorCode;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/**
 * Writes values as RESP2 or RESP3 has them at the end of a buffer. A map, an array or a push is announced with its size, and then
 * so many values must be written.
 */
public final class ReplyWriter {
    /** The protocol that a connection speaks before HELLO. */
    public static final int VERSION_FIRST = 2;

    private static final byte[] LINE_END = {'\r', '\n'};
    private static final byte[] NOTHING_2 = ascii("$-1\r\n");
    private static final byte[] NOTHING_3 = ascii("_\r\n");
    private static final byte[] TRUE_2 = ascii(":1\r\n");
    private static final byte[] TRUE_3 = ascii("#t\r\n");
    private static final byte[] FALSE_2 = ascii(":0\r\n");
    private static final byte[] FALSE_3 = ascii("#f\r\n");
    /** A mark, the lowest long, and the end of the line. */
    private static final int NUMBER_BYTES_MAX = 1 + 20 + 2;

    private final byte[] scratch = new byte[NUMBER_BYTES_MAX];
    private ByteBuf out = Unpooled.EMPTY_BUFFER;
    private int version = VERSION_FIRST;

    /** A writer of RESP2, without a buffer as yet. */
    public ReplyWriter() {}

    /** Where to write from now on. */
    public ReplyWriter onto(ByteBuf buffer) {
        out = buffer;
        return this;
    }

    /** Which protocol to speak from now on, 2 or 3. */
    public void version(int changed) {
        if (changed != 2 && changed != 3) {
            throw new IllegalArgumentException("version=" + changed + " is neither 2 nor 3");
        }
        version = changed;
    }

    /** Which protocol is spoken. */
    public int version() {
        return version;
    }

    /** So many pairs of values follow; in RESP2 they follow flat. */
    public void map(int pairs) {
        if (version == 3) {
            number('%', pairs);
        } else {
            number('*', 2L * pairs);
        }
    }

    /** So many values follow. */
    public void array(int count) {
        number('*', count);
    }

    /** So many values follow in a message that nobody asked for; only RESP3 has that. */
    public void push(int count) {
        if (version != 3) {
            throw new IllegalStateException("a push in RESP" + version);
        }
        number('>', count);
    }

    /** Nothing, also where an array would be. */
    public void nothing() {
        out.writeBytes(version == 3 ? NOTHING_3 : NOTHING_2);
    }

    /** True or false; in RESP2 1 or 0. */
    public void truth(boolean value) {
        if (version == 3) {
            out.writeBytes(value ? TRUE_3 : FALSE_3);
        } else {
            out.writeBytes(value ? TRUE_2 : FALSE_2);
        }
    }

    /** A whole number. */
    public void number(long value) {
        number(':', value);
    }

    /** Bytes between position and limit, which stay where they are. */
    public void bulk(ByteBuffer bytes) {
        number('$', bytes.remaining());
        int position = bytes.position();
        out.writeBytes(bytes);
        bytes.position(position);
        out.writeBytes(LINE_END);
    }

    /** Bytes. */
    public void bulk(byte[] bytes) {
        number('$', bytes.length);
        out.writeBytes(bytes);
        out.writeBytes(LINE_END);
    }

    /** Text. */
    public void bulk(String text) {
        int bytes = ByteBufUtil.utf8Bytes(text);
        number('$', bytes);
        ByteBufUtil.reserveAndWriteUtf8(out, text, bytes);
        out.writeBytes(LINE_END);
    }

    /** A short word of ours, such as OK: no line breaks. */
    public void simple(String word) {
        out.writeByte('+');
        ByteBufUtil.writeUtf8(out, word);
        out.writeBytes(LINE_END);
    }

    /** Text that a person reads as it is, for which RESP3 has a kind of its own. */
    public void verbatim(String text) {
        if (version == 3) {
            byte[] bytes = ("txt:" + text).getBytes(StandardCharsets.UTF_8);
            number('=', bytes.length);
            out.writeBytes(bytes);
            out.writeBytes(LINE_END);
        } else {
            bulk(text);
        }
    }

    /** An error; line breaks in the message become blanks. */
    public void error(ErrorCode code, String message) {
        error(code.name(), message);
    }

    /** An error whose code is none of the API's. */
    public void error(String code, String message) {
        out.writeByte('-');
        ByteBufUtil.writeUtf8(out, code);
        out.writeByte(' ');
        ByteBufUtil.writeUtf8(out, message.replace('\r', ' ').replace('\n', ' '));
        out.writeBytes(LINE_END);
    }

    /** The name of a field. */
    void field(Field field) {
        out.writeBytes(field.bulk());
    }

    /** Bytes that are a value already. */
    void rendered(byte[] value) {
        out.writeBytes(value);
    }

    /** Two numbers with a colon between them, as a bulk string. */
    void receipt(long id, int attempt) {
        number('$', digitCount(id) + 1 + digitCount(attempt));
        int end = scratch.length;
        int start = decimal(id, end);
        out.writeBytes(scratch, start, end - start);
        out.writeByte(':');
        start = decimal(attempt, end - 2);
        scratch[end - 2] = '\r';
        scratch[end - 1] = '\n';
        out.writeBytes(scratch, start, end - start);
    }

    /** A number's digits as a bulk string. */
    void digits(long value) {
        number('$', value < 0 ? 1 + digitCount(-value) : digitCount(value));
        int end = scratch.length;
        scratch[end - 2] = '\r';
        scratch[end - 1] = '\n';
        int start = decimal(value, end - 2);
        out.writeBytes(scratch, start, end - start);
    }

    private void number(char mark, long value) {
        int end = scratch.length;
        scratch[end - 1] = '\n';
        scratch[end - 2] = '\r';
        int start = decimal(value, end - 2) - 1;
        scratch[start] = (byte) mark;
        out.writeBytes(scratch, start, end - start);
    }

    /** Writes a number's digits so that they end there; answers where they begin. */
    private int decimal(long value, int end) {
        int start = end;
        // Negative, since the lowest long has no positive counterpart.
        long rest = value < 0 ? value : -value;
        do {
            long tenth = rest / 10;
            scratch[--start] = (byte) ('0' + (tenth * 10 - rest));
            rest = tenth;
        } while (rest != 0);
        if (value < 0) {
            scratch[--start] = '-';
        }
        return start;
    }

    /** How many digits a positive number has. */
    private static int digitCount(long value) {
        int digits = 1;
        for (long rest = value; rest >= 10; rest /= 10) {
            digits++;
        }
        return digits;
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
