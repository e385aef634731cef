package dev.millrace.bench;

import dev.millrace.api.AsyncTaskQueue;
import dev.millrace.api.Millrace;
import dev.millrace.api.Put;
import dev.millrace.api.Receipt;
import dev.millrace.api.Stored;
import dev.millrace.api.Task;
import dev.millrace.api.TaskQueue;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CompletionStage;

/**
 * How late tasks are that become due one after another, for one consumer that takes them as they come: from the due
 * time that the put was answered with to the return of the take, by one clock.
 */
final class Lateness {
    private static final int WINDOW = 1_024;
    /** Coprime to every n within its bounds; so the due times are put in no order. */
    private static final long STRIDE = 1_000_000_007L;

    private final Figures figures;
    private final Arguments arguments;
    private final int n;
    private final int spreadMs;
    private final int leadMs;
    private final int max;

    Lateness(Arguments arguments, Figures figures) {
        this.figures = figures;
        this.arguments = arguments;
        this.n = arguments.number("n", 1, 50_000_000);
        this.spreadMs = arguments.number("seconds", 1, 3_600) * 1_000;
        this.leadMs = arguments.number("leadSeconds", 1, 600) * 1_000;
        this.max = arguments.number("max", 1, 10_000);
    }

    void run() throws InterruptedException {
        int warm = arguments.number("warm", 0, 1_000);
        int rounds = arguments.number("rounds", 1, 1_000);
        for (int round = 0; round < warm + rounds; round++) {
            try (Place place = new Place(arguments);
                    Millrace mill = place.open()) {
                figures.addLatencies(round < warm ? "late, warming up" : "late", round(mill.queue("bench")));
            }
        }
    }

    /** How late each task was, in ns. */
    private long[] round(TaskQueue<byte[]> queue) throws InterruptedException {
        long offsetNs = clockOffsetNs(queue);
        long[] dueMs = new long[n];
        long firstId = put(queue, dueMs);
        long firstDueMs = Long.MAX_VALUE;
        for (long due : dueMs) {
            firstDueMs = Math.min(firstDueMs, due);
        }
        long leftNs = firstDueMs * 1_000_000 - offsetNs - System.nanoTime();
        if (leftNs < 0) {
            throw new Arguments.BadArgumentException(String.format(
                    Locale.ROOT, "the puts took %.1f s longer than leadSeconds=%d; raise it", -leftNs / 1e9, leadMs / 1_000));
        }
        long[] lateNs = new long[n];
        consume(queue, firstId, dueMs, lateNs, offsetNs);
        return lateNs;
    }

    /**
     * The engine's time in ns minus {@link System#nanoTime}. A put's due time less its delay was the engine's time, in
     * whole ms rounded down, a moment before the answer; so each put tells less than the difference, and the one that
     * came as a millisecond began, by next to nothing.
     */
    private static long clockOffsetNs(TaskQueue<byte[]> queue) {
        long delayMs = 60_000;
        long best = Long.MIN_VALUE;
        for (int probe = 0; probe < 5_000; probe++) {
            Stored stored = queue.put(new byte[1], Put.delay(Duration.ofMillis(delayMs)));
            long afterNs = System.nanoTime();
            best = Math.max(best, (due(stored) - delayMs) * 1_000_000 - afterNs);
        }
        queue.purge();
        return best;
    }

    private static long due(Stored stored) {
        Instant due = stored.due();
        if (due == null) {
            throw new IllegalStateException("a delayed put has no due time: " + stored);
        }
        return due.toEpochMilli();
    }

    /** Puts them all; returns the lowest id. The due times are told by id. */
    private long put(TaskQueue<byte[]> queue, long[] dueMs) throws InterruptedException {
        AsyncTaskQueue<byte[]> async = queue.async();
        byte[] payload = Load.payload();
        long firstId = queue.put(payload, Put.delay(Duration.ofMillis(leadMs))).id().number();
        queue.purge();
        Load load = new Load(WINDOW);
        long startNs = System.nanoTime();
        for (int index = 0; index < n; index++) {
            long place = index * STRIDE % n;
            long atMs = leadMs + place * spreadMs / n - (System.nanoTime() - startNs) / 1_000_000;
            Put options = Put.delay(Duration.ofMillis(Math.max(1, atMs)));
            load.begin(() -> note(async.put(payload, options), firstId + 1, dueMs));
        }
        load.finish();
        return firstId + 1;
    }

    private static CompletionStage<?> note(CompletionStage<Stored> put, long firstId, long[] dueMs) {
        return put.thenAccept(stored -> dueMs[Math.toIntExact(stored.id().number() - firstId)] = due(stored));
    }

    private void consume(TaskQueue<byte[]> queue, long firstId, long[] dueMs, long[] lateNs, long offsetNs)
            throws InterruptedException {
        Load acks = new Load(WINDOW);
        Duration waitMax = Duration.ofMillis(leadMs + spreadMs);
        for (int taken = 0; taken < n; ) {
            List<Task<byte[]>> tasks = queue.takeMany(max, waitMax);
            long engineNs = System.nanoTime() + offsetNs;
            if (tasks.isEmpty()) {
                throw new IllegalStateException("no task came in " + waitMax + ", " + taken + " of " + n + " had come");
            }
            for (Task<byte[]> task : tasks) {
                int index = Math.toIntExact(task.id().number() - firstId);
                lateNs[taken++] = engineNs - dueMs[index] * 1_000_000;
            }
            List<Receipt> receipts = tasks.stream().map(Task::receipt).toList();
            acks.begin(() -> queue.async().ackAll(receipts));
        }
        acks.finish();
    }
}
