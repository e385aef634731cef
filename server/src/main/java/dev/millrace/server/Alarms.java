package dev.millrace.server;

import dev.millrace.api.TimeSource;
import dev.millrace.api.engine.EngineLoop;
import java.util.Comparator;
import java.util.TreeSet;

/**
 * What is to happen at certain times unless it is called off: ends of silent connections, of times of grace, of writes
 * that stand still. All share one timer of the loop. Used on the loop's thread.
 *
 * <p>A turn of the loop reads what its sockets have before alarms ring, so that a loop that stood still, as in a slow
 * fsync, takes nobody for silent whose word is already there.
 */
final class Alarms {
    /** So many ring in one turn, so that many ends at once do not hold up the loop. */
    private static final int RINGS_MAX = 256;

    private final EngineLoop loop;
    private final TimeSource time;
    /** Those that are set, by their times; by their numbers where those are equal. */
    private final TreeSet<Alarm> set =
            new TreeSet<>(Comparator.comparingLong((Alarm alarm) -> alarm.atNs).thenComparingLong(alarm -> alarm.number));

    private long lastNumber;
    /** When the loop comes back by itself; {@link Long#MAX_VALUE} for not at all. */
    private long plannedNs = Long.MAX_VALUE;

    private Runnable callOff = () -> {};

    /** Something that may be set to ring at one time. */
    static final class Alarm {
        private final Runnable action;
        private long atNs;
        /** 0 when it is not set. */
        private long number;

        Alarm(Runnable action) {
            this.action = action;
        }

        boolean isSet() {
            return number != 0;
        }

        /** When it rings, while it is set. */
        long atNs() {
            return atNs;
        }
    }

    Alarms(EngineLoop loop, TimeSource time) {
        this.loop = loop;
        this.time = time;
    }

    /** The time now, by the clock that alarms go by. */
    long nowNs() {
        return time.monotonicNs();
    }

    /** Has the alarm ring at this time, and not when it was to ring before. */
    void set(Alarm alarm, long atNs) {
        unset(alarm);
        alarm.atNs = atNs;
        alarm.number = ++lastNumber;
        set.add(alarm);
        plan();
    }

    /** The alarm does not ring. The timer stays as it is: it finds nothing to do, or the next alarm. */
    void unset(Alarm alarm) {
        if (alarm.isSet()) {
            set.remove(alarm);
            alarm.number = 0;
        }
    }

    private void plan() {
        long firstNs = set.isEmpty() ? Long.MAX_VALUE : set.first().atNs;
        if (firstNs < plannedNs) {
            callOff.run();
            plannedNs = firstNs;
            callOff = loop.schedule(this::ring, Math.max(0, firstNs - nowNs()));
        }
    }

    private void ring() {
        plannedNs = Long.MAX_VALUE;
        try {
            for (int rung = 0; rung < RINGS_MAX && !set.isEmpty() && set.first().atNs <= nowNs(); rung++) {
                Alarm first = set.first();
                unset(first);
                first.action.run();
            }
        } finally {
            plan(); // whatever one of them throws, the others ring
        }
    }
}
