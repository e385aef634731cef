package dev.millrace.wire;

import io.netty.buffer.ByteBuf;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Reads the values that a server sends, RESP2 and RESP3. What has been read is skipped in the buffer and kept here
 * until its reply is complete; nothing is taken for what is only announced. Attributes are passed over. Values streamed
 * in pieces of unknown number are refused, since no server of ours sends them.
 */
public final class ReplyParser {
    /** Of a list so much room is made before its values have come. */
    private static final int ROOM_FIRST = 16;

    private final ReplyLimits limits;
    /** The values that are not complete, the innermost first. */
    private final Deque<Open> open = new ArrayDeque<>();

    /** How many bytes from the reader index on hold no end of a line. */
    private int searched;
    /** How many bytes the bulk string has that comes next; −1 for none. */
    private int bulkBytes = -1;
    /** Its mark. */
    private byte bulkMark;
    /** Of the reply that is being read. */
    private long replyBytes;
    private long itemCount;
    private boolean broken;

    /** A value with others within it. */
    private static final class Open {
        private final byte mark;
        private final List<Reply> items;
        private int missing;

        Open(byte mark, int count) {
            this.mark = mark;
            missing = count;
            items = new ArrayList<>(Math.min(count, ROOM_FIRST));
        }
    }

    /** A parser for one connection. */
    public ReplyParser(ReplyLimits limits) {
        this.limits = limits;
    }

    /**
     * Reads on. Between calls bytes may be added or moved; those from the reader index on must stay the same.
     *
     * @return the next reply, or null if it is not complete
     * @throws ProtocolException if the bytes are nonsense or over a limit; the connection must be closed, and every
     *     later call throws again
     */
    public @Nullable Reply next(ByteBuf in) throws ProtocolException {
        if (broken) {
            throw ProtocolException.nonsense("the server has already sent what cannot be understood; connect again");
        }
        try {
            return find(in);
        } catch (ProtocolException nonsense) {
            broken = true;
            open.clear();
            throw nonsense;
        }
    }

    private @Nullable Reply find(ByteBuf in) throws ProtocolException {
        while (true) {
            Reply value;
            if (bulkBytes >= 0) {
                value = bulk(in);
            } else {
                int length = lineLength(in);
                if (length < 0) {
                    return null;
                }
                int opened = open.size();
                value = line(in, length);
                if (value == null && open.size() == opened && bulkBytes < 0) {
                    // An attribute without entries.
                    continue;
                }
            }
            if (value == null && bulkBytes >= 0) {
                if (in.readableBytes() < bulkBytes + 2) {
                    return null;
                }
                continue;
            }
            Reply whole = value == null ? null : close(value);
            if (whole != null) {
                replyBytes = 0;
                itemCount = 0;
                return whole;
            }
        }
    }

    /** How long the line is, without its end; −1 if it is not complete. */
    private int lineLength(ByteBuf in) throws ProtocolException {
        int begin = in.readerIndex();
        int lineEnd = in.indexOf(begin + searched, in.writerIndex(), (byte) '\n');
        int length = (lineEnd < 0 ? in.writerIndex() : lineEnd) - begin;
        if (length > limits.lineBytesMax()) {
            throw ProtocolException.tooLarge("lineBytes=" + length + " > lineBytesMax=" + limits.lineBytesMax());
        }
        searched = lineEnd < 0 ? length : 0;
        if (lineEnd >= 0 && (length < 2 || in.getByte(lineEnd - 1) != '\r')) {
            throw ProtocolException.nonsense("a line of a reply does not end with CR LF");
        }
        return lineEnd < 0 ? -1 : length - 1;
    }

    /** Reads a line: a value, or null where a value begins that is not complete. */
    private @Nullable Reply line(ByteBuf in, int length) throws ProtocolException {
        byte mark = in.getByte(in.readerIndex());
        String text = in.toString(in.readerIndex() + 1, length - 1, StandardCharsets.UTF_8);
        count(length + 2);
        in.skipBytes(length + 2);
        return switch (mark) {
            case '+', ',', '(' -> new Reply.Word(text);
            case '-' -> problem(text);
            case ':' -> new Reply.Whole(number(text, Long.MIN_VALUE, Long.MAX_VALUE));
            case '_' -> nothing(text);
            case '#' -> truth(text);
            case '$', '=', '!' -> announceBulk(mark, text);
            case '*', '~', '>', '%', '|' -> begin(mark, text);
            default -> throw ProtocolException.nonsense("a reply begins with the byte " + (mark & 0xFF));
        };
    }

