package dev.millrace.api;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/**
 * Turns payloads into bytes and back (G2). The engines move bytes only and return them unchanged. JSON is in the module
 * {@code dev.millrace.json}.
 *
 * <p>Implementations are safe for use by several threads. Either method may throw any unchecked exception for a value
 * it cannot handle: a {@code put} then fails before anything is stored, {@link Task#payload()} fails and the task stays
 * taken.
 *
 * @param <T> the payload's type
 */
public interface Codec<T> {
    /**
     * {@return the bytes of a payload, never null; none are a payload too} The caller may keep and hand on the array;
     * it is not changed afterwards. Called on the thread that puts, before anything is stored.
     *
     * @param payload the value, not null
     */
    byte[] encode(T payload);

    /**
     * {@return the payload of these bytes, never null} The array is the codec's to keep. Called on the thread that asks
     * for the payload; for {@link TaskQueue#peek()} and {@link TaskQueue#list} on the engine's thread.
     *
     * @param bytes exactly those that were put, perhaps none
     */
    T decode(byte[] bytes);

    /**
     * Bytes as they are. An array that was put may be changed afterwards, and so may one that was answered.
     *
     * @return always the same behaviour; it may be shared
     */
    static Codec<byte[]> bytes() {
        return new Codec<>() {
            @Override
            public byte[] encode(byte[] payload) {
                return payload.clone();
            }

            @Override
            public byte[] decode(byte[] bytes) {
                return bytes;
            }
        };
    }

    /**
     * Text in UTF-8. Decoding bytes that are not UTF-8, and encoding half a surrogate pair, is BAD_ARGUMENT.
     *
     * @return always the same behaviour; it may be shared
     */
    static Codec<String> text() {
        return new Codec<>() {
            @Override
            public byte[] encode(String payload) {
                try {
                    ByteBuffer bytes = StandardCharsets.UTF_8.newEncoder().encode(java.nio.CharBuffer.wrap(payload));
                    byte[] exact = new byte[bytes.remaining()];
                    bytes.get(exact);
                    return exact;
                } catch (CharacterCodingException e) {
                    throw new MillraceException(
                            ErrorCode.BAD_ARGUMENT, "text is not valid Unicode; use Codec.bytes() for bytes", e);
                }
            }

            @Override
            public String decode(byte[] bytes) {
                try {
                    return StandardCharsets.UTF_8
                            .newDecoder()
                            .decode(ByteBuffer.wrap(bytes))
                            .toString();
                } catch (CharacterCodingException e) {
                    throw new MillraceException(
                            ErrorCode.BAD_ARGUMENT,
                            "payload of " + bytes.length + " bytes is not UTF-8; use Codec.bytes()",
                            e);
                }
            }
        };
    }
}
