package dev.millrace.server;

import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** A connection in one line, as CLIENT LIST shows it: words that Redis' own tools know. */
record ClientLine(Connection connection) {
    String text() {
        long nowNs = connection.nowNs();
        ConnectionCommands commands = connection.commands();
        return "id=" + connection.session().id()
                + " addr=" + address(connection.peer())
                + " laddr=" + address(connection.local())
                + " name=" + commands.name()
                + " age=" + TimeUnit.NANOSECONDS.toSeconds(nowNs - connection.openedNs())
                + " idle=" + TimeUnit.NANOSECONDS.toSeconds(nowNs - connection.silence().lastHeardNs())
                + " flags=" + (connection.session().isBlocked() ? "b" : "N")
                + " sub=" + connection.session().subscriptionCount()
                + " qbuf=" + connection.inputBytes()
                + " cmd=" + connection.lastVerb()
                + " resp=" + connection.replies().version()
                + " user=" + connection.login().name()
                + " lib-name=" + commands.libraryName()
                + " lib-ver=" + commands.libraryVersion();
    }

    /** As CLIENT LIST and CLIENT KILL write an address; empty for a connection that is gone. */
    static String address(@Nullable SocketAddress address) {
        return address instanceof InetSocketAddress known
                ? known.getAddress().getHostAddress() + ":" + known.getPort()
                : "";
    }
}
