package dev.millrace.embedded;

import dev.millrace.api.ErrorCode;
import dev.millrace.api.MillraceException;
import dev.millrace.api.OpenOptions;
import dev.millrace.api.SessionOptions;
import dev.millrace.api.engine.EngineSession;
import dev.millrace.api.engine.Outlet;
import dev.millrace.api.engine.TestableEngine;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * A shard with an owning thread of its own. Other threads add requests to a stack; the owner takes all that are there, and
 * applies them as one round, so that under load one write, and one fsync, serves many.
 */
final class EmbeddedEngine implements TestableEngine, RequestSink {
    /** How many requests a round applies, so that answers are not held back for long. */
    private static final int ROUND_REQUESTS_MAX = 4_096;

    private final RequestStack requests = new RequestStack();
    private final AtomicLong lastSessionId = new AtomicLong();
    private final int commandBytesMax;
    /** Bytes of commands that may still be added. */
    private final Semaphore room;

    private final EngineTime time;
    private final Thread owner;
    /** The owner's: requests that were taken, and have to wait for the next round. */
    private @Nullable Request left;

    private EmbeddedEngine(OpenOptions options, String name, Shard shard, EngineTime time) {
        this.commandBytesMax = options.commandBytesMax();
        this.room = new Semaphore(commandBytesMax);
        this.time = time;
        this.owner = Thread.ofPlatform().name("millrace-" + name).daemon().unstarted(() -> run(shard));
    }

    /**
     * Starts the owner of a shard that nobody has used yet.
     *
     * @param name for the thread
     */
    static EmbeddedEngine start(OpenOptions options, String name, Shard shard, EngineTime time) {
        EmbeddedEngine engine = new EmbeddedEngine(options, name, shard, time);
        engine.requests.ownedBy(engine.owner);
        engine.owner.start();
        return engine;
    }

    @Override
    public <T> EngineSession<T> open(SessionOptions options, Outlet<T> outlet) {
        EmbeddedSession<T> session = new EmbeddedSession<>(this, lastSessionId.incrementAndGet(), outlet);
        addAlways(session.opening(options.silenceMaxMs()));
        return session;
    }

    @Override
    public boolean isEngineThread() {
        return Thread.currentThread() == owner;
    }

    @Override
    public void close() {
        requireOtherThread("be closed");
        addAlways(new Stop());
        boolean interrupted = false;
        while (owner.isAlive()) {
            try {
                owner.join();
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public long nanosUntilNextEvent() {
        requireOtherThread("be asked for its next event");
        NextEvent question = new NextEvent();
        addAlways(question);
        return question.nanos.join();
    }

    @Override
    public void silence(EngineSession<?> session) {
        ((EmbeddedSession<?>) session).silence();
    }

    private void requireOtherThread(String what) {
        if (isEngineThread()) {
            throw new MillraceException(
                    ErrorCode.BAD_ARGUMENT,
                    "the engine cannot " + what + " on its own thread, which would wait for itself; use another");
        }
    }

    // --- Adding requests

    @Override
    public boolean tryAdd(Request request) {
        int cost = requireCost(request);
        if (!room.tryAcquire(cost)) {
            return false;
        }
        addAlways(request);
        return true;
    }

    @Override
    public void add(Request request) throws InterruptedException {
        room.acquire(requireCost(request));
        addAlways(request);
    }

    @Override
    public void addAlways(Request request) {
        if (!requests.add(request)) {
            room.release(request.cost());
            request.tooLate();
        }
    }

    /** A command that is larger than all the room would wait for ever; it is far over the payload limit as well. */
    private int requireCost(Request request) {
        if (request.cost() > commandBytesMax) {
            throw new MillraceException(
                    ErrorCode.TOO_LARGE,
                    "commandBytes=" + request.cost() + " > commandBytesMax=" + commandBytesMax + "; put less at once");
        }
        return request.cost();
    }

    // --- The owner

    private void run(Shard shard) {
        try {
            while (round(shard)) {
                // One round after the other.
            }
            shard.close();
        } catch (Throwable e) {
            // An Error, such as no memory left: whoever waits for an answer must still get one.
            shard.collapse(e);
        } finally {
            end(left);
            end(requests.end());
            // An Error in a round kept what that round had applied; whoever waits for room must get in, to be told CLOSED.
            room.drainPermits();
            room.release(commandBytesMax);
        }
    }

    /** One round; whether another one should follow. */
    private boolean round(Shard shard) {
        boolean more = shard.begin(time.nowMs());
        Request request = left != null ? left : requests.takeAll();
        int bytes = 0;
        boolean running = true;
        for (int count = 0; request != null && count < ROUND_REQUESTS_MAX && running; count++) {
            // Until it was applied it is left, so that an Error leaves nobody without an answer.
            left = request;
            Request next = request.next;
            bytes += request.cost();
            if (request instanceof Stop) {
                running = false;
            } else {
                request.apply(shard);
            }
            left = next;
            request = next;
        }
        room.release(bytes);
        more |= left != null;
        more |= shard.end(!more);
        if (running && !more) {
            requests.sleep(time.nanosUntil(shard.nextEventMs()));
        }
        return running;
    }

    private void end(@Nullable Request first) {
        for (Request request = first; request != null; request = request.next) {
            room.release(request.cost());
            request.tooLate();
        }
    }

    /** Asks how long the owner would sleep now. */
    private final class NextEvent extends Request {
        private final CompletableFuture<Long> nanos = new CompletableFuture<>();

        @Override
        void apply(Shard shard) {
            nanos.complete(time.nanosUntil(shard.nextEventMs()));
        }

        @Override
        void tooLate() {
            nanos.complete(Long.MAX_VALUE);
        }
    }

    /** The last request. */
    private static final class Stop extends Request {
        @Override
        void apply(Shard shard) {
            throw new IllegalStateException("the owner's loop stops by itself");
        }

        @Override
        void tooLate() {
            // Another one was first.
        }
    }
}
