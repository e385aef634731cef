package dev.millrace.api;

import dev.millrace.api.engine.Answer;
import dev.millrace.api.engine.Command;
import dev.millrace.api.engine.EndReason;
import dev.millrace.api.engine.Engine;
import dev.millrace.api.engine.EngineSession;
import dev.millrace.api.engine.Outlet;
import dev.millrace.api.engine.Push;
import java.util.Objects;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Turns the engine's commands and answers into calls that are waited for, and stages. */
final class SessionCalls implements Outlet<Call<?>> {
    private final Engine engine;
    private final EngineSession<Call<?>> session;
    private volatile boolean open = true;
    private volatile Consumer<Receipt> lostListener = receipt -> {};

    SessionCalls(Engine engine, SessionOptions options) {
        this.engine = engine;
        this.session = engine.open(options, this);
    }

    long id() {
        return session.id();
    }

    boolean isOpen() {
        return open;
    }

    void onLost(Consumer<Receipt> listener) {
        lostListener = Objects.requireNonNull(listener, "listener");
    }

    /** Submits without waiting: a full command queue fails the stage with OVERLOADED. */
    <R extends @Nullable Object> Call<R> start(Command command, Function<Answer, R> reading) {
        Call<R> call = new Call<>(this, reading);
        if (!session.trySubmit(call, command)) {
            call.completeExceptionally(new MillraceException(
                    ErrorCode.OVERLOADED,
                    "the engine's command queue is full; wait for answers, or raise commandBytesMax"));
        }
        return call;
    }

    /**
     * Submits, waiting for room, and waits for the answer; an interrupt is kept for later, since the command is out.
     */
    <R extends @Nullable Object> R await(Command command, Function<Answer, R> reading) {
        requireOtherThread();
        Call<R> call = new Call<>(this, reading);
        boolean interrupted = false;
        try {
            for (boolean submitted = false; !submitted; ) {
                try {
                    session.submit(call, command);
                    submitted = true;
                } catch (InterruptedException e) {
                    interrupted = true;
                }
            }
            while (true) {
                try {
                    return call.await();
                } catch (InterruptedException e) {
                    interrupted = true;
                } catch (ExecutionException e) {
                    throw raised(e);
                }
            }
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    /** As {@link #await}, for a call that may wait long: an interrupt withdraws it. */
    <R extends @Nullable Object> R awaitInterruptibly(Command command, Function<Answer, R> reading)
            throws InterruptedException {
        return result(submit(command, reading));
    }

    /** Submits, waiting for room. */
    <R extends @Nullable Object> Call<R> submit(Command command, Function<Answer, R> reading)
            throws InterruptedException {
        requireOtherThread();
        Call<R> call = new Call<>(this, reading);
        session.submit(call, command);
        return call;
    }

    /** Waits for a call that was submitted; an interrupt withdraws it, or is kept if it comes too late for that. */
    static <R extends @Nullable Object> R result(Call<R> call) throws InterruptedException {
        try {
            return call.await();
        } catch (InterruptedException e) {
            if (call.cancel(true)) {
                throw e;
            }
            // The answer was faster: a task that has come must not be left with nobody.
            Thread.currentThread().interrupt();
            return result(call);
        } catch (CancellationException e) {
            throw new MillraceException(ErrorCode.CANCELLED, "the call was withdrawn", e);
        } catch (ExecutionException e) {
            throw raised(e);
        }
    }

    void cancel(Call<?> call) {
        session.cancel(call);
    }

    void close() {
        open = false;
        session.close();
    }

    @Override
    public void announce(Call<?> token) {
        token.announce();
    }

    @Override
    public void answer(Call<?> token, Answer answer) {
        token.accept(answer);
    }

    @Override
    public void push(Push push) {
        switch (push) {
            case Push.Lost(String queue, long id, int attempt) ->
                lostListener.accept(new Receipt(new TaskId(queue, id), attempt));
        }
    }

    @Override
    public void flush() {
        // A call is complete once it is answered; there is nothing to write out.
    }

    @Override
    public void ended(EndReason reason) {
        open = false;
    }

    /** Refuses to wait on the thread that brings the answers. */
    void requireOtherThread() {
        if (engine.isEngineThread()) {
            throw Limits.bad("a blocking verb was called in a callback on the engine's thread, which would wait for"
                    + " itself; use async(), or move the continuation with thenApplyAsync");
        }
    }

    private static RuntimeException raised(ExecutionException e) {
        Throwable cause = e.getCause();
        if (cause instanceof MillraceException failure) {
            return failure.again();
        }
        return cause instanceof RuntimeException unchecked ? unchecked : new IllegalStateException(cause);
    }
}
