package dev.millrace.server;

import dev.millrace.api.ErrorCode;
import dev.millrace.api.MillraceException;
import dev.millrace.api.SessionOptions;
import dev.millrace.api.engine.Answer;
import dev.millrace.api.engine.Command;
import dev.millrace.api.engine.EndReason;
import dev.millrace.api.engine.EngineSession;
import dev.millrace.api.engine.HostedEngine;
import dev.millrace.api.engine.Outlet;
import dev.millrace.api.engine.Push;
import dev.millrace.wire.Request;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A client's session with the engine (G3): what it asked for, by tags and in order. Its answers go to its connection. Used on the
 * loop's thread.
 */
final class ClientSession implements Outlet<Token> {
    private final Connection connection;
    private final int tagsMax;
    private final EngineSession<Token> session;
    private final Map<String, Subscription> subscriptions = new LinkedHashMap<>();
    /** Whether a take waits before whose answer nothing else may be done. */
    private boolean isBlocked;
    /** What is to be over before its cancellation is answered. */
    private @Nullable Subscription cancelling;

    private boolean isOver;
    /** Whether nobody wants pushes any more. */
    private boolean isClosed;

    ClientSession(HostedEngine engine, Connection connection, int tagsMax) {
        this.connection = connection;
        this.tagsMax = tagsMax;
        this.session = engine.open(SessionOptions.defaults(), this);
    }

    long id() {
        return session.id();
    }

    /** Whether the client's next command must wait for the answer to one before it. */
    boolean isHoldingBack() {
        return isBlocked || cancelling != null;
    }

    boolean isBlocked() {
        return isBlocked;
    }

    int subscriptionCount() {
        return subscriptions.size();
    }

    /** Gives the engine a command. */
    void submit(Request.Task task) {
        Command command = task.command();
        if (task.tag() != null) {
            subscribe(task.tag(), command);
        } else if (isWaiting(command)) {
            isBlocked = true;
            connection.replies().asked();
            session.trySubmit(new Token.Blocking(task.shape()), command);
        } else {
            connection.replies().asked();
            session.trySubmit(Token.InOrder.of(task.shape()), command);
        }
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
        connection.replies().reply(out -> out.simple("WAITING"));
        session.trySubmit(subscription.newTake(), command);
    }

    /** Has tasks pushed. */
    void consume(Request.Consume consume) {
        Subscription subscription = newSubscription(consume.tag(), consume.queue(), true);
        connection.replies().reply(out -> out.simple("OK"));
        take(subscription, consume.credit());
    }

    /** Has more tasks pushed. */
    void credit(Request.Credit credit) {
        Subscription subscription = subscriptions.get(credit.tag());
        if (subscription == null || !subscription.isConsumption()) {
            throw new MillraceException(
                    ErrorCode.NOT_FOUND, "no consumption has the tag " + credit.tag() + "; begin one with TASK.CONSUME");
        }
        if (subscription.takes().size() + credit.count() > tagsMax) {
            throw new MillraceException(
                    ErrorCode.OVERLOADED,
                    "credit=" + (subscription.takes().size() + credit.count()) + " > tagsMax=" + tagsMax
                            + "; give credit as tasks arrive");
        }
        connection.replies().reply(out -> out.simple("OK"));
        take(subscription, credit.count());
    }

    private void take(Subscription subscription, int count) {
        for (int take = 0; take < count; take++) {
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
        if (connection.commands().version() != 3) {
            throw new MillraceException(
                    ErrorCode.BAD_ARGUMENT, "tags are answered by pushes, which RESP2 has not; send HELLO 3 first");
        }
        if (subscriptions.containsKey(tag)) {
            throw new MillraceException(
                    ErrorCode.BAD_ARGUMENT, "the tag " + tag + " is in use; choose another, or TASK.CANCEL it first");
        }
        if (subscriptions.size() >= tagsMax) {
            throw new MillraceException(
                    ErrorCode.OVERLOADED, "tags=" + tagsMax + " are in use, tagsMax=" + tagsMax + "; cancel some");
        }
        Subscription subscription = new Subscription(tag, queue, isConsumption);
        subscriptions.put(tag, subscription);
        return subscription;
    }

    private void endIfOver(Subscription subscription) {
        if (subscription.isOver()) {
            subscriptions.remove(subscription.tag(), subscription);
            if (cancelling == subscription) {
                cancelling = null;
                connection.replies().reply(out -> out.simple("OK"));
            }
        }
    }

    // --- The end

    /** The client has said goodbye: what it held goes back as if nothing had happened. */
    void close() {
        isClosed = true;
        session.close();
    }

    /** The client is gone without a word: what it held has failed once more. */
    void abandon() {
        isClosed = true;
        session.abandon();
    }

    // --- What the engine says

    @Override
    public void answer(Token token, Answer answer) {
        switch (token) {
            case Token.InOrder inOrder -> connection.replies().answer(inOrder.shape(), answer);
            case Token.Blocking blocking -> {
                isBlocked = false;
                connection.replies().answer(blocking.shape(), answer);
            }
            case Token.Tagged tagged -> pushed(tagged, answer);
        }
    }

    private void pushed(Token.Tagged take, Answer answer) {
        Subscription subscription = take.subscription();
        subscription.answered(take);
        boolean isWithdrawn = isClosed
                || answer instanceof Answer.Failed(ErrorCode code, String message)
                        && code == ErrorCode.CANCELLED
                        && subscription.isCancelled();
        if (!isWithdrawn) {
            connection.replies().taken(subscription.tag(), answer);
        }
        endIfOver(subscription);
    }

    @Override
    public void push(Push push) {
        switch (push) {
            case Push.Lost lost -> connection.replies().lost(lost);
        }
    }

    @Override
    public void flush() {
        connection.flush();
    }

    @Override
    public void ended(EndReason reason) {
        if (!isOver && !isClosed) {
            isOver = true;
            connection.sessionEnded(reason);
        }
    }
}
