package dev.millrace.server;

import io.netty.channel.Channel;
import java.util.concurrent.TimeUnit;

/**
 * The end of a client whose system confirms nothing that it is sent, as when its machine or its network is gone (G4).
 * The system asks a client that owes nothing whether it is there (TCP keep-alive), and goes on for a quarter of an hour
 * with one that owes a confirmation. TCP_USER_TIMEOUT would shorten that, but it also rules keep-alive, and ends a
 * client that lives and reads nothing for a while. So the server looks twice in the time that there is: who owes
 * something, and has confirmed nothing since before the last look or before it was sent something, is gone. A late
 * look, after a loop that stood still, proves nothing by being late. Used on the loop's thread.
 */
final class Unconfirmed {
    private static final System.Logger LOG = System.getLogger("dev.millrace.server");

    /**
     * By so much the last confirmation must be older than what it is compared with: the system counts in steps of some
     * milliseconds, and the confirmation of what is sent just now is on its way.
     */
    private static final long MARGIN_MS = 1_000;

    private final ServerState server;
    private final Connection connection;
    private final Channel channel;
    private final Confirmations confirmations;
    private final Alarms.Alarm look = new Alarms.Alarm(this::onLook);
    /** When it was looked last, or the first thing was sent after all had been confirmed. */
    private long sinceNs;
    /** Whether the system tells, as far as is known. */
    private boolean isTold = true;

    Unconfirmed(ServerState server, Connection connection, Channel channel, Confirmations confirmations) {
        this.server = server;
        this.connection = connection;
        this.channel = channel;
        this.confirmations = confirmations;
    }

    /** Something was sent. */
    void sent() {
        if (isTold && !look.isSet()) {
            lookLater();
        }
    }

    /** The connection is over. */
    void end() {
        server.alarms().unset(look);
    }

    private void lookLater() {
        sinceNs = server.alarms().nowNs();
        server.alarms().set(look, sinceNs + TimeUnit.MILLISECONDS.toNanos((server.limits().confirmWithinMs() - MARGIN_MS) / 2));
    }

    private void onLook() {
        if (!channel.isActive()) {
            return; // closed in this turn, and soon at its end
        }
        long lastAgoMs = confirmations.lastAgoMs(channel);
        long waitedMs = TimeUnit.NANOSECONDS.toMillis(server.alarms().nowNs() - sinceNs);
        if (lastAgoMs == Confirmations.UNTOLD) {
            isTold = false;
        } else if (lastAgoMs >= waitedMs + MARGIN_MS) {
            LOG.log(
                    System.Logger.Level.INFO,
                    connection.peer() + " has confirmed nothing for " + lastAgoMs + " ms of what it was sent, confirmWithinMs="
                            + server.limits().confirmWithinMs() + "; its connection is closed");
            server.counters().unconfirmed();
            connection.kill();
        } else if (lastAgoMs != Confirmations.COMPLETE) {
            lookLater();
        }
    }
}
