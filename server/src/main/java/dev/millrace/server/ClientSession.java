package dev.millrace.server;

import dev.millrace.api.ErrorCode;
import dev.millrace.api.MillraceException;
import dev.millrace.api.SessionOptions;
import dev.millrace.api.engine.Answer;
import dev.millrace.api.engine.Command;
import dev.millrace.api.engine.EndReason;
import dev.millrace.api.engine.EngineSession;
import dev.millrace.api.engine.Outlet;
import dev.millrace.api.engine.Push;
import dev.millrace.wire.Request;
import dev.millrace.wire.SessionGrant;
import dev.millrace.wire.SessionPage;
import dev.millrace.wire.SessionResumed;
import dev.millrace.wire.Shape;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.function.LongConsumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A client's session with the engine (G3): what it asked for, by tags and in order. Its answers go to its connection.
 * Used on the loop's thread.
 *
 * <p>With a time of grace it outlives its connection. What waited is withdrawn then, and what the engine answers to
 * commands of the connection that is gone goes nowhere: a task among it is given back, since nobody has seen it. What
 * was on its way to the client already stays taken, for it may have arrived; whoever goes on with the session asks for
 * that by SESSION.HELD.
 */
final class ClientSession implements Outlet<Token> {
    private static final String TURNED_AWAY =
            "the server is about to end and hands out no more tasks; give your verdicts on those you have, and connect again later";

    private final ServerState server;
    private final int tagsMax;
    private final EngineSession<Token> session;
    private final Map<String, Subscription> subscriptions = new LinkedHashMap<>();
    private final Alarms.Alarm graceEnd = new Alarms.Alarm(this::graceIsOver);
    /** Null while the session lives on without one. */
    private @Nullable Connection connection;
    /** The take before whose answer nothing else may be done. */
    private Token.@Nullable Blocking blocking;
    /** What is to be over before its cancellation is answered. */
    private @Nullable Subscription cancelling;
    /** Commands without an answer as yet whose answers come in order. */
    private int pendingCount;
    /** How many of those are a former connection's: they are the next to be answered. */
    private int staleCount;
    /** Whether it has ever asked for tasks, so that it may have some. */
    private boolean hasAskedForTasks;
    /** Whether it was found to hold none when it was given none any more. */
    private boolean isEmptyHanded;
    /** How long it may live without a connection. */
    private long graceMs;
    /** Who asked for the grace. */
    private String user = "";
    /** Null before it is first asked for. */
    private @Nullable String secret;

    /** When it was opened. */
    private final long openedNs;
    /** Of its last connection, once that is gone. */
    private String name = "";

    private String peer = "";
    private @Nullable Login login;

    private boolean isOver;
    /** Whether nobody wants pushes any more. */
    private boolean isClosed;

    ClientSession(ServerState server, Connection connection) {
        this.server = server;
        this.connection = connection;
        this.tagsMax = server.limits().tagsMax();
        this.openedNs = server.alarms().nowNs();
        this.session = server.engine().open(SessionOptions.defaults(), this);
    }

    long id() {
        return session.id();
    }

    @Nullable String secret() {
        return graceMs == 0 ? null : secret;
    }

    /** Whose commands it carries out. */
    private Connection client() {
        return Objects.requireNonNull(connection, "a session without a connection is asked for something");
    }

    /** Whether the client's next command must wait for the answer to one before it. */
    boolean isHoldingBack() {
        return blocking != null || cancelling != null;
    }

    boolean isBlocked() {
        return blocking != null;
    }

    boolean isDetached() {
        return connection == null;
    }

    /** How many takes wait. */
    private int waitingCount() {
        int waiting = blocking == null ? 0 : 1;
        for (Subscription subscription : subscriptions.values()) {
            waiting += subscription.takes().size();
        }
        return waiting;
    }

    /** Who is logged in, or asked for the grace. */
    String userNow() {
        return connection == null ? user : connection.login().name();
    }

    /** As SESSION.LIST shows it. */
    SessionPage.Entry entry(long held) {
        long nowNs = server.alarms().nowNs();
        long sinceMs = server.options().engine().timeSource().wallMs() - TimeUnit.NANOSECONDS.toMillis(nowNs - openedNs);
        Connection now = connection;
        return new SessionPage.Entry(
                id(),
                now != null,
                userNow(),
                now == null ? name : now.commands().name(),
                now == null ? peer : ClientLine.address(now.peer()),
                sinceMs,
                held,
                waitingCount(),
                graceMs,
                graceEnd.isSet() ? TimeUnit.NANOSECONDS.toMillis(graceEnd.atNs() - nowNs) : 0);
    }

    int subscriptionCount() {
        return subscriptions.size();
    }

