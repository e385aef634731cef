package dev.millrace.wire;

import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;

/** Up to eight bytes as one number, in capitals, so that words are compared in one step. */
final class Packed {
    /** How many bytes fit. */
    static final int BYTES_MAX = 8;

    private static final long EACH_BYTE = 0x0101_0101_0101_0101L;

    private Packed() {}

    /** The bytes from {@code index} on, at most {@value #BYTES_MAX}, the last one lowest. */
    static long of(ByteBuf source, int index, int length) {
        if (length >= BYTES_MAX) {
            return capitals(source.getLong(index));
        }
        long packed = 0;
        int next = index;
        if ((length & 4) != 0) {
            packed = source.getUnsignedInt(next);
            next += 4;
        }
        if ((length & 2) != 0) {
            packed = packed << 16 | source.getUnsignedShort(next);
            next += 2;
        }
        if ((length & 1) != 0) {
            packed = packed << 8 | source.getUnsignedByte(next);
        }
        return capitals(packed);
    }

    /** The same of a word of ours, from one of its characters on. */
    static long of(String word, int from) {
        byte[] bytes = word.getBytes(StandardCharsets.US_ASCII);
        long packed = 0;
        for (int index = from; index < Math.min(bytes.length, from + BYTES_MAX); index++) {
            packed = packed << 8 | bytes[index];
        }
        return capitals(packed);
    }

    /** Spreads packed words over a table of so many bits. */
    static int hash(long packed, int bits) {
        return (int) ((packed ^ packed >>> 29) * 0x9E37_79B9_7F4A_7C15L >>> 64 - bits);
    }

    /**
     * Eight letters at once: a byte within a … z loses the bit that makes it small. Bytes beyond ASCII stay as they
     * are.
     */
    private static long capitals(long bytes) {
        long low = bytes & 0x7F * EACH_BYTE;
        long fromA = low + (0x80 - 'a') * EACH_BYTE;
        long beyondZ = low + (0x7F - 'z') * EACH_BYTE;
        long small = (fromA ^ beyondZ) & ~bytes & 0x80 * EACH_BYTE;
        return bytes - (small >>> 2);
    }
}
