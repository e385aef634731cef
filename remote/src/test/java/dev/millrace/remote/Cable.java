package dev.millrace.remote;

import io.netty.buffer.ByteBuf;
import io.netty.channel.embedded.EmbeddedChannel;
import java.util.function.IntUnaryOperator;

/** What connects a client's channel with a server's. Used on one thread. */
final class Cable {
    private final EmbeddedChannel client;
    private final EmbeddedChannel server;
    private final IntUnaryOperator cuts;
    private boolean isDeaf;

    /**
     * Connects them.
     *
     * @param cuts of so many bytes that are sent, how many arrive before the connection breaks; negative if it does not
     */
    Cable(EmbeddedChannel client, EmbeddedChannel server, IntUnaryOperator cuts) {
        this.client = client;
        this.server = server;
        this.cuts = cuts;
    }

    /** Brings what was sent to the other side, and the end of one side after it; whether there was anything. */
    boolean carry() {
        if (isDeaf) {
            client.releaseOutbound();
            server.releaseOutbound();
            return false;
        }
        boolean did = carry(client, server) | carry(server, client);
        if (client.isActive() != server.isActive()) {
            (client.isActive() ? client : server).close();
            did = true;
        }
        return did;
    }

    private boolean carry(EmbeddedChannel from, EmbeddedChannel to) {
        from.runPendingTasks();
        boolean did = false;
        for (ByteBuf sent = from.readOutbound(); sent != null; sent = from.readOutbound()) {
            did = true;
            int arriving = cuts.applyAsInt(sent.readableBytes());
            if (arriving >= 0) {
                sent.writerIndex(sent.readerIndex() + arriving);
            }
            if (to.isActive() && sent.isReadable()) {
                to.writeInbound(sent);
            } else {
                sent.release();
            }
            if (arriving >= 0) {
                cut();
            }
        }
        return did;
    }

    /** What is on its way is lost, and both ends notice. */
    void cut() {
        client.releaseOutbound();
        server.releaseOutbound();
        server.close();
        client.close();
    }

    /** Nothing that is sent arrives any more, nor that one end is gone. */
    void deafen() {
        isDeaf = true;
    }

    boolean isOver() {
        return !client.isActive() && !server.isActive();
    }
}
