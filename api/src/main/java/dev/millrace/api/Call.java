package dev.millrace.api;

import dev.millrace.api.engine.Answer;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * One command under way: the token that an engine hands back with the answer, and the stage that its caller holds. Open to
 * subclasses for tests, which decide what happens while somebody waits.
 */
class Call<R extends @Nullable Object> extends CompletableFuture<R> {
    private final SessionCalls calls;
    private final Function<Answer, R> reading;

    /**
     * A command that is about to be submitted.
     *
     * @param reading makes the result of an answer; runs on the engine's thread, so that it may read buffers
     */
    Call(SessionCalls calls, Function<Answer, R> reading) {
        this.calls = calls;
        this.reading = reading;
    }

    /** Completes with what the engine said. A task that nobody waits for any more goes back unseen (T9). */
    void accept(Answer answer) {
        boolean wanted;
        if (answer instanceof Answer.Failed(ErrorCode code, String message)) {
            wanted = completeExceptionally(new MillraceException(code, message));
        } else {
            wanted = completeWith(answer);
        }
        if (!wanted && (answer instanceof Answer.Taken || answer instanceof Answer.TakenMany)) {
            giveBack(reading.apply(answer));
        }
    }

    private static void giveBack(@Nullable Object unwanted) {
        if (unwanted instanceof Task<?> task) {
            task.giveBack();
        } else if (unwanted instanceof List<?> many) {
            many.forEach(Call::giveBack);
        }
    }

    private boolean completeWith(Answer answer) {
        if (isDone()) {
            return false;
        }
        try {
            return complete(reading.apply(answer));
        } catch (RuntimeException | Error e) {
            return completeExceptionally(e);
        }
    }

    /** Withdraws a waiting take; a command that changes something is not undone. */
    @Override
    public boolean cancel(boolean mayInterruptIfRunning) {
        boolean cancelled = super.cancel(mayInterruptIfRunning);
        if (cancelled) {
            calls.cancel(this);
        }
        return cancelled;
    }

    /** Dependent stages are ordinary ones: cancelling them is not cancelling the call. */
    @Override
    public <U> CompletableFuture<U> newIncompleteFuture() {
        return new CompletableFuture<>();
    }
}
