package dev.millrace.server;

import dev.millrace.api.OpenOptions;
import dev.millrace.api.engine.Engines;
import dev.millrace.api.engine.HostedEngine;
import dev.millrace.testkit.ManualLoop;
import dev.millrace.testkit.VirtualClock;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelOutboundBuffer;
import io.netty.channel.embedded.EmbeddedChannel;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * A server without sockets and threads: turns and time are made by the test, so that what it answers is the same each
 * time.
 */
final class TestServer implements AutoCloseable {
    private final VirtualClock clock = new VirtualClock();
    private final ManualLoop loop = new ManualLoop();
    private final HostedEngine engine;
    private final ServerState state;
    private final List<EmbeddedChannel> channels = new ArrayList<>();

    TestServer() {
        this(UnaryOperator.identity());
    }

    TestServer(UnaryOperator<ServerOptions> change) {
        ServerOptions options = change.apply(ServerOptions.of("memory:"));
        OpenOptions engineOptions = options.engine().withTimeSource(clock);
        engine = Engines.openOn(loop, options.uri(), engineOptions);
        // Passwords are derived in a turn of their own.
        state = new ServerState(options.withEngine(engineOptions), engine, loop, new Random(1), loop::execute);
    }

    ServerState state() {
        return state;
    }

    /** A client's connection. */
    Client connect() {
        Client client = connectWithinTurn();
        settle();
        return client;
    }

    /** {@link #connect}, in the turn that is under way. */
    Client connectWithinTurn() {
        ReadersChannel channel = new ReadersChannel();
        channel.pipeline().addLast(new Connection(state, channel, asked -> confirmations(channel)));
        channel.pipeline().fireChannelActive();
        channels.add(channel);
        return new Client(channel);
    }

    private long confirmations(ReadersChannel channel) {
        Instant last = channel.confirmedAt;
        return last == null ? Confirmations.COMPLETE : Duration.between(last, clock.now()).toMillis();
    }

    /** Lets time pass, and the server do what is due. */
    void advance(Duration time) {
        clock.advance(time);
        do {
            loop.wakeAll();
            settle();
        } while (loop.nanosUntilWork() == 0);
    }

    /** How many timers of the loop are set. */
    int plannedCount() {
        return loop.plannedCount();
    }

    VirtualClock clock() {
        return clock;
    }

    /** Makes turns until nothing is left to do but to wait. */
    void settle() {
        for (int rounds = 0; rounds < 3; rounds++) {
            channels.forEach(EmbeddedChannel::runPendingTasks);
            loop.settle();
        }
    }

    @Override
    public void close() {
        channels.forEach(EmbeddedChannel::finishAndReleaseAll);
        settle();
        engine.close();
        channels.forEach(EmbeddedChannel::runPendingTasks);
        channels.forEach(EmbeddedChannel::releaseOutbound);
    }

    /** A channel whose other end may leave unread what it is sent. */
    private static final class ReadersChannel extends EmbeddedChannel {
        private boolean isRead = true;
        /** When it last confirmed anything, if it lacks something. */
        private @Nullable Instant confirmedAt;

        private int trickleBytes;

        @Override
        protected void doWrite(ChannelOutboundBuffer out) throws Exception {
            if (isRead) {
                super.doWrite(out);
            } else if (trickleBytes > 0) {
                out.progress(trickleBytes);
            }
        }
    }

    /** The client's end of a connection. */
    final class Client {
        private final ReadersChannel channel;

        Client(ReadersChannel channel) {
            this.channel = channel;
        }

        EmbeddedChannel channel() {
            return channel;
        }

        boolean isOpen() {
            return channel.isActive();
        }

        /** Its system confirms nothing from now on of what it is sent. */
        void confirmsNothing() {
            channel.confirmedAt = clock.now();
        }

        /** It has confirmed something, though not all. */
        void confirmsSome() {
            confirmsNothing();
        }

        /** It has confirmed all that it was sent. */
        void confirmsAll() {
            channel.confirmedAt = null;
        }

        /** Reads nothing more of what it is sent, until it {@link #readsAgain}. */
        void stopsReading() {
            channel.isRead = false;
        }

        void readsAgain() {
            channel.isRead = true;
            channel.flush();
            settle();
        }

        /** Takes so many bytes, not a whole write, though it does not read. */
        void trickles(int bytes) {
            channel.trickleBytes = bytes;
            channel.flush();
            channel.trickleBytes = 0;
        }

        /** Sends a command, which the server reads, but ends no turn. */
        void sendWithinTurn(String... arguments) {
            sendWithinTurn(bulks(arguments));
        }

        void sendWithinTurn(byte[] bytes) {
            if (channel.isActive()) {
                channel.writeInbound(Unpooled.copiedBuffer(bytes));
            }
        }

        /** Sends the bytes at once, and answers with all that came back. */
        String send(byte[] bytes) {
            if (channel.isActive()) {
                channel.writeInbound(Unpooled.copiedBuffer(bytes));
            }
            settle();
            return received();
        }

        /** Sends a command as an array of bulk strings. */
        String call(String... arguments) {
            return send(bulks(arguments));
        }

        /** Ends the connection without a word. */
        void drop() {
            channel.close();
            settle();
        }

        /** What came since the last time, each byte a char. */
        String received() {
            ByteArrayOutputStream all = new ByteArrayOutputStream();
            for (ByteBuf out = channel.readOutbound(); out != null; out = channel.readOutbound()) {
                byte[] bytes = new byte[out.readableBytes()];
                out.readBytes(bytes);
                out.release();
                all.writeBytes(bytes);
            }
            return all.toString(StandardCharsets.ISO_8859_1);
        }
    }

    /** A command as clients send it; each char is a byte. */
    static byte[] bulks(String... arguments) {
        StringBuilder text = new StringBuilder("*" + arguments.length + "\r\n");
        for (String argument : arguments) {
            text.append('$').append(argument.length()).append("\r\n").append(argument).append("\r\n");
        }
        return text.toString().getBytes(StandardCharsets.ISO_8859_1);
    }
}
