package dev.millrace.bench;

import dev.millrace.api.AsyncTaskQueue;
import dev.millrace.api.Durability;
import dev.millrace.api.Millrace;
import dev.millrace.api.OpenOptions;
import dev.millrace.api.Task;
import dev.millrace.api.TaskQueue;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.BufferPoolMXBean;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Benchmarks of an engine through the API, each a verb of the command line. Every figure is printed as it was measured, a
 * line a round; the first rounds are those of a cold JVM.
 */
final class EngineBench {
    private static final int PAYLOAD_BYTES = 200;
    private static final int WINDOW = 1_024;

    private final Map<String, String> options;

    private EngineBench(Map<String, String> options) {
        this.options = options;
    }

    /** {@code <name> [key=value …]}. */
    public static void main(String[] arguments) throws Exception {
        Map<String, String> options = new TreeMap<>();
        for (String argument : arguments) {
            int equals = argument.indexOf('=');
            if (equals > 0) {
                options.put(argument.substring(0, equals), argument.substring(equals + 1));
            }
        }
        EngineBench bench = new EngineBench(options);
        switch (arguments.length == 0 ? "" : arguments[0]) {
            case "cycles" -> bench.cycles();
            case "latency" -> bench.latency();
            case "wake" -> bench.wake();
            case "park" -> bench.park();
            case "backlog" -> bench.backlog();
            default -> {
                System.err.println("""
                        usage: bench/run <name> [key=value …]
                          cycles   put → take → ack a second through the asynchronous API   n= rounds=
                          latency  a blocking put, one after another in each thread         n= rounds= threads= paceUs= kind=platform|virtual
                          wake     from a put to the return of a take that waited           n= rounds= kind=platform|virtual
                          park     from an unpark to the return of the park, the floor      n= rounds= kind=platform|virtual
                          backlog  memory a task, and reopening                             n=
                        all: uri=memory:|embedded:<folder> durability=SYNC|WRITTEN|NONE
                        Without uri, a folder of its own beside the working directory, removed afterwards.""");
                System.exit(2);
            }
        }
    }

    private void cycles() throws Exception {
        int n = number("n", 500_000);
        try (Place place = new Place();
                Millrace mill = open(place)) {
            for (int round = 0; round < number("rounds", 7); round++) {
                long startNs = System.nanoTime();
                cycle(mill.queue("bench").async(), n);
                say("cycles", n / seconds(startNs), "a second");
            }
        }
    }

    /** Keeps a window of cycles under way, each a put, then a take, then an ack. */
    private static void cycle(AsyncTaskQueue<byte[]> queue, int n) throws Exception {
        byte[] payload = new byte[PAYLOAD_BYTES];
        Semaphore window = new Semaphore(WINDOW);
        CountDownLatch left = new CountDownLatch(n);
        AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();
        for (int index = 0; index < n; index++) {
            window.acquire();
            queue.put(payload)
                    .thenCompose(stored -> queue.take())
                    .thenCompose(EngineBench::ack)
                    .whenComplete((done, cause) -> {
                        if (cause != null) {
                            failure.set(cause);
                        }
                        window.release();
                        left.countDown();
                    });
        }
        left.await();
        Throwable cause = failure.get();
        if (cause != null) {
            throw new IllegalStateException("a cycle failed", cause);
        }
    }

    private static CompletionStage<@Nullable Void> ack(@Nullable Task<byte[]> task) {
        if (task == null) {
            throw new IllegalStateException("the task that was put was not there to take");
        }
        return task.ackAsync();
    }

    /** Blocking puts, in each thread one after another, or at a pace: {@code paceUs} after the last one's answer. */
    private void latency() throws Exception {
        int n = number("n", 100_000);
        int threads = number("threads", 1);
        long paceNs = number("paceUs", 0) * 1_000L;
        try (Place place = new Place();
                Millrace mill = open(place)) {
            TaskQueue<byte[]> queue = mill.queue("bench");
            for (int round = 0; round < number("rounds", 5); round++) {
                long[][] ns = new long[threads][n / threads];
                List<Thread> putting = new ArrayList<>();
                long startNs = System.nanoTime();
                for (long[] each : ns) {
                    putting.add(kind().start(() -> put(queue, each, paceNs)));
                }
                for (Thread thread : putting) {
                    thread.join();
                }
                if (paceNs == 0) {
                    say("put", n / seconds(startNs), "a second");
                }
                say("put", Arrays.stream(ns).flatMapToLong(Arrays::stream).toArray());
                queue.purge();
            }
        }
    }

    private static void put(TaskQueue<byte[]> queue, long[] ns, long paceNs) {
        byte[] payload = new byte[PAYLOAD_BYTES];
        for (int index = 0; index < ns.length; index++) {
            if (paceNs > 0) {
                LockSupport.parkNanos(paceNs);
            }
            long startNs = System.nanoTime();
            queue.put(payload);
            ns[index] = System.nanoTime() - startNs;
        }
    }

