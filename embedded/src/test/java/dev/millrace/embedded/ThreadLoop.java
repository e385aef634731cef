package dev.millrace.embedded;

import dev.millrace.api.engine.EngineLoop;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * A loop of nothing but an engine's work: each piece of work is a turn of its own, followed by what is to be done at
 * its end.
 */
final class ThreadLoop implements EngineLoop, AutoCloseable {
    private final Queue<Runnable> atTurnEnd = new ArrayDeque<>();
    private final ExecutorService executor;
    private volatile Thread thread = new Thread();

    ThreadLoop() {
        executor = Executors.newSingleThreadExecutor(work -> {
            thread = Thread.ofPlatform().name("loop").daemon().unstarted(work);
            return thread;
        });
    }

    @Override
    public boolean isInLoop() {
        return Thread.currentThread() == thread;
    }

    @Override
    public void execute(Runnable work) {
        executor.execute(turn(work));
    }

    @Override
    public void atTurnEnd(Runnable work) {
        atTurnEnd.add(work);
    }

    /** Never: the clock is the test's, which sends a command after it has moved it. */
    @Override
    public Runnable schedule(Runnable work, long nanos) {
        return () -> {};
    }

    private Runnable turn(Runnable work) {
        return () -> {
            work.run();
            for (Runnable last = atTurnEnd.poll(); last != null; last = atTurnEnd.poll()) {
                last.run();
            }
        };
    }

    /** Ends the thread once all work is done. */
    @Override
    public void close() {
        executor.shutdown();
    }
}
