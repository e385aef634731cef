package dev.millrace.embedded;

import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * Requests of many threads, and whose turn it is to serve them.
 *
 * <p><b>The stack.</b> Adding is one compare-and-set on the head of a linked stack; who serves takes the whole stack at
 * once and turns it round, so that requests of one thread keep their order. The idea is Treiber's stack (Systems
 * Programming: Coping with Parallelism, 1986) with a batching consumer; as everything is taken at once, the stack has
 * no ABA problem.
 *
 * <p><b>The turn.</b> At any moment at most one thread has the turn, and only that thread takes requests and touches
 * the state that they change. The head itself says whether somebody has it: the mark {@link #NOBODYS} at the head means
 * that nobody does, and that there is nothing to do. So the thread whose request replaces that mark has thereby got the
 * turn, alone, and knows that somebody must act: it serves, if it would only wait for its answer anyway, or passes the
 * turn to the owner, a thread that does nothing but serve. That saves a thread that waits two switches of threads, to
 * the owner and back, which cost ten times as much as most requests; serving for others while holding the turn is known
 * as flat combining (Hendler, Incze, Shavit and Tzafrir: Flat Combining and the Synchronization-Parallelism Tradeoff,
 * 2010).
 *
 * <p><b>No request is left lying.</b> The turn is given back by a compare-and-set from an empty stack to the mark. A
 * request that was added before makes it fail, and the turn goes to the owner instead; one that is added after replaces
 * the mark. There is no moment between.
 *
 * <p><b>No time is missed.</b> The owner sleeps at most until the next event that was known when it went to sleep, and
 * says in {@link #plannedMs} which one that is. Another thread that had the turn may leave an earlier event behind:
 * having given the turn back it looks at {@code plannedMs}, and wakes the owner if that is later. An owner whose time
 * has come, but not its turn, as another thread has that, first writes "never" there and then tries once more: both
 * sides write, then read what the other one wrote (Dekker), so at least one of them sees the other: the owner gets the
 * turn, or whoever has it will wake it.
 *
 * <p>All that one holder of the turn did happens before what the next one does: the turn changes hands through the
 * head, or through {@link #passed}.
 */
final class RequestStack {
    /** An event that never comes. */
    static final long NEVER = Long.MAX_VALUE;

    private static final Request NOBODYS = new Mark();
    private static final Request ENDED = new Mark();

    /** Null when somebody has the turn and nothing was added since it last took. At first the owner has it. */
    private final AtomicReference<@Nullable Request> head = new AtomicReference<>();

    private final OwnerSleep ownerSleep;
    /** Until when the owner means to sleep; written by the owner only. */
    private volatile long plannedMs = NEVER;
    /** Whether the turn is the sleeping owner's; set by who had it, unset by the owner. */
    private volatile boolean passed;

    RequestStack(OwnerSleep ownerSleep) {
        this.ownerSleep = ownerSleep;
    }

    /** How the owner sleeps; handed in, so that a test can choose what happens meanwhile. */
    interface OwnerSleep {
        /**
         * Sleeps until woken, or until the time is over, or for no reason. Called by the owner.
         *
         * @param nanos {@link Long#MAX_VALUE} for ever
         */
        void sleep(long nanos);

        /** Ends the owner's sleep, or if it does not sleep, its next one. Called by any other thread. */
        void wake();
    }

    /** What became of a request. */
    enum Added {
        /** Who has the turn will find it. */
        WAITING,
        /** The calling thread has the turn now, and has to serve and {@link #giveBack}, or to {@link #pass}. */
        WITH_TURN,
        /** It was not added, since nobody will serve any more. */
        TOO_LATE
    }

    /** Adds a request. */
    Added add(Request request) {
        while (true) {
            Request top = head.get();
            if (top == ENDED) {
                return Added.TOO_LATE;
            }
            request.next = top == NOBODYS ? null : top;
            if (head.compareAndSet(top, request)) {
                return top == NOBODYS ? Added.WITH_TURN : Added.WAITING;
            }
        }
    }

    // --- For who has the turn

    /** All requests, the first one first, linked by {@code next}; null when there are none. */
    @Nullable Request takeAll() {
        return head.get() == null ? null : inOrder(head.getAndSet(null));
    }

    /**
     * Gives the turn back, or on to the owner if there are requests. Not for the owner.
     *
     * @param eventMs when a turn is wanted even if no request comes
     */
    void giveBack(long eventMs) {
        if (!head.compareAndSet(null, NOBODYS)) {
            pass();
        } else if (eventMs < plannedMs) {
            ownerSleep.wake();
        }
    }

    /** Gives the turn to the owner, which sleeps. Not for the owner. */
    void pass() {
        passed = true;
        ownerSleep.wake();
    }

    /**
     * Gives the owner's turn back, and returns when the owner has it again: at once if there are requests, else when it
     * was passed, or the time has come, or for no reason.
     *
     * @param eventMs when a turn is wanted even if no request comes
     * @param nanos how long until then; {@link Long#MAX_VALUE} for ever
     */
    void sleep(long eventMs, long nanos) {
        plannedMs = eventMs;
        if (!head.compareAndSet(null, NOBODYS)) {
            return;
        }
        long leftNs = nanos;
        while (true) {
            ownerSleep.sleep(leftNs);
            if (passed) {
                passed = false;
                return;
            }
            plannedMs = NEVER;
            leftNs = Long.MAX_VALUE;
            if (head.compareAndSet(NOBODYS, null)) {
                return;
            }
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
