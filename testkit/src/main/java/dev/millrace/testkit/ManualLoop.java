package dev.millrace.testkit;

import dev.millrace.api.engine.EngineLoop;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.TreeMap;

/** A loop for an engine whose turns are made by a test, on the test's thread, which is the only one it knows. */
public final class ManualLoop implements EngineLoop {
    private final Queue<Runnable> work = new ArrayDeque<>();
    private final Queue<Runnable> atTurnEnd = new ArrayDeque<>();
    /** By the nanoseconds that they were to wait, then in the order in which they were planned. */
    private final TreeMap<Planned, Runnable> planned = new TreeMap<>();

    private long lastNumber;

    private record Planned(long nanos, long number) implements Comparable<Planned> {
        @Override
        public int compareTo(Planned other) {
            return nanos != other.nanos ? Long.compare(nanos, other.nanos) : Long.compare(number, other.number);
        }
    }

    /** A loop with nothing to do. */
    public ManualLoop() {}

    @Override
    public boolean isInLoop() {
        return true;
    }

    @Override
    public void execute(Runnable task) {
        work.add(task);
    }

    @Override
    public void atTurnEnd(Runnable task) {
        atTurnEnd.add(task);
    }

    @Override
    public Runnable schedule(Runnable task, long nanos) {
        Planned wakeUp = new Planned(nanos, ++lastNumber);
        planned.put(wakeUp, task);
        return () -> planned.remove(wakeUp);
    }

    /** {@return how long the loop would sleep; {@link Long#MAX_VALUE} for ever} */
    public long nanosUntilWork() {
        return planned.isEmpty() ? Long.MAX_VALUE : planned.firstKey().nanos;
    }

    /** {@return how many wake-ups are planned} */
    public int plannedCount() {
        return planned.size();
    }

    /** Does all work that is there now, and ends the turn. */
    public void turn() {
        for (int left = work.size(); left > 0; left--) {
            work.remove().run();
        }
        endTurn();
    }

    /** Makes turns until nothing is left to do but to wait. */
    public void settle() {
        while (!work.isEmpty() || !atTurnEnd.isEmpty()) {
            turn();
        }
    }

    /** Ends a turn. */
    public void endTurn() {
        for (Runnable last = atTurnEnd.poll(); last != null; last = atTurnEnd.poll()) {
            last.run();
        }
    }

    /** Lets the nearest wake-up come. */
    public void wake() {
        Map.Entry<Planned, Runnable> first = planned.pollFirstEntry();
        if (first == null) {
            throw new IllegalStateException("no wake-up is planned");
        }
        first.getValue().run();
        endTurn();
    }

    /** Lets all wake-ups come that are planned now, each in a turn: whoever was woken too early plans another one. */
    public void wakeAll() {
        for (Planned wakeUp : List.copyOf(planned.keySet())) {
            Runnable task = planned.remove(wakeUp);
            if (task != null) {
                task.run();
                endTurn();
            }
        }
    }
}
