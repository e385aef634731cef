package dev.millrace.wire;

import io.netty.buffer.ByteBuf;

/**
 * Finds commands in the bytes that a client sends: arrays of bulk strings, or inline commands, lines as a person types
 * them.
 *
 * <p>It works on the buffer without copying or allocating for an argument, and goes on where it stopped when more bytes
 * have come, so that a large command is not looked at again with every read. It announces nothing it has not seen:
 * memory is taken for arguments that are there, not for those a header promises. Use it so:
 *
 * <pre>{@code
 * while (parser.next(in)) {
 *     … parser.arguments() …
 * }
 * }</pre>
 *
 * <p>Between calls bytes may be added to the buffer or moved within it, or into another; those from the reader index on
 * must stay the same, and the reader index is the parser's to move.
 */
public final class RequestParser {
    /** A header is a mark, at most ten digits and CR, before LF; whatever is longer is none. */
    private static final int HEADER_BYTES_MAX = 1 + 10 + 1;
    private static final int LINE_END = '\r' << 8 | '\n';
    /** What {@link #header} answers when the line is not complete. */
    private static final int INCOMPLETE = -1;

    private final Arguments arguments;
    private final InlineCommand inline = new InlineCommand();
    private WireLimits limits;

    /** How many bytes of the command, from the reader index on, have been understood. */
    private int understood;
    /** How many arguments the command has; 0 before that is known. */
    private int announced;
    /** How many bytes the next argument has; −1 before that is known. */
    private int bulkBytes = -1;
    /** How many bytes the command has whose arguments can be read; 0 while there is none. */
    private int completeBytes;
    /** Whether an error was found; nothing is read after it. */
    private boolean broken;

    /**
     * A parser for one connection.
     *
     * @param names may be shared by parsers of one thread
     */
    public RequestParser(NameCache names, WireLimits limits) {
        arguments = new Arguments(names);
        this.limits = limits;
    }

    /** Other limits from now on. */
    public void limits(WireLimits changed) {
        limits = changed;
    }

    /**
     * Skips the command found last, and looks for another.
     *
     * @return whether there is one, whose arguments can then be read
     * @throws ProtocolException if the bytes are nonsense or over a limit; the connection must be closed, and every
     *     later call throws again
     */
    public boolean next(ByteBuf in) throws ProtocolException {
        skip(in);
        if (broken) {
            throw ProtocolException.nonsense("the connection has already sent what cannot be understood; open another");
        }
        try {
            return find(in);
        } catch (ProtocolException nonsense) {
            broken = true;
            throw nonsense;
        }
    }

    /** The command found last. */
    public Arguments arguments() {
        return arguments;
    }

    /**
     * Skips the command found last at once, so that its bytes can be let go of before there are others; its arguments
     * are void.
     */
    public void skip(ByteBuf in) {
        if (completeBytes > 0) {
            in.skipBytes(completeBytes);
            completeBytes = 0;
            arguments.clear();
        }
    }

    /**
     * How many readable bytes there must be at the least before a command can be complete; a hint for the buffer's
     * size.
     */
    public int bytesNeeded() {
        return bulkBytes < 0 ? understood + 1 : understood + bulkBytes + 2;
    }

    private boolean find(ByteBuf in) throws ProtocolException {
        while (in.isReadable()) {
            boolean complete;
            if (announced > 0) {
                complete = bulks(in);
            } else if (in.getByte(in.readerIndex()) == '*') {
                if (!array(in)) {
                    return false;
                }
                complete = announced > 0 && bulks(in);
            } else {
                if (!line(in)) {
                    return false;
                }
                complete = arguments.count() > 0;
            }
            if (complete) {
                completeBytes = understood;
                reset();
                return true;
            }
            if (announced > 0) {
                return false;
            }
            // An empty array or a blank line is no command, and passed over as Redis does.
            in.skipBytes(understood);
            reset();
        }
        return false;
    }

    private void reset() {
        understood = 0;
        announced = 0;
        bulkBytes = -1;
    }

    /** Reads the array's header; false if it is not complete. */
    private boolean array(ByteBuf in) throws ProtocolException {
        int count = header(in, "number of arguments");
        if (count == INCOMPLETE) {
            return false;
        }
        if (count > limits.argumentsMax()) {
            throw ProtocolException.tooLarge("arguments=" + count + " > argumentsMax=" + limits.argumentsMax() + "; "
                    + limits.orLogIn("send fewer"));
        }
        announced = count;
        return true;
    }

