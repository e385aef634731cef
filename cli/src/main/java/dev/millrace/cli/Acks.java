package dev.millrace.cli;

import dev.millrace.api.Task;
import java.util.concurrent.Phaser;

/** Acknowledges tasks without waiting for the answers. Safe for use by several threads. */
final class Acks {
    private final StopSwitch stop;

    /** Those that the engine has not answered yet; few, since the answer to the next take is behind them. */
    private final Phaser unanswered = new Phaser(1);

    Acks(StopSwitch stop) {
        this.stop = stop;
    }

    /**
     * Acknowledges a task. A verdict that cannot be stored ends it all: nothing that follows could be.
     *
     * @param acked called once it is stored, on the engine's thread
     */
    void ack(Task<byte[]> task, Runnable acked) {
        unanswered.register();
        task.ackAsync().whenComplete((done, failure) -> {
            if (failure == null) {
                acked.run();
            } else {
                stop.stop(ExitCode.STOPPED, Loader.told(failure));
            }
            unanswered.arriveAndDeregister();
        });
    }

    /** Waits until all are answered. */
    void await() throws InterruptedException {
        unanswered.awaitAdvanceInterruptibly(unanswered.arrive());
    }
}
