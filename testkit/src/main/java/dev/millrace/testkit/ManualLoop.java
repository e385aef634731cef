package dev.millrace.testkit;

import dev.millrace.api.engine.EngineLoop;
import java.util.ArrayDeque;
import java.util.Map;
import java.util.Queue;
import java.util.TreeMap;

/** A loop for an engine whose turns are made by a test, on the test's thread, which is the only one it knows. */
public final class ManualLoop implements EngineLoop {
    private final Queue<Runnable> work = new ArrayDeque<>();
    private final Queue<Runnable> atTurnEnd = new ArrayDeque<>();
    /** By the nanoseconds that they were to wait. */
    private final TreeMap<Long, Runnable> planned = new TreeMap<>();

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
        planned.put(nanos, task);
        return () -> planned.remove(nanos, task);
    }

    /** How long the loop would sleep; {@link Long#MAX_VALUE} for ever. */
    public long nanosUntilWork() {
        return planned.isEmpty() ? Long.MAX_VALUE : planned.firstKey();
    }

    /** How many wake-ups are planned. */
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
        Map.Entry<Long, Runnable> first = planned.pollFirstEntry();
        if (first == null) {
            throw new IllegalStateException("no wake-up is planned");
        }
        first.getValue().run();
        endTurn();
    }
}
