/** The engine {@code millrace://}: a server somewhere else, over the native wire. */
module dev.millrace.remote {
    requires dev.millrace.api;
    requires dev.millrace.wire;
    requires io.netty.buffer;
    requires io.netty.common;
    requires io.netty.handler;
    requires io.netty.transport;
    requires static org.jspecify;

    provides dev.millrace.api.engine.EngineProvider with
            dev.millrace.remote.RemoteProvider;
}
