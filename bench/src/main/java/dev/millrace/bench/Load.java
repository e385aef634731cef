package dev.millrace.bench;

import dev.millrace.api.AsyncTaskQueue;
import dev.millrace.api.Put;
import dev.millrace.api.Task;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;

/** What is done to a queue again and again, through the asynchronous API and with so much under way at once. */
final class Load {
    static final int PAYLOAD_BYTES = 200;
    /** Nothing that a benchmark waits for takes longer, unless it is stuck. */
    private static final long WAIT_MAX_S = 120;

    private final int window;
    private final Semaphore room;
    private final AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();

    /** So many under way at once. */
    Load(int window) {
        this.window = window;
        this.room = new Semaphore(window);
    }

    /** A payload that no compression would shorten. */
    static byte[] payload() {
        byte[] payload = new byte[PAYLOAD_BYTES];
        new Random(20_261_122).nextBytes(payload);
        return payload;
    }

    /**
     * Cycles, each a put, then a take, then an ack. The take waits, for a task that is delayed.
     *
     * @param options of the put of a number
     * @param keepEvery every so many takes one is not acked; 0 for none
     */
    void cycles(AsyncTaskQueue<byte[]> queue, int n, IntFunction<Put> options, int keepEvery) throws InterruptedException {
        byte[] payload = payload();
        for (int index = 0; index < n; index++) {
            boolean isKept = keepEvery > 0 && index % keepEvery == 0;
            Put put = options.apply(index);
            begin(() -> queue.put(payload, put)
                    .thenCompose(stored -> queue.takeWhenReady())
                    .thenCompose(task -> isKept ? CompletableFuture.completedFuture(null) : ack(task)));
        }
        finish();
    }

    private static CompletionStage<@Nullable Void> ack(@Nullable Task<byte[]> task) {
        if (task == null) {
            throw new IllegalStateException("a take without a limit ended without a task");
        }
        return task.ackAsync();
    }

    /** Puts so many. */
    void puts(AsyncTaskQueue<byte[]> queue, int n, IntFunction<Put> options) throws InterruptedException {
        byte[] payload = payload();
        for (int index = 0; index < n; index++) {
            Put put = options.apply(index);
            begin(() -> queue.put(payload, put));
        }
        finish();
    }

    /** Begins one when there is room for it. */
    void begin(Begun begun) throws InterruptedException {
        acquire(1);
        begun.begin().whenComplete((done, cause) -> {
            if (cause != null) {
                failure.compareAndSet(null, cause);
            }
            room.release();
        });
    }

    /** Waits until nothing is under way. */
    void finish() throws InterruptedException {
        acquire(window);
        room.release(window);
    }

    private void acquire(int permits) throws InterruptedException {
        boolean isStuck = !room.tryAcquire(permits, WAIT_MAX_S, TimeUnit.SECONDS);
        Throwable cause = failure.get();
        if (cause != null) {
            throw new IllegalStateException("a command failed", cause);
        }
        if (isStuck) {
            throw new IllegalStateException("no answer in " + WAIT_MAX_S + " s");
        }
    }

    /** Something that was begun and will end. */
    interface Begun {
        CompletionStage<?> begin();
    }
}
