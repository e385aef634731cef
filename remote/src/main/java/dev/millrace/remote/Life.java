package dev.millrace.remote;

import dev.millrace.api.ErrorCode;
import dev.millrace.api.engine.Answer;
import dev.millrace.api.engine.Command;
import dev.millrace.api.engine.EndReason;
import dev.millrace.wire.AnswerReader;
import dev.millrace.wire.ProtocolException;
import dev.millrace.wire.Reply;
import dev.millrace.wire.SessionGrant;
import java.util.HashSet;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * How a session lives: it connects, and connects again when the connection breaks, until it ends. Used on the loop's
 * thread.
 *
 * @param <T> the type of the user's tokens
 */
final class Life<T> implements Link.Listener {
    private static final System.Logger LOG = System.getLogger("dev.millrace.remote");
    private static final long MS = 1_000_000;
    private static final long NEVER = Long.MAX_VALUE;
    private static final int HELD_PAGE = 1_000;

    private final RemoteSession<T> session;
    private final RemoteEngine engine;
    private final RemoteLimits limits;
    private final Clock clock;
    private final Delivery<T> delivery;
    private final Conversation<T> conversation;
    private final Pauses pauses;
    private final long silenceMaxMs;

    private State state = State.PAUSING;
    /** The connection that is being made or used; null while pausing and at the end. */
    private @Nullable Link link;
    /** By what the server knows the session again; null until it has said so, and where it grants none. */
    private @Nullable SessionGrant grant;
    /** When the next attempt to connect begins, while pausing; when the one under way is given up, while connecting. */
    private long attemptNs;
    /**
     * Where the server has refused its user: when it may be asked again, as soon as there is something to do; else of
     * no meaning.
     */
    private long refusedUntilNs = NEVER;
    /** When the server was last heard, while connected. */
    private long heardNs;
    /** Why there is no connection, as far as is known. */
    private String why = "no connection yet";
    /** When its user last gave a sign of life. */
    private long usedNs;
    /** Of its commands. */
    private long lastNumber;
    /** Why it is ending; null while it lives. */
    private @Nullable EndReason ending;

    private long endingNs = NEVER;
    private boolean isFarewellSaid;
    /** When the loop comes back for it. */
    private long plannedNs = NEVER;

    private Runnable callOff = () -> {};

    /** How far it is. */
    private enum State {
        /** There is no connection, and none is being made. */
        PAUSING,
        /** A connection is being made, and agreed upon. */
        CONNECTING,
        /** Commands go out as they come. */
        OPEN,
        /** All is over. */
        ENDED
    }

    Life(RemoteSession<T> session, RemoteEngine engine, Delivery<T> delivery, long number, long silenceMaxMs) {
        this.session = session;
        this.engine = engine;
        this.limits = engine.limits();
        this.clock = engine.clock();
        this.delivery = delivery;
        this.conversation = new Conversation<>(
                delivery,
                engine.inbox(),
                clock,
                engine.checks(),
                new Numbering(engine.producer() + "-" + number, engine.target().numbersPuts()),
                limits.unreachableMs() * MS);
        this.pauses = new Pauses(limits, engine.random());
        this.silenceMaxMs = silenceMaxMs;
    }

    // --- What its user wants

    /** Connects for the first time. */
    void begin() {
        usedNs = clock.nowNs();
        engine.add(this);
        Link greeted = engine.takeGreeted();
        if (greeted != null) {
            state = State.CONNECTING;
            link = greeted;
            greeted.listener(this);
            greeted(greeted);
        } else {
            connect();
        }
        settle();
    }

    void enter(T token, Command command, int cost) {
        Pending<T> pending = new Pending<>(token, command, cost, ++lastNumber, clock.nowNs());
        if (ending != null) {
            engine.inbox().release(cost);
            delivery.answer(token, Conversation.closed());
        } else {
            usedNs = pending.enteredNs;
            conversation.enter(pending);
            askAgain();
        }
        settle();
    }

    void cancel(T token) {
        conversation.cancel(token);
        settle();
    }