    /** Gives the engine a command. */
    void submit(Request.Task task) {
        Command command = task.command();
        if (server.drain().isOn() && task.tag() == null) {
            requireNoTake(command);
        }
        if (task.tag() != null) {
            subscribe(task.tag(), command);
        } else if (isWaiting(command)) {
            blocking = new Token.Blocking(task.shape());
            submitInOrder(blocking, command);
        } else {
            submitInOrder(Token.InOrder.of(task.shape()), command);
        }
    }

    /** Answers with sessions, once the engine has told what each holds; that comes in the order of the questions. */
    void list(List<ClientSession> sessions, long nextCursor) {
        long[] held = new long[sessions.size()];
        for (int index = 0; index < held.length; index++) {
            int place = index;
            sessions.get(index).countHeld(count -> held[place] = count);
        }
        submitInOrder(
                new Token.Listing(() -> {
                    List<SessionPage.Entry> entries = new ArrayList<>(held.length);
                    for (int index = 0; index < held.length; index++) {
                        entries.add(sessions.get(index).entry(held[index]));
                    }
                    return new SessionPage(nextCursor, entries);
                }),
                new Command.ListHeld(0, 1));
    }

    private void submitInOrder(Token token, Command command) {
        hasAskedForTasks |= command instanceof Command.Take || command instanceof Command.TakeMany;
        pendingCount++;
        client().replies().asked();
        session.trySubmit(token, command);
    }

    private static boolean isWaiting(Command command) {
        return switch (command) {
            case Command.Take take -> take.timeoutMs() != 0;
            case Command.TakeMany take -> take.timeoutMs() != 0;
            default -> false;
        };
    }

    // --- What bears a tag

    private void subscribe(String tag, Command command) {
        Subscription subscription = newSubscription(tag, "", false);
        client().replies().reply(out -> out.simple("WAITING"));
        if (!server.drain().isOn()) {
            session.trySubmit(subscription.newTake(), command);
        }
    }

    /** Has tasks pushed. */
    void consume(Request.Consume consume) {
        requireCredit(consume.credit());
        Subscription subscription = newSubscription(consume.tag(), consume.queue(), true);
        client().replies().reply(out -> out.simple("OK"));
        take(subscription, consume.credit());
    }

    /** Has more tasks pushed. */
    void credit(Request.Credit credit) {
        Subscription subscription = subscriptions.get(credit.tag());
        if (subscription == null || !subscription.isConsumption()) {
            throw new MillraceException(
                    ErrorCode.NOT_FOUND, "no consumption has the tag " + credit.tag() + "; begin one with TASK.CONSUME");
        }
        requireCredit(subscription.takes().size() + credit.count());
        client().replies().reply(out -> out.simple("OK"));
        take(subscription, credit.count());
    }

    private void requireCredit(int credit) {
        if (credit > tagsMax) {
            server.counters().met(Limit.TAGS_MAX);
            throw new MillraceException(
                    ErrorCode.OVERLOADED, "credit=" + credit + " > tagsMax=" + tagsMax + "; give credit as tasks arrive");
        }
    }

    private void take(Subscription subscription, int count) {
        for (int take = 0; take < count && !server.drain().isOn(); take++) {
            session.trySubmit(subscription.newTake(), new Command.Take(subscription.queue(), -1));
        }
    }

    /** Ends what bears the tag; answered once nothing more can be pushed. */
    void cancel(Request.Cancel cancel) {
        Subscription subscription = subscriptions.get(cancel.tag());
        if (subscription == null) {
            throw new MillraceException(
                    ErrorCode.NOT_FOUND, "nothing has the tag " + cancel.tag() + " (any more); it was answered or never asked for");
        }
        subscription.cancelled();
        cancelling = subscription;
        List<Token.Tagged> takes = new ArrayList<>(subscription.takes());
        takes.forEach(session::cancel);
        endIfOver(subscription);
    }

    private Subscription newSubscription(String tag, String queue, boolean isConsumption) {
        if (client().commands().version() != 3) {
            throw new MillraceException(
                    ErrorCode.BAD_ARGUMENT, "tags are answered by pushes, which RESP2 has not; send HELLO 3 first");
        }
        if (subscriptions.containsKey(tag)) {
            throw new MillraceException(
                    ErrorCode.BAD_ARGUMENT, "the tag " + tag + " is in use; choose another, or TASK.CANCEL it first");
        }
        if (subscriptions.size() >= tagsMax) {
            server.counters().met(Limit.TAGS_MAX);
            throw new MillraceException(
                    ErrorCode.OVERLOADED, "tags=" + tagsMax + " are in use, tagsMax=" + tagsMax + "; cancel some");
        }
        Subscription subscription = new Subscription(tag, queue, isConsumption);
        subscriptions.put(tag, subscription);
        hasAskedForTasks = true;
        return subscription;
    }

