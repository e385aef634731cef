package dev.millrace.embedded;

/** Where sessions hand in their requests. Safe for use by several threads. */
interface RequestSink {
    /** The most that a request may cost. */
    int costMax();

    /** How many different takes of one session may wait to be withdrawn. */
    int cancellationsMax();

    /** Adds a request if there is room for it. */
    boolean tryAdd(Request request);

    /**
     * Adds a request once there is room for it, on a thread that would only wait then, and may serve the engine
     * instead.
     */
    void add(Request request) throws InterruptedException;

    /** Adds what is never refused, or has its room already. */
    void addAlways(Request request);
}