    /**
     * Ends the session: what is under way is answered first, if that does not take too long.
     *
     * @param reason SILENT if its user is gone, so that its tasks have failed
     */
    void end(EndReason reason) {
        if (ending == null) {
            ending = reason;
            endingNs = clock.nowNs() + limits.closeMs() * MS;
            conversation.endTakes();
            if (state == State.PAUSING && conversation.isSent()) {
                finish();
            }
            settle();
        }
    }

    // --- Connecting

    private void connect() {
        state = State.CONNECTING;
        attemptNs = clock.nowNs() + limits.greetingMs(engine.target()) * MS;
        refusedUntilNs = NEVER;
        link = engine.connect(this);
    }

    @Override
    public void greeted(Link greeted) {
        heardNs = clock.nowNs();
        conversation.begin(greeted);
        SessionGrant known = grant;
        if (known == null) {
            begin(greeted);
        } else {
            resume(greeted, known);
        }
        settle();
    }

    /** Begins a session of the server. The one before, if there was one, is lost, and its tasks with it. */
    private void begin(Link greeted) {
        grant = null;
        session.id(greeted.sessionId());
        conversation.lost();
        conversation.ask(this::granted, "SESSION.GRACE", Long.toString(limits.graceMs()));
        announceSilence();
        open();
    }

    /** A server that grants no grace may do so: then each break is the end of its session. */
    private void granted(Reply reply) throws ProtocolException {
        if (!(reply instanceof Reply.Problem)) {
            SessionGrant granted = AnswerReader.granted(reply);
            grant = granted.secret() == null ? null : granted;
        }
    }

    private void announceSilence() {
        if (limits.timeoutMs() > 0) {
            conversation.ask(reply -> {}, "SESSION.TIMEOUT", Long.toString(limits.timeoutMs()));
        }
    }

    /** Goes on with the session of the last connection, if the server still has it. */
    private void resume(Link greeted, SessionGrant known) {
        String secret = Objects.requireNonNull(known.secret());
        conversation.ask(reply -> {
            if (reply instanceof Reply.Problem) {
                begin(greeted);
            } else {
                session.id(AnswerReader.resumed(reply).id());
                announceSilence();
                listHeld(greeted, 0, new HashSet<>());
            }
        }, "SESSION.RESUME", Long.toString(known.id()), secret);
    }

    /** Asks what the session has taken, page by page. */
    private void listHeld(Link from, long cursor, Set<Answer.Held.Receipt> all) {
        Command.ListHeld list = new Command.ListHeld(cursor, HELD_PAGE);
        conversation.ask(reply -> {
            if (!(AnswerReader.read(list, reply) instanceof Answer.Held page)) {
                from.fail("it does not tell what the session has taken");
                return;
            }
            all.addAll(page.tasks());
            if (page.nextCursor() != 0) {
                listHeld(from, page.nextCursor(), all);
            } else {
                conversation.resumed(all);
                open();
            }
        }, list);
    }

    private void open() {
        pauses.reset();
        state = State.OPEN;
        conversation.open();
    }

    @Override
    public void broken(Link broken, Answer.Failed reason) {
        if (broken != link) {
            return;
        }
        why = reason.message();
        link = null;
        conversation.broke();
        boolean isRefusal = reason.code() != ErrorCode.OVERLOADED;
        if (isRefusal) {
            conversation.refused(reason);
        }
        if (ending != null && (isFarewellSaid || conversation.isSent())) {
            finish();
        } else {
            state = State.PAUSING;
            long pauseMs = pauses.nextMs();
            attemptNs = clock.nowNs() + pauseMs * MS;
            if (isRefusal) {
                refusedUntilNs = attemptNs;
                attemptNs = NEVER;
            }
            LOG.log(System.Logger.Level.DEBUG, () -> why + (isRefusal ? "" : "; connecting again in " + pauseMs + " ms"));
        }
        settle();
        engine.endTurn();
    }

    /**
     * The server has refused its user, who may have been taken away, so that whoever waits is told. It is not asked
     * again until there is something to do, since it counts and slows down who does not know the password.
     */
    private void askAgain() {
        if (refusedUntilNs != NEVER) {
            attemptNs = refusedUntilNs;
        }
    }

    // --- Hearing

