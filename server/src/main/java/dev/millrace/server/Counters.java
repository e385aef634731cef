package dev.millrace.server;

/** What the server has done since it started. Used on the loop's thread. */
final class Counters {
    private long commands;
    private long refusals;
    private long readBytes;
    private long writtenBytes;
    private long connections;
    private long refusedConnections;
    private long cutOffs;

    void command() {
        commands++;
    }

    void refused() {
        refusals++;
    }

    void read(int bytes) {
        readBytes += bytes;
    }

    void written(int bytes) {
        writtenBytes += bytes;
    }

    void connected() {
        connections++;
    }

    void refusedConnection() {
        refusedConnections++;
    }

    void cutOff() {
        cutOffs++;
    }

    /** Commands, also those refused. */
    long commandCount() {
        return commands;
    }

    /** Commands that were not understood or not allowed; those the engine refused are not among them. */
    long refusalCount() {
        return refusals;
    }

    long readByteCount() {
        return readBytes;
    }

    long writtenByteCount() {
        return writtenBytes;
    }

    long connectionCount() {
        return connections;
    }

    /** Connections beyond the limit. */
    long refusedConnectionCount() {
        return refusedConnections;
    }

    /** Connections closed since their clients did not read. */
    long cutOffCount() {
        return cutOffs;
    }
}
