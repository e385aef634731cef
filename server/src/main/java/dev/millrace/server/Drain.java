package dev.millrace.server;

import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * The end of a server that lets its clients finish: nobody is given a task any more, while everything else goes on,
 * until nobody who is connected holds one, or {@code drainMs} are over, or somebody is in a hurry. Used on the loop's
 * thread.
 *
 * <p>Who holds something only the engine knows. It is asked about each session that may, again and again; one that has
 * nothing gets nothing any more, so there are fewer each time. A session without a connection is not waited for: nobody
 * can come back to it.
 */
final class Drain {
    private static final System.Logger LOG = System.getLogger("dev.millrace.server");
    private static final long LOOK_EVERY_NS = TimeUnit.MILLISECONDS.toNanos(50);

    private final ServerState server;
    private final Alarms.Alarm nextLook = new Alarms.Alarm(this::look);
    private final Alarms.Alarm limit = new Alarms.Alarm(this::onLimit);
    private Runnable over = () -> {};
    private boolean isOn;
    private boolean isOver;
    private boolean isHurried;
    private long beganNs;
    /** Of the look that is under way: who has not been told about yet, and one more until all have been asked. */
    private int unanswered;

    private int holders;
    private long heldTasks;
    /** Whether it was said how much is waited for. */
    private boolean isWaitTold;

    Drain(ServerState server) {
        this.server = server;
    }

    /** Whether nobody is given a task any more. */
    boolean isOn() {
        return isOn;
    }

    /** Begins, unless it has. The first caller is told when it is over, now perhaps. */
    void begin(Runnable whenOver) {
        if (isOn) {
            return;
        }
        isOn = true;
        over = whenOver;
        beganNs = server.alarms().nowNs();
        int drainMs = server.limits().drainMs();
        LOG.log(
                System.Logger.Level.INFO,
                "draining: nobody can connect, and takes get nothing any more; connections=" + server.connections().count()
                        + " drainMs=" + drainMs);
        List.copyOf(server.connections().all()).forEach(connection -> connection.session().turnAway());
        server.alarms().set(limit, beganNs + TimeUnit.MILLISECONDS.toNanos(drainMs));
        look();
        if (isHurried) {
            hurry();
        }
    }

    /** Waits for nobody, now or when it begins. */
    void hurry() {
        isHurried = true;
        if (isOn) {
            end(System.Logger.Level.WARNING, "the drain is cut short;" + whatIsLeft());
        }
    }

    private void look() {
        unanswered = 1;
        holders = 0;
        heldTasks = 0;
        for (Connection connection : server.connections().all()) {
            if (connection.session().askHeld(this::told)) {
                unanswered++;
            }
        }
        answered();
    }

    private void told(long held) {
        holders += held > 0 ? 1 : 0;
        heldTasks += held;
        answered();
    }

    private void answered() {
        unanswered--;
        if (unanswered > 0 || isOver) {
            return;
        }
        if (holders == 0) {
            long tookMs = TimeUnit.NANOSECONDS.toMillis(server.alarms().nowNs() - beganNs);
            end(System.Logger.Level.INFO, "drained: nobody who is connected holds a task, after ms=" + tookMs);
            return;
        }
        if (!isWaitTold) {
            isWaitTold = true;
            LOG.log(System.Logger.Level.INFO, "draining: waiting for verdicts on tasks=" + heldTasks + " of sessions=" + holders);
        }
        server.alarms().set(nextLook, server.alarms().nowNs() + LOOK_EVERY_NS);
    }

    private void onLimit() {
        end(System.Logger.Level.WARNING, "the drain has taken drainMs=" + server.limits().drainMs() + ";" + whatIsLeft());
    }

    /** As it was when last looked. */
    private String whatIsLeft() {
        return " what is still held goes back: tasks=" + heldTasks + " of sessions=" + holders;
    }

    private void end(System.Logger.Level level, String told) {
        if (isOver) {
            return;
        }
        isOver = true;
        server.alarms().unset(limit);
        server.alarms().unset(nextLook);
        LOG.log(level, told);
        over.run();
    }
}
