package dev.millrace.server;

import dev.millrace.api.engine.EngineLoop;
import dev.millrace.api.engine.Engines;
import dev.millrace.api.engine.HostedEngine;
import io.netty.channel.Channel;
import java.security.SecureRandom;

/**
 * An engine and the native wire to it on a loop of somebody else's, who also brings the connections: a {@link
 * MillraceServer} without threads and sockets. So that what speaks to a server can be tested with it, on one thread,
 * and by a clock that stands still.
 */
public final class NativeDoor implements AutoCloseable {
    private final HostedEngine engine;
    private final ServerState state;

    private NativeDoor(HostedEngine engine, ServerState state) {
        this.engine = engine;
        this.state = state;
    }

    /**
     * Opens the engine. Blocks until what was stored is recovered.
     *
     * @param loop who runs it all
     * @param options of which the address is of no meaning
     * @throws dev.millrace.api.MillraceException as opening the engine does
     */
    public static NativeDoor open(EngineLoop loop, ServerOptions options) {
        HostedEngine engine = Engines.openOn(loop, options.uri(), options.engine());
        return new NativeDoor(engine, new ServerState(options, engine, loop, new SecureRandom(), loop::execute));
    }

    /**
     * Begins a connection on a channel that is active, and whose work is done on the loop's thread. Called on that
     * thread.
     */
    public void welcome(Channel channel) {
        channel.pipeline().addLast(new Connection(state, channel, Confirmations.untold()));
        channel.pipeline().fireChannelActive();
    }

    /**
     * Has the server drain, as {@link MillraceServer#drain} does, and tells when it is over. Called on the loop's
     * thread.
     */
    public void drain(Runnable over) {
        state.drain().begin(over);
    }

    /** Ends the engine; connections end as their channels do. Blocks as {@link HostedEngine#close} does; idempotent. */
    @Override
    public void close() {
        engine.close();
    }
}
