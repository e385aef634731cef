package dev.millrace.bench;

import dev.millrace.api.Millrace;
import dev.millrace.api.Task;
import dev.millrace.api.TaskQueue;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;

/**
 * How long single verbs take, and the switches between threads beneath them. What is asked for is the figure of a
 * process that has run for a while, so {@code warm} verbs without pauses come before the rounds, and do not count;
 * without them the first rounds show mostly how far the JIT has got.
 */
final class Latencies {
    private final Arguments arguments;
    private final Figures figures;
    private final int n;
    private final int rounds;
    private final Kind kind;

    /** Of the threads that wait. */
    enum Kind {
        PLATFORM,
        VIRTUAL
    }

    Latencies(Arguments arguments, Figures figures) {
        this.arguments = arguments;
        this.figures = figures;
        this.n = arguments.number("n", 1, 100_000_000);
        this.rounds = arguments.number("rounds", 1, 1_000);
        this.kind = arguments.constant("kind", Kind.class);
    }

    /** Blocking puts, in each thread one after another, or at a pace: {@code paceUs} after the last one's answer. */
    void puts() throws InterruptedException {
        int threads = arguments.number("threads", 1, Math.min(n, 10_000));
        long paceNs = arguments.number("paceUs", 0, 1_000_000) * 1_000L;
        try (Place place = new Place(arguments);
                Millrace mill = place.open()) {
            TaskQueue<byte[]> queue = mill.queue("bench");
            put(queue, new long[warm()], 0);
            queue.purge();
            for (int round = 0; round < rounds; round++) {
                long[][] ns = new long[threads][n / threads];
                List<Thread> putting = new ArrayList<>();
                long startNs = System.nanoTime();
                for (long[] each : ns) {
                    putting.add(thread().start(() -> put(queue, each, paceNs)));
                }
                for (Thread thread : putting) {
                    thread.join();
                }
                if (paceNs == 0) {
                    figures.add("put", n * 1e9 / (System.nanoTime() - startNs), "a second");
                }
                figures.addLatencies("put", Arrays.stream(ns).flatMapToLong(Arrays::stream).toArray());
                queue.purge();
            }
        }
    }

    private static void put(TaskQueue<byte[]> queue, long[] ns, long paceNs) {
        byte[] payload = Load.payload();
        for (int index = 0; index < ns.length; index++) {
            if (paceNs > 0) {
                LockSupport.parkNanos(paceNs);
            }
            long startNs = System.nanoTime();
            queue.put(payload);
            ns[index] = System.nanoTime() - startNs;
        }
    }

    /**
     * A taker that waits again and again; each put comes a millisecond after the take began, when its thread sleeps,
     * too.
     */
    void wakes() throws InterruptedException {
        try (Place place = new Place(arguments);
                Millrace mill = place.open()) {
            TaskQueue<byte[]> queue = mill.queue("bench");
            wakes(queue, new long[warm()], Duration.ZERO);
            for (int round = 0; round < rounds; round++) {
                long[] ns = new long[n];
                wakes(queue, ns, Duration.ofMillis(1));
                figures.addLatencies("wake", ns);
            }
        }
    }

    private void wakes(TaskQueue<byte[]> queue, long[] ns, Duration pause) throws InterruptedException {
        byte[] payload = Load.payload();
        AtomicLong putNs = new AtomicLong();
        Thread taker = thread().start(() -> take(queue, ns, putNs));
        for (int index = 0; index < ns.length; index++) {
            while (queue.stats().waiting() == 0) {
                requireAlive(taker);
                Thread.onSpinWait();
            }
            if (pause.isPositive()) {
                Thread.sleep(pause);
            }
            putNs.set(System.nanoTime());
            queue.put(payload);
        }
        taker.join();
    }

    private int warm() {
        return arguments.number("warm", 0, 100_000_000);
    }

    private static void requireAlive(Thread thread) {
        if (!thread.isAlive()) {
            throw new IllegalStateException("the thread that was to take has died");
        }
    }

    private static void take(TaskQueue<byte[]> queue, long[] ns, AtomicLong putNs) {
        for (int index = 0; index < ns.length; index++) {
            try (Task<byte[]> task = queue.take(Duration.ofSeconds(10))) {
                ns[index] = System.nanoTime() - putNs.get();
                if (task == null) {
                    throw new IllegalStateException("no task came in 10 s");
                }
                task.ack();
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
        }
    }

    /** The same with nothing between the threads: what the machine needs for a switch to a thread that sleeps. */
    void parks() throws InterruptedException {
        for (int round = 0; round < rounds; round++) {
            long[] ns = new long[n];
            AtomicLong unparkedNs = new AtomicLong();
            Thread parked = thread().start(() -> park(ns, unparkedNs));
            for (int index = 0; index < n; index++) {
                while (unparkedNs.get() != 0) {
                    Thread.onSpinWait();
                }
                Thread.sleep(Duration.ofMillis(1));
                unparkedNs.set(System.nanoTime());
                LockSupport.unpark(parked);
            }
            parked.join();
            figures.addLatencies("park", ns);
        }
    }

    private static void park(long[] ns, AtomicLong unparkedNs) {
        for (int index = 0; index < ns.length; index++) {
            while (unparkedNs.get() == 0) {
                LockSupport.park();
            }
            ns[index] = System.nanoTime() - unparkedNs.getAndSet(0);
        }
    }

    private Thread.Builder thread() {
        return kind == Kind.VIRTUAL ? Thread.ofVirtual() : Thread.ofPlatform();
    }
}
