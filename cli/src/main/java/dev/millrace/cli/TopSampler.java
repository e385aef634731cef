package dev.millrace.cli;

import dev.millrace.api.MillraceException;
import dev.millrace.api.QueueStats;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Asks an engine for its queues again and again, on a thread of its own: one that does not answer must not keep the
 * screen from being scrolled and left. Only the latest answer is kept.
 */
final class TopSampler implements AutoCloseable {
    /** What came of the last question: a sample, or why there is none. */
    private record Answer(@Nullable TopSample sample, String failure) {}

    private final Supplier<List<QueueStats>> queues;
    private final Duration interval;
    private final AtomicReference<@Nullable Answer> latest = new AtomicReference<>();
    private final CountDownLatch closed = new CountDownLatch(1);
    private final Thread thread;

    private TopSampler(Supplier<List<QueueStats>> queues, Duration interval) {
        this.queues = queues;
        this.interval = interval;
        // A daemon: it may be waiting for an answer that never comes.
        this.thread = Thread.ofPlatform().daemon().name("millrace-top-sampler").unstarted(this::run);
    }

    /** Begins to ask. */
    static TopSampler start(Supplier<List<QueueStats>> queues, Duration interval) {
        TopSampler sampler = new TopSampler(queues, interval);
        sampler.thread.start();
        return sampler;
    }

    /** A sample of now. Blocks until it is there. */
    static TopSample sample(Supplier<List<QueueStats>> queues) {
        Instant at = Instant.now();
        return new TopSample(at, System.nanoTime(), queues.get());
    }

    /** Tells a view what has come since it was last told, if anything. */
    void poll(TopView view) {
        Answer answer = latest.getAndSet(null);
        if (answer == null) {
            return;
        }
        if (answer.sample() != null) {
            view.sample(answer.sample());
        } else {
            view.failed(answer.failure());
        }
    }

    /** Asks no more. Does not wait for an answer that is out. */
    @Override
    public void close() {
        closed.countDown();
        thread.interrupt();
    }

    private void run() {
        try {
            do {
                latest.set(ask());
            } while (!closed.await(interval.toNanos(), TimeUnit.NANOSECONDS));
        } catch (InterruptedException end) {
            // It is closed.
        }
    }

    private Answer ask() {
        try {
            return new Answer(sample(queues), "");
        } catch (MillraceException failure) {
            return new Answer(null, Failures.told(failure));
        }
    }
}