    private void endIfOver(Subscription subscription) {
        if (subscription.isOver()) {
            subscriptions.remove(subscription.tag(), subscription);
            if (cancelling == subscription) {
                cancelling = null;
                client().replies().reply(out -> out.simple("OK"));
            }
        }
    }

    // --- Grace

    /** Who asked for the grace, and may go on with it. */
    String user() {
        return user;
    }

    /** Asks for a time of grace; 0 takes the wish back. */
    SessionGrant grant(long wantedMs) {
        long maxMs = server.limits().graceMsMax();
        if (wantedMs > maxMs) {
            server.counters().met(Limit.GRACE_MS_MAX);
            throw new MillraceException(
                    ErrorCode.BAD_ARGUMENT,
                    "graceMs=" + wantedMs + " > graceMsMax=" + maxMs + "; ask for less, or raise graceMsMax of the server");
        }
        graceMs = wantedMs;
        user = client().login().name();
        if (wantedMs == 0) {
            server.sessions().remove(this);
        } else {
            secret = secret == null ? server.sessions().newSecret() : secret;
            server.sessions().add(this);
        }
        return new SessionGrant(id(), secret(), graceMs);
    }

    /**
     * Its connection may go on with another session.
     *
     * @throws MillraceException BAD_ARGUMENT when it might have tasks, or wait for some
     */
    void requireUnused() {
        if (hasAskedForTasks) {
            throw new MillraceException(
                    ErrorCode.BAD_ARGUMENT,
                    "session " + id() + " has asked for tasks already; resume another one as the first thing on a new connection");
        }
    }

    /** Goes on on another connection; if it still has one, that one is cut off from it, and closed. */
    void resume(Connection next) {
        Connection before = connection;
        connection = next;
        if (before == null) {
            server.alarms().unset(graceEnd);
        } else {
            withdraw();
            before.fence();
        }
        server.sessions().resumed(before == null);
        submitInOrder(new Token.Resumed(), new Command.ListHeld(0, 1));
    }

    /** The connection is gone without a word. With a time of grace, and room, the session lives on for a while. */
    void connectionLost(Connection lost) {
        if (connection != lost) {
            return;
        }
        if (graceMs == 0 || isOver || isClosed) {
            abandon();
        } else if (server.sessions().hasRoom()) {
            withdraw();
            name = lost.commands().name();
            peer = ClientLine.address(lost.peer());
            login = lost.login();
            connection = null;
            server.sessions().detached();
            server.alarms().set(graceEnd, server.alarms().nowNs() + TimeUnit.MILLISECONDS.toNanos(graceMs));
        } else {
            server.counters().met(Limit.DETACHED_MAX);
            abandon();
        }
    }

    /** Nothing waits any more, and nothing that the connection asked for is answered to the next one. */
    private void withdraw() {
        staleCount = pendingCount;
        if (blocking != null) {
            session.cancel(blocking);
            blocking = null;
        }
        for (Subscription subscription : subscriptions.values()) {
            subscription.forgotten();
            List.copyOf(subscription.takes()).forEach(session::cancel);
        }
        subscriptions.clear();
        cancelling = null;
    }

    /**
     * The users have changed: a session without a connection whose user would be out ends, and nothing of it has
     * failed.
     */
    void renewed() {
        Login last = login;
        if (isDetached() && last != null && last.renew() == Login.Renewal.ENDED) {
            server.alarms().unset(graceEnd);
            server.sessions().lapsed();
            isOver = true;
            close();
        }
    }

    private void graceIsOver() {
        server.sessions().lapsed();
        isOver = true;
        abandon();
    }

    // --- The server's end

    /**
     * It is given no more tasks. A take that waits in order is told so. What bears a tag waits in vain until the
     * connection ends, since only then its client can ask another server, and should until then go on with what it has.
     */
    void turnAway() {
        if (blocking != null) {
            session.cancel(blocking);
        }
        for (Subscription subscription : subscriptions.values()) {
            List.copyOf(subscription.takes()).forEach(session::cancel);
        }
    }

    private static void requireNoTake(Command command) {
        if (command instanceof Command.Take || command instanceof Command.TakeMany) {
            throw new MillraceException(ErrorCode.CLOSED, TURNED_AWAY);
        }
    }

    /** What a take that was withdrawn by {@link #turnAway} is told. */
    private Answer ofTurnedAway(Answer answer) {
        return server.drain().isOn() && isCancelled(answer) ? new Answer.Failed(ErrorCode.CLOSED, TURNED_AWAY) : answer;
    }

    private static boolean isCancelled(Answer answer) {
        return answer instanceof Answer.Failed(ErrorCode code, String message) && code == ErrorCode.CANCELLED;
    }

