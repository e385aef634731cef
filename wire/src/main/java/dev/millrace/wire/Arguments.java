package dev.millrace.wire;

import dev.millrace.api.ErrorCode;
import dev.millrace.api.Limits;
import dev.millrace.api.MillraceException;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The arguments of the command that a {@link RequestParser} has found, the command's name first: a view of the bytes
 * where they lie, which is valid until the parser is asked for the next command or those bytes are moved.
 */
public final class Arguments {
    /** Stands for what is no number; no argument may be so low, since the lowest long is outside every range. */
    static final long NO_INTEGER = Long.MIN_VALUE;

    /**
     * So many places are kept between commands; more are let go of, so that one large command does not fill memory for
     * ever.
     */
    private static final int PLACES_KEPT = 64;
    /** Of an argument that is wrong so many bytes are shown. */
    private static final int SHOWN_BYTES_MAX = 60;

    private final NameCache names;
    private final byte[] scratch = new byte[Limits.NAME_BYTES_MAX + 1];
    /** Offset and length of each argument, in turns; offsets count from {@link #base}. */
    private int[] places = new int[PLACES_KEPT];
    private int count;
    private ByteBuf source = Unpooled.EMPTY_BUFFER;
    private int base;

    Arguments(NameCache names) {
        this.names = names;
    }

    /** How many there are, the command's name included. */
    public int count() {
        return count;
    }

    /** How many bytes the argument has. */
    public int length(int index) {
        return places[2 * at(index) + 1];
    }

    /** Whether the argument is this word, in any case. */
    public boolean is(int index, String word) {
        int length = length(index);
        if (length != word.length()) {
            return false;
        }
        int start = start(index);
        for (int position = 0; position < length; position++) {
            if (Character.toUpperCase((char) source.getUnsignedByte(start + position))
                    != Character.toUpperCase(word.charAt(position))) {
                return false;
            }
        }
        return true;
    }

    /**
     * The argument as text.
     *
     * @param what what it is, for the message
     * @throws MillraceException BAD_ARGUMENT if it is no UTF-8
     */
    public String text(int index, String what) {
        byte[] bytes = bytes(index);
        String text = Utf8.decodeOrNull(bytes, 0, bytes.length);
        if (text == null) {
            throw new MillraceException(ErrorCode.BAD_ARGUMENT, what + " has bytes that are no UTF-8; send UTF-8");
        }
        return text;
    }

    /**
     * The argument as a name that comes again and again, which then is not allocated anew.
     *
     * @param what what it names, for the message
     * @throws MillraceException BAD_ARGUMENT if it is none (G1)
     */
    public String name(int index, String what) {
        return names.name(what, scratch, toScratch(index, what));
    }

    /** As {@link #name}, as a list of one. */
    List<String> nameAlone(int index, String what) {
        return names.alone(what, scratch, toScratch(index, what));
    }

    /**
     * The argument as a whole number in plain decimal digits.
     *
     * @param what what it is, for the message
     * @throws MillraceException BAD_ARGUMENT if it is none, or is outside {@code min … max}
     */
    public long integer(int index, String what, long min, long max) {
        int start = start(index);
        int end = start + length(index);
        long value = integer(source, start, end);
        if (value < min || value > max || value == NO_INTEGER) {
            throw noInteger(index, what, min, max);
        }
        return value;
    }

    /** The argument's bytes where they lie: a slice, valid as long as these arguments are. */
    public ByteBuffer payload(int index) {
        return source.nioBuffer(start(index), length(index));
    }

    /** A copy of the argument's bytes. */
    public byte[] bytes(int index) {
        byte[] bytes = new byte[length(index)];
        source.getBytes(start(index), bytes);
        return bytes;
    }

    /** The argument for a message: its beginning, with a dot for what cannot be printed. */
    public String shown(int index) {
        int start = start(index);
        int length = length(index);
        StringBuilder text = new StringBuilder();
        for (int position = 0; position < Math.min(length, SHOWN_BYTES_MAX); position++) {
            byte unit = source.getByte(start + position);
            text.append(unit >= ' ' && unit < 0x7F ? (char) unit : '.');
        }
        return text.append(length > SHOWN_BYTES_MAX ? "…" : "").toString();
    }

    ByteBuf source() {
        return source;
    }

    /** Where the argument begins in the source. */
    int start(int index) {
        return base + places[2 * at(index)];
    }

    @Nullable Word word(int index) {
        return Word.find(source, start(index), length(index));
    }

    /** Forgets the last command's. */
    void clear() {
        count = 0;
        source = Unpooled.EMPTY_BUFFER;
        if (places.length > PLACES_KEPT) {
            places = new int[PLACES_KEPT];
        }
    }

    /** One more, at an offset that counts from where the command begins. */
    void add(int offset, int length) {
        if (2 * count == places.length) {
            places = Arrays.copyOf(places, 2 * places.length);
        }
        places[2 * count] = offset;
        places[2 * count + 1] = length;
        count++;
    }

    /** The command is complete, and begins there. */
    void lieIn(ByteBuf in, int begin) {
        source = in;
        base = begin;
    }

    /**
     * The number between two places, or {@link #NO_INTEGER}: no sign but a minus, no zeros in front, nothing beyond 64
     * bits.
     */
    static long integer(ByteBuf source, int start, int end) {
        int next = start;
        boolean negative = next < end && source.getByte(next) == '-';
        if (negative) {
            next++;
        }
        int digits = end - next;
        if (digits < 1 || digits > 19) {
            return NO_INTEGER;
        }
        if (source.getByte(next) == '0') {
            return digits == 1 && !negative ? 0 : NO_INTEGER;
        }
        long value = 0;
        for (; next < end; next++) {
            int digit = source.getByte(next) - '0';
            if (digit < 0 || digit > 9) {
                return NO_INTEGER;
            }
            value = 10 * value + digit;
        }
        // Nineteen digits are less than twice 2⁶³, so one that does not fit has become negative.
        return value < 0 ? NO_INTEGER : negative ? -value : value;
    }

    private MillraceException noInteger(int index, String what, long min, long max) {
        return new MillraceException(
                ErrorCode.BAD_ARGUMENT,
                what + "=" + shown(index) + " is no whole number in " + min + " … " + max + "; write it in plain decimal digits");
    }

    /** Copies a name; of one that is too long just enough to be refused. */
    private int toScratch(int index, String what) {
        int length = length(index);
        if (length > Limits.NAME_BYTES_MAX) {
            throw new MillraceException(
                    ErrorCode.BAD_ARGUMENT,
                    what + " name has " + length + " bytes; use 1 … " + Limits.NAME_BYTES_MAX + " bytes of UTF-8");
        }
        source.getBytes(start(index), scratch, 0, length);
        return length;
    }

    private int at(int index) {
        if (index < 0 || index >= count) {
            throw new IndexOutOfBoundsException("argument " + index + " of " + count);
        }
        return index;
    }
}
