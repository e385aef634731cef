package dev.millrace.embedded;

import dev.millrace.api.ErrorCode;
import dev.millrace.api.MillraceException;
import dev.millrace.api.OpenOptions;
import dev.millrace.api.engine.EngineFigures.Bound;
import java.util.List;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/**
 * How much may wait for an engine (G7): commands by their bytes, openings of sessions by their number. Safe for use by
 * several threads.
 *
 * <p>What is not counted here is bounded by what it belongs to: of each session one close, and of each task handed out
 * one verdict, which always find room.
 */
final class CommandRoom {
    /** How many sessions may wait to be opened. */
    static final int OPENINGS_MAX = 65_536;

    private final int commandBytesMax;
    private final int cancellationsMax;
    private final Semaphore bytes;
    private final AtomicInteger openings = new AtomicInteger();
    private final AtomicLong refusedCommands = new AtomicLong();
    private final AtomicLong refusedOpenings = new AtomicLong();

    CommandRoom(OpenOptions options) {
        this.commandBytesMax = options.commandBytesMax();
        this.cancellationsMax = options.waitersMax() + commandBytesMax / EmbeddedSession.COMMAND_COST;
        this.bytes = new Semaphore(commandBytesMax);
    }

    /** The most that a request may cost. */
    int costMax() {
        return commandBytesMax;
    }

    /** How many takes of a session can be there to be withdrawn: those that wait, and those in commands that do. */
    int cancellationsMax() {
        return cancellationsMax;
    }

    /** Finds room for a request, if there is any. */
    boolean tryEnter(Request request) {
        boolean hasRoom = bytes.tryAcquire(requireCost(request));
        if (!hasRoom) {
            refusedCommands.incrementAndGet();
        }
        return hasRoom;
    }

    /** Waits for room. */
    void enter(Request request) throws InterruptedException {
        bytes.acquire(requireCost(request));
    }

    /** Requests of so many bytes do not wait any more. */
    void leave(int cost) {
        bytes.release(cost);
    }

    /** Whether one more session may wait to be opened; {@link #opened} is to follow. */
    boolean tryOpen() {
        if (openings.incrementAndGet() <= OPENINGS_MAX) {
            return true;
        }
        openings.decrementAndGet();
        refusedOpenings.incrementAndGet();
        return false;
    }

    void opened() {
        openings.decrementAndGet();
    }

    /** How much of the room is in use, and how often there was none. */
    List<Bound> bounds() {
        return List.of(
                new Bound("commandBytesMax", commandBytesMax, commandBytesMax - bytes.availablePermits(), refusedCommands.get()),
                new Bound("openingsMax", OPENINGS_MAX, openings.get(), refusedOpenings.get()));
    }

    /**
     * The engine has ended: whoever waits for room must get in, to be told CLOSED. What an Error kept occupied is free
     * as well.
     */
    void end() {
        bytes.drainPermits();
        bytes.release(commandBytesMax);
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
}
