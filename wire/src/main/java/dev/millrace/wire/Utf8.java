package dev.millrace.wire;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** UTF-8 that is read strictly: two names are the same exactly if their bytes are. */
final class Utf8 {
    private Utf8() {}

    /** The text of these bytes, or null if they are no UTF-8. */
    static @Nullable String decodeOrNull(byte[] bytes, int from, int length) {
        if (isAscii(bytes, from, length)) {
            return new String(bytes, from, length, StandardCharsets.ISO_8859_1);
        }
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .onMalformedInput(CodingErrorAction.REPORT)
                    .onUnmappableCharacter(CodingErrorAction.REPORT)
                    .decode(ByteBuffer.wrap(bytes, from, length))
                    .toString();
        } catch (CharacterCodingException malformed) {
            return null;
        }
    }

    private static boolean isAscii(byte[] bytes, int from, int length) {
        int union = 0;
        for (int index = from; index < from + length; index++) {
            union |= bytes[index];
        }
        return union >= 0;
    }
}
