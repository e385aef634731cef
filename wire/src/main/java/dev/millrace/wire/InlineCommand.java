package dev.millrace.wire;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;

/**
 * Splits a line as a person types it into arguments: at blanks; "…" with \n, \r, \t, \b, \a, \xHH and \ before anything
 * else; '…' with \' alone. The same as Redis.
 */
final class InlineCommand {
    /** The arguments without quotes and escapes, one after the other; never longer than the line. */
    private byte[] unescaped = new byte[0];
    private int unescapedBytes;
    private ByteBuf in = Unpooled.EMPTY_BUFFER;
    private int next;
    private int end;

    /** Adds the line's arguments, none for a blank line. */
    void split(ByteBuf from, int begin, int lineEnd, WireLimits limits, Arguments arguments) throws ProtocolException {
        in = from;
        next = begin;
        end = lineEnd;
        unescaped = new byte[lineEnd - begin];
        unescapedBytes = 0;
        for (skipBlanks(); next < end; skipBlanks()) {
            if (arguments.count() == limits.argumentsMax()) {
                throw ProtocolException.tooLarge(
                        "arguments > argumentsMax=" + limits.argumentsMax() + "; " + limits.orLogIn("send fewer"));
            }
            int start = unescapedBytes;
            argument();
            arguments.add(start, unescapedBytes - start);
        }
        arguments.lieIn(Unpooled.wrappedBuffer(unescaped), 0);
        in = Unpooled.EMPTY_BUFFER;
        refuseBrowsers(arguments);
    }

    /**
     * A page in a browser can make it send a request here: its body must not become commands (cross-protocol
     * scripting).
     */
    private static void refuseBrowsers(Arguments arguments) throws ProtocolException {
        if (arguments.count() > 0 && (arguments.is(0, "POST") || arguments.is(0, "HOST:"))) {
            throw ProtocolException.nonsense("this is no HTTP server; speak RESP");
        }
    }

    private void argument() throws ProtocolException {
        while (next < end) {
            byte unit = in.getByte(next);
            if (isBlank(unit)) {
                return;
            }
            next++;
            if (unit == '"' || unit == '\'') {
                quoted(unit);
                if (next < end && !isBlank(in.getByte(next))) {
                    throw ProtocolException.nonsense("unbalanced quotes in an inline command: a blank must follow one that closes");
                }
                return;
            }
            add(unit);
        }
    }

    private void quoted(byte quote) throws ProtocolException {
        while (next < end) {
            byte unit = in.getByte(next++);
            if (unit == quote) {
                return;
            }
            if (unit == '\\' && next < end && (quote == '"' || in.getByte(next) == '\'')) {
                add(escaped(in.getByte(next++)));
            } else {
                add(unit);
            }
        }
        throw ProtocolException.nonsense("unbalanced quotes in an inline command: one is not closed");
    }

    private byte escaped(byte unit) {
        return switch (unit) {
            case 'n' -> '\n';
            case 'r' -> '\r';
            case 't' -> '\t';
            case 'b' -> '\b';
            case 'a' -> 7;
            case 'x' -> hexadecimal(unit);
            default -> unit;
        };
    }

    /** Two digits after the x; without them it is an x. */
    private byte hexadecimal(byte unit) {
        int high = next + 1 < end ? Character.digit(in.getByte(next), 16) : -1;
        int low = next + 1 < end ? Character.digit(in.getByte(next + 1), 16) : -1;
        if (high < 0 || low < 0) {
            return unit;
        }
        next += 2;
        return (byte) (high << 4 | low);
    }

    private void add(byte unit) {
        unescaped[unescapedBytes++] = unit;
    }

    private void skipBlanks() {
        while (next < end && isBlank(in.getByte(next))) {
            next++;
        }
    }

    private static boolean isBlank(byte unit) {
        return unit == ' ' || unit >= '\t' && unit <= '\r' || unit == 0;
    }
}
