package dev.millrace.core;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/**
 * A queue's number and a key as 128 bits: SipHash-2-4 with 128 bits of output (Aumasson and Bernstein, SipHash: a fast
 * short-input PRF, 2012). Two keys that meet are as likely as 2<sup>−64</sup> among four thousand million, also for
 * somebody who chooses them, as long as the secret is unknown; so hashes are compared, and keys need not be kept.
 *
 * @param high half of the hash; never 0 together with the other
 * @param low the other half
 */
record KeyHash(long high, long low) {
    private static final VarHandle LONGS =
            MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

    static KeyHash of(long secret0, long secret1, int queue, String key) {
        byte[] text = key.getBytes(StandardCharsets.UTF_8);
        byte[] bytes = new byte[Integer.BYTES + text.length];
        for (int index = 0; index < Integer.BYTES; index++) {
            bytes[index] = (byte) (queue >>> Byte.SIZE * index);
        }
        System.arraycopy(text, 0, bytes, Integer.BYTES, text.length);
        return of(secret0, secret1, bytes);
    }

    static KeyHash of(long secret0, long secret1, byte[] bytes) {
        return new State(secret0, secret1).hash(bytes);
    }

    private static final class State {
        private long v0;
        private long v1;
        private long v2;
        private long v3;

        State(long secret0, long secret1) {
            v0 = secret0 ^ 0x736f_6d65_7073_6575L;
            v1 = secret1 ^ 0x646f_7261_6e64_6f6dL ^ 0xee;
            v2 = secret0 ^ 0x6c79_6765_6e65_7261L;
            v3 = secret1 ^ 0x7465_6462_7974_6573L;
        }

        KeyHash hash(byte[] bytes) {
            int whole = bytes.length & ~7;
            for (int at = 0; at < whole; at += Long.BYTES) {
                add((long) LONGS.get(bytes, at));
            }
            long last = (long) bytes.length << 56;
            for (int at = whole; at < bytes.length; at++) {
                last |= (bytes[at] & 0xFFL) << Byte.SIZE * (at - whole);
            }
            add(last);
            v2 ^= 0xee;
            long high = finish();
            v1 ^= 0xdd;
            long low = finish();
            return new KeyHash(high, (high | low) == 0 ? 1 : low);
        }

        private void add(long word) {
            v3 ^= word;
            round();
            round();
            v0 ^= word;
        }

        private long finish() {
            for (int count = 0; count < 4; count++) {
                round();
            }
            return v0 ^ v1 ^ v2 ^ v3;
        }

        private void round() {
            v0 += v1;
            v2 += v3;
            v1 = Long.rotateLeft(v1, 13) ^ v0;
            v3 = Long.rotateLeft(v3, 16) ^ v2;
            v0 = Long.rotateLeft(v0, 32);
            v2 += v1;
            v0 += v3;
            v1 = Long.rotateLeft(v1, 17) ^ v2;
            v3 = Long.rotateLeft(v3, 21) ^ v0;
            v2 = Long.rotateLeft(v2, 32);
        }
    }
}