    /** A taker that waits again and again; each put comes a millisecond after the take began, when its thread sleeps, too. */
    private void wake() throws Exception {
        int n = number("n", 2_000);
        try (Place place = new Place();
                Millrace mill = open(place)) {
            TaskQueue<byte[]> queue = mill.queue("bench");
            byte[] payload = new byte[PAYLOAD_BYTES];
            for (int round = 0; round < number("rounds", 5); round++) {
                long[] ns = new long[n];
                AtomicLong putNs = new AtomicLong();
                Thread taker = kind().start(() -> take(queue, ns, putNs));
                for (int index = 0; index < n; index++) {
                    while (queue.stats().waiting() == 0) {
                        Thread.onSpinWait();
                    }
                    Thread.sleep(Duration.ofMillis(1));
                    putNs.set(System.nanoTime());
                    queue.put(payload);
                }
                taker.join();
                say("wake", ns);
            }
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
    private void park() throws Exception {
        int n = number("n", 2_000);
        for (int round = 0; round < number("rounds", 5); round++) {
            long[] ns = new long[n];
            AtomicLong unparkedNs = new AtomicLong();
            Thread parked = kind().start(() -> {
                for (int index = 0; index < n; index++) {
                    while (unparkedNs.get() == 0) {
                        LockSupport.park();
                    }
                    ns[index] = System.nanoTime() - unparkedNs.getAndSet(0);
                }
            });
            for (int index = 0; index < n; index++) {
                while (unparkedNs.get() != 0) {
                    Thread.onSpinWait();
                }
                Thread.sleep(Duration.ofMillis(1));
                unparkedNs.set(System.nanoTime());
                LockSupport.unpark(parked);
            }
            parked.join();
            say("park", ns);
        }
    }

    /** Of the threads that wait. */
    private Thread.Builder kind() {
        return "virtual".equals(options.get("kind")) ? Thread.ofVirtual() : Thread.ofPlatform();
    }

    private void backlog() throws Exception {
        int n = number("n", 1_000_000);
        try (Place place = new Place()) {
            try (Millrace mill = open(place)) {
                AsyncTaskQueue<byte[]> queue = mill.queue("bench").async();
                long before = memory();
                long startNs = System.nanoTime();
                fill(queue, n);
                say("put", n / seconds(startNs), "a second");
                say("memory", (memory() - before) / (double) n, "bytes of heap and direct buffers a task");
            }
            for (int round = 0; round < 5; round++) {
                long startNs = System.nanoTime();
                try (Millrace mill = open(place)) {
                    say("reopen", seconds(startNs), "s, " + mill.queue("bench").stats().ready() + " ready");
                }
            }
        }
    }

    private static void fill(AsyncTaskQueue<byte[]> queue, int n) throws InterruptedException {
        byte[] payload = new byte[PAYLOAD_BYTES];
        Semaphore window = new Semaphore(WINDOW);
        for (int index = 0; index < n; index++) {
            window.acquire();
            queue.put(payload).whenComplete((stored, cause) -> window.release());
        }
        window.acquire(WINDOW);
    }

    /** What is in use after full collections. */
    private static long memory() throws InterruptedException {
        for (int round = 0; round < 3; round++) {
            System.gc();
            // What a collection leaves to cleaners, direct buffers above all, is given back a moment after it.
            Thread.sleep(Duration.ofMillis(200));
        }
        long direct = ManagementFactory.getPlatformMXBeans(BufferPoolMXBean.class).stream()
                .mapToLong(BufferPoolMXBean::getMemoryUsed)
                .sum();
        return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed() + direct;
    }

    private Millrace open(Place place) {
        Durability durability = Durability.valueOf(options.getOrDefault("durability", "WRITTEN"));
        return Millrace.open(place.uri(), OpenOptions.defaults().withDurability(durability));
    }

    private int number(String name, int otherwise) {
        return Integer.parseInt(options.getOrDefault(name, Integer.toString(otherwise)));
    }

    private static double seconds(long sinceNs) {
        return (System.nanoTime() - sinceNs) / 1e9;
    }

    private static void say(String what, double value, String unit) {
        System.out.printf(Locale.ROOT, "%-8s %,.2f %s%n", what, value, unit);
    }

    private static void say(String what, long[] ns) {
        Arrays.sort(ns);
        System.out.printf(
                Locale.ROOT,
                "%-8s p50 %.1f µs, p90 %.1f µs, p99 %.1f µs, of %,d%n",
                what,
                ns[ns.length / 2] / 1e3,
                ns[ns.length * 9 / 10] / 1e3,
                ns[ns.length * 99 / 100] / 1e3,
                ns.length);
    }

    /** The store that was named, or a folder of its own, which goes away. */
    private final class Place implements AutoCloseable {
        private final @Nullable Path own;
        private final String uri;

        Place() {
            String named = options.get("uri");
            try {
                own = named == null ? Files.createTempDirectory(Path.of(""), "bench-") : null;
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
            uri = named == null ? "embedded:" + own : named;
        }

        String uri() {
            return uri;
        }

        @Override
        public void close() {
            if (own == null) {
                return;
            }
            try (Stream<Path> files = Files.walk(own)) {
                for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                    Files.delete(file);
                }
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }
}
