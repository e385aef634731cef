package dev.millrace.testkit;

import dev.millrace.api.SessionOptions;
import dev.millrace.api.engine.Answer;
import dev.millrace.api.engine.Command;
import dev.millrace.api.engine.EndReason;
import dev.millrace.api.engine.Engine;
import dev.millrace.api.engine.EngineSession;
import dev.millrace.api.engine.Outlet;
import dev.millrace.api.engine.Push;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A session of an engine driven by hand, for tests of the engine interface itself. It remembers all that the engine
 * says, with buffers copied. Safe for use by several threads.
 */
public final class EngineClient implements Outlet<EngineClient.Reply>, AutoCloseable {
    /** How long a test waits, in real time, for what must come. */
    static final long PATIENCE_SECONDS = 30;

    private final EngineSession<Reply> session;
    private final List<Push> pushes = new CopyOnWriteArrayList<>();
    private final CompletableFuture<EndReason> ended = new CompletableFuture<>();
    private final AtomicInteger flushes = new AtomicInteger();

    /**
     * Opens a session.
     *
     * @param engine stays open when this is closed
     * @param options how the session lives
     */
    public EngineClient(Engine engine, SessionOptions options) {
        this.session = engine.open(options, this);
    }

    /** A command's answer, when it comes; the token of the command. */
    public static final class Reply extends CompletableFuture<Answer> {
        private final AtomicInteger answers = new AtomicInteger();

        private Reply() {}

        /** {@return how many answers came; more than one is a defect} */
        public int answers() {
            return answers.get();
        }
    }

    /** {@return the session beneath} */
    public EngineSession<Reply> session() {
        return session;
    }

    /**
     * Submits a command and waits for its answer.
     *
     * @param command the engine owns its payload from here on
     * @return a copy, which stays valid
     */
    public Answer call(Command command) {
        return await(submit(command));
    }

    /**
     * Submits a command, waiting for room.
     *
     * @param command the engine owns its payload from here on
     * @return completed with a copy of the answer, which stays valid
     */
    public Reply submit(Command command) {
        Reply reply = new Reply();
        try {
            session.submit(reply, command);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError("interrupted", e);
        }
        return reply;
    }

    /**
     * Submits a command; a reply that is completed with an exception says that there was no room.
     *
     * @param command the engine owns its payload from here on
     * @return completed with a copy of the answer, or exceptionally at once
     */
    public Reply trySubmit(Command command) {
        Reply reply = new Reply();
        if (!session.trySubmit(reply, command)) {
            reply.completeExceptionally(new IllegalStateException("no room"));
        }
        return reply;
    }

    /**
     * Withdraws a waiting take.
     *
     * @param reply that of the take
     */
    public void cancel(Reply reply) {
        session.cancel(reply);
    }

    /**
     * Waits for a future with a test's patience.
     *
     * @param <T> what it is completed with
     * @param future completed by whoever else
     * @return what it was completed with
     */
    public static <T> T await(CompletableFuture<T> future) {
        try {
            return future.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
        } catch (Exception e) {
            throw new AssertionError("no answer", e);
        }
    }

    /** {@return what the engine said unasked so far} */
    public List<Push> pushes() {
        return pushes;
    }

    /** {@return why the session ended, when it has} */
    public CompletableFuture<EndReason> ended() {
        return ended;
    }

    /** {@return how often a moment's answers were declared complete} */
    public int flushes() {
        return flushes.get();
    }

    @Override
    public void close() {
        session.close();
    }

    @Override
    public void answer(Reply token, Answer answer) {
        token.answers.incrementAndGet();
        token.complete(kept(answer));
    }

    @Override
    public void push(Push push) {
        pushes.add(push);
    }

    @Override
    public void flush() {
        flushes.incrementAndGet();
    }

    @Override
    public void ended(EndReason reason) {
        ended.complete(reason);
    }

    /** The answer, with buffers of its own. */
    static Answer kept(Answer answer) {
        return switch (answer) {
            case Answer.Taken taken -> keptTaken(taken);
            case Answer.TakenMany many ->
                new Answer.TakenMany(
                        many.tasks().stream().map(EngineClient::keptTaken).toList());
            case Answer.Seen seen -> keptSeen(seen);
            case Answer.Page page ->
                new Answer.Page(
                        page.tasks().stream().map(EngineClient::keptSeen).toList(), page.nextCursor());
            default -> answer;
        };
    }

    private static Answer.Taken keptTaken(Answer.Taken taken) {
        return new Answer.Taken(
                taken.queue(), taken.id(), taken.attempt(), taken.failures(), taken.maxAttempts(), taken.priority(), copy(taken.payload()));
    }

    private static Answer.Seen keptSeen(Answer.Seen seen) {
        return new Answer.Seen(
                seen.id(),
                seen.state(),
                seen.priority(),
                seen.dueMs(),
                seen.attempts(),
                seen.failures(),
                seen.reason(),
                copy(seen.payload()));
    }

    private static ByteBuffer copy(ByteBuffer buffer) {
        return ByteBuffer.allocate(buffer.remaining()).put(buffer.duplicate()).flip();
    }
}
