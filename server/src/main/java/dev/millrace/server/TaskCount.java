package dev.millrace.server;

import dev.millrace.api.MillraceException;
import dev.millrace.api.QueueStats;
import dev.millrace.api.SessionOptions;
import dev.millrace.api.engine.Answer;
import dev.millrace.api.engine.Command;
import dev.millrace.api.engine.EndReason;
import dev.millrace.api.engine.Engine;
import dev.millrace.api.engine.EngineSession;
import dev.millrace.api.engine.Outlet;
import dev.millrace.api.engine.Push;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;

/** Counts the tasks of an engine, page by page of its queues. */
final class TaskCount implements Outlet<Boolean> {
    private static final int PAGE_QUEUES = 1_000;

    private final CompletableFuture<Long> result = new CompletableFuture<>();
    private @Nullable EngineSession<Boolean> session;
    private long tasks;

    private TaskCount() {}

    /**
     * Counts. Blocks; not on the engine's thread.
     *
     * @throws MillraceException what the engine says where it cannot
     */
    static long of(Engine engine) {
        TaskCount count = new TaskCount();
        EngineSession<Boolean> session = engine.open(SessionOptions.defaults(), count);
        count.session = session;
        session.trySubmit(true, new Command.ListQueues(0, PAGE_QUEUES));
        try {
            return count.result.join();
        } catch (CompletionException e) {
            throw e.getCause() instanceof MillraceException refused ? refused : e;
        } finally {
            session.close();
        }
    }

    @Override
    public void answer(Boolean token, Answer answer) {
        switch (answer) {
            case Answer.Queues queues -> {
                for (QueueStats stats : queues.queues()) {
                    tasks += stats.total();
                }
                next(queues.nextCursor());
            }
            case Answer.Failed failed -> result.completeExceptionally(new MillraceException(failed.code(), failed.message()));
            default -> result.completeExceptionally(new IllegalStateException("unexpected " + answer));
        }
    }

    private void next(long cursor) {
        if (cursor == 0 || session == null) {
            result.complete(tasks);
        } else {
            session.trySubmit(true, new Command.ListQueues(cursor, PAGE_QUEUES));
        }
    }

    @Override
    public void push(Push push) {
        // Nothing is taken here.
    }

    @Override
    public void flush() {
        // Each answer is complete in itself.
    }

    @Override
    public void ended(EndReason reason) {
        result.completeExceptionally(new IllegalStateException("the engine ended while its tasks were counted: " + reason));
    }
}
