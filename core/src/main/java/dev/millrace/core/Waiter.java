package dev.millrace.core;

import org.jspecify.annotations.Nullable;

/** A take that waits: in its queue's line, in its session's set, and among the deadlines if it has one. */
final class Waiter extends Deadline {
    final CoreSession session;
    final Object token;
    final QueueState queue;
    @Nullable Waiter previous;
    @Nullable Waiter next;

    Waiter(CoreSession session, Object token, QueueState queue) {
        this.session = session;
        this.token = token;
        this.queue = queue;
    }
}
