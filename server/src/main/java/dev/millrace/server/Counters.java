package dev.millrace.server;

/** What the server has done since it started. Used on the loop's thread. */
final class Counters {
    private long commands;
    private long refusals;
    private long readBytes;
    private long writtenBytes;
    private long connections;
    private long silences;
    private long failedLogins;
    private long denials;
    private long lostReports;
    private final long[] met = new long[Limit.values().length];

    void reportLost() {
        lostReports++;
    }

    /** Reports to Graphite that were not sent. */
    long lostReportCount() {
        return lostReports;
    }

    /** A limit was met. */
    void met(Limit limit) {
        met[limit.ordinal()]++;
    }

    /** How often a limit was met. */
    long metCount(Limit limit) {
        return met[limit.ordinal()];
    }

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
        met(Limit.CONNECTIONS_MAX);
    }

    void cutOff() {
        met(Limit.UNSENT_BYTES_END);
    }

    void stalled() {
        met(Limit.STALLED_MS);
    }

    void unconfirmed() {
        met(Limit.CONFIRM_WITHIN_MS);
    }

    void silent() {
        silences++;
    }

    void loginFailed() {
        failedLogins++;
    }

    void loginLate() {
        met(Limit.LOGIN_WITHIN_MS);
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
        return metCount(Limit.CONNECTIONS_MAX);
    }

    /** Connections closed since their clients left too much unread. */
    long cutOffCount() {
        return metCount(Limit.UNSENT_BYTES_END);
    }

    /** Connections closed since their clients read nothing at all for too long. */
    long stalledCount() {
        return metCount(Limit.STALLED_MS);
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
        return metCount(Limit.LOGIN_WITHIN_MS);
    }

    /** Commands for which the user had no right. */
    long denialCount() {
        return denials;
    }
}
