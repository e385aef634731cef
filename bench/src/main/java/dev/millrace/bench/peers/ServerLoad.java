package dev.millrace.bench.peers;

/** The loads under which servers are compared. */
public enum ServerLoad {
    ONE("1 connection, depth 1, server and generator on one core", 1, 1, ClosedLoad.Part.CYCLES),
    WIDE("16 connections, depth 1", 16, 1, ClosedLoad.Part.CYCLES),
    DEEP("16 connections, depth 32", 16, 32, ClosedLoad.Part.CYCLES),
    PUT("puts alone, 4 connections, depth 256", 4, 256, ClosedLoad.Part.PUTS),
    /** Its part is not used. */
    WAKE("a take that waits gets a put, every 5 ms: µs", 2, 1, ClosedLoad.Part.CYCLES);

    private final String title;
    private final int connections;
    private final int depth;
    private final ClosedLoad.Part part;

    ServerLoad(String title, int connections, int depth, ClosedLoad.Part part) {
        this.title = title;
        this.connections = connections;
        this.depth = depth;
        this.part = part;
    }

    String title() {
        return title;
    }

    int connections() {
        return connections;
    }

    int depth() {
        return depth;
    }

    ClosedLoad.Part part() {
        return part;
    }

    /** What is compared: the p50 of a wake, else the rate. */
    double figure(Measured measured) {
        return this == WAKE ? measured.p50us() : measured.perSecond();
    }
}
