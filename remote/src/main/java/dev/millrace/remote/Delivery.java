package dev.millrace.remote;

import dev.millrace.api.engine.Answer;
import dev.millrace.api.engine.EndReason;
import dev.millrace.api.engine.Outlet;
import dev.millrace.api.engine.Push;

/**
 * The way to an outlet, which may fail or interrupt the thread without harm to anybody else. Used on the loop's thread,
 * and after the engine's end by any.
 *
 * @param <T> the type of the user's tokens
 */
final class Delivery<T> {
    private static final System.Logger LOG = System.getLogger("dev.millrace.remote");

    private final Outlet<T> outlet;
    private boolean isUnflushed;

    Delivery(Outlet<T> outlet) {
        this.outlet = outlet;
    }

    void answer(T token, Answer answer) {
        isUnflushed = true;
        onLoop(() -> outlet.answer(token, answer));
    }

    void push(Push push) {
        isUnflushed = true;
        onLoop(() -> outlet.push(push));
    }

    /** Says that what was delivered is complete for now, if there was anything. */
    void flush() {
        if (isUnflushed) {
            isUnflushed = false;
            onLoop(outlet::flush);
        }
    }

    void ended(EndReason reason) {
        flush();
        onLoop(() -> outlet.ended(reason));
    }

    /** What is too late for the engine's thread, on the caller's. */
    void refuse(T token, Answer answer) {
        guarded(() -> outlet.answer(token, answer));
        guarded(outlet::flush);
    }

    /** The end of a session that is too late for the engine's thread, on the caller's. */
    void refuse(EndReason reason) {
        guarded(() -> outlet.ended(reason));
    }

    /** An interrupt that is left behind would close the network's channels. */
    private static void onLoop(Runnable delivery) {
        guarded(delivery);
        Thread.interrupted();
    }

    private static void guarded(Runnable delivery) {
        try {
            delivery.run();
        } catch (RuntimeException | Error e) {
            LOG.log(System.Logger.Level.WARNING, "the outlet of a session failed", e);
        }
    }
}
