package dev.millrace.embedded;

import java.util.concurrent.CompletableFuture;

/** Asks how long the engine would sleep now. */
final class NextEventRequest extends Request {
    private final EngineTime time;
    private final CompletableFuture<Long> nanos = new CompletableFuture<>();

    NextEventRequest(EngineTime time) {
        this.time = time;
    }

    /** Waits for the answer. */
    long nanos() {
        return nanos.join();
    }

    @Override
    void apply(Shard shard) {
        nanos.complete(time.nanosUntil(shard.nextEventMs()));
    }

    @Override
    void tooLate() {
        nanos.complete(Long.MAX_VALUE);
    }
}
