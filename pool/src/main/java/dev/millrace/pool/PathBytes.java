package dev.millrace.pool;

import java.io.ByteArrayOutputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HexFormat;

/**
 * File names as the bytes that they are. A name need not be text in any encoding, while {@link Path#toString} decodes
 * it with the one of the locale and loses what does not fit. The URI of a path keeps every byte, percent-encoded.
 */
public final class PathBytes {
    private static final HexFormat HEX = HexFormat.of();

    private PathBytes() {}

    /**
     * The absolute path that these bytes name, seen from the working folder.
     *
     * @param name not empty
     * @throws IllegalArgumentException if there is a NUL among them
     */
    public static Path toPath(byte[] name) {
        StringBuilder uri = new StringBuilder("file://");
        if (name[0] != '/') {
            uri.append(percent(toBytes(Path.of("").toAbsolutePath()))).append('/');
        }
        return Path.of(URI.create(uri.append(percent(name)).toString()));
    }

    /** The bytes of the absolute form of {@code path}. */
    static byte[] toBytes(Path path) {
        byte[] encoded = path.toUri().getRawPath().getBytes(StandardCharsets.US_ASCII);
        ByteArrayOutputStream name = new ByteArrayOutputStream(encoded.length);
        for (int index = 0; index < encoded.length; index++) {
            if (encoded[index] == '%') {
                name.write(HexFormat.fromHexDigit(encoded[index + 1]) << 4 | HexFormat.fromHexDigit(encoded[index + 2]));
                index += 2;
            } else {
                name.write(encoded[index]);
            }
        }
        return name.toByteArray();
    }

    /** The name for a person to read: quoted, what is not printable escaped. */
    static String describe(byte[] name) {
        StringBuilder text = new StringBuilder("\"");
        new String(name, StandardCharsets.UTF_8).codePoints().forEach(point -> {
            if (Character.isISOControl(point) || point == '"' || point == '\\') {
                text.append(String.format("\\u%04x", point));
            } else {
                text.appendCodePoint(point);
            }
        });
        return text.append('"').toString();
    }

    private static String percent(byte[] name) {
        StringBuilder encoded = new StringBuilder(name.length + 16);
        for (byte octet : name) {
            boolean plain = octet >= 'a' && octet <= 'z'
                    || octet >= 'A' && octet <= 'Z'
                    || octet >= '0' && octet <= '9'
                    || octet == '/'
                    || octet == '.'
                    || octet == '-'
                    || octet == '_';
            if (plain) {
                encoded.append((char) octet);
            } else {
                HEX.toHexDigits(encoded.append('%'), octet);
            }
        }
        return encoded.toString();
    }
}
