package dev.millrace.cli;

import dev.millrace.pool.PathBytes;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/** Bytes as text, as paths, and as something to show to a person. */
final class Text {
    private static final HexFormat HEX = HexFormat.of();

    private Text() {}

    /** The bytes of an argument that came with one char a byte. */
    static byte[] bytes(String raw) {
        return raw.getBytes(StandardCharsets.ISO_8859_1);
    }

    /** The text, or null if the bytes are not UTF-8. */
    static @Nullable String utf8(byte[] bytes) {
        try {
            return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
        } catch (CharacterCodingException notText) {
            return null;
        }
    }

    /**
     * The path that these bytes name. A {@link Path} made of a string goes through the locale's charset, which loses
     * what it does not know; so only one of plain characters is made so, and stays relative if it is.
     */
    static Path path(byte[] name) {
        for (byte octet : name) {
            if (octet < 0) {
                return PathBytes.toPath(name);
            }
        }
        return Path.of(new String(name, StandardCharsets.US_ASCII));
    }

    /** At most so many bytes as one printable line: control characters and what is no UTF-8 are escaped. */
    static String shown(byte[] bytes, int bytesMax) {
        boolean shortened = bytes.length > bytesMax;
        byte[] head = shortened ? java.util.Arrays.copyOf(bytes, bytesMax) : bytes;
        StringBuilder line = new StringBuilder(head.length + 8);
        String text = utf8(head);
        if (text == null && shortened) {
            // The cut may have gone through a character.
            for (int drop = 1; drop <= 3 && text == null && drop < head.length; drop++) {
                text = utf8(java.util.Arrays.copyOf(head, head.length - drop));
            }
        }
        if (text == null) {
            for (byte octet : head) {
                appendShown(line, octet >= 0 ? octet : -1, octet);
            }
        } else {
            text.codePoints().forEach(point -> appendShown(line, point, (byte) point));
        }
        return shortened ? line.append('…').toString() : line.toString();
    }

    private static void appendShown(StringBuilder line, int point, byte octet) {
        switch (point) {
            case '\n' -> line.append("\\n");
            case '\r' -> line.append("\\r");
            case '\t' -> line.append("\\t");
            case -1 -> HEX.toHexDigits(line.append("\\x"), octet);
            default -> {
                if (Character.isISOControl(point)) {
                    line.append("\\u").append(HEX.toHexDigits((char) point));
                } else {
                    line.appendCodePoint(point);
                }
            }
        }
    }

    /** A word as a shell would have to be given it, for a person to read and to copy. */
    static String quoted(byte[] word) {
        boolean plain = word.length > 0;
        for (byte octet : word) {
            plain &= octet >= 'a' && octet <= 'z'
                    || octet >= 'A' && octet <= 'Z'
                    || octet >= '0' && octet <= '9'
                    || "_-+=./,:@%{}#".indexOf(octet) >= 0 && octet > 0;
        }
        String text = utf8(word);
        if (plain && text != null) {
            return text;
        }
        if (text != null && text.codePoints().noneMatch(Character::isISOControl)) {
            return "'" + text.replace("'", "'\\''") + "'";
        }
        StringBuilder escaped = new StringBuilder("$'");
        for (byte octet : word) {
            if (octet >= ' ' && octet < 127 && octet != '\'' && octet != '\\') {
                escaped.append((char) octet);
            } else {
                HEX.toHexDigits(escaped.append("\\x"), octet);
            }
        }
        return escaped.append('\'').toString();
    }
}
