package dev.millrace.wire;

import dev.millrace.api.ErrorCode;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/**
 * Writes values as RESP2 or RESP3 has them at the end of a buffer. A map, an array or a push is announced with its
 * size, and then so many values must be written.
 */
public final class ReplyWriter {
    /** The protocol that a connection speaks before HELLO. */
    public static final int VERSION_FIRST = 2;

    private static final byte[] NOTHING_2 = ascii("$-1\r\n");
    private static final byte[] NOTHING_3 = ascii("_\r\n");
    private static final byte[] TRUE_2 = ascii(":1\r\n");
    private static final byte[] TRUE_3 = ascii("#t\r\n");
    private static final byte[] FALSE_2 = ascii(":0\r\n");
    private static final byte[] FALSE_3 = ascii("#f\r\n");
    /** So many bytes are put together before they are written: an answer that bears a small payload, whole. */
    private static final int STAGE_BYTES = 1_024;
    /** A mark, the lowest long, and the end of the line. */
    private static final int NUMBER_BYTES_MAX = 1 + 20 + 2;

    /**
     * What is to be written next. Each write to the buffer checks bounds, references and room again, which costs more
     * than the few bytes themselves; so they are put together here.
     */
    private final byte[] stage = new byte[STAGE_BYTES];
    /** Digits are made from the last to the first. */
    private final byte[] digits = new byte[2 * NUMBER_BYTES_MAX];
    private int staged;
    /** Whether values are put together until {@link #release}. */
    private boolean held;
    private ByteBuf out = Unpooled.EMPTY_BUFFER;
    private int version = VERSION_FIRST;

    /** A writer of RESP2, without a buffer as yet. */
    public ReplyWriter() {}

    /** Where to write from now on. Each value is in the buffer when its method returns. */
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
        rendered(version == 3 ? NOTHING_3 : NOTHING_2);
    }

    /** True or false; in RESP2 1 or 0. */
    public void truth(boolean value) {
        if (version == 3) {
            rendered(value ? TRUE_3 : FALSE_3);
        } else {
            rendered(value ? TRUE_2 : FALSE_2);
        }
    }

    /** A whole number. */
    public void number(long value) {
        number(':', value);
    }

    /** Bytes between position and limit, which stay where they are. */
    public void bulk(ByteBuffer bytes) {
        int count = bytes.remaining();
        header('$', count);
        if (count + 2 <= stage.length) {
            makeRoom(count + 2);
            bytes.get(bytes.position(), stage, staged, count);
            staged += count;
        } else {
            flush();
            int position = bytes.position();
            out.writeBytes(bytes);
            bytes.position(position);
        }
        lineEnd();
        written();
    }

    /** Bytes. */
    public void bulk(byte[] bytes) {
        header('$', bytes.length);
        add(bytes, 0, bytes.length);
        lineEnd();
        written();
    }

    /** Text. */
    public void bulk(String text) {
        int count = text.length();
        if (count + NUMBER_BYTES_MAX + 2 <= stage.length) {
            makeRoom(count + NUMBER_BYTES_MAX + 2);
            int before = staged;
            header('$', count);
            if (addAscii(text)) {
                lineEnd();
                written();
                return;
            }
            staged = before;
        }
        bulk(text.getBytes(StandardCharsets.UTF_8));
    }

    /** A short word of ours, such as OK: no line breaks. */
    public void simple(String word) {
        line('+', word);
    }

    /** Text that a person reads as it is, for which RESP3 has a kind of its own. */
    public void verbatim(String text) {
        if (version == 3) {
            byte[] bytes = ("txt:" + text).getBytes(StandardCharsets.UTF_8);
            header('=', bytes.length);
            add(bytes, 0, bytes.length);
            lineEnd();
            written();
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
        line('-', code + " " + message.replace('\r', ' ').replace('\n', ' '));
    }

    /** Puts what follows together, until {@link #release}. */
    void hold() {
        held = true;
    }

    /** Writes what was put together. */
    void release() {
        held = false;
        flush();
    }

    /** The name of a field. */
    void field(Field field) {
        rendered(field.bulk());
    }

    /** Bytes that are a value already. */
    void rendered(byte[] value) {
        add(value, 0, value.length);
        written();
    }

    /** Two numbers with a colon between them, as a bulk string. */
    void receipt(long id, int attempt) {
        int end = digits.length;
        int start = decimal(attempt, end) - 1;
        digits[start] = ':';
        bulkDigits(decimal(id, start));
    }

    /** A number's digits as a bulk string. */
    void digits(long value) {
        bulkDigits(decimal(value, digits.length));
    }

    private void bulkDigits(int start) {
        int count = digits.length - start;
        makeRoom(count + NUMBER_BYTES_MAX);
        stage[staged++] = '$';
        // Two numbers have less than a hundred digits.
        if (count >= 10) {
            stage[staged++] = (byte) ('0' + count / 10);
        }
        stage[staged++] = (byte) ('0' + count % 10);
        lineEnd();
        add(digits, start, count);
        lineEnd();
        written();
    }

    private void line(char mark, String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        makeRoom(1);
        stage[staged++] = (byte) mark;
        add(bytes, 0, bytes.length);
        lineEnd();
        written();
    }

    private void number(char mark, long value) {
        header(mark, value);
        written();
    }

    private void header(char mark, long value) {
        makeRoom(NUMBER_BYTES_MAX);
        stage[staged++] = (byte) mark;
        if (value >= 0 && value <= 9) {
            stage[staged++] = (byte) ('0' + value);
        } else {
            int start = decimal(value, digits.length);
            int count = digits.length - start;
            System.arraycopy(digits, start, stage, staged, count);
            staged += count;
        }
        lineEnd();
    }

    private void lineEnd() {
        makeRoom(2);
        stage[staged++] = '\r';
        stage[staged++] = '\n';
    }

    /** Adds text for which there is room, as far as it is ASCII; false if it is not. */
    private boolean addAscii(String text) {
        int union = 0;
        for (int index = 0; index < text.length(); index++) {
            char unit = text.charAt(index);
            union |= unit;
            stage[staged++] = (byte) unit;
        }
        return union < 0x80;
    }

    private void add(byte[] bytes, int start, int count) {
        if (count > stage.length) {
            flush();
            out.writeBytes(bytes, start, count);
            return;
        }
        makeRoom(count);
        System.arraycopy(bytes, start, stage, staged, count);
        staged += count;
    }

    private void makeRoom(int count) {
        if (staged + count > stage.length) {
            flush();
        }
    }

    /** A value is complete. */
    private void written() {
        if (!held) {
            flush();
        }
    }

    private void flush() {
        if (staged > 0) {
            out.writeBytes(stage, 0, staged);
            staged = 0;
        }
    }

    /** Makes a number's digits so that they end there; answers where they begin. */
    private int decimal(long value, int end) {
        int start = end;
        // Negative, since the lowest long has no positive counterpart.
        long rest = value < 0 ? value : -value;
        while (rest < Integer.MIN_VALUE) {
            long tenth = rest / 10;
            digits[--start] = (byte) ('0' + (tenth * 10 - rest));
            rest = tenth;
        }
        int small = (int) rest;
        do {
            int tenth = small / 10;
            digits[--start] = (byte) ('0' + (tenth * 10 - small));
            small = tenth;
        } while (small != 0);
        if (value < 0) {
            digits[--start] = '-';
        }
        return start;
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