    /**
     * Asks how many tasks it holds, at the end of the turn, when it is given none any more.
     *
     * @return false if it is known to hold none; nothing is told then
     */
    boolean askHeld(LongConsumer told) {
        if (!hasAskedForTasks || isEmptyHanded) {
            return false;
        }
        countHeld(held -> {
            isEmptyHanded = held == 0;
            told.accept(held);
        });
        return true;
    }

    /** Counts the tasks that it holds, at the end of the turn. */
    void countHeld(LongConsumer told) {
        session.trySubmit(new Token.HeldAsked(told), new Command.ListHeld(0, 1));
    }

    // --- The end

    /** The client has said goodbye: what it held goes back as if nothing had happened. */
    void close() {
        isClosed = true;
        server.sessions().remove(this);
        session.close();
    }

    /** The client is gone without a word: what it held has failed once more. */
    private void abandon() {
        isClosed = true;
        server.sessions().remove(this);
        session.abandon();
    }

    // --- What the engine says

    @Override
    public void answer(Token token, Answer answer) {
        switch (token) {
            case Token.InOrder inOrder -> inOrder(inOrder.shape(), answer);
            case Token.Blocking taking -> {
                unblock(taking);
                inOrder(taking.shape(), ofTurnedAway(answer));
            }
            case Token.Resumed resumed -> resumed(answer);
            case Token.Tagged tagged -> pushed(tagged, answer);
            case Token.Listing(Supplier<SessionPage> page) -> listed(page, answer);
            case Token.HeldAsked(LongConsumer told) -> told.accept(answer instanceof Answer.Held held ? held.held() : 0);
            case Token.Unseen unseen -> {}
        }
    }

    private void unblock(Token.Blocking taking) {
        if (blocking == taking) {
            blocking = null;
            if (connection != null) {
                connection.silence().maySpeak();
            }
        }
    }

    private void inOrder(Shape shape, Answer answer) {
        pendingCount--;
        if (staleCount > 0) {
            staleCount--;
            giveBackUnseen(answer);
        } else if (isOutOfReach()) {
            giveBackUnseen(answer);
        } else {
            client().replies().answer(shape, client().login().visible(answer));
        }
    }

    private void resumed(Answer answer) {
        if (staleCount == 0 && !isOutOfReach() && answer instanceof Answer.Held held) {
            pendingCount--;
            SessionResumed told = new SessionResumed(id(), graceMs, held.held());
            client().replies().answer(out -> out.resumed(told));
        } else {
            inOrder(Shape.HELD, answer);
        }
    }

    private void listed(Supplier<SessionPage> page, Answer answer) {
        if (staleCount == 0 && !isOutOfReach() && answer instanceof Answer.Held) {
            pendingCount--;
            SessionPage told = page.get();
            client().replies().answer(out -> out.sessions(told));
        } else {
            inOrder(Shape.HELD, answer);
        }
    }

    /** Whether the connection is gone, though the loop has not come to its end yet, and the session will outlive it. */
    private boolean isOutOfReach() {
        return graceMs > 0 && (connection == null || !connection.isActive());
    }

    private void pushed(Token.Tagged take, Answer answer) {
        Subscription subscription = take.subscription();
        subscription.answered(take);
        if (subscription.isForgotten() || isOutOfReach()) {
            giveBackUnseen(answer);
            return;
        }
        if (isCancelled(answer) && !subscription.isCancelled() && server.drain().isOn()) {
            return;
        }
        boolean isWithdrawn = isClosed || isCancelled(answer) && subscription.isCancelled();
        if (!isWithdrawn) {
            client().replies().taken(subscription.tag(), answer);
        }
        endIfOver(subscription);
    }

    /** Of an answer that goes nowhere. */
    private void giveBackUnseen(Answer answer) {
        switch (answer) {
            case Answer.Taken taken -> giveBackUnseen(taken);
            case Answer.TakenMany many -> many.tasks().forEach(this::giveBackUnseen);
            default -> {}
        }
    }

    private void giveBackUnseen(Answer.Taken taken) {
        session.trySubmit(Token.Unseen.INSTANCE, new Command.Release(taken.queue(), taken.id(), taken.attempt(), 0));
    }

    @Override
    public void push(Push push) {
        switch (push) {
            case Push.Lost lost -> {
                if (connection != null) {
                    connection.replies().lost(lost);
                }
            }
        }
    }

    @Override
    public void flush() {
        if (connection != null) {
            connection.flush();
        }
    }

    @Override
    public void ended(EndReason reason) {
        // In an engine that is over it comes before the session is even there.
        if (secret != null) {
            server.sessions().remove(this);
        }
        if (graceEnd.isSet()) {
            server.alarms().unset(graceEnd);
            server.sessions().lapsed();
        }
        if (!isOver && !isClosed && connection != null) {
            connection.sessionEnded(reason);
        }
        isOver = true;
    }
}
