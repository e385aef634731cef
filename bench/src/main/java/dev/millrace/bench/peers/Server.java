package dev.millrace.bench.peers;

import java.io.IOException;

/** A server under load. */
interface Server {
    /** Where it listens on this machine. */
    int port();

    /** The processor time it has used, in seconds. */
    double processorSeconds() throws IOException;
}
