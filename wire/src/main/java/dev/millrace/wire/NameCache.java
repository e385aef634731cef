package dev.millrace.wire;

import dev.millrace.api.ErrorCode;
import dev.millrace.api.Limits;
import dev.millrace.api.MillraceException;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The names seen last, so that one which comes again and again is neither decoded nor checked nor allocated again. It
 * holds {@value #NAMES_MAX} of them at the most, each at the place its bytes hash to: who needs that place throws the
 * last one out. For one thread; connections that share one may share it.
 */
public final class NameCache {
    /** How many names are kept. With names of the greatest length that is about a quarter of a MiB. */
    public static final int NAMES_MAX = 256;

    private final @Nullable Known[] known = new @Nullable Known[NAMES_MAX];

    /** A name and its bytes. */
    private record Known(byte[] bytes, String name, List<String> alone) {
        boolean is(byte[] other, int length) {
            return bytes.length == length && Arrays.equals(bytes, 0, length, other, 0, length);
        }
    }

    /** An empty one. */
    public NameCache() {}

    /**
     * The name that these bytes are.
     *
     * @param what what it names, for the message
     * @throws MillraceException BAD_ARGUMENT if it is none (G1)
     */
    String name(String what, byte[] bytes, int length) {
        return find(what, bytes, length).name;
    }

    /** The list that has nothing but the name, for takes from one queue. */
    List<String> alone(String what, byte[] bytes, int length) {
        return find(what, bytes, length).alone;
    }

    private Known find(String what, byte[] bytes, int length) {
        int place = place(bytes, length);
        Known there = known[place];
        if (there != null && there.is(bytes, length)) {
            return there;
        }
        String name = Limits.requireName(what, decode(what, bytes, length));
        Known fresh = new Known(Arrays.copyOf(bytes, length), name, List.of(name));
        known[place] = fresh;
        return fresh;
    }

    private static String decode(String what, byte[] bytes, int length) {
        String name = Utf8.decodeOrNull(bytes, 0, length);
        if (name == null) {
            throw new MillraceException(
                    ErrorCode.BAD_ARGUMENT, what + " name has bytes that are no UTF-8; use 1 … 255 bytes of UTF-8");
        }
        return name;
    }

    private static int place(byte[] bytes, int length) {
        int hash = length;
        for (int index = 0; index < length; index++) {
            hash = 31 * hash + bytes[index];
        }
        return (hash ^ hash >>> 8 ^ hash >>> 16) & NAMES_MAX - 1;
    }
}
