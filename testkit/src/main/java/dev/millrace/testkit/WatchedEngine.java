package dev.millrace.testkit;

import dev.millrace.api.SessionOptions;
import dev.millrace.api.engine.Engine;
import dev.millrace.api.engine.EngineSession;
import dev.millrace.api.engine.Outlet;
import dev.millrace.api.engine.TestableEngine;
import java.util.Map;
import java.util.concurrent.ConcurrentSkipListMap;

/**
 * An engine with a test between it and its users: it is known who is busy, and planned faults happen. Made-up answers
 * are said by the engine's own thread, in turn with the real ones, by way of a sign of life.
 */
final class WatchedEngine implements Engine {
    private final TestableEngine beneath;
    private final VirtualClock clock;
    private final Activity activity;
    private final FaultPlan faults;
    /** The sessions that have not ended, in the order of their opening. */
    private final Map<Long, WatchedSession<?>> sessions = new ConcurrentSkipListMap<>();

    private volatile boolean broken;

    WatchedEngine(TestableEngine beneath, VirtualClock clock, Activity activity, FaultPlan faults) {
        this.beneath = beneath;
        this.clock = clock;
        this.activity = activity;
        this.faults = faults;
    }

    @Override
    public <T> EngineSession<T> open(SessionOptions options, Outlet<T> outlet) {
        WatchedSession<T> session = new WatchedSession<>(this, beneath, options, outlet);
        sessions.put(session.id(), session);
        return session;
    }

    @Override
    public boolean isEngineThread() {
        return beneath.isEngineThread();
    }

    @Override
    public void close() {
        beneath.close();
    }

    TestableEngine beneath() {
        return beneath;
    }

    Activity activity() {
        return activity;
    }

    FaultPlan faults() {
        return faults;
    }

    long nowNs() {
        return clock.monotonicNs();
    }

    void forget(WatchedSession<?> session) {
        sessions.values().remove(session);
    }

    // --- Faults

    boolean isBroken() {
        return broken;
    }

    void breakDown() {
        broken = true;
        sessions.values().forEach(WatchedSession::breakDown);
    }

    /** Ends a session as its silence does. */
    void silence(long sessionId) {
        WatchedSession<?> session = sessions.get(sessionId);
        if (session != null) {
            session.abandon();
        }
    }

    // --- Time

    /** How long until the engine acts by itself, or an answer that is held back is due. */
    long nanosUntilNextEvent() {
        long nanos = beneath.nanosUntilNextEvent();
        for (WatchedSession<?> session : sessions.values()) {
            nanos = Math.min(nanos, session.nanosUntilHeld(nowNs()));
        }
        return nanos;
    }

    /** Lets out the answers that are due. */
    void letOut() {
        sessions.values().forEach(session -> session.letOut(nowNs()));
    }
}
