/** The server and its doors: they turn bytes into commands of an engine and answers into bytes, and decide nothing. */
@SuppressWarnings("module") // cli is built later
module dev.millrace.server {
    requires transitive dev.millrace.api;
    requires dev.millrace.wire;
    requires io.netty.buffer;
    requires io.netty.common;
    requires io.netty.handler;
    requires io.netty.transport;
    requires io.netty.transport.classes.epoll;
    requires io.netty.transport.classes.io_uring;
    requires jdk.net;
    requires static org.jspecify;

    exports dev.millrace.server to
            dev.millrace.cli;
}
