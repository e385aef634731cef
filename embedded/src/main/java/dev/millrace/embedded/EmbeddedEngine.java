package dev.millrace.embedded;

import dev.millrace.api.ErrorCode;
import dev.millrace.api.MillraceException;
import dev.millrace.api.OpenOptions;
import dev.millrace.api.SessionOptions;
import dev.millrace.api.engine.EngineSession;
import dev.millrace.api.engine.Outlet;
import dev.millrace.api.engine.TestableEngine;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * A shard, and the threads that serve it in turn, round by round. Threads add requests to a stack; who has the turn
 * takes all that are there, and applies them as one round, so that under load one write, and one fsync, serves many.
 * Whose turn it is: {@link RequestStack}.
 *
 * <p>The owner, a thread of the engine's own, serves what was submitted by those who do not wait, and all that is due
 * by time. A thread that waits for its answer, and finds nobody serving, serves one round of a bounded size itself: its
 * own request is in it, and perhaps a few of others. What is left goes to the owner, so that nobody serves the others
 * for long.
 *
 * <p>So callbacks may run on any thread that waits in a blocking verb: {@link #isEngineThread} tells whether the
 * calling one runs a round at this moment. Such a thread may be interrupted at any time: nothing in a round heeds that
 * (the disk's files do not either), and its interrupt is still there afterwards. An Error in a round, whoever runs it,
 * ends the engine; that is always left to the owner.
 *
 * <p>A virtual thread never serves. Were it to be suspended in its round, in a callback that logs for instance, while
 * all carriers are pinned by threads that wait for that very round, nobody would ever go on; and an fsync would hold a
 * carrier.
 */
final class EmbeddedEngine implements TestableEngine, RequestSink {
    /** How many requests a round of the owner applies, so that answers are not held back for long. */
    private static final int ROUND_REQUESTS_MAX = 4_096;
    /** How many requests a thread that waits for one answer applies. */
    private static final int CALLER_REQUESTS_MAX = 64;
    /** How many frames a thread must have room for on its stack before it may begin a round. */
    private static final int STACK_FRAMES = 128;

    private final Shard shard;
    private final EngineTime time;
    private final RequestStack requests;
    private final AtomicLong lastSessionId = new AtomicLong();
    private final CommandRoom room;

    private final Thread owner;
    /** Who runs a round; null between rounds. Each thread writes only itself, and only in its turn. */
    private volatile @Nullable Thread runner;

    /** Of who has the turn: requests that were taken, and have to wait for the next round. */
    private @Nullable Request left;
    /** Of who has the turn: whether the last request was met. */
    private boolean stopping;
    /** Of who has the turn: the Error that another thread than the owner met in its round. */
    private @Nullable Throwable failure;

    private EmbeddedEngine(OpenOptions options, String name, Shard shard, EngineTime time) {
        this.shard = shard;
        this.time = time;
        this.room = new CommandRoom(options);
        this.owner = Thread.ofPlatform().name("millrace-" + name).daemon().unstarted(this::own);
        this.requests = new RequestStack(new OwnerParking(owner));
    }

    /**
     * Starts the owner of a shard that nobody has used yet.
     *
     * @param name for the thread
     */
    static EmbeddedEngine start(OpenOptions options, String name, Shard shard, EngineTime time) {
        EmbeddedEngine engine = new EmbeddedEngine(options, name, shard, time);
        engine.owner.start();
        return engine;
    }

    @Override
    public <T> EngineSession<T> open(SessionOptions options, Outlet<T> outlet) {
        long silenceMaxMs = options.silenceMaxMs(); // what may throw comes before the opening is counted
        EmbeddedSession<T> session = new EmbeddedSession<>(this, lastSessionId.incrementAndGet(), outlet);
        if (room.tryOpen()) {
            addAlways(session.opening(silenceMaxMs, room::opened));
        }
        return session;
    }

    @Override
    public boolean isEngineThread() {
        return Thread.currentThread() == runner;
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
        NextEventRequest question = new NextEventRequest(time);
        addAlways(question);
        return question.nanos();
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
    public int costMax() {
        return room.costMax();
    }

    @Override
    public int cancellationsMax() {
        return room.cancellationsMax();
    }

    @Override
    public boolean tryAdd(Request request) {
        if (!room.tryEnter(request)) {
            return false;
        }
        addAlways(request);
        return true;
    }

    @Override
    public void add(Request request) throws InterruptedException {
        boolean mayServe = !Thread.currentThread().isVirtual();
        if (mayServe) {
            requireStack(STACK_FRAMES, 0, 0, 0, 0, 0);
        }
        room.enter(request);
        switch (requests.add(request)) {
            case WAITING -> {}
            case WITH_TURN -> {
                if (mayServe) {
                    serve();
                } else {
                    requests.pass();
                }
            }
            case TOO_LATE -> refuse(request);
        }
    }

    @Override
    public void addAlways(Request request) {
        switch (requests.add(request)) {
            case WAITING -> {}
            case WITH_TURN -> requests.pass();
            case TOO_LATE -> refuse(request);
        }
    }

    private void refuse(Request request) {
        room.leave(request.cost());
        request.tooLate();
    }

    /**
     * Lets a StackOverflowError happen now, when it harms only the caller, rather than within a round. How much a round
     * needs cannot be known, as its methods may be interpreted still; so this makes it unlikely that a caller's deep
     * recursion ends the engine, and leaves room in any case to end it so that nobody waits for ever.
     */
    private static long requireStack(int frames, long first, long second, long third, long fourth, long fifth) {
        if (frames == 0) {
            return first;
        }
        long deeper = requireStack(frames - 1, second + 1, third, fourth, fifth, first);
        return deeper + first * second + third * fourth + fifth;
    }

    // --- Rounds

    /** The owner's life. */
    private void own() {
        runner = owner;
        try {
            while (!stopping) {
                if (!round(ROUND_REQUESTS_MAX) && !stopping) {
                    sleep();
                }
            }
            shard.close();
        } catch (Throwable e) {
            // An Error, such as no memory left: whoever waits for an answer must still get one.
            shard.collapse(e);
        } finally {
            end(left);
            end(requests.end());
            room.end();
            runner = null;
        }
    }

    private void sleep() throws Throwable {
        long eventMs = shard.nextEventMs();
        long nanos = time.nanosUntil(eventMs);
        runner = null;
        requests.sleep(eventMs, nanos);
        runner = owner;
        if (failure != null) {
            throw failure;
        }
    }

    /** One round by a thread that has got the turn with its request, and would only wait otherwise. */
    private void serve() {
        boolean isIdle = false;
        long eventMs = RequestStack.NEVER;
        runner = Thread.currentThread();
        try {
            isIdle = !round(CALLER_REQUESTS_MAX) && !stopping;
            eventMs = shard.nextEventMs();
        } catch (Throwable e) {
            isIdle = false;
            failure = e;
        }
        runner = null;
        if (isIdle) {
            requests.giveBack(eventMs);
        } else {
            requests.pass();
        }
    }

    /** One round; whether another one should follow at once, unless it is the last. */
    private boolean round(int requestsMax) {
        boolean more = shard.begin(time.nowMs());
        Request request = left != null ? left : requests.takeAll();
        int bytes = 0;
        for (int count = 0; request != null && count < requestsMax && !stopping && !shard.isRoundFull(); count++) {
            // Until it was applied it is left, so that an Error leaves nobody without an answer.
            left = request;
            Request next = request.next;
            bytes += request.cost();
            if (request instanceof Stop) {
                stopping = true;
            } else {
                request.apply(shard);
            }
            left = next;
            request = next;
        }
        room.leave(bytes);
        more |= left != null;
        more |= shard.end(!more);
        return more;
    }

    private void end(@Nullable Request first) {
        for (Request request = first; request != null; request = request.next) {
            room.leave(request.cost());
            request.tooLate();
        }
    }

    /** The last request. */
    private static final class Stop extends Request {
        @Override
        void apply(Shard shard) {
            throw new IllegalStateException("a round stops by itself");
        }

        @Override
        void tooLate() {
            // Another one was first.
        }
    }
}