    /** Reads arguments until all or all that have come are read. */
    private boolean bulks(ByteBuf in) throws ProtocolException {
        while (arguments.count() < announced) {
            if (bulkBytes < 0 && !bulkHeader(in)) {
                return false;
            }
            int end = understood + bulkBytes;
            if (in.readableBytes() < end + 2) {
                return false;
            }
            if (in.getShort(in.readerIndex() + end) != LINE_END) {
                throw ProtocolException.nonsense("an argument of " + bulkBytes + " bytes is not followed by CR LF");
            }
            arguments.add(understood, bulkBytes);
            understood = end + 2;
            bulkBytes = -1;
        }
        arguments.lieIn(in, in.readerIndex());
        return true;
    }

    private boolean bulkHeader(ByteBuf in) throws ProtocolException {
        int at = in.readerIndex() + understood;
        if (understood < in.readableBytes() && in.getByte(at) != '$') {
            throw ProtocolException.nonsense("expected '$' before an argument, got '" + shown(in.getByte(at)) + "'");
        }
        int bytes = header(in, "length of an argument");
        if (bytes == INCOMPLETE) {
            return false;
        }
        if (bytes > limits.bulkBytesMax()) {
            throw ProtocolException.tooLarge("argumentBytes=" + bytes + " > bulkBytesMax=" + limits.bulkBytesMax() + "; "
                    + limits.orLogIn("send less"));
        }
        if ((long) understood + bytes + 2 > limits.commandBytesMax()) {
            throw ProtocolException.tooLarge("commandBytes=" + ((long) understood + bytes + 2) + " > commandBytesMax="
                    + limits.commandBytesMax() + "; " + limits.orLogIn("send several commands"));
        }
        bulkBytes = bytes;
        return true;
    }

    /** Reads a mark, a number and the end of the line; {@link #INCOMPLETE} if that has not all come. */
    private int header(ByteBuf in, String what) throws ProtocolException {
        int start = in.readerIndex() + understood;
        if (in.writerIndex() - start >= Integer.BYTES) {
            // Most numbers have one digit, and then mark, digit and line end are looked at in one step.
            int four = in.getInt(start);
            int digit = (four >>> 16 & 0xFF) - '0';
            if ((four & 0xFFFF) == LINE_END && digit >= 0 && digit <= 9) {
                understood += Integer.BYTES;
                return digit;
            }
        }
        int end = Math.min(in.writerIndex(), start + HEADER_BYTES_MAX);
        long value = 0;
        for (int index = start + 1; index < end; index++) {
            byte unit = in.getByte(index);
            if (unit >= '0' && unit <= '9') {
                value = 10 * value + unit - '0';
            } else if (unit != '\r' || index == start + 1) {
                throw ProtocolException.nonsense("expected the " + what + " in decimal digits, got '" + shown(unit) + "'");
            } else if (index + 1 == in.writerIndex()) {
                return INCOMPLETE;
            } else if (in.getByte(index + 1) != '\n') {
                throw ProtocolException.nonsense("the " + what + " is not followed by CR LF");
            } else if (value > Integer.MAX_VALUE) {
                throw ProtocolException.tooLarge("the " + what + " is " + value + " > " + Integer.MAX_VALUE);
            } else {
                understood += index + 2 - start;
                return (int) value;
            }
        }
        if (end - start == HEADER_BYTES_MAX) {
            throw ProtocolException.nonsense("the " + what + " has more than 10 digits");
        }
        return INCOMPLETE;
    }

    /** Reads an inline command; false if the line is not complete. */
    private boolean line(ByteBuf in) throws ProtocolException {
        int readable = Math.min(in.readableBytes(), limits.inlineBytesMax());
        int begin = in.readerIndex();
        int lineEnd = in.indexOf(begin + understood, begin + readable, (byte) '\n');
        if (lineEnd < 0) {
            if (in.readableBytes() >= limits.inlineBytesMax()) {
                throw ProtocolException.tooLarge("an inline command has no end within inlineBytesMax="
                        + limits.inlineBytesMax() + "; send arrays of bulk strings");
            }
            understood = readable;
            return false;
        }
        understood = lineEnd + 1 - begin;
        inline.split(in, begin, lineEnd, limits, arguments);
        return true;
    }

    private static String shown(byte unit) {
        return unit >= ' ' && unit < 0x7F ? String.valueOf((char) unit) : "\\x" + Integer.toHexString(unit & 0xFF);
    }
}
