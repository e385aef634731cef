package dev.millrace.cli;

import java.io.IOException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The command line as the bytes that the caller gave.
 *
 * <p>The JVM decodes arguments with the locale's charset, and what does not fit is lost: in a POSIX locale every byte
 * above 127 becomes a question mark. Linux keeps the bytes in {@code /proc/self/cmdline}. Within the program they
 * travel as strings with one char a byte (ISO 8859-1), which picocli hands on unchanged, and which {@link Text} turns
 * into text, paths or bytes where an option says what it wants.
 */
final class RawArguments {
    private static final Path COMMAND_LINE = Path.of("/proc/self/cmdline");

    private RawArguments() {}

    /** The arguments of {@code main}, one char a byte. */
    static String[] of(String[] decoded) {
        if (Arrays.stream(decoded).allMatch(RawArguments::isCertain)) {
            return decoded;
        }
        try {
            return restore(decoded, Files.readAllBytes(COMMAND_LINE));
        } catch (IOException | SecurityException noSuchFile) {
            return encode(decoded);
        }
    }

    /** The last words of a NUL-terminated command line, if they fit what the JVM made of them. */
    static String[] restore(String[] decoded, byte[] commandLine) {
        List<String> words = new ArrayList<>();
        int start = 0;
        for (int index = 0; index < commandLine.length; index++) {
            if (commandLine[index] == 0) {
                words.add(new String(commandLine, start, index - start, StandardCharsets.ISO_8859_1));
                start = index + 1;
            }
        }
        if (words.size() < decoded.length) {
            return encode(decoded);
        }
        String[] raw = words.subList(words.size() - decoded.length, words.size()).toArray(new String[0]);
        for (int index = 0; index < raw.length; index++) {
            if (isCertain(decoded[index]) && !decoded[index].equals(raw[index])) {
                return encode(decoded);
            }
        }
        return raw;
    }

    /** Where the system does not tell the bytes, those that the locale's charset gives. */
    private static String[] encode(String[] decoded) {
        Charset charset = Charset.forName(System.getProperty("sun.jnu.encoding", "UTF-8"), StandardCharsets.UTF_8);
        return Arrays.stream(decoded)
                .map(argument -> new String(argument.getBytes(charset), StandardCharsets.ISO_8859_1))
                .toArray(String[]::new);
    }

    /** Whether the JVM cannot have changed it. It writes a question mark for what it cannot decode. */
    private static boolean isCertain(String argument) {
        return argument.chars().allMatch(unit -> unit < 128 && unit != '?');
    }
}
