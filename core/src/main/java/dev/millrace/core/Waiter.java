package dev.millrace.core;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A take that waits: in the line of each of its queues, in its session's set, and among the deadlines if it has one.
 */
final class Waiter extends Deadline {
    final CoreSession session;
    final Object token;
    /** How many tasks it wants; 0 for the take of a single one, which is answered otherwise. */
    final int max;

    final List<Place> places;

    Waiter(CoreSession session, Object token, List<QueueState> queues, int max) {
        this.session = session;
        this.token = token;
        this.max = max;
        this.places = queues.stream().map(queue -> new Place(this, queue)).toList();
    }

    /** A place in the line of one queue. */
    static final class Place {
        final Waiter waiter;
        final QueueState queue;
        @Nullable Place previous;
        @Nullable Place next;

        Place(Waiter waiter, QueueState queue) {
            this.waiter = waiter;
            this.queue = queue;
        }
    }
}
