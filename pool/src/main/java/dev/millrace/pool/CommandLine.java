package dev.millrace.pool;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/**
 * A command as a line for a shell, built from bytes:
 *
 * <pre>
 *   VARIABLE='value' … 'program' 'argument' … &gt;'0.out' 2&gt;'0.err' &lt;'input' LF
 *   echo run $? LF
 * </pre>
 *
 * <p>Every word stands in single quotes, where a shell takes each byte as itself until the next quote; a quote within
 * is written {@code '\''}. So no byte of an argument is ever read as syntax, line ends included. All three standard
 * descriptors are replaced for the command, and a shell has no other: a command can reach neither the pipe from which
 * its shell reads commands nor the one on which it reports. Input is opened last, so that the complaint about a file
 * that cannot be opened lies in the command's standard error.
 */
final class CommandLine {
    /** Shell syntax around the words: redirections, spaces, the report, and a run number of up to 19 digits. */
    private static final int SYNTAX_BYTES = 64;

    private final byte[] line;
    private int length;

    private CommandLine(int capacityBytes) {
        line = new byte[capacityBytes];
    }

    /** The line for run number {@code run}, with quoted names of the files for output, error and input. */
    static byte[] of(ProcessRequest request, byte[] stdout, byte[] stderr, byte[] stdin, long run) {
        byte[] program = request.program().pathBytes();
        List<byte[]> arguments = request.arguments();
        int capacityBytes = SYNTAX_BYTES + quotedBytes(program) + stdout.length + stderr.length + stdin.length;
        for (byte[] argument : arguments) {
            capacityBytes += 1 + quotedBytes(argument);
        }
        for (Map.Entry<String, byte[]> variable : request.variables().entrySet()) {
            capacityBytes += variable.getKey().length() + 2 + quotedBytes(variable.getValue());
        }
        CommandLine command = new CommandLine(capacityBytes);
        request.variables().forEach((name, value) -> {
            command.plain(name).plain("=");
            command.quote(value);
            command.plain(" ");
        });
        command.quote(program);
        for (byte[] argument : arguments) {
            command.plain(" ");
            command.quote(argument);
        }
        command.plain(" >").raw(stdout).plain(" 2>").raw(stderr).plain(" <").raw(stdin);
        command.plain("\necho " + run + " $?\n");
        return Arrays.copyOf(command.line, command.length);
    }

    /** The word that a shell reads as exactly these bytes. */
    static byte[] quoted(byte[] word) {
        CommandLine quoted = new CommandLine(quotedBytes(word));
        quoted.quote(word);
        return quoted.line;
    }

    static void requireNoNul(byte[] word, String what) {
        for (int position = 0; position < word.length; position++) {
            if (word[position] == 0) {
                throw new IllegalArgumentException(
                        what + " holds a NUL byte at position " + position + "; no program can be given one");
            }
        }
    }

    private static int quotedBytes(byte[] word) {
        int bytes = 2 + word.length;
        for (byte octet : word) {
            if (octet == '\'') {
                bytes += 3;
            }
        }
        return bytes;
    }

    private void quote(byte[] word) {
        line[length++] = '\'';
        for (byte octet : word) {
            line[length++] = octet;
            if (octet == '\'') {
                line[length++] = '\\';
                line[length++] = '\'';
                line[length++] = '\'';
            }
        }
        line[length++] = '\'';
    }

    private CommandLine raw(byte[] word) {
        System.arraycopy(word, 0, line, length, word.length);
        length += word.length;
        return this;
    }

    private CommandLine plain(String syntax) {
        return raw(syntax.getBytes(StandardCharsets.US_ASCII));
    }
}
