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
    private long stalls;
    private long silences;
    private long failedLogins;
    private long lateLogins;
    private long denials;

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

    void stalled() {
        stalls++;
    }

    void silent() {
        silences++;
    }

    void loginFailed() {
        failedLogins++;
    }

    void loginLate() {
        lateLogins++;
    }

    void denied() {
        denials++;
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

    /** Connections closed since their clients left too much unread. */
    long cutOffCount() {
        return cutOffs;
    }

    /** Connections closed since their clients read nothing at all for too long. */
    long stalledCount() {
        return stalls;
    }

    /** Connections closed since their clients were silent for longer than they had announced. */
    long silentCount() {
        return silences;
    }

    /** Passwords and tokens that were wrong, or too many at once. */
    long failedLoginCount() {
        return failedLogins;
    }

    /** Connections closed since nobody logged in. */
    long lateLoginCount() {
        return lateLogins;
    }

    /** Commands for which the user had no right. */
    long denialCount() {
        return denials;
    }
}
