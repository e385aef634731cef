package dev.millrace.server;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslHandler;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Looks at a connection's first byte, by which TLS can be told from everything else: who speaks the wrong one of the
 * two is told so in its own language, rather than left to puzzle over noise. Otherwise it is gone after it.
 */
final class Doorstep extends ChannelInboundHandlerAdapter {
    private static final System.Logger LOG = System.getLogger("dev.millrace.server");
    /** With which a TLS record of a handshake begins. */
    private static final int HANDSHAKE = 22;
    /** A TLS record: alert, fatal, unexpected message. */
    private static final byte[] ALERT = {21, 3, 3, 0, 2, 2, 10};

    private static final String WANTS_TLS = "-NO_AUTH this port speaks TLS; connect with it, as redis-cli does with --tls\r\n";

    private final @Nullable SslContext tls;
    private final int handshakeWithinMs;
    /** Whether it was the wrong language; nothing more is listened to. */
    private boolean isRefused;

    /**
     * Expects TLS, or none.
     *
     * @param tls null for none
     */
    Doorstep(@Nullable SslContext tls, int handshakeWithinMs) {
        this.tls = tls;
        this.handshakeWithinMs = handshakeWithinMs;
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        ByteBuf bytes = (ByteBuf) message;
        if (isRefused || !bytes.isReadable()) {
            bytes.release();
            return;
        }
        boolean isTls = bytes.getByte(bytes.readerIndex()) == HANDSHAKE;
        if (isTls && tls != null) {
            SslHandler handler = tls.newHandler(context.alloc());
            handler.setHandshakeTimeout(handshakeWithinMs, TimeUnit.MILLISECONDS);
            context.pipeline().replace(this, "tls", handler);
            context.pipeline().fireChannelRead(bytes);
        } else if (!isTls && tls == null) {
            context.pipeline().remove(this);
            context.fireChannelRead(bytes);
        } else {
            bytes.release();
            LOG.log(
                    System.Logger.Level.WARNING,
                    context.channel().remoteAddress() + (isTls ? " speaks TLS, and this port does not" : " does not speak TLS")
                            + "; its connection is closed");
            byte[] told = isTls ? ALERT : WANTS_TLS.getBytes(StandardCharsets.US_ASCII);
            isRefused = true;
            context.writeAndFlush(context.alloc().buffer().writeBytes(told)).addListener(ChannelFutureListener.CLOSE);
        }
    }
}