    private @Nullable Reply announceBulk(byte mark, String text) throws ProtocolException {
        if (mark == '$' && text.equals("-1")) {
            return new Reply.Nothing();
        }
        long bytes = number(text, 0, Integer.MAX_VALUE);
        if (bytes > limits.bulkBytesMax()) {
            throw ProtocolException.tooLarge("bulkBytes=" + bytes + " > bulkBytesMax=" + limits.bulkBytesMax());
        }
        count(bytes + 2);
        bulkBytes = (int) bytes;
        bulkMark = mark;
        return null;
    }

    /** Reads a bulk string, or null if it is not complete. */
    private @Nullable Reply bulk(ByteBuf in) throws ProtocolException {
        if (in.readableBytes() < bulkBytes + 2) {
            return null;
        }
        byte[] bytes = new byte[bulkBytes];
        in.readBytes(bytes);
        if (in.readShort() != ('\r' << 8 | '\n')) {
            throw ProtocolException.nonsense("a bulk string of " + bulkBytes + " bytes is not followed by CR LF");
        }
        bulkBytes = -1;
        if (bulkMark == '!') {
            return problem(new String(bytes, StandardCharsets.UTF_8));
        }
        if (bulkMark == '=') {
            if (bytes.length < 4 || bytes[3] != ':') {
                throw ProtocolException.nonsense("a verbatim string does not say what it is");
            }
            return new Reply.Bulk(ByteBuffer.wrap(bytes, 4, bytes.length - 4).slice());
        }
        return new Reply.Bulk(ByteBuffer.wrap(bytes));
    }

    /** Begins a value with others within it; a value if there are none. */
    private @Nullable Reply begin(byte mark, String text) throws ProtocolException {
        if (mark == '*' && text.equals("-1")) {
            return new Reply.Nothing();
        }
        long count = number(text, 0, Integer.MAX_VALUE) * (mark == '%' || mark == '|' ? 2 : 1);
        itemCount += count;
        if (itemCount > limits.itemsMax()) {
            throw ProtocolException.tooLarge("items=" + itemCount + " > itemsMax=" + limits.itemsMax());
        }
        if (open.size() >= ReplyLimits.DEPTH_MAX) {
            throw ProtocolException.tooLarge("values within values > depthMax=" + ReplyLimits.DEPTH_MAX);
        }
        if (mark == '>' && !open.isEmpty()) {
            throw ProtocolException.nonsense("a push within another value");
        }
        Open begun = new Open(mark, (int) count);
        if (count == 0) {
            return whole(begun);
        }
        open.push(begun);
        return null;
    }

    /** Puts a value where it belongs; answers the reply if that makes it complete. */
    private @Nullable Reply close(Reply value) {
        Reply inner = value;
        while (inner != null) {
            Open around = open.peek();
            if (around == null) {
                return inner;
            }
            around.items.add(inner);
            if (--around.missing > 0) {
                return null;
            }
            open.pop();
            inner = whole(around);
        }
        return null;
    }

    /** Null for an attribute, which is passed over. */
    private static @Nullable Reply whole(Open complete) {
        return switch (complete.mark) {
            case '>' -> new Reply.Pushed(complete.items);
            case '%' -> new Reply.Fields(complete.items);
            case '|' -> null;
            default -> new Reply.Items(complete.items);
        };
    }

    private void count(long bytes) throws ProtocolException {
        replyBytes += bytes;
        if (replyBytes > limits.replyBytesMax()) {
            throw ProtocolException.tooLarge(
                    "replyBytes=" + replyBytes + " > replyBytesMax=" + limits.replyBytesMax());
        }
    }

    private static Reply problem(String text) {
        int blank = text.indexOf(' ');
        return blank < 0
                ? new Reply.Problem(text, "")
                : new Reply.Problem(text.substring(0, blank), text.substring(blank + 1));
    }

    private static Reply nothing(String text) throws ProtocolException {
        if (!text.isEmpty()) {
            throw ProtocolException.nonsense("a null with something in it");
        }
        return new Reply.Nothing();
    }

    private static Reply truth(String text) throws ProtocolException {
        return switch (text) {
            case "t" -> new Reply.Truth(true);
            case "f" -> new Reply.Truth(false);
            default -> throw ProtocolException.nonsense("a boolean is neither t nor f");
        };
    }

    private static long number(String text, long min, long max) throws ProtocolException {
        try {
            long value = Long.parseLong(text);
            if (value >= min && value <= max && !text.startsWith("+")) {
                return value;
            }
        } catch (NumberFormatException none) {
            // Said below, as for one that is out of range.
        }
        throw ProtocolException.nonsense("expected a number in " + min + " … " + max + ", got " + text.length() + " bytes");
    }
}
