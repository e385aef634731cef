package dev.millrace.testkit;

import dev.millrace.api.Durability;
import dev.millrace.api.ErrorCode;
import dev.millrace.api.Limits;
import dev.millrace.api.Millrace;
import dev.millrace.api.MillraceException;
import dev.millrace.api.OpenOptions;
import dev.millrace.api.QueueStats;
import dev.millrace.api.Session;
import dev.millrace.api.SessionOptions;
import dev.millrace.api.engine.Answer;
import dev.millrace.api.engine.Command;
import dev.millrace.api.engine.Engine;
import dev.millrace.api.engine.Engines;
import dev.millrace.api.engine.TestableEngine;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A test's hold on the engine of a {@link MillraceTest}: waits until the work is done, lets time pass, and lets faults
 * happen. For the test's own thread; a handler, or the engine's thread, would wait for itself and is refused with
 * {@link IllegalStateException}.
 *
 * <p>The handlers of {@code consume} and all commands are known here. Threads that the tested code starts by itself are
 * known only by their commands: what they do between two of them is not waited for, except by {@link #drain(String)},
 * which waits until the tasks they have taken are decided.
 *
 * <p>Handlers run on real threads, and those of one moment run at once, in whatever order; the order of moments is
 * fixed.
 */
public final class MillControl {
    private static final int QUEUES_NAMED_MAX = 20;
    private static final long STEP_NS_MIN = 1_000_000;

    private final long patienceMs;
    private final int takesMax;
    private final VirtualClock clock = new VirtualClock();
    private final Activity activity = new Activity();
    private final FaultPlan faults = new FaultPlan();
    private final @Nullable StoreFolder folder;
    private WatchedEngine engine;
    private Millrace mill;
    private EngineClient client;

    MillControl(MillraceTest settings) {
        this.patienceMs = requirePositive("patienceMs", settings.patienceMs());
        this.takesMax = (int) requirePositive("takesMax", settings.takesMax());
        this.folder = settings.store() == MillraceTest.Store.FOLDER ? StoreFolder.create() : null;
        this.engine = openEngine(folder, clock, activity, faults);
        this.mill = Millrace.over(engine, activity.handlerThreads());
        this.client = new EngineClient(engine.beneath(), SessionOptions.defaults());
    }

    private static WatchedEngine openEngine(
            @Nullable StoreFolder folder, VirtualClock clock, Activity activity, FaultPlan faults) {
        String uri = folder == null ? "memory:" : folder.uri();
        Engine beneath;
        try {
            beneath = Engines.open(
                    uri, OpenOptions.defaults().withTimeSource(clock).withDurability(Durability.WRITTEN));
        } catch (MillraceException e) {
            if (e.code() == ErrorCode.BAD_ARGUMENT) {
                throw new IllegalStateException(
                        "@MillraceTest finds no engine for " + uri
                                + "; add dev.millrace:millrace-embedded in test scope",
                        e);
            }
            throw e;
        }
        if (beneath instanceof TestableEngine testable) {
            return new WatchedEngine(testable, clock, activity, faults);
        }
        beneath.close();
        throw new IllegalStateException(
                "the engine for " + uri + ", " + beneath.getClass().getName() + ", is no TestableEngine; use another");
    }

    /**
     * {@return the engine that is open, as the tested code uses it; another one after {@link #restart()} and {@link
     * #crash()}}
     */
    public Millrace millrace() {
        return mill;
    }

    /** {@return the clock that the engine reads} {@link #advance} moves it, and lets what is due happen. */
    public VirtualClock clock() {
        return clock;
    }

    // --- Waiting

    /**
     * Waits until the consumers have done all they can at this moment: every handler has ended, nothing is ready in a
     * queue that is consumed, and no command is under way. Time does not pass. What is delayed stays so, and so does
     * what is ready where nobody takes it.
     *
     * @throws AssertionError when nothing happens for {@link MillraceTest#patienceMs()} though it is not so far, or
     *     more than {@link MillraceTest#takesMax()} tasks were taken; it says what there still is
     */
    public void drain() {
        rest(patience("drain()"));
    }

    /**
     * {@link #drain()}, and waits until nothing is ready or taken in this queue, whoever takes it. For tested code with
     * threads of its own.
     *
     * @param queue the queue's name
     * @throws AssertionError as {@link #drain()} does
     */
    public void drain(String queue) {
        Activity.Patience patience = patience("drain(\"" + queue + "\")");
        while (true) {
            long rested = rest(patience);
            if (!(client.call(new Command.Stats(queue)) instanceof Answer.Stats(QueueStats stats))) {
                throw new IllegalStateException("queue=" + queue + " has no numbers; " + situation());
            }
            if (stats.ready() + stats.taken() == 0) {
                return;
            }
            activity.awaitChange(rested, patience);
        }
    }

    /**
     * Lets time pass, from one event to the next: whenever a task becomes due, a wait runs out, a session has been
     * silent for too long or a late answer is due, the clock stands still until the consumers have done all they can,
     * as {@link #drain()} waits for it; before and after all of it, too.
     *
     * @param time how much; zero or less is {@link #drain()}
     * @throws AssertionError as {@link #drain()} does
     */
    public void advance(Duration time) {
        Activity.Patience patience = patience("advance(" + time + ")");
        rest(patience);
        pass(time, () -> rest(patience));
    }

    /**
     * {@link #advance} without waiting for anybody: handlers that run go on running. For tests of work that takes
     * longer than something in the engine's time.
     *
     * @param time how much; zero or less does nothing but let the engine answer what it was asked
     */
    public void advanceWhileBusy(Duration time) {
        requireOwnThread();
        settle();
        pass(time, this::settle);
    }

    private void pass(Duration time, Runnable wait) {
        Duration left = time;
        while (left.isPositive()) {
            Duration next = Duration.ofNanos(Math.max(STEP_NS_MIN, engine.nanosUntilNextEvent()));
            Duration step = next.compareTo(left) < 0 ? next : left;
            clock.advance(step);
            left = left.minus(step);
            engine.letOut();
            wait.run();
        }
    }

    /** Waits until all is at rest; the number of changes until then. */
    private long rest(Activity.Patience patience) {
        requireOwnThread();
        while (true) {
            long changes = activity.awaitRest(patience);
            settle();
            if (activity.restsSince(changes)) {
                return changes;
            }
        }
    }

    /**
     * Returns once the engine has answered what was submitted before, and done what is due: the first answer comes in
     * or after the round that did a part of it, the second proves that round to be over.
     */
    private void settle() {
        do {
            client.call(new Command.Beat());
            client.call(new Command.Beat());
        } while (engine.beneath().nanosUntilNextEvent() == 0);
    }

    private Activity.Patience patience(String what) {
        return activity.patience(what, patienceMs, takesMax, this::situation);
    }

    private void requireOwnThread() {
        if (engine.isEngineThread() || activity.handlers().contains(Thread.currentThread())) {
            throw new IllegalStateException(
                    "a handler or the engine's thread would wait for itself here; call it on the test's thread");
        }
    }

    // --- Faults

    /**
     * {@link #failNext} for {@code put}.
     *
     * @param queue the queue's name
     * @param fault what goes wrong
     */
    public void failNextPut(String queue, Fault fault) {
        failNext(Command.Put.class, queue, fault);
    }

    /**
     * Lets a fault happen to the next command of this kind on this queue that meets no fault planned earlier. The
     * engine is well all the same.
     *
     * @param kind which command, {@code Command.Ack.class} for example
     * @param queue the queue's name
     * @param fault what happens
     */
    public void failNext(Class<? extends Command> kind, String queue, Fault fault) {
        faults.add(new PlannedFault(kind, requireQueue(queue), fault, Duration.ZERO));
    }

    /**
     * Holds the answer back, to the next command of this kind on this queue that meets no fault planned earlier, until
     * this much time has passed since the engine gave it. The command is done at once. A handler that waits for it
     * counts as idle, and {@link #advance} lets it out in its turn; its session's end lets it out, too.
     *
     * @param kind which command, {@code Command.Put.class} for example
     * @param queue the queue's name
     * @param late how long, longer than zero
     */
    public void delayNext(Class<? extends Command> kind, String queue, Duration late) {
        if (!late.isPositive()) {
            throw new IllegalArgumentException("late=" + late + " is not positive; use a longer time");
        }
        faults.add(new PlannedFault(kind, requireQueue(queue), null, late));
    }

    /**
     * Ends a session as if nothing had been heard of it for too long (G3, G4): its tasks are ready again and have
     * failed once more, or are buried at their maxAttempts (T22); its waits and later verbs are CLOSED. Returns when
     * that is done.
     *
     * @param session one of the engine that is open; nothing happens to one that has ended
     */
    public void loseSession(Session session) {
        requireOwnThread();
        engine.silence(session.id());
        settle();
    }

    /**
     * Breaks the engine, as a failed write does (G8): what is under way is UNKNOWN, what waits and all later verbs are
     * READ_ONLY. What was acknowledged is there again after {@link #restart()} or {@link #crash()}.
     */
    public void breakEngine() {
        requireOwnThread();
        engine.breakDown();
        settle();
    }

    /**
     * Closes the engine in good order and opens it again on what it had stored; after {@link #breakEngine()} it is a
     * {@link #crash()}. Sessions end and consumptions with them.
     *
     * @return the new {@link #millrace()}; the old one is CLOSED
     * @throws IllegalStateException unless the store is a {@link MillraceTest.Store#FOLDER}
     */
    public Millrace restart() {
        StoreFolder store = requireFolder("restart()");
        if (engine.isBroken()) {
            return crash();
        }
        requireOwnThread();
        mill.close();
        return reopen(store);
    }

    /**
     * Ends the engine as a kill of its process does, after what it was asked before is answered, and opens it again on
     * what that leaves. Tasks that were taken are ready again, one of their {@code engineDeathsMax} nearer to being
     * buried (T22).
     *
     * @return the new {@link #millrace()}; the old one is CLOSED
     * @throws IllegalStateException unless the store is a {@link MillraceTest.Store#FOLDER}
     */
    public Millrace crash() {
        StoreFolder store = requireFolder("crash()");
        requireOwnThread();
        settle();
        store.copyAndLeave(mill::close);
        return reopen(store);
    }

    private Millrace reopen(StoreFolder store) {
        engine = openEngine(store, clock, activity, faults);
        mill = Millrace.over(engine, activity.handlerThreads());
        client = new EngineClient(engine.beneath(), SessionOptions.defaults());
        return mill;
    }

    private StoreFolder requireFolder(String what) {
        if (folder == null) {
            throw new IllegalStateException(
                    what + " would leave nothing of a store in memory; use @MillraceTest(store = Store.FOLDER)");
        }
        return folder;
    }

    private static String requireQueue(String queue) {
        return Limits.requireName("queue", queue);
    }

    private static long requirePositive(String name, long value) {
        if (value < 1) {
            throw new IllegalArgumentException(name + "=" + value + " < 1; raise " + name + " of @MillraceTest");
        }
        return value;
    }

    // --- The end

    /** What there is, for the message of a failure. */
    String situation() {
        List<String> lines = new ArrayList<>();
        lines.add("virtual time " + clock.now());
        switch (client.call(new Command.ListQueues(0, QUEUES_NAMED_MAX))) {
            case Answer.Queues(List<QueueStats> queues, long more) -> {
                queues.forEach(stats -> lines.add(line(stats)));
                if (more != 0) {
                    lines.add("and more queues");
                }
            }
            case Answer answer -> lines.add("no word from the engine: " + answer);
        }
        lines.addAll(activity.busy());
        faults.unmet().forEach(fault -> lines.add("a planned fault that no command has met: " + fault));
        return String.join("\n    ", lines);
    }

    private static String line(QueueStats stats) {
        return "queue " + stats.queue() + ": ready=" + stats.ready() + " delayed=" + stats.delayed() + " taken="
                + stats.taken() + " buried=" + stats.buried() + ", takes waiting=" + stats.waiting();
    }

    /** Requires that every planned fault has met its command. */
    void requireFaultsMet() {
        List<PlannedFault> unmet = faults.unmet();
        if (!unmet.isEmpty()) {
            throw new AssertionError("planned faults that no command has met: " + unmet
                    + "; plan them before the command, on its queue, or drop them");
        }
    }

    /** Closes the engine and ends the handlers; removes the folder. Idempotent. */
    void end() {
        mill.close();
        activity.handlers().forEach(Thread::interrupt);
        List<Thread> left = activity.awaitHandlersEnd(patienceMs);
        if (folder != null) {
            folder.remove();
        }
        if (!left.isEmpty()) {
            throw new AssertionError("after the test, interrupted and patienceMs=" + patienceMs + " later, still "
                    + Activity.line(left.getFirst()) + "\n    let the handler come to an end");
        }
    }
}
