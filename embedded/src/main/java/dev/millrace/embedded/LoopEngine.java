package dev.millrace.embedded;

import dev.millrace.api.ErrorCode;
import dev.millrace.api.MillraceException;
import dev.millrace.api.OpenOptions;
import dev.millrace.api.SessionOptions;
import dev.millrace.api.engine.EngineFigures;
import dev.millrace.api.engine.EngineLoop;
import dev.millrace.api.engine.EngineSession;
import dev.millrace.api.engine.HostedEngine;
import dev.millrace.api.engine.Outlet;
import dev.millrace.api.engine.TestableEngine;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;

/**
 * A shard that is served by a loop of its host. What the loop's own thread submits is applied on the spot, and begins a
 * round, if none is under way; the round ends with the loop's turn, so that one write serves all that was read in it.
 * What other threads submit waits in a queue of bounded size for the loop to come to it.
 *
 * <p>Within a round's end, when answers go out, nothing is applied: an answer must not leave before its record is safe.
 * What an outlet submits then waits, as if it came from another thread.
 */
final class LoopEngine implements HostedEngine, TestableEngine, RequestSink {
    /** How many requests of other threads a turn applies, so that the loop's own work is not held up for long. */
    private static final int TURN_REQUESTS_MAX = 1_024;

    private final EngineLoop loop;
    private final Shard shard;
    private final EngineTime time;
    /** For what other threads add. */
    private final CommandRoom room;
    private final AtomicLong lastSessionId = new AtomicLong();
    private final Queue<Request> fromOthers = new ConcurrentLinkedQueue<>();
    /** Whether the loop knows of {@link #fromOthers}. */
    private final AtomicBoolean isAnnounced = new AtomicBoolean();

    private final CompletableFuture<Void> closed = new CompletableFuture<>();
    private final CompletableFuture<MillraceException> broken = new CompletableFuture<>();
    private volatile boolean ended;

    // --- Of the loop's thread

    /** What outlets submitted; the loop knows of it. */
    private final Queue<Request> fromOutlets = new ArrayDeque<>();

    private boolean isInRound;
    private boolean isLettingOut;
    /** Whether the store or time left something to do at the last round's end. */
    private boolean hasMore;
    /** When the loop comes back by itself. */
    private long plannedMs = Long.MAX_VALUE;

    private Runnable callOff = () -> {};

    private LoopEngine(EngineLoop loop, OpenOptions options, Shard shard, EngineTime time) {
        this.loop = loop;
        this.shard = shard;
        this.time = time;
        this.room = new CommandRoom(options);
    }

