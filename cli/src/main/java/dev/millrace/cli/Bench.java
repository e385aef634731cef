package dev.millrace.cli;

import dev.millrace.api.AsyncTaskQueue;
import dev.millrace.api.MillraceException;
import dev.millrace.api.Task;
import dev.millrace.api.TaskQueue;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/** The measurements of `bench`: each in rounds, so that their spread shows; a round of its own warms up. */
final class Bench {
    /** Rounds that count, after one that does not. */
    private static final int ROUNDS = 5;

    /**
     * What was measured.
     *
     * @param what a word
     * @param nanos how long each took, in order; never empty
     * @param rates of the rounds, a second, in order
     */
    record Measurement(String what, long[] nanos, long[] rates) {
        int count() {
            return nanos.length;
        }

        long perSecond() {
            return rates[rates.length / 2];
        }

        long perSecondLowest() {
            return rates[0];
        }

        long perSecondHighest() {
            return rates[rates.length - 1];
        }

        /** The time that so many in a hundred did not exceed, in microseconds, rounded up. */
        long micros(int percent) {
            int rank = (int) Math.ceilDiv((long) nanos.length * percent, 100);
            return Math.ceilDiv(nanos[rank - 1], 1_000L);
        }
    }

    private final TaskQueue<byte[]> queue;
    private final byte[] payload;
    private final int count;
    private final int window;
    private final long endNanos;
    private final long phaseNanos;
    private final BooleanSupplier stopped;
    private long phaseEndNanos;

    Bench(TaskQueue<byte[]> queue, byte[] payload, int count, int window, Duration limit, BooleanSupplier stopped) {
        this.queue = queue;
        this.payload = payload;
        this.count = count;
        this.window = window;
        this.endNanos = System.nanoTime() + limit.toNanos();
        // A round of puts, takes and acks, or one of cycles; the warm-up is one more of each.
        this.phaseNanos = limit.toNanos() / (2 * (ROUNDS + 1));
        this.stopped = stopped;
    }

    /** Measures; as much as there is time for, and at least one of each. */
    List<Measurement> run() throws InterruptedException {
        Series puts = new Series("put");
        Series takes = new Series("take");
        Series acks = new Series("ack");
        for (int round = 0; round <= ROUNDS && (round <= 1 || goesOn()); round++) {
            oneAfterAnother(puts, takes, acks);
            if (round == 0) {
                puts.clear();
                takes.clear();
                acks.clear();
            }
        }
        Series cycles = new Series("cycle");
        for (int round = 0; round <= ROUNDS && (round <= 1 || goesOn()); round++) {
            cycles(cycles);
            if (round == 0) {
                cycles.clear();
            }
        }
        return List.of(puts.measured(), takes.measured(), acks.measured(), cycles.measured());
    }

    private boolean goesOn() {
        return !stopped.getAsBoolean() && System.nanoTime() - endNanos < 0;
    }

    private boolean roundGoesOn() {
        return !stopped.getAsBoolean() && System.nanoTime() - phaseEndNanos < 0;
    }

    private int roundCount() {
        return Math.max(1, count / ROUNDS);
    }

    /** A third of the round for the puts; what they stored is then taken and acknowledged. */
    private void oneAfterAnother(Series puts, Series takes, Series acks) {
        phaseEndNanos = System.nanoTime() + phaseNanos / 3;
        puts.beginRound();
        int stored = 0;
        do {
            long begin = System.nanoTime();
            queue.put(payload);
            puts.add(System.nanoTime() - begin);
            stored++;
        } while (stored < roundCount() && roundGoesOn());
        puts.endRound();
        takes.beginRound();
        acks.beginRound();
        for (int taken = 0; taken < stored; taken++) {
            long begin = System.nanoTime();
            Task<byte[]> task = queue.take();
            long between = System.nanoTime();
            if (task == null) {
                throw new IllegalStateException("the task that was put was not there to take");
            }
            task.ack();
            takes.add(between - begin);
            acks.add(System.nanoTime() - between);
        }
        takes.endRoundByItsOwnTime();
        acks.endRoundByItsOwnTime();
    }

    /** Keeps a window of cycles under way. */
    private void cycles(Series cycles) throws InterruptedException {
        phaseEndNanos = System.nanoTime() + phaseNanos;
        AsyncTaskQueue<byte[]> async = queue.async();
        Semaphore room = new Semaphore(window);
        AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();
        cycles.beginRound();
        int begun = 0;
        do {
            room.acquire();
            long begin = System.nanoTime();
            async.put(payload)
                    .thenCompose(stored -> async.take())
                    .thenCompose(Bench::ack)
                    .whenComplete((done, cause) -> {
                        if (cause == null) {
                            cycles.add(System.nanoTime() - begin);
                        } else {
                            failure.compareAndSet(null, cause);
                        }
                        room.release();
                    });
            begun++;
        } while (begun < roundCount() && roundGoesOn() && failure.get() == null);
        room.acquire(window);
        Throwable cause = failure.get();
        if (cause != null) {
            throw unwrapped(cause);
        }
        cycles.endRound();
    }

    private static CompletionStage<@Nullable Void> ack(@Nullable Task<byte[]> task) {
        if (task == null) {
            throw new IllegalStateException("the task that was put was not there to take");
        }
        return task.ackAsync();
    }

    private static RuntimeException unwrapped(Throwable cause) {
        Throwable inner = cause instanceof CompletionException && cause.getCause() != null ? cause.getCause() : cause;
        return inner instanceof MillraceException known ? known : new IllegalStateException(inner);
    }

    /** The times of one kind. Cycles end on the engine's thread, and are read after the last one. */
    private final class Series {
        private final String what;
        private final long[] nanos = new long[2 * count + 2 * ROUNDS];
        private final List<Long> rates = new ArrayList<>();
        private int size;
        private int roundStart;
        private long roundBegin;

        Series(String what) {
            this.what = what;
        }

        void beginRound() {
            roundStart = size;
            roundBegin = System.nanoTime();
        }

        void add(long time) {
            nanos[size++] = time;
        }

        void endRound() {
            rates.add(rate(System.nanoTime() - roundBegin));
        }

        /** For what alternates with something else. */
        void endRoundByItsOwnTime() {
            rates.add(rate(Arrays.stream(nanos, roundStart, size).sum()));
        }

        private long rate(long time) {
            return Math.round((size - roundStart) * 1e9 / Math.max(1, time));
        }

        void clear() {
            size = 0;
            rates.clear();
        }

        Measurement measured() {
            long[] sorted = Arrays.copyOf(nanos, size);
            Arrays.sort(sorted);
            return new Measurement(
                    what, sorted, rates.stream().mapToLong(Long::longValue).sorted().toArray());
        }
    }
}
