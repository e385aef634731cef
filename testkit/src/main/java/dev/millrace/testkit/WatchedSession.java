package dev.millrace.testkit;

import dev.millrace.api.ErrorCode;
import dev.millrace.api.SessionOptions;
import dev.millrace.api.engine.Answer;
import dev.millrace.api.engine.Command;
import dev.millrace.api.engine.EndReason;
import dev.millrace.api.engine.Engine;
import dev.millrace.api.engine.EngineSession;
import dev.millrace.api.engine.Outlet;
import dev.millrace.api.engine.Push;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** A session of a {@link WatchedEngine}: notes what passes, and lets faults happen. */
final class WatchedSession<T> implements EngineSession<T>, Outlet<Ticket<T>> {
    private static final Answer READ_ONLY =
            new Answer.Failed(ErrorCode.READ_ONLY, "the test broke the engine; restart it to go on");

    private final WatchedEngine engine;
    private final Outlet<T> outlet;
    private final EngineSession<Ticket<T>> inner;
    /** Waiting takes by their token's identity, to withdraw them by; guarded by itself. */
    private final Map<T, Ticket<T>> waits = new IdentityHashMap<>();
    /** Answers held back, with buffers of their own; guarded by itself. */
    private final List<Ticket<T>> held = new ArrayList<>();

    WatchedSession(WatchedEngine engine, Engine beneath, SessionOptions options, Outlet<T> outlet) {
        this.engine = engine;
        this.outlet = outlet;
        this.inner = beneath.open(options, this);
    }

    EngineSession<?> inner() {
        return inner;
    }

    @Override
    public long id() {
        return inner.id();
    }

    @Override
    public boolean trySubmit(T token, Command command) {
        Ticket<T> ticket = begin(token, command);
        boolean accepted = false;
        try {
            accepted = inner.trySubmit(ticket, ticket.sent());
            return accepted;
        } finally {
            end(ticket, accepted);
        }
    }

    @Override
    public void submit(T token, Command command) throws InterruptedException {
        Ticket<T> ticket = begin(token, command);
        boolean accepted = false;
        try {
            inner.submit(ticket, ticket.sent());
            accepted = true;
        } finally {
            end(ticket, accepted);
        }
    }

    private Ticket<T> begin(T token, Command command) {
        Ticket<T> ticket = new Ticket<>(token, command, engine.faults().meet(command));
        if (engine.isBroken()) {
            ticket.instead = READ_ONLY;
        }
        engine.activity().begin(ticket);
        if (ticket.mayWait()) {
            synchronized (waits) {
                waits.put(token, ticket);
            }
        }
        return ticket;
    }

    private void end(Ticket<T> ticket, boolean accepted) {
        if (accepted) {
            engine.activity().handedOver(ticket);
        } else {
            forget(ticket);
            engine.activity().done(ticket);
        }
    }

    private void forget(Ticket<T> ticket) {
        synchronized (waits) {
            waits.remove(ticket.token, ticket);
        }
    }

    @Override
    public void cancel(T token) {
        Ticket<T> ticket;
        synchronized (waits) {
            ticket = waits.get(token);
        }
        if (ticket != null) {
            inner.cancel(ticket);
        }
    }

    @Override
    public void close() {
        inner.close();
    }

    @Override
    public void abandon() {
        inner.abandon();
    }

    /** Ends every wait, as the engine's end does. */
    void breakDown() {
        List<Ticket<T>> waiting;
        synchronized (waits) {
            waiting = List.copyOf(waits.values());
        }
        waiting.forEach(inner::cancel);
    }

    /** How long until the next answer that is held back is due; {@link Long#MAX_VALUE} when there is none. */
    long nanosUntilHeld(long nowNs) {
        long nanos = Long.MAX_VALUE;
        synchronized (held) {
            for (Ticket<T> ticket : held) {
                nanos = Math.min(nanos, ticket.dueNs - nowNs);
            }
        }
        return nanos;
    }

    /** Lets out the answers that are due, on the engine's thread. */
    void letOut(long nowNs) {
        List<Ticket<T>> due = new ArrayList<>();
        synchronized (held) {
            held.removeIf(ticket -> ticket.dueNs - nowNs <= 0 && due.add(ticket));
        }
        for (Ticket<T> ticket : due) {
            engine.activity().letOut(ticket);
            try {
                inner.submit(ticket, new Command.Beat());
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new AssertionError("interrupted", e);
            }
        }
    }

    // --- The engine's side

    @Override
    public void answer(Ticket<T> ticket, Answer answer) {
        forget(ticket);
        engine.activity().answering(ticket, answer);
        Answer late = ticket.late;
        if (late != null) {
            deliver(ticket, late);
            return;
        }
        Answer said = said(ticket, answer);
        PlannedFault fault = ticket.fault;
        if (fault != null && fault.late().isPositive() && !engine.isBroken()) {
            hold(ticket, EngineClient.kept(said), engine.nowNs() + fault.late().toNanos());
        } else {
            deliver(ticket, said);
        }
    }

    private Answer said(Ticket<T> ticket, Answer answer) {
        boolean isRefused = answer instanceof Answer.Failed;
        Answer instead = ticket.instead;
        if (instead != null) {
            return isRefused ? answer : instead;
        }
        if (engine.isBroken()) {
            boolean isWithdrawn = ticket.command instanceof Command.Take && isRefused;
            return isWithdrawn ? READ_ONLY : isRefused ? answer : unknown();
        }
        return ticket.fault == null ? answer : ticket.fault.of(answer);
    }

    private void hold(Ticket<T> ticket, Answer answer, long dueNs) {
        ticket.late = answer;
        ticket.dueNs = dueNs;
        synchronized (held) {
            held.add(ticket);
        }
        engine.activity().held(ticket);
    }

    private static Answer unknown() {
        return new Answer.Failed(ErrorCode.UNKNOWN, "the test broke the engine; it may have happened");
    }

    private void deliver(Ticket<T> ticket, Answer answer) {
        try {
            outlet.answer(ticket.token, answer);
        } finally {
            engine.activity().done(ticket);
        }
    }

    @Override
    public void push(Push push) {
        outlet.push(push);
    }

    @Override
    public void flush() {
        outlet.flush();
    }

    @Override
    public void ended(EndReason reason) {
        List<Ticket<T>> last;
        synchronized (held) {
            last = List.copyOf(held);
            held.clear();
        }
        for (Ticket<T> ticket : last) {
            engine.activity().letOut(ticket);
            deliver(ticket, Objects.requireNonNull(ticket.late));
        }
        engine.forget(this);
        outlet.ended(engine.isBroken() ? EndReason.ENGINE_BROKEN : reason);
    }
}
