package dev.millrace.core;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** The takes that wait, of all queues and sessions: how they begin and how they end. */
final class Waits {
    private final Tasks tasks;
    private final CoreTime time;
    private final Deadlines<Waiter> deadlines = new Deadlines<>();
    private int count;

    Waits(Tasks tasks, CoreTime time) {
        this.tasks = tasks;
        this.time = time;
    }

    int count() {
        return count;
    }

    /** The one whose time is over next, or null. */
    @Nullable Waiter first() {
        return deadlines.first();
    }

    /** The memory taken, nearly, without the waits themselves. */
    long heldBytes() {
        return deadlines.heldBytes();
    }

    /** Begins a wait in the line of each of its queues; {@code timeoutMs} −1 waits for ever. */
    void begin(Waiter wait, long timeoutMs) {
        count++;
        wait.session.begin(wait);
        if (timeoutMs > 0) {
            deadlines.arm(wait, time.nowMs() + timeoutMs);
        }
        for (Waiter.Place place : wait.places) {
            place.queue.waiters.add(place);
            tasks.queues.settle(place.queue);
        }
    }

    /** Ends a wait everywhere. */
    void end(Waiter wait) {
        count--;
        wait.session.end(wait);
        wait.session.lastHeardMs = time.nowMs();
        deadlines.disarm(wait);
        for (Waiter.Place place : wait.places) {
            place.queue.waiters.remove(place);
            tasks.queues.settle(place.queue);
        }
    }

    /** The names of the queues it waits on, for a message. */
    static String names(Waiter wait) {
        List<String> names = wait.places.stream().map(place -> place.queue.name).toList();
        return names.size() == 1 ? "queue " + names.getFirst() : "queues " + String.join(", ", names);
    }
}
