package dev.millrace.server;

import io.netty.channel.Channel;
import java.util.concurrent.TimeUnit;

/**
 * The end of a client whose system confirms nothing that it is sent, as when its machine or its network is gone (G4). The system asks a client that
 * owes nothing whether it is there (TCP keep-alive), and goes on for a quarter of an hour with one that owes a confirmation. TCP_USER_TIMEOUT
 * would shorten that, but it also rules keep-alive, and ends a client that lives and reads nothing for a while. So the server looks twice
 * in the time that there is: who owed something both times, and confirmed nothing between, is gone. Used on the loop's thread.
 */
final class Unconfirmed {
    private static final System.Logger LOG = System.getLogger("dev.millrace.server");

    /**
     * By so much the last confirmation must be older than the pause: the system counts in steps of some milliseconds, and what was sent just
     * before a look, by a client that is quiet between looks, is on its way.
     */
    private static final long MARGIN_MS = 1_000;

    private final ServerState server;
    private final Connection connection;
    private final Channel channel;
    private final Confirmations confirmations;
    private final Alarms.Alarm look = new Alarms.Alarm(this::onLook);
    /** From a look, or from the first thing that was sent after all had been confirmed, to the next look. */
    private long pauseMs;
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
        pauseMs = server.limits().confirmWithinMs() / 2;
        server.alarms().set(look, server.alarms().nowNs() + TimeUnit.MILLISECONDS.toNanos(pauseMs));
    }

    private void onLook() {
        long lastAgoMs = confirmations.lastAgoMs(channel);
        if (lastAgoMs == Confirmations.UNTOLD) {
            isTold = false;
        } else if (lastAgoMs >= pauseMs + MARGIN_MS) {
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
