package dev.millrace.remote;

/**
 * How long the engine waits for what (G7); immutable. Each in milliseconds.
 *
 * @param openMs until a connection must be there, with the server's greeting; 5 s by default
 * @param loginMs until the greeting must be there, connection included, where somebody logs in: servers answer a wrong
 *     password late, by 8 s after a few (SERVER.md); at least {@code openMs}, 15 s by default
 * @param graceMs for how long the server is asked to keep a session whose connection broke (G3); 5 s by default
 * @param timeoutMs after so long without a byte from the server, though it was asked, a connection counts as broken,
 *     and the server is told to think the same of its client; 15 s by default, 0 for never
 * @param pingMs after so long without a command the server is asked for a sign of life; 5 s by default, less than a
 *     third of {@code timeoutMs}
 * @param unreachableMs how long a command waits for a server that cannot be reached; 30 s by default. A waiting take
 *     waits as long as it was told to
 * @param retryMinMs the pause before the first attempt to connect again, of which half is left to chance; 20 ms by
 *     default. It doubles with each failure
 * @param retryMaxMs the longest such pause; 2 s by default
 * @param closeMs how long the end of a session waits for the answers that are under way; 5 s by default
 */
record RemoteLimits(
        long openMs,
        long loginMs,
        long graceMs,
        long timeoutMs,
        long pingMs,
        long unreachableMs,
        long retryMinMs,
        long retryMaxMs,
        long closeMs) {
    private static final RemoteLimits DEFAULTS =
            new RemoteLimits(5_000, 15_000, 5_000, 15_000, 5_000, 30_000, 20, 2_000, 5_000);

    /** The defaults named above. */
    static RemoteLimits defaults() {
        return DEFAULTS;
    }

    /** How long a connection to there may take, until the server's greeting. */
    long greetingMs(Target target) {
        return target.login() == null ? openMs : loginMs;
    }

    /** These limits without signs of life: the connection is believed in until it breaks. */
    RemoteLimits withoutPings() {
        return new RemoteLimits(openMs, loginMs, graceMs, 0, 0, unreachableMs, retryMinMs, retryMaxMs, closeMs);
    }
}
