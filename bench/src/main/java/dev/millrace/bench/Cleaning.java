package dev.millrace.bench;

import dev.millrace.api.Durability;
import dev.millrace.api.Millrace;
import dev.millrace.api.Put;
import dev.millrace.api.Task;
import dev.millrace.api.TaskQueue;
import java.io.IOException;
import java.util.Arrays;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/**
 * What cleaning costs. Two engines in one process take turns under the same load, cycles at a pace: in the one all
 * tasks are acked, so that its log dies from the front and nothing is cleaned; in the other one task in ten never is,
 * so that cleaning goes on and on. Beside the cycles a thread puts, blocking, one task after another at its own pace,
 * and takes and acks it again.
 */
final class Cleaning {
    private static final int KEEP_EVERY = 10;
    private static final int WINDOW = 1_024;
    /** The cycles of a step, which are begun together when their time has come. */
    private static final int STEPS_A_SECOND = 1_000;
    private static final int PROBES_MAX = 10_000_000;
    private static final int SETTLE_MAX_MS = 10_000;
    private static final int SETTLED_MS = 300;

    private final Figures figures;
    private final Durability durability;
    private final int rounds;
    private final int seconds;
    private final int warmSeconds;
    private final int cyclesOfStep;
    private final long probePaceNs;

    Cleaning(Arguments arguments, Figures figures) {
        this.figures = figures;
        this.durability = arguments.constant("durability", Durability.class);
        this.rounds = arguments.number("rounds", 1, 1_000);
        this.seconds = arguments.number("seconds", 1, 3_600);
        this.warmSeconds = arguments.number("warmSeconds", 1, 3_600);
        this.cyclesOfStep = KEEP_EVERY * Math.ceilDiv(arguments.number("rate", 10_000, 10_000_000), KEEP_EVERY * STEPS_A_SECOND);
        this.probePaceNs = arguments.number("paceUs", 100, 1_000_000) * 1_000L;
        Written.require();
    }

    void run() throws IOException, InterruptedException {
        try (Place quietPlace = Place.own(durability);
                Place cleaningPlace = Place.own(durability);
                Millrace quiet = quietPlace.open();
                Millrace cleaning = cleaningPlace.open()) {
            long written = turn(cleaning, KEEP_EVERY, warmSeconds).writtenBytes;
            turn(quiet, 0, warmSeconds);
            for (int round = 0; round < rounds; round++) {
                settle();
                Turn without = turn(quiet, 0, seconds);
                settle();
                Turn with = turn(cleaning, KEEP_EVERY, seconds);
                written += with.writtenBytes;
                report(without, with);
            }
            reportCleaned(written, cleaning, cleaningPlace);
        }
    }

    /**
     * Every segment has had something that lives; so without cleaning all that was written would lie in the folder
     * still.
     */
    private void reportCleaned(long writtenBytes, Millrace cleaning, Place place) throws IOException {
        double mebibyte = 1 << 20;
        figures.add("written in all, with cleaning", writtenBytes / mebibyte, "MiB");
        figures.add("folder in the end", Folders.bytes(place.folder()) / mebibyte, "MiB");
        long kept = cleaning.queue("bench").stats().taken();
        figures.add("payloads never acked", kept * Load.PAYLOAD_BYTES / mebibyte, "MiB");
    }

    private void report(Turn without, Turn with) {
        figures.add("cycles, without cleaning", without.cycles / (double) seconds, "a second");
        figures.add("cycles, with cleaning", with.cycles / (double) seconds, "a second");
        figures.add("written, without cleaning", without.amplification(), "times the payloads put");
        figures.add("written, with cleaning", with.amplification(), "times the payloads put");
        figures.add("amplification by cleaning", with.amplification() / without.amplification(), "times");
        figures.addLatencies("put, without cleaning", without.ns);
        figures.addLatencies("put, with cleaning", with.ns);
        figures.add("put p99, with / without", percentile99(with) / (double) percentile99(without), "times");
    }

    private static long percentile99(Turn turn) {
        return turn.ns[(int) (turn.ns.length * 99L / 100)];
    }

    /** Waits until nothing is written any more, so that one turn's cleaning does not fall into the next. */
    private static void settle() throws IOException, InterruptedException {
        long before = Written.bytes();
        for (int waitedMs = 0; waitedMs < SETTLE_MAX_MS; waitedMs += SETTLED_MS) {
            Thread.sleep(SETTLED_MS);
            long now = Written.bytes();
            if (now - before < 1_024) {
                return;
            }
            before = now;
        }
    }

    /** Latencies as they come. */
    private static final class Probe {
        long[] ns = new long[1_024];
        int count;

        void add(long took) {
            if (count == ns.length) {
                ns = Arrays.copyOf(ns, 2 * count);
            }
            ns[count++] = took;
        }

        long[] ns() {
            return Arrays.copyOf(ns, count);
        }
    }

    /** A turn's figures. */
    private record Turn(long cycles, long writtenBytes, long[] ns) {
        double amplification() {
            return writtenBytes / (double) ((cycles + ns.length) * Load.PAYLOAD_BYTES);
        }
    }

    private Turn turn(Millrace mill, int keepEvery, int forSeconds) throws IOException, InterruptedException {
        long endNs = System.nanoTime() + forSeconds * 1_000_000_000L;
        BooleanSupplier isOver = () -> System.nanoTime() - endNs >= 0;
        long before = Written.bytes();
        Probe probe = new Probe();
        Thread probing = Thread.ofPlatform().name("probe").start(() -> probe(mill.queue("probe"), probe, isOver));
        long cycles = churn(mill, keepEvery, isOver);
        probing.join();
        if (probe.count == 0) {
            throw new IllegalStateException("no put was measured in " + forSeconds + " s");
        }
        return new Turn(cycles, Written.bytes() - before, probe.ns());
    }

    private long churn(Millrace mill, int keepEvery, BooleanSupplier isOver) throws InterruptedException {
        Load load = new Load(WINDOW);
        long startNs = System.nanoTime();
        long steps = 0;
        while (!isOver.getAsBoolean()) {
            load.cycles(mill.queue("bench").async(), cyclesOfStep, index -> Put.options(), keepEvery);
            steps++;
            long dueNs = startNs + steps * (1_000_000_000L / STEPS_A_SECOND);
            LockSupport.parkNanos(dueNs - System.nanoTime());
        }
        return steps * cyclesOfStep;
    }

    private void probe(TaskQueue<byte[]> queue, Probe probe, BooleanSupplier isOver) {
        byte[] payload = Load.payload();
        while (!isOver.getAsBoolean() && probe.count < PROBES_MAX) {
            LockSupport.parkNanos(probePaceNs);
            long startNs = System.nanoTime();
            queue.put(payload);
            probe.add(System.nanoTime() - startNs);
            Task<byte[]> task = queue.take();
            if (task == null) {
                throw new IllegalStateException("the task that was put was not there to take");
            }
            task.ack();
        }
    }
}
