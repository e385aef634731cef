package dev.millrace.server;

import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A client on a socket of its own, in RESP2. Used by one thread. */
final class RespPeer implements AutoCloseable {
    /** What a null is read as. */
    static final Object NOTHING = new Object();

    private final Socket socket;
    private final InputStream in;

    RespPeer(InetSocketAddress address) throws IOException {
        this(new Socket(address.getAddress(), address.getPort()));
    }

    /** On a socket that is connected. */
    RespPeer(Socket socket) throws IOException {
        this.socket = socket;
        socket.setSoTimeout(30_000);
        in = new BufferedInputStream(socket.getInputStream());
    }

    void send(String command) throws IOException {
        socket.getOutputStream().write(TestServer.bulks(command.split(" ")));
    }

    void ping() throws IOException {
        if (!call("PING").equals("PONG")) {
            throw new AssertionError("the server does not answer");
        }
    }

    /** What is answered: a text, a number or a list of such. */
    Object call(String command) throws IOException {
        send(command);
        return reply();
    }

    /** The next answer; an error begins with its code. */
    Object reply() throws IOException {
        String line = line();
        if (line == null) {
            throw new EOFException("the server closed the connection");
        }
        return switch (line.charAt(0)) {
            case ':' -> Long.parseLong(line.substring(1));
            case '$' -> line.equals("$-1") ? NOTHING : String.valueOf(line());
            case '*' -> {
                List<Object> values = new ArrayList<>();
                for (int left = Integer.parseInt(line.substring(1)); left > 0; left--) {
                    values.add(reply());
                }
                yield values;
            }
            default -> line.substring(1);
        };
    }

    /** Asks until a number of a queue is that. */
    void awaitStat(String queue, String stat, long value) throws IOException {
        List<?> stats;
        do {
            stats = (List<?>) call("TASK.STATS " + queue);
        } while (!stats.get(stats.indexOf(stat) + 1).equals(value));
    }

    /** Asks until a section of INFO has that line. */
    void awaitInfo(String section, String line) throws IOException {
        while (!info(section).contains(line)) {
            ping();
        }
    }

    /** The lines of a section. */
    List<String> info(String section) throws IOException {
        send("INFO " + section);
        int left = Integer.parseInt(String.valueOf(line()).substring(1)) + 2;
        List<String> lines = new ArrayList<>();
        while (left > 0) {
            String next = String.valueOf(line());
            lines.add(next);
            left -= next.length() + 2;
        }
        return lines;
    }

    /** Without its end; null at the end of the connection. */
    @Nullable String line() throws IOException {
        StringBuilder text = new StringBuilder();
        for (int unit = in.read(); unit >= 0; unit = in.read()) {
            if (unit == '\n') {
                return new String(text.toString().getBytes(StandardCharsets.ISO_8859_1), StandardCharsets.UTF_8).strip();
            }
            text.append((char) unit);
        }
        return null;
    }

    /** Ends the connection without a word. */
    void hangUp() throws IOException {
        socket.close();
    }

    @Override
    public void close() throws IOException {
        hangUp();
    }
}
