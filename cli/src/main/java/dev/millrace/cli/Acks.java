package dev.millrace.cli;

import dev.millrace.api.MillraceException;
import dev.millrace.api.Task;
import java.util.concurrent.CompletionException;
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
     * @param lost called if the task is not this session's any more, on the same
     */
    void ack(Task<byte[]> task, Runnable acked, Runnable lost) {
        unanswered.register();
        task.ackAsync().whenComplete((done, failure) -> {
            if (failure == null) {
                acked.run();
            } else if (isLost(failure)) {
                lost.run();
            } else {
                stop.stop(ExitCode.STOPPED, Loader.told(failure));
            }
            unanswered.arriveAndDeregister();
        });
    }

    /**
     * Whether a verdict came too late: the connection to the server was gone for longer than the server waits, or the
     * task's time to run was over, and the task is ready again, somebody else's, or done.
     */
    static boolean isLost(Throwable failure) {
        Throwable cause = failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
        return cause instanceof MillraceException known
                && switch (known.code()) {
                    case NOT_FOUND, NOT_TAKEN, NOT_OWNER -> true;
                    default -> false;
                };
    }

    /** Waits until all are answered. */
    void await() throws InterruptedException {
        unanswered.awaitAdvanceInterruptibly(unanswered.arrive());
    }
}
