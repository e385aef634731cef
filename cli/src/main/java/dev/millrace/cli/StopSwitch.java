package dev.millrace.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/** Ends a run before its end. The first cause counts. Safe for use by several threads. */
final class StopSwitch {
    /**
     * Why it stops.
     *
     * @param exitCode what the process exits with
     * @param told one sentence; empty if there is nothing to say
     */
    record Cause(int exitCode, String told) {}

    private final AtomicReference<@Nullable Cause> cause = new AtomicReference<>();
    private final List<Runnable> listeners = new ArrayList<>();

    @Nullable Cause cause() {
        return cause.get();
    }

    boolean isOn() {
        return cause.get() != null;
    }

    /** Calls the listener when the switch is thrown, at once if it is already; once, on whichever thread. */
    void onStop(Runnable listener) {
        synchronized (listeners) {
            if (!isOn()) {
                listeners.add(listener);
                return;
            }
        }
        listener.run();
    }

    void stop(int exitCode, String told) {
        List<Runnable> called;
        synchronized (listeners) {
            if (!cause.compareAndSet(null, new Cause(exitCode, told))) {
                return;
            }
            called = List.copyOf(listeners);
        }
        called.forEach(Runnable::run);
    }
}
