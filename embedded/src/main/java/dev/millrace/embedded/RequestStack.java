package dev.millrace.embedded;

import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * Requests of many threads for one owner. Adding is one compare-and-set on the head of a linked stack; the owner takes the
 * whole stack at once and turns it round, so that requests of one thread keep their order. A node of its own marks an owner
 * that sleeps, so that only the thread that adds the first request wakes it, and another marks the end.
 *
 * <p>The idea is Treiber's stack (Systems Programming: Coping with Parallelism, 1986) with a batching consumer; as everything
 * is taken at once, the stack has no ABA problem.
 */
final class RequestStack {
    private static final Request ASLEEP = new Mark();
    private static final Request ENDED = new Mark();

    private final AtomicReference<@Nullable Request> head = new AtomicReference<>();
    private volatile @Nullable Thread owner;

    /** Says who takes. To be called by the owner before anything else. */
    void ownedBy(Thread thread) {
        owner = thread;
    }

    /** Adds a request; false when the stack has ended. */
    boolean add(Request request) {
        while (true) {
            Request top = head.get();
            if (top == ENDED) {
                return false;
            }
            request.next = top == ASLEEP ? null : top;
            if (head.compareAndSet(top, request)) {
                if (top == ASLEEP) {
                    LockSupport.unpark(owner);
                }
                return true;
            }
        }
    }

    /** All requests, the first one first, linked by {@code next}; null when there are none. */
    @Nullable Request takeAll() {
        return head.get() == null ? null : inOrder(head.getAndSet(null));
    }

    /** Sleeps until a request is added or the time is over, or for no reason. */
    void sleep(long nanos) {
        if (head.compareAndSet(null, ASLEEP)) {
            if (nanos == Long.MAX_VALUE) {
                LockSupport.park(this);
            } else {
                LockSupport.parkNanos(this, nanos);
            }
            head.compareAndSet(ASLEEP, null);
        }
    }

    /** Takes all requests, and lets nobody add more. */
    @Nullable Request end() {
        return inOrder(head.getAndSet(ENDED));
    }

    private static @Nullable Request inOrder(@Nullable Request top) {
        Request first = null;
        Request request = top instanceof Mark ? null : top;
        while (request != null) {
            Request below = request.next;
            request.next = first;
            first = request;
            request = below;
        }
        return first;
    }

    private static final class Mark extends Request {
        @Override
        void apply(Shard shard) {
            throw new IllegalStateException("a mark is no request");
        }

        @Override
        void tooLate() {
            throw new IllegalStateException("a mark is no request");
        }
    }
}
