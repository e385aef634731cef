package dev.millrace.bench.peers;

import java.io.EOFException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.util.Arrays;
import java.util.function.Consumer;

/** A connection to a server: what is to be sent, and what came and is not understood yet. */
final class Client implements AutoCloseable {
    private static final int READ_BYTES_MIN = 1 << 18;

    private final SocketChannel channel;
    private final Output out = new Output();
    private byte[] in = new byte[READ_BYTES_MIN];
    private int start;
    private int end;

    private Client(SocketChannel channel) {
        this.channel = channel;
    }

    /** One that waits for what it reads and sends; {@link #channel()} may change that. */
    static Client connect(int port) throws IOException {
        SocketChannel channel = SocketChannel.open(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
        channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
        return new Client(channel);
    }

    SocketChannel channel() {
        return channel;
    }

    Output out() {
        return out;
    }

    byte[] in() {
        return in;
    }

    int start() {
        return start;
    }

    int end() {
        return end;
    }

    /** So many bytes of what came are understood. */
    void understood(int bytes) {
        start += bytes;
        if (start == end) {
            start = 0;
            end = 0;
        }
    }

    /** Sends what the channel takes; whether that was all. */
    boolean send() throws IOException {
        while (out.length() > 0) {
            int count = channel.write(ByteBuffer.wrap(out.array(), out.start(), out.length()));
            if (count == 0) {
                return false;
            }
            out.sent(count);
        }
        return true;
    }

    /** Reads what there is; of a channel that waits, at least a byte. */
    void read() throws IOException {
        if (start > 0 && in.length - end < READ_BYTES_MIN) {
            System.arraycopy(in, start, in, 0, end - start);
            end -= start;
            start = 0;
        }
        if (in.length - end < READ_BYTES_MIN / 2) {
            in = Arrays.copyOf(in, 2 * in.length);
        }
        int count = channel.read(ByteBuffer.wrap(in, end, in.length - end));
        if (count < 0) {
            throw new EOFException("the server closed the connection");
        }
        end += count;
    }

    /** Sends a command and waits for its answer. */
    Reply ask(Dialect dialect, Consumer<Output> command) throws IOException {
        command.accept(out);
        send();
        return await(dialect, new Reply());
    }

    /** Waits for the next answer. */
    Reply await(Dialect dialect, Reply reply) throws IOException {
        while (true) {
            int bytes = end > start ? dialect.read(in, start, end, reply) : 0;
            understood(bytes);
            if (bytes == 0) {
                read();
            } else if (reply.kind() == Reply.Kind.QUESTION) {
                dialect.reassure(out);
                send();
            } else if (reply.kind() != Reply.Kind.NEWS) {
                return reply;
            }
        }
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
