/** The native wire: both halves of the Redis protocol as Millrace speaks it. Knows the API. */
@SuppressWarnings("module") // remote is built later
module dev.millrace.wire {
    requires transitive dev.millrace.api;
    requires transitive io.netty.buffer;
    requires static org.jspecify;

    exports dev.millrace.wire to
            dev.millrace.server,
            dev.millrace.remote;
}
