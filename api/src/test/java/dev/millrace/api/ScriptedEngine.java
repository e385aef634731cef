package dev.millrace.api;

import dev.millrace.api.engine.Answer;
import dev.millrace.api.engine.Command;
import dev.millrace.api.engine.EndReason;
import dev.millrace.api.engine.Engine;
import dev.millrace.api.engine.EngineSession;
import dev.millrace.api.engine.Outlet;
import dev.millrace.api.engine.Push;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * An engine that does nothing by itself: a test sees what was submitted and says when to answer what. One session. Its
 * thread is whichever calls {@link #answer}.
 */
final class ScriptedEngine implements Engine {
    private final Semaphore room = new Semaphore(1_000);
    private final Semaphore arrivals = new Semaphore(0);
    private final Deque<Pending> pending = new ArrayDeque<>();
    private final List<Command> submitted = new ArrayList<>();
    private final List<Object> cancelled = new ArrayList<>();
    private volatile @Nullable Thread engineThread;
    private @Nullable Outlet<Object> outlet;
    private int closes;

    private record Pending(Object token, Command command) {}

    @Override
    @SuppressWarnings("unchecked")
    public <T> EngineSession<T> open(SessionOptions options, Outlet<T> outlet) {
        this.outlet = (Outlet<Object>) outlet;
        return new Scripted<>();
    }

    @Override
    public boolean isEngineThread() {
        return Thread.currentThread() == engineThread;
    }

    @Override
    public void close() {
        closes++;
    }

    /** Refuses submissions from now on, or makes the blocking ones wait. */
    void fill() {
        room.drainPermits();
    }

    void makeRoom() {
        room.release(1_000);
    }

    /** Waits for the next command that has not been answered, and answers it. */
    void answer(Answer answer) throws InterruptedException {
        Pending next = awaitNext();
        onEngineThread(() -> outlet().answer(next.token(), answer));
    }

    /** Waits for the next command, and answers only when told to. */
    Runnable answerLater(Answer answer) throws InterruptedException {
        Pending next = awaitNext();
        return () -> onEngineThread(() -> outlet().answer(next.token(), answer));
    }

    /** Waits for the next command, announces its answer, and answers only when told to. */
    Runnable announce(Answer answer) throws InterruptedException {
        Pending next = awaitNext();
        onEngineThread(() -> outlet().announce(next.token()));
        return () -> onEngineThread(() -> outlet().answer(next.token(), answer));
    }

    void push(Push push) {
        onEngineThread(() -> outlet().push(push));
    }

    void end(EndReason reason) {
        onEngineThread(() -> outlet().ended(reason));
    }

    synchronized List<Command> submitted() {
        return List.copyOf(submitted);
    }

    synchronized int cancelled() {
        return cancelled.size();
    }

    int closes() {
        return closes;
    }

    static Answer.Taken taken(long id, int attempt) {
        return new Answer.Taken("jobs", id, attempt, 0, 0, 1_000, ByteBuffer.wrap(new byte[] {42}));
    }

    private Pending awaitNext() throws InterruptedException {
        if (!arrivals.tryAcquire(30, TimeUnit.SECONDS)) {
            throw new AssertionError("no command was submitted");
        }
        synchronized (this) {
            return pending.removeFirst();
        }
    }

    private Outlet<Object> outlet() {
        return Objects.requireNonNull(outlet);
    }

    private void onEngineThread(Runnable work) {
        engineThread = Thread.currentThread();
        try {
            work.run();
        } finally {
            engineThread = null;
        }
    }

    private synchronized void accept(Object token, Command command) {
        submitted.add(command);
        pending.add(new Pending(token, command));
        arrivals.release();
    }

    private final class Scripted<T> implements EngineSession<T> {
        @Override
        public long id() {
            return 7;
        }

        @Override
        public boolean trySubmit(T token, Command command) {
            if (!room.tryAcquire()) {
                return false;
            }
            accept(Objects.requireNonNull((Object) token), command);
            return true;
        }

        @Override
        public void submit(T token, Command command) throws InterruptedException {
            room.acquire();
            accept(Objects.requireNonNull((Object) token), command);
        }

        @Override
        public void cancel(T token) {
            synchronized (ScriptedEngine.this) {
                cancelled.add(Objects.requireNonNull((Object) token));
            }
        }

        @Override
        public void close() {
            closes++;
        }

        @Override
        public void abandon() {
            closes++;
        }
    }
}
