package dev.millrace.server;

import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelOutboundBuffer;
import java.util.concurrent.TimeUnit;

/**
 * What a client was sent and leaves unread (G7): its connection is closed when that is far too much, or when nothing of
 * it moves for too long. Used on the loop's thread.
 */
final class UnreadAnswers {
    private static final System.Logger LOG = System.getLogger("dev.millrace.server");

    private final ServerState server;
    private final Connection connection;
    private final Channel channel;
    private final Alarms.Alarm stall = new Alarms.Alarm(this::onStall);
    /** Counts writes that went out; one listener for all of them. */
    private final ChannelFutureListener counting = sent -> this.sentCount++;
    /** Writes that went out as a whole, and how far the next one had got when the stall alarm was set. */
    private long sentCount;

    private long sentCountBefore;
    private long progressBefore;

    UnreadAnswers(ServerState server, Connection connection, Channel channel) {
        this.server = server;
        this.connection = connection;
        this.channel = channel;
    }

    /** How much of it is in memory. */
    long bytes() {
        ChannelOutboundBuffer buffer = channel.unsafe().outboundBuffer();
        return buffer == null ? 0 : buffer.totalPendingWriteBytes();
    }

    /** More was sent. */
    void add(ChannelFuture sent) {
        sent.addListener(counting);
    }

    /** Closes the connection when its client leaves far too much unread, and watches it while it leaves anything. */
    void require() {
        long bytes = bytes();
        int bytesEnd = server.limits().unsentBytesEnd();
        if (bytes > bytesEnd) {
            LOG.log(
                    System.Logger.Level.WARNING,
                    connection.peer() + " does not read: unsentBytes=" + bytes + " > unsentBytesEnd=" + bytesEnd
                            + "; its connection is closed");
            server.counters().cutOff();
            connection.kill();
        } else if (bytes > 0 && !stall.isSet()) {
            watch();
        }
    }

    /** The connection is over. */
    void end() {
        server.alarms().unset(stall);
    }

    private void watch() {
        sentCountBefore = sentCount;
        progressBefore = progress();
        server.alarms().set(stall, server.alarms().nowNs() + TimeUnit.MILLISECONDS.toNanos(server.limits().stalledMs()));
    }

    /** How much of the write that is under way has gone out. */
    private long progress() {
        ChannelOutboundBuffer buffer = channel.unsafe().outboundBuffer();
        return buffer == null ? 0 : buffer.currentProgress();
    }

    private void onStall() {
        long bytes = bytes();
        if (bytes == 0) {
            return;
        }
        if (sentCount != sentCountBefore || progress() != progressBefore) {
            watch();
            return;
        }
        LOG.log(
                System.Logger.Level.WARNING,
                connection.peer() + " has read nothing for stalledMs=" + server.limits().stalledMs() + ": unsentBytes=" + bytes
                        + "; its connection is closed");
        server.counters().stalled();
        connection.kill();
    }
}