    /** Lets the loop serve a shard that nobody has used yet. */
    static LoopEngine start(EngineLoop loop, OpenOptions options, Shard shard, EngineTime time) {
        LoopEngine engine = new LoopEngine(loop, options, shard, time);
        loop.execute(engine::beginRound);
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

    /** Every call on the loop's thread might be within an outlet's, and none of them may wait for an answer. */
    @Override
    public boolean isEngineThread() {
        return loop.isInLoop();
    }

    @Override
    public boolean isTurnFull() {
        return isInRound && shard.isRoundFull();
    }

    @Override
    public EngineFigures figures() {
        return shard.figures(room.bounds());
    }

    @Override
    public CompletionStage<MillraceException> broken() {
        return broken.minimalCompletionStage();
    }

    @Override
    public void close() {
        if (loop.isInLoop()) {
            requireNotLettingOut();
            end();
        } else if (!ended) {
            loop.execute(this::end);
        }
        closed.join();
    }

    private void requireNotLettingOut() {
        if (isLettingOut) {
            throw new MillraceException(
                    ErrorCode.BAD_ARGUMENT, "the engine cannot be closed by one of its outlets; close it afterwards");
        }
    }

    @Override
    public long nanosUntilNextEvent() {
        if (loop.isInLoop()) {
            throw new MillraceException(
                    ErrorCode.BAD_ARGUMENT,
                    "the engine cannot be asked for its next event on its loop, which would wait for itself; use another thread");
        }
        NextEventRequest question = new NextEventRequest(time);
        addAlways(question);
        return question.nanos();
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
        if (!loop.isInLoop() && !room.tryEnter(request)) {
            return false;
        }
        addAlways(request);
        return true;
    }

    @Override
    public void add(Request request) throws InterruptedException {
        if (!loop.isInLoop()) {
            room.enter(request);
        }
        addAlways(request);
    }

    @Override
    public void addAlways(Request request) {
        if (loop.isInLoop()) {
            addInLoop(request);
        } else {
            fromOthers.add(request);
            if (!ended) {
                announce();
            }
            // Whoever ended the engine meanwhile may not have seen the request.
            if (ended) {
                refuseOthers();
            }
        }
    }

    private void addInLoop(Request request) {
        if (ended) {
            request.tooLate();
        } else if (isLettingOut) {
            if (fromOutlets.isEmpty()) {
                loop.execute(this::beginRound);
            }
            fromOutlets.add(request);
        } else {
            beginRound();
            applyGuarded(request);
        }
    }

    private void announce() {
        if (!isAnnounced.getAndSet(true)) {
            try {
                loop.execute(() -> {
                    isAnnounced.set(false);
                    beginRound();
                    applyOthers();
                });
            } catch (RejectedExecutionException e) {
                if (!ended) {
                    throw new IllegalStateException("the loop ended before the engine on it", e);
                }
            }
        }
    }

    // --- Rounds, on the loop's thread

    private void beginRound() {
        if (isInRound || ended) {
            return;
        }
        isInRound = true;
        loop.atTurnEnd(this::endRound);
        guarded(() -> hasMore |= shard.begin(time.nowMs()));
        for (Request request = fromOutlets.poll(); request != null; request = fromOutlets.poll()) {
            applyGuarded(request);
        }
    }

    private void applyOthers() {
        int count = 0;
        while (count < TURN_REQUESTS_MAX && !isTurnFull() && !ended) {
            Request request = fromOthers.poll();
            if (request == null) {
                return;
            }
            room.leave(request.cost());
            applyGuarded(request);
            count++;
        }
        if (isTurnFull()) {
            loop.atTurnEnd(this::announce);
        } else {
            announce();
        }
    }

    private void applyGuarded(Request request) {
        if (ended) {
            request.tooLate();
            return;
        }
        try {
            request.apply(shard);
        } catch (Throwable e) {
            collapse(e);
            request.tooLate();
        }
    }

    private void endRound() {
        if (!isInRound) {
            return;
        }
        isInRound = false;
        boolean more = hasMore;
        hasMore = false;
        isLettingOut = true;
        try {
            guarded(() -> hasMore = shard.end(!more));
        } finally {
            isLettingOut = false;
        }
        tellIfBroken();
        if (ended) {
            return;
        }
        if (more || hasMore) {
            hasMore = false;
            loop.execute(this::beginRound);
        } else {
            planNextRound();
        }
    }

    private void planNextRound() {
        long eventMs = shard.nextEventMs();
        if (eventMs == plannedMs) {
            return;
        }
        callOff.run();
        plannedMs = eventMs;
        callOff = eventMs == Long.MAX_VALUE
                ? () -> {}
                : loop.schedule(
                        () -> {
                            plannedMs = Long.MAX_VALUE;
                            beginRound();
                        },
                        time.nanosUntil(eventMs));
    }

    // --- The end

    private void end() {
        if (ended) {
            return;
        }
        isInRound = false;
        isLettingOut = true;
        try {
            guarded(shard::close);
        } finally {
            isLettingOut = false;
            finish();
        }
    }

    private void tellIfBroken() {
        MillraceException cause = shard.broken();
        if (cause != null) {
            broken.complete(cause);
        }
    }

    private void guarded(Runnable part) {
        try {
            part.run();
        } catch (Throwable e) {
            collapse(e);
        }
    }

    /** An Error, such as no memory left: whoever waits for an answer must still get one. */
    private void collapse(Throwable cause) {
        try {
            shard.collapse(cause);
        } finally {
            tellIfBroken();
            finish();
        }
    }

    private void finish() {
        if (ended) {
            return;
        }
        ended = true;
        isInRound = false;
        callOff.run();
        for (Request request = fromOutlets.poll(); request != null; request = fromOutlets.poll()) {
            request.tooLate();
        }
        refuseOthers();
        room.end();
        closed.complete(null);
    }

    private void refuseOthers() {
        for (Request request = fromOthers.poll(); request != null; request = fromOthers.poll()) {
            room.leave(request.cost());
            request.tooLate();
        }
    }
}
