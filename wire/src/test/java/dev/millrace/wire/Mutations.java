package dev.millrace.wire;

import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.SplittableRandom;

/** Makes bytes that are nearly right, or wrong from the start. */
final class Mutations {
    private static final String[] REQUEST_TOKENS = {
        "*1\r\n", "*2\r\n", "*3\r\n", "*0\r\n", "*-1\r\n", "*99999999999\r\n", "*2147483647\r\n", "$4\r\nPING\r\n", "$0\r\n\r\n",
        "$8\r\nTASK.PUT\r\n", "$4\r\nmail\r\n", "$-1\r\n", "$2147483648\r\n", "$100000\r\n", "$3\r\nabcd\r\n", "PING\r\n",
        "TASK.TAKE mail\n", "\"", "'", "\\x4", "\r\n", "\n", "\r", " ", "\u0000", "\u00ff", "$", "*", "17:1", "DELAY", "-5"
    };
    private static final String[] REPLY_TOKENS = {
        "*1\r\n", "*2\r\n", "%1\r\n", "%2\r\n", "~2\r\n", ">3\r\n", "|1\r\n", "|0\r\n", "*0\r\n", "*-1\r\n", "%-1\r\n",
        "*2147483647\r\n", "%2147483647\r\n", "$-1\r\n", "$2\r\nid\r\n", "$5\r\nstate\r\n", "$5\r\nready\r\n", ":17\r\n",
        ":-17\r\n", ":x\r\n", "_\r\n", "_x\r\n", "#t\r\n", "#f\r\n", "#x\r\n", ",1.5\r\n", "(123\r\n", "!5\r\nERR x\r\n",
        "=5\r\ntxt:a\r\n", "=1\r\na\r\n", "-NOT_FOUND x\r\n", "-\r\n", "+OK\r\n", "+WAITING\r\n", "$?\r\n", "*?\r\n", ";4\r\n",
        "$5\r\ntaken\r\n", "$4\r\nlost\r\n", "$100000\r\n", "\r\n", "\n", "\u0000", "\u00ff"
    };

    byte[] requestTokens(SplittableRandom random) {
        return tokens(REQUEST_TOKENS, random);
    }

    byte[] replyTokens(SplittableRandom random) {
        return tokens(REPLY_TOKENS, random);
    }

    private static byte[] tokens(String[] from, SplittableRandom random) {
        StringBuilder text = new StringBuilder();
        for (int count = 1 + random.nextInt(12); count > 0; count--) {
            text.append(from[random.nextInt(from.length)]);
        }
        return text.toString().getBytes(StandardCharsets.ISO_8859_1);
    }

    /** A few changes: bytes turned into others, cut out, doubled, digits raised, the end missing. */
    byte[] mutated(ByteBuf original, SplittableRandom random) {
        byte[] bytes = new byte[original.readableBytes()];
        original.readBytes(bytes);
        for (int count = random.nextInt(4); count > 0 && bytes.length > 0; count--) {
            bytes = mutated(bytes, random);
        }
        return bytes;
    }

    private static byte[] mutated(byte[] bytes, SplittableRandom random) {
        int from = random.nextInt(bytes.length);
        int to = Math.min(bytes.length, from + 1 + random.nextInt(8));
        switch (random.nextInt(5)) {
            case 0 -> bytes[from] = (byte) random.nextInt(256);
            case 1 -> bytes[from] = (byte) ('0' + random.nextInt(10));
            case 2 -> {
                return Arrays.copyOf(bytes, from);
            }
            case 3 -> {
                return joined(bytes, from, to, 0);
            }
            default -> {
                return joined(bytes, from, to, 2);
            }
        }
        return bytes;
    }

    /** The bytes with a part of them so many times. */
    private static byte[] joined(byte[] bytes, int from, int to, int times) {
        byte[] result = new byte[bytes.length + (times - 1) * (to - from)];
        System.arraycopy(bytes, 0, result, 0, from);
        int at = from;
        for (int time = 0; time < times; time++) {
            System.arraycopy(bytes, from, result, at, to - from);
            at += to - from;
        }
        System.arraycopy(bytes, to, result, at, bytes.length - to);
        return result;
    }
}
