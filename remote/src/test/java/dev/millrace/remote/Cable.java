package dev.millrace.remote;

import io.netty.buffer.ByteBuf;
import io.netty.channel.embedded.EmbeddedChannel;

/** What connects a client's channel with a server's. Used on one thread. */
final class Cable {
    private final EmbeddedChannel client;
    private final EmbeddedChannel server;

    Cable(EmbeddedChannel client, EmbeddedChannel server) {
        this.client = client;
        this.server = server;
    }

    /** Brings what was sent to the other side, and the end of one side after it; whether there was anything. */
    boolean carry() {
        boolean did = carry(client, server) | carry(server, client);
        if (client.isActive() != server.isActive()) {
            (client.isActive() ? client : server).close();
            did = true;
        }
        return did;
    }

    private static boolean carry(EmbeddedChannel from, EmbeddedChannel to) {
        from.runPendingTasks();
        boolean did = false;
        for (ByteBuf sent = from.readOutbound(); sent != null; sent = from.readOutbound()) {
            did = true;
            if (to.isActive() && sent.isReadable()) {
                to.writeInbound(sent);
            } else {
                sent.release();
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

    boolean isOver() {
        return !client.isActive() && !server.isActive();
    }
}
