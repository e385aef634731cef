package dev.millrace.server;

import dev.millrace.api.QueueStats;
import dev.millrace.api.SessionOptions;
import dev.millrace.api.engine.Answer;
import dev.millrace.api.engine.Command;
import dev.millrace.api.engine.EndReason;
import dev.millrace.api.engine.EngineSession;
import dev.millrace.api.engine.Outlet;
import dev.millrace.api.engine.Push;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Sends the numbers of the server and its queues to Graphite, again and again (T19). Used on the loop's thread.
 *
 * <p>The queues are asked for page by page, a page a turn, so that a report of many holds up nobody. A report that is
 * not gathered, or not sent, when the next one is due makes that one be left out: what is late is of no use to anybody,
 * and nothing piles up.
 */
final class GraphiteFeed implements Outlet<Boolean> {
    private static final System.Logger LOG = System.getLogger("dev.millrace.server.graphite");
    private static final int PAGE_QUEUES = 200;

    private final ServerState server;
    private final Function<GraphiteOptions, Line> connecting;
    private final Alarms.Alarm next = new Alarms.Alarm(this::report);
    private @Nullable GraphiteOptions options;
    private @Nullable Line line;
    private @Nullable EngineSession<Boolean> session;
    /** What is being gathered; null between two reports. */
    private @Nullable GraphiteReport report;

    private boolean isLeavingOutTold;

    /** The way to Graphite. */
    interface Line {
        /** Sends a report without waiting; false if it is not there, or has not sent the last one yet. */
        boolean send(String report);

        /** Ends it. */
        void close();
    }

    /**
     * Begins with {@link #renew}.
     *
     * @param connecting makes the line that the options name
     */
    GraphiteFeed(ServerState server, Function<GraphiteOptions, Line> connecting) {
        this.server = server;
        this.connecting = connecting;
    }

    /** From now on so; null for not at all. */
    void renew(@Nullable GraphiteOptions renewed) {
        if (renewed == null ? options == null : renewed.equals(options)) {
            return;
        }
        close();
        options = renewed;
        if (renewed != null) {
            line = connecting.apply(renewed);
            session = server.engine().open(SessionOptions.defaults(), this);
            plan(renewed);
        }
    }

    /** Sends nothing more. */
    void close() {
        server.alarms().unset(next);
        options = null;
        report = null;
        if (line != null) {
            line.close();
            line = null;
        }
        if (session != null) {
            session.close();
            session = null;
        }
    }

    private void plan(GraphiteOptions now) {
        server.alarms().set(next, server.alarms().nowNs() + TimeUnit.MILLISECONDS.toNanos(now.intervalMs()));
    }

    private void report() {
        GraphiteOptions now = options;
        EngineSession<Boolean> asking = session;
        if (now == null || asking == null) {
            return;
        }
        plan(now);
        if (report != null) {
            server.counters().reportLost();
            return;
        }
        long seconds = TimeUnit.MILLISECONDS.toSeconds(server.options().engine().timeSource().wallMs());
        report = new GraphiteReport(now, seconds);
        asking.trySubmit(true, new Command.ListQueues(0, PAGE_QUEUES));
    }

    @Override
    public void answer(Boolean token, Answer answer) {
        GraphiteReport gathered = report;
        EngineSession<Boolean> asking = session;
        if (gathered == null || asking == null) {
            return;
        }
        if (!(answer instanceof Answer.Queues page)) {
            // The engine is broken, or over: there is nothing to be told of its queues.
            report = null;
            return;
        }
        for (QueueStats stats : page.queues()) {
            gathered.add(stats);
        }
        if (page.nextCursor() != 0) {
            asking.trySubmit(true, new Command.ListQueues(page.nextCursor(), PAGE_QUEUES));
            return;
        }
        report = null;
        send(gathered);
    }

    private void send(GraphiteReport gathered) {
        if (gathered.leftOut() > 0) {
            server.counters().met(Limit.GRAPHITE_QUEUES_MAX);
            if (!isLeavingOutTold) {
                isLeavingOutTold = true;
                LOG.log(
                        System.Logger.Level.WARNING,
                        "queues left out of the reports to Graphite: " + gathered.leftOut() + "; raise graphite.queuesMax");
            }
        }
        new ServerInfo(server).numbers().forEach(gathered::add);
        Line to = line;
        if (to == null || !to.send(gathered.text())) {
            server.counters().reportLost();
        }
    }

    @Override
    public void push(Push push) {
        // Nothing is taken here.
    }

    @Override
    public void flush() {
        // Each answer is complete in itself.
    }

    @Override
    public void ended(EndReason reason) {
        // What is asked afterwards is answered with an error.
    }
}
