package dev.millrace.remote;

import dev.millrace.api.ErrorCode;
import dev.millrace.api.MillraceException;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * What threads ask of the engine, on its way to the loop. The room for commands is taken here and given back when they
 * are answered, so that what waits, what is under way and what would have to be sent again is bounded together (G7).
 * Safe for use by several threads, but for what says otherwise.
 */
final class Inbox {
    /** How many requests a turn of the loop does, so that what arrives is not held up for long. */
    private static final int TURN_REQUESTS_MAX = 1_024;

    private final Network network;
    private final int commandBytesMax;
    private final Semaphore room;
    private final Queue<Request> requests = new ConcurrentLinkedQueue<>();
    /** Whether the loop knows of the requests. */
    private final AtomicBoolean isAnnounced = new AtomicBoolean();
    /** Does a turn of the loop around the given work. */
    private final Turns turns;

    private volatile boolean ended;

    /** What is done on the loop's thread, or refused after the engine's end on any. */
    interface Request {
        /** How much of the room it needs, and keeps until {@link Inbox#release}. */
        default int cost() {
            return 0;
        }

        void perform();

        /** The engine has ended. */
        void tooLate();
    }

    /** Does work as a turn of the loop. */
    interface Turns {
        void turn(Runnable work);
    }

    Inbox(Network network, int commandBytesMax, Turns turns) {
        this.network = network;
        this.commandBytesMax = commandBytesMax;
        this.room = new Semaphore(commandBytesMax);
        this.turns = turns;
    }

    int commandBytesMax() {
        return commandBytesMax;
    }

    /** Adds a request if there is room. */
    boolean tryAdd(Request request) {
        if (!ended && !room.tryAcquire(requireCost(request))) {
            return false;
        }
        addAlways(request);
        return true;
    }

    /** Adds a request, waiting for room. */
    void add(Request request) throws InterruptedException {
        if (!ended) {
            room.acquire(requireCost(request));
        }
        addAlways(request);
    }

    /** Adds a request that needs no room, or has taken it. */
    void addAlways(Request request) {
        requests.add(request);
        if (!ended) {
            announce();
        }
        // Whoever ended the engine meanwhile may not have seen the request.
        if (ended) {
            refuseAll();
        }
    }

    /** Gives back what a request has taken. */
    void release(int cost) {
        room.release(cost);
    }

    private int requireCost(Request request) {
        if (request.cost() > commandBytesMax) {
            throw new MillraceException(
                    ErrorCode.TOO_LARGE,
                    "commandBytes=" + request.cost() + " > commandBytesMax=" + commandBytesMax + "; put less at once");
        }
        return request.cost();
    }

    private void announce() {
        if (!isAnnounced.getAndSet(true)) {
            try {
                network.execute(() -> {
                    isAnnounced.set(false);
                    turns.turn(this::performSome);
                });
            } catch (RejectedExecutionException e) {
                if (!ended) {
                    throw new IllegalStateException("the loop ended before the engine on it", e);
                }
            }
        }
    }

    private void performSome() {
        for (int count = 0; count < TURN_REQUESTS_MAX; count++) {
            Request request = requests.poll();
            if (request == null) {
                return;
            }
            request.perform();
        }
        announce();
    }

    /** From now on everything is too late. Called on the loop's thread. */
    void end() {
        ended = true;
        refuseAll();
        // Whoever waits for room must get in, to be told so.
        room.release(commandBytesMax);
    }

    private void refuseAll() {
        for (Request request = requests.poll(); request != null; request = requests.poll()) {
            request.tooLate();
        }
    }
}
