package dev.millrace.embedded;

import dev.millrace.api.ErrorCode;
import dev.millrace.api.engine.Answer;
import dev.millrace.api.engine.Command;
import dev.millrace.api.engine.EndReason;
import dev.millrace.api.engine.EngineSession;
import dev.millrace.api.engine.Outlet;
import dev.millrace.api.engine.Push;
import dev.millrace.core.CoreSession;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A session of the embedded engine: the side that all threads see, and the state that is touched in turn.
 *
 * <p>A verdict ends work, so it must get through when new work is refused: for each task handed to the session one
 * finds room in any case. More than that are repeats, or mistakes, and take room like other commands. A take that is
 * withdrawn twice, and a session that is closed twice, wait once.
 */
final class EmbeddedSession<T> implements EngineSession<T> {
    /** What a command costs, beside its payload. */
    static final int COMMAND_COST = 256;
    /** What each receipt of a batch of acks costs that no task was handed out for. */
    private static final int RECEIPT_COST = 64;

    private static final System.Logger LOG = System.getLogger("dev.millrace.embedded");

    private final RequestSink requests;
    private final long id;
    private final Outlet<T> outlet;
    /** Tasks that were handed to the session, less the verdicts that came for them. */
    private final AtomicInteger verdictsOwed = new AtomicInteger();
    /** Takes whose withdrawal waits; made when it is needed first. */
    private final AtomicReference<@Nullable Set<T>> cancellations = new AtomicReference<>();

    private final AtomicBoolean isClosing = new AtomicBoolean();
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
        CommandRequest request = new CommandRequest(token, command);
        boolean isAdded = requests.tryAdd(request);
        if (!isAdded) {
            verdictsOwed.addAndGet(request.verdicts);
        }
        return isAdded;
    }

    @Override
    public void submit(T token, Command command) throws InterruptedException {
        CommandRequest request = new CommandRequest(token, command);
        try {
            requests.add(request);
        } catch (InterruptedException e) {
            verdictsOwed.addAndGet(request.verdicts);
            throw e;
        }
    }

    @Override
    public void cancel(T token) {
        Set<T> waiting = cancellations();
        // So many takes cannot be there to be withdrawn: whoever adds more makes them up.
        if (waiting.size() < requests.cancellationsMax() && waiting.add(token)) {
            requests.addAlways(new SignalRequest(shard -> {
                waiting.remove(token);
                if (session != null) {
                    shard.cancel(session, token);
                }
            }));
        }
    }

    private Set<T> cancellations() {
        Set<T> known = cancellations.get();
        if (known != null) {
            return known;
        }
        Set<T> made = ConcurrentHashMap.newKeySet();
        Set<T> earlier = cancellations.compareAndExchange(null, made);
        return earlier == null ? made : earlier;
    }

    @Override
    public void close() {
        end((shard, ending) -> {
            endReason = EndReason.CLOSED;
            shard.closeSession(ending);
        });
    }

    @Override
    public void abandon() {
        end(Shard::silence);
    }

    private void end(BiConsumer<Shard, CoreSession> ending) {
        if (!isClosing.getAndSet(true)) {
            requests.addAlways(new SignalRequest(shard -> {
                if (session != null) {
                    ending.accept(shard, session);
                }
            }));
        }
    }

    // --- The side of who has the turn

    /**
     * The first request of a session; without it, it is one too many.
     *
     * @param left to be called when it does not wait any more
     */
    Request opening(long silenceMaxMs, Runnable left) {
        return new SignalRequest(
                shard -> {
                    left.run();
                    session = shard.open(this, silenceMaxMs);
                },
                () -> {
                    left.run();
                    ended(EndReason.ENGINE_CLOSED);
                });
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
        if (answer instanceof Answer.Taken) {
            verdictsOwed.incrementAndGet();
        } else if (answer instanceof Answer.TakenMany(List<Answer.Taken> tasks)) {
            verdictsOwed.addAndGet(tasks.size());
        }
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

    /**
     * An outlet that throws harms only itself. An interrupt that it leaves may as well be the waiting caller's own: it
     * stays.
     */
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
        private final T token;
        private final Command command;
        private final int cost;
        /** How many verdicts are in it that tasks were handed out for. */
        private final int verdicts;
        /** Whether an Error may have left it half done. */
        private boolean begun;

        CommandRequest(T token, Command command) {
            this.token = token;
            this.command = command;
            int verdictsAsked = verdicts(command);
            this.verdicts = verdictsAsked == 0 ? 0 : verdictsFor(verdictsAsked);
            this.cost = switch (command) {
                case Command.Put put -> bounded((long) COMMAND_COST + put.payload().remaining(), Integer.MAX_VALUE);
                case Command.PutMany put -> cost(put);
                default -> verdictsAsked == 0 ? COMMAND_COST : cost(verdictsAsked - verdicts, verdictsAsked);
            };
        }

        private static int verdicts(Command command) {
            return switch (command) {
                case Command.Ack ack -> 1;
                case Command.AckMany ack -> ack.receipts().size();
                case Command.Release release -> 1;
                case Command.Fail fail -> 1;
                case Command.Bury bury -> 1;
                default -> 0;
            };
        }

        /** Uses up the session's right to so many verdicts, or as many as there are. */
        private int verdictsFor(int asked) {
            int owed = verdictsOwed.getAndUpdate(left -> Math.max(0, left - asked));
            return Math.min(owed, asked);
        }

        /** Of verdicts that are too many. */
        private int cost(int tooMany, int verdictsAsked) {
            if (tooMany == 0) {
                return 0;
            }
            return verdictsAsked == 1
                    ? COMMAND_COST
                    : bounded(COMMAND_COST + (long) RECEIPT_COST * tooMany, requests.costMax());
        }

        /**
         * At most all the room there is: a batch of many small items must find some, and one that is too large its
         * refusal.
         */
        private int cost(Command.PutMany put) {
            long cost = COMMAND_COST;
            for (Command.PutMany.Item item : put.items()) {
                cost += COMMAND_COST + item.payload().remaining();
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
