package dev.millrace.server;

import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.ssl.SslHandshakeCompletionEvent;
import io.netty.util.ReferenceCountUtil;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;

/**
 * A connection too many on a port that speaks TLS: it is told so when it has shaken hands, since before that only TLS
 * itself could say something, and TLS has no word for it. A handshake costs the server more than the client, so only
 * {@value #AT_ONCE_MAX} are told at once, each within {@value #WITHIN_MS} ms; those beyond are closed without a word.
 * Used on the loop's thread.
 */
final class TurnedAway extends ChannelInboundHandlerAdapter {
    /** As many are told at once. */
    static final int AT_ONCE_MAX = 16;

    private static final int WITHIN_MS = 3_000;

    private final ServerState server;
    private final String told;
    private final Alarms.Alarm limit;

    private TurnedAway(ServerState server, Channel channel, String told) {
        this.server = server;
        this.told = told;
        this.limit = new Alarms.Alarm(channel::close);
    }

    /**
     * Has a new connection told this, behind the handlers that it has already; then it is closed.
     *
     * @return false if too many are being told, and it should be closed at once
     */
    static boolean tell(ServerState server, Channel channel, String told) {
        if (server.connections().turnedAwayCount() >= AT_ONCE_MAX) {
            server.counters().met(Limit.TURNED_AWAY_MAX);
            return false;
        }
        TurnedAway last = new TurnedAway(server, channel, told);
        server.connections().turnedAway(1);
        server.alarms().set(last.limit, server.alarms().nowNs() + TimeUnit.MILLISECONDS.toNanos(WITHIN_MS));
        channel.closeFuture().addListener(closed -> last.closed());
        channel.pipeline().addLast(last);
        return true;
    }

    private void closed() {
        server.alarms().unset(limit);
        server.connections().turnedAway(-1);
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext context, Object event) {
        if (event instanceof SslHandshakeCompletionEvent shaken && shaken.isSuccess()) {
            context.writeAndFlush(context.alloc().buffer().writeBytes(told.getBytes(StandardCharsets.UTF_8)))
                    .addListener(ChannelFutureListener.CLOSE);
        }
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        ReferenceCountUtil.release(message);
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        context.close();
    }
}
