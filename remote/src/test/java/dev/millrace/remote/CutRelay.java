package dev.millrace.remote;

import java.io.Closeable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** A stretch of the way to a server, with real sockets, that a test can cut. */
final class CutRelay implements Closeable {
    private final InetSocketAddress server;
    private final ServerSocket listening;
    private final Set<Socket> sockets = ConcurrentHashMap.newKeySet();
    private volatile boolean isCut;

    CutRelay(InetSocketAddress server) throws IOException {
        this.server = server;
        listening = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        Thread.ofVirtual().start(this::accept);
    }

    int port() {
        return listening.getLocalPort();
    }

    /** Cuts what there is, and whatever is tried until it is {@link #mend mended}. */
    void cut() {
        isCut = true;
        sockets.forEach(CutRelay::shut);
    }

    void mend() {
        isCut = false;
    }

    @Override
    public void close() throws IOException {
        listening.close();
        cut();
    }

    private void accept() {
        while (!listening.isClosed()) {
            try {
                Socket client = listening.accept();
                sockets.add(client);
                Socket onward = new Socket(server.getAddress(), server.getPort());
                sockets.add(onward);
                Thread.ofVirtual().start(() -> carry(client, onward));
                Thread.ofVirtual().start(() -> carry(onward, client));
                if (isCut) {
                    cut();
                }
            } catch (IOException over) {
                // Closed, or cut already.
            }
        }
    }

    private void carry(Socket from, Socket to) {
        try {
            from.getInputStream().transferTo(to.getOutputStream());
        } catch (IOException broken) {
            // As the other half will see as well.
        } finally {
            shut(from);
            shut(to);
            sockets.remove(from);
            sockets.remove(to);
        }
    }

    private static void shut(Socket socket) {
        try {
            socket.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
