package dev.millrace.wire;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** A value as a server sends it, in RESP2 or RESP3. */
public sealed interface Reply {
    /** A short word, such as OK; or a number too large for 64 bits, or a fraction, as they were written. */
    record Word(String text) implements Reply {}

    /**
     * An error.
     *
     * @param code its first word
     * @param message the rest
     */
    record Problem(String code, String message) implements Reply {}

    /** A whole number. */
    record Whole(long value) implements Reply {}

    /** Bytes, between position and limit; nobody else has them. */
    record Bulk(ByteBuffer bytes) implements Reply {
        /** The bytes as text. */
        public String text() {
            return StandardCharsets.UTF_8.decode(bytes.duplicate()).toString();
        }
    }

    /** Null, of whatever kind. */
    record Nothing() implements Reply {}

    /** True or false. */
    record Truth(boolean value) implements Reply {}

    /** Values in turn: an array or a set. */
    record Items(List<Reply> items) implements Reply {}

    /**
     * A map.
     *
     * @param pairs each key and its value, in turn
     */
    record Fields(List<Reply> pairs) implements Reply {}

    /** A message that nobody asked for; only at the top. */
    record Pushed(List<Reply> items) implements Reply {}
}
