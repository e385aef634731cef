package dev.millrace.bench.peers;

import java.io.IOException;

/** The Redis protocol, as far as a load needs it. */
final class Resp {
    private Resp() {}

    /** The bytes of a command, or of its beginning if {@code count} is larger than there are arguments. */
    static byte[] command(int count, String... arguments) {
        Output out = new Output().add('*').decimal(count).lineEnd();
        for (String argument : arguments) {
            bulk(out, Output.ascii(argument));
        }
        byte[] bytes = new byte[out.length()];
        System.arraycopy(out.array(), 0, bytes, 0, bytes.length);
        return bytes;
    }

    static void bulk(Output out, byte[] bytes) {
        bulk(out, bytes, bytes.length);
    }

    static void bulk(Output out, byte[] bytes, int length) {
        out.add('$').decimal(length).lineEnd().add(bytes, 0, length).lineEnd();
    }

    /** Where the value that begins at {@code start} ends; 0 if not all of it is there. */
    static int after(byte[] in, int start, int end) throws IOException {
        int line = Lines.after(in, start, end);
        if (line == 0) {
            return 0;
        }
        switch (in[start]) {
            case '+', ':', '_', '#' -> {
                return line;
            }
            case '$' -> {
                long length = Lines.number(in, start + 1);
                return length < 0 ? line : line + length + 2 <= end ? (int) (line + length + 2) : 0;
            }
            case '*', '%' -> {
                long values = Lines.number(in, start + 1) * (in[start] == '%' ? 2 : 1);
                for (long value = 0; value < values && line > 0; value++) {
                    line = line < end ? after(in, line, end) : 0;
                }
                return line;
            }
            default -> throw Lines.unexpected(in, start, end);
        }
    }

    /** Whether the value is one of those that mean nothing. */
    static boolean isNothing(byte[] in, int start) {
        return in[start] == '_' || (in[start] == '$' || in[start] == '*') && in[start + 1] == '-';
    }

    /** Keeps the bulk string or number that begins there as the receipt. */
    static void receipt(byte[] in, int start, int end, Reply reply) {
        int line = Lines.after(in, start, end);
        if (in[start] == ':') {
            reply.receipt(in, start + 1, line - 2 - start - 1);
        } else {
            reply.receipt(in, line, (int) Lines.number(in, start + 1));
        }
    }
}
