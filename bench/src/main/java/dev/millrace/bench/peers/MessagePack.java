package dev.millrace.bench.peers;

import java.io.IOException;

/** Reads the values of MessagePack that Tarantool's answers are made of, from one place in some bytes to the next. */
final class MessagePack {
    private final byte[] in;
    private int at;

    MessagePack(byte[] in, int at) {
        this.in = in;
        this.at = at;
    }

    int at() {
        return at;
    }

    /** A number that is not negative. */
    long number() throws IOException {
        int mark = in[at++] & 0xFF;
        if (mark < 0x80) {
            return mark;
        }
        if (mark < 0xcc || mark > 0xcf) {
            throw new IOException("no number, but " + Integer.toHexString(mark));
        }
        return big(1 << (mark - 0xcc));
    }

    /** How many values, or pairs of a map, follow; −1 if there is no array and no map. */
    int count() {
        int mark = in[at] & 0xFF;
        if (mark >= 0x80 && mark < 0xa0) {
            at++;
            return mark & 15;
        }
        if (mark >= 0xdc && mark <= 0xdf) {
            at++;
            return (int) big(mark % 2 == 0 ? 2 : 4);
        }
        return -1;
    }

    /** Whether a map comes next. */
    boolean isMap() {
        int mark = in[at] & 0xFF;
        return mark >= 0x80 && mark < 0x90 || mark >= 0xde && mark <= 0xdf;
    }

    /** Whether a text of two letters comes next, this one; then it is read. */
    boolean skipIf(char first, char second) {
        boolean is = (in[at] & 0xFF) == 0xa2 && in[at + 1] == first && in[at + 2] == second;
        at += is ? 3 : 0;
        return is;
    }

    /** Passes over the next value. */
    void skip() throws IOException {
        int mark = in[at] & 0xFF;
        boolean isMap = isMap();
        int count = count();
        if (count >= 0) {
            for (int value = 0; value < (isMap ? 2 * count : count); value++) {
                skip();
            }
            return;
        }
        at++;
        if (mark < 0x80 || mark >= 0xe0 || mark >= 0xc0 && mark <= 0xc3) {
            return;
        }
        int bytes = switch (mark) {
            case 0xc4, 0xd9 -> (int) big(1);
            case 0xc5, 0xda -> (int) big(2);
            case 0xc6, 0xdb -> (int) big(4);
            case 0xcc, 0xd0 -> 1;
            case 0xcd, 0xd1 -> 2;
            case 0xca, 0xce, 0xd2 -> 4;
            case 0xcb, 0xcf, 0xd3 -> 8;
            default -> {
                if (mark >= 0xa0 && mark < 0xc0) {
                    yield mark & 31;
                }
                throw new IOException("no value begins with " + Integer.toHexString(mark));
            }
        };
        // Not added at once: reading the length has moved the place.
        at += bytes;
    }

    private long big(int width) {
        long value = 0;
        for (int place = 0; place < width; place++) {
            value = value << 8 | in[at++] & 0xFF;
        }
        return value;
    }
}
