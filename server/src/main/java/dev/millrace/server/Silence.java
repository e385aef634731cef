package dev.millrace.server;

import java.util.concurrent.TimeUnit;

/**
 * When a client was last heard, and its end if that is longer ago than it announced (G3). The alarm is not set anew
 * with each read: it looks, when it rings, when the client was last heard. Used on the loop's thread.
 */
final class Silence {
    private static final System.Logger LOG = System.getLogger("dev.millrace.server");

    private final ServerState server;
    private final Connection connection;
    private final Alarms.Alarm alarm = new Alarms.Alarm(this::onAlarm);
    private long lastHeardNs;
    /** How long the client is silent at the most, as it announced; 0 for any time. */
    private long maxMs;

    /** The client was heard now, by its connecting. */
    Silence(ServerState server, Connection connection) {
        this.server = server;
        this.connection = connection;
        this.lastHeardNs = server.alarms().nowNs();
    }

    /** The time of the last sign of life, by the clock of {@link Alarms#nowNs}. */
    long lastHeardNs() {
        return lastHeardNs;
    }

    void heard() {
        lastHeardNs = server.alarms().nowNs();
    }

    /** From now on the client may speak, or is read, which it was not before: its silence begins here. */
    void maySpeak() {
        if (maxMs > 0) {
            heard();
        }
    }

    /** The client is to be heard at least so often; 0 for never. */
    void expectWithin(long ms) {
        maxMs = ms;
        if (ms == 0) {
            server.alarms().unset(alarm);
        } else {
            server.alarms().set(alarm, endNs());
        }
    }

    /** The connection is over. */
    void end() {
        server.alarms().unset(alarm);
    }

    private long endNs() {
        return lastHeardNs + TimeUnit.MILLISECONDS.toNanos(maxMs);
    }

    private void onAlarm() {
        if (connection.mayNotSpeak()) {
            heard();
        }
        if (endNs() > server.alarms().nowNs()) {
            server.alarms().set(alarm, endNs());
            return;
        }
        LOG.log(
                System.Logger.Level.INFO,
                connection.peer() + " was silent for " + maxMs + " ms, longer than it announced; its connection is closed");
        server.counters().silent();
        connection.kill();
    }
}