    @Override
    public void replied(Link from, Reply reply) throws ProtocolException {
        heardNs = clock.nowNs();
        boolean isWaiting = conversation.hasWaitingTakes();
        String nonsense = conversation.replied(reply);
        if (isWaiting) {
            // A waiting take was a sign of life until now.
            usedNs = heardNs;
        }
        if (nonsense != null) {
            from.fail(nonsense);
        }
    }

    @Override
    public void readEnded(Link from) {
        // A server that drains goes on with everything but takes, so what is held may be finished there, and nowhere
        // else.
        if (conversation.isTurnedAway() && conversation.held().isEmpty()) {
            from.fail("the server ends the session");
        }
        settle();
        engine.endTurn();
    }

    // --- The end

    /** Says goodbye once everything else has been sent; the answers to that come before the answer to this. */
    private void sayFarewell() {
        if (ending != null && !isFarewellSaid && state == State.OPEN && conversation.isSent()) {
            isFarewellSaid = true;
            if (ending == EndReason.SILENT) {
                // Then the end of the connection is the end of its user.
                conversation.ask(reply -> finish(), "SESSION.GRACE", "0");
            } else {
                conversation.ask(reply -> finish(), "QUIT");
            }
        }
    }

    private void finish() {
        if (state == State.ENDED) {
            return;
        }
        state = State.ENDED;
        Link last = link;
        link = null;
        conversation.end();
        if (last != null) {
            last.close();
        }
        session.id(0);
        callOff.run();
        delivery.ended(ending == null ? EndReason.ENGINE_CLOSED : ending);
        engine.remove(this);
    }

    // --- Time, and the end of whatever happened

    /** Sends what was written, lets its user see what was answered, and plans ahead. */
    private void settle() {
        sayFarewell();
        Link to = link;
        if (to != null) {
            engine.flushLater(to);
        }
        engine.flushLater(delivery);
        plan();
    }

    private void plan() {
        long nextNs = state == State.ENDED ? NEVER : nextNs();
        if (nextNs < plannedNs) {
            callOff.run();
            plannedNs = nextNs;
            callOff = engine.schedule(this::wake, Math.max(0, nextNs - clock.nowNs()));
        }
    }

    private long nextNs() {
        long nextNs = Math.min(endingNs, silentNs());
        return Math.min(nextNs, switch (state) {
            case PAUSING, CONNECTING -> Math.min(attemptNs, conversation.nextDeadlineNs());
            case OPEN -> Math.min(pingNs(), deafNs());
            case ENDED -> NEVER;
        });
    }

    /** When its user has been silent for too long. */
    private long silentNs() {
        return silenceMaxMs == 0 || ending != null || conversation.hasWaitingTakes() ? NEVER : usedNs + silenceMaxMs * MS;
    }

    private long pingNs() {
        return limits.pingMs() == 0 ? NEVER : conversation.lastSentNs() + limits.pingMs() * MS;
    }

    private long deafNs() {
        return limits.timeoutMs() == 0 ? NEVER : heardNs + limits.timeoutMs() * MS;
    }

    private void wake() {
        plannedNs = NEVER;
        callOff = () -> {};
        long nowNs = clock.nowNs();
        Link to = link;
        if (endingNs <= nowNs) {
            finish();
        } else if (silentNs() <= nowNs) {
            end(EndReason.SILENT);
        } else if (state == State.OPEN && to != null) {
            if (deafNs() <= nowNs) {
                to.fail("it has not been heard for " + limits.timeoutMs() + " ms");
            } else if (pingNs() <= nowNs) {
                conversation.ask(reply -> {}, "PING");
            }
        } else if (state != State.ENDED) {
            conversation.expire(unreachable());
            if (attemptNs <= nowNs) {
                attempt(to);
            }
        }
        settle();
    }

    private void attempt(@Nullable Link to) {
        if (to == null) {
            connect();
        } else {
            to.fail("there is no greeting after " + limits.greetingMs(engine.target()) + " ms");
        }
    }

    private String unreachable() {
        return "since the server has not been reachable for unreachableMs=" + limits.unreachableMs() + " (" + why
                + "); see whether it runs, and try again";
    }
}
