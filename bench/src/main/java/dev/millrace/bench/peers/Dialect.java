package dev.millrace.bench.peers;

import java.io.IOException;

/**
 * How a server is spoken to: the bytes of a put, a take and an ack, and what its answers mean. A slot is one life cycle
 * under way on a connection; protocols that answer in order have no use for its number.
 */
interface Dialect {
    /** How a take behaves where there is nothing. */
    enum Patience {
        /** As the life cycles want it, where there is always something, or will be in a moment. */
        USUAL,
        /** It waits for a task. */
        WAITS,
        /** It says so. */
        NONE
    }

    /** Makes what the load needs on a server that has just begun, and empties it. */
    default void prepare(Client client) throws IOException {}

    /** What comes first on each connection, which has so many slots. */
    default void greet(Client client, int connection, int slots) throws IOException {}

    /** Whether a task is waited for by the server, and not by asking again and again. */
    default boolean canWait() {
        return true;
    }

    void put(Output out, int connection, int slot, byte[] payload);

    void take(Output out, int connection, int slot, Patience patience);

    /** Acks what the reply's receipt names. */
    void ack(Output out, int connection, int slot, byte[] receipt, int length);

    /** Answers a server that asks whether somebody is there. */
    default void reassure(Output out) {
        throw new IllegalStateException("this server asks nothing");
    }

    /** Whether a task that was waited for is to be acked. */
    default boolean acksWhatWaited() {
        return true;
    }

    /**
     * Reads one answer.
     *
     * @return how many bytes it has; 0 if not all are there
     * @throws IOException if it is an error, or is not understood
     */
    int read(byte[] in, int start, int end, Reply reply) throws IOException;
}
