package dev.millrace.cli;

import java.io.IOException;
import java.util.List;

/** A screen with keys. Belongs to one thread. */
interface TopTerminal extends AutoCloseable {
    /** How wide it is now. */
    int columns();

    /** How high it is now. */
    int rows();

    /** Shows these lines instead of those before. */
    void show(List<TopLine> lines);

    /** Waits for a key, but not longer than this. */
    TopKey readKey(long timeoutMs) throws IOException;

    /** Gives the terminal back as it was. */
    @Override
    void close() throws IOException;
}
