package dev.millrace.remote;

import dev.millrace.api.engine.EngineLoop;
import dev.millrace.server.NativeDoor;
import dev.millrace.testkit.VirtualClock;
import io.netty.channel.embedded.EmbeddedChannel;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Function;
import java.util.function.IntUnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * A client, a server and the network between them on one thread, without sockets and by a clock that a test moves:
 * whatever the client is asked to do has had all its consequences, on both sides, before the next thing begins.
 */
final class MemoryNetwork implements Network, EngineLoop {
    private final VirtualClock clock;
    private final ExecutorService executor;
    private volatile Thread thread = new Thread();

    // --- Of the thread

    private final Queue<Runnable> work = new ArrayDeque<>();
    private final Queue<Runnable> atTurnEnd = new ArrayDeque<>();
    private final List<Timer> timers = new ArrayList<>();
    private final List<Cable> cables = new ArrayList<>();
    private @Nullable NativeDoor door;
    private boolean isDraining;
    private boolean isPumping;
    /**
     * When the turn began. A test that got its answer in this turn may move the clock before the turn is over, and ask
     * for more first.
     */
    private long turnNs;
    /** See {@link Cable}. */
    private IntUnaryOperator cuts = bytes -> -1;

    /** Work that is due at a time. */
    private record Timer(long dueNs, Runnable work) {}

    MemoryNetwork(VirtualClock clock) {
        this.clock = clock;
        executor = Executors.newSingleThreadExecutor(task -> {
            thread = Thread.ofPlatform().name("loop").daemon().unstarted(task);
            return thread;
        });
    }

    /** Starts a server; the one before must have been stopped. */
    void start(Function<EngineLoop, NativeDoor> opening) {
        call(() -> {
            isDraining = false;
            door = opening.apply(this);
        });
    }

    /** Ends the server, cleanly; nobody can connect until there is another. */
    void stop() {
        call(() -> {
            NativeDoor closing = door;
            door = null;
            if (closing != null) {
                closing.close();
            }
            pump();
            cables.forEach(Cable::cut);
        });
    }

    /** Has the server drain: nobody can connect, and nobody is given a task. */
    void drain() {
        call(() -> {
            NativeDoor draining = door;
            isDraining = true;
            if (draining != null) {
                draining.drain(() -> {});
            }
        });
    }

    /** Cuts all connections, as a network does that fails: what is on its way is lost, and both ends notice. */
    void cutAll() {
        call(() -> List.copyOf(cables).forEach(Cable::cut));
    }

    /** Has connections break from now on; see {@link Cable}. */
    void breaking(IntUnaryOperator where) {
        call(() -> cuts = where);
    }

    /** Has the connections that there are carry nothing any more, for good, though neither end notices. */
    void deafen() {
        call(() -> cables.forEach(Cable::deafen));
    }

    /** Lets time pass, after what was asked for, and what is due happen. */
    void advance(Duration time) {
        settle();
        clock.advance(time);
        settle();
    }

    /** Returns once nothing moves any more. */
    void settle() {
        call(() -> {});
    }

    /** How many connections there are. */
    int cableCount() {
        List<Integer> count = new ArrayList<>();
        call(() -> count.add(cables.size()));
        return count.getFirst();
    }

    /** Runs it on the thread with all its consequences, and waits for that. */
    void call(Runnable task) {
        if (executor.isShutdown()) {
            return;
        }
        try {
            executor.submit(turn(task)).get();
        } catch (Exception e) {
            throw new AssertionError("the loop failed", e);
        }
    }

    // --- A network

    @Override
    public void connect(Link link) {
        NativeDoor open = door;
        if (open == null || isDraining) {
            work.add(() -> link.refused("nobody listens"));
            return;
        }
        EmbeddedChannel server = new EmbeddedChannel();
        EmbeddedChannel client = new EmbeddedChannel(link);
        open.welcome(server);
        cables.add(new Cable(client, server, bytes -> cuts.applyAsInt(bytes)));
    }

    @Override
    public Runnable schedule(Runnable task, long nanos) {
        Timer timer = new Timer(clock.monotonicNs() + nanos, task);
        timers.add(timer);
        return () -> timers.remove(timer);
    }

    @Override
    public void close() {
        if (!executor.isShutdown()) {
            stop();
            executor.shutdown();
        }
    }

    // --- A loop, for both sides

    @Override
    public boolean isInLoop() {
        return Thread.currentThread() == thread;
    }

    @Override
    public void execute(Runnable task) {
        if (isInLoop()) {
            work.add(task);
            if (!isPumping) {
                executor.execute(turn(() -> {}));
            }
        } else {
            executor.execute(turn(task));
        }
    }

    @Override
    public void atTurnEnd(Runnable task) {
        atTurnEnd.add(task);
    }

    private Runnable turn(Runnable task) {
        return () -> {
            isPumping = true;
            turnNs = clock.monotonicNs();
            try {
                task.run();
                pump();
            } finally {
                isPumping = false;
            }
        };
    }

    /** Goes on until nothing moves any more. */
    private void pump() {
        // Each may do something that the others have to go on with; what is due by time comes after what is there.
        while (doWork() | endTurn() | carry() || runTimers()) {}
    }

    private boolean doWork() {
        boolean did = !work.isEmpty();
        for (Runnable next = work.poll(); next != null; next = work.poll()) {
            next.run();
        }
        return did;
    }

    private boolean endTurn() {
        boolean did = !atTurnEnd.isEmpty();
        for (Runnable next = atTurnEnd.poll(); next != null; next = atTurnEnd.poll()) {
            next.run();
        }
        return did;
    }

    private boolean runTimers() {
        List<Timer> due =
                timers.stream().filter(timer -> timer.dueNs() <= turnNs).toList();
        due.forEach(timer -> {
            if (timers.remove(timer)) {
                timer.work().run();
            }
        });
        return !due.isEmpty();
    }

    private boolean carry() {
        boolean did = false;
        for (Cable cable : List.copyOf(cables)) {
            did |= cable.carry();
            if (cable.isOver()) {
                cables.remove(cable);
                did = true;
            }
        }
        return did;
    }
}
