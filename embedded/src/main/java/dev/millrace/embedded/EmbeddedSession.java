package dev.millrace.embedded;

import dev.millrace.api.ErrorCode;
import dev.millrace.api.engine.Answer;
import dev.millrace.api.engine.Command;
import dev.millrace.api.engine.EndReason;
import dev.millrace.api.engine.EngineSession;
import dev.millrace.api.engine.Outlet;
import dev.millrace.api.engine.Push;
import dev.millrace.core.CoreSession;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** A session of the embedded engine: the side that all threads see, and the state that is touched in turn. */
final class EmbeddedSession<T> implements EngineSession<T> {
    private static final System.Logger LOG = System.getLogger("dev.millrace.embedded");

    private final RequestSink requests;
    private final long id;
    private final Outlet<T> outlet;
    /** Of who has the turn; null before it was opened, or when it could not be. */
    private @Nullable CoreSession session;
    /** Of who has the turn: why it ends, if the session itself is asked. */
    private EndReason endReason = EndReason.ENGINE_CLOSED;
    /** Of who has the turn: whether something was said since the last {@link #flush}. */
    private boolean isToFlush;

    EmbeddedSession(RequestSink requests, long id, Outlet<T> outlet) {
        this.requests = requests;
        this.id = id;
        this.outlet = outlet;
    }

    @Override
    public long id() {
        return id;
    }

    @Override
    public boolean trySubmit(T token, Command command) {
        return requests.tryAdd(new CommandRequest(token, command));
    }

    @Override
    public void submit(T token, Command command) throws InterruptedException {
        requests.add(new CommandRequest(token, command));
    }

    @Override
    public void cancel(T token) {
        requests.addAlways(new SignalRequest(shard -> {
            if (session != null) {
                shard.cancel(session, token);
            }
        }));
    }

    @Override
    public void close() {
        requests.addAlways(new SignalRequest(shard -> {
            if (session != null) {
                endReason = EndReason.CLOSED;
                shard.closeSession(session);
            }
        }));
    }

    @Override
    public void abandon() {
        requests.addAlways(new SignalRequest(shard -> {
            if (session != null) {
                shard.silence(session);
            }
        }));
    }

    // --- The side of who has the turn

    /** The first request of a session. */
    Request opening(long silenceMaxMs) {
        return new SignalRequest(
                shard -> session = shard.open(this, silenceMaxMs), () -> ended(EndReason.ENGINE_CLOSED));
    }

    EndReason endReason() {
        return endReason;
    }

    /** Whether this is the first time since its outlet was told that this was all for now. */
    boolean isFirstToFlush() {
        boolean isFirst = !isToFlush;
        isToFlush = true;
        return isFirst;
    }

    /** An outlet that throws harms only itself. Written out, since each answer comes this way. */
    @SuppressWarnings("unchecked") // a token comes back from where it was handed in, by this session's trySubmit
    void answer(Object token, Answer answer) {
        try {
            outlet.answer((T) token, answer);
        } catch (RuntimeException | Error e) {
            warn(e);
        }
    }

    @SuppressWarnings("unchecked") // as in answer
    void announce(Object token) {
        guarded(() -> outlet.announce((T) token));
    }

    void push(Push push) {
        guarded(() -> outlet.push(push));
    }

    void flush() {
        isToFlush = false;
        guarded(outlet::flush);
    }

    void ended(EndReason reason) {
        guarded(() -> outlet.ended(reason));
    }

    /** An outlet that throws harms only itself. An interrupt that it leaves may as well be the waiting caller's own: it stays. */
    private void guarded(Runnable delivery) {
        try {
            delivery.run();
        } catch (RuntimeException | Error e) {
            warn(e);
        }
    }

    private void warn(Throwable failure) {
        LOG.log(System.Logger.Level.WARNING, "the outlet of session " + id + " failed", failure);
    }

    private final class CommandRequest extends Request {
        private static final int COST = 256;

        private final T token;
        private final Command command;
        private final int cost;
        /** Whether an Error may have left it half done. */
        private boolean begun;

        CommandRequest(T token, Command command) {
            this.token = token;
            this.command = command;
            this.cost = switch (command) {
                case Command.Put put -> bounded((long) COST + put.payload().remaining(), Integer.MAX_VALUE);
                case Command.PutMany put -> cost(put);
                // A verdict ends work: it must get through when new work is refused.
                case Command.Ack ack -> 0;
                case Command.AckMany ack -> 0;
                case Command.Release release -> 0;
                case Command.Fail fail -> 0;
                case Command.Bury bury -> 0;
                default -> COST;
            };
        }

        /** At most all the room there is: a batch of many small items must find some, and one that is too large its refusal. */
        private int cost(Command.PutMany put) {
            long cost = COST;
            for (Command.PutMany.Item item : put.items()) {
                cost += COST + item.payload().remaining();
            }
            return bounded(cost, requests.costMax());
        }

        private static int bounded(long cost, int costMax) {
            return (int) Math.min(cost, costMax);
        }

        @Override
        int cost() {
            return cost;
        }

        @Override
        void apply(Shard shard) {
            begun = true;
            shard.apply(EmbeddedSession.this, session, token, command);
        }

        @Override
        void tooLate() {
            answer(
                    token,
                    begun
                            ? new Answer.Failed(ErrorCode.UNKNOWN, "it may have happened: an error in it ended the engine")
                            : new Answer.Failed(ErrorCode.CLOSED, "the engine is closed"));
            flush();
        }
    }

    /** Something of the session that is neither refused nor answered. */
    private static final class SignalRequest extends Request {
        private final Consumer<Shard> signal;
        private final Runnable tooLate;

        /** The engine's end does what it asks for. */
        SignalRequest(Consumer<Shard> signal) {
            this(signal, () -> {});
        }

        SignalRequest(Consumer<Shard> signal, Runnable tooLate) {
            this.signal = signal;
            this.tooLate = tooLate;
        }

        @Override
        void apply(Shard shard) {
            signal.accept(shard);
        }

        @Override
        void tooLate() {
            tooLate.run();
        }
    }
}
