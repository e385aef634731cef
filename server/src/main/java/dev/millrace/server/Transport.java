package dev.millrace.server;

/**
 * By which of the system's interfaces a server reads and writes its sockets. Clients notice no difference, but how soon
 * one that vanished is found out depends on it.
 */
public enum Transport {
    /** {@link #EPOLL} where it works, else {@link #NIO}. */
    AUTO,
    /** Linux' epoll, called directly, so that peers which confirm nothing are found out (G4). */
    EPOLL,
    /** Linux' io_uring, from 5.14 on where the system allows it; peers are found out as with {@link #EPOLL}. */
    IO_URING,
    /** Java's own, everywhere. */
    NIO;

    /**
     * Says whether this system has it, as far as that can be told without a socket.
     *
     * @throws dev.millrace.api.MillraceException BAD_ARGUMENT when it has not
     */
    public void check() {
        Sockets.of(this);
    }
}
