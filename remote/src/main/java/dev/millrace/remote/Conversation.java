package dev.millrace.remote;

import dev.millrace.api.ErrorCode;
import dev.millrace.api.MillraceException;
import dev.millrace.api.engine.Answer;
import dev.millrace.api.engine.Command;
import dev.millrace.api.engine.Push;
import dev.millrace.wire.AnswerReader;
import dev.millrace.wire.ProtocolException;
import dev.millrace.wire.PushMessage;
import dev.millrace.wire.Reply;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What a session has said and heard: each command from its entry to its answer, in order, over one connection after the
 * other. Used on the loop's thread.
 *
 * <p>A command waits in {@link #unsent} until there is a connection, then in {@link #asked} for its answer; a take that
 * waits goes on to {@link #tagged}, so that it holds nothing up. A break puts what has no answer back to the front of
 * {@link #unsent}, in its order, but for what {@link AfterBreak} says cannot be repeated.
 *
 * @param <T> the type of the user's tokens
 */
final class Conversation<T> {
    private static final long MS = 1_000_000;

    private final Delivery<T> delivery;
    private final Inbox inbox;
    private final Clock clock;
    private final Checks checks;
    private final Numbering numbering;
    private final long unreachableNs;
    private final Held held = new Held();

    private final Deque<Pending<T>> unsent = new ArrayDeque<>();
    private final Deque<Asked<T>> asked = new ArrayDeque<>();
    private final Map<String, Pending<T>> tagged = new LinkedHashMap<>();
    /** What the server has refused because it is about to end: the next connection's. */
    private final List<Pending<T>> turnedAway = new ArrayList<>();
    /** The takes that wait, wherever they are. */
    private final Map<T, Pending<T>> takes = new HashMap<>();

    private long lastTag;
    /** The connection, if there is one that the server has greeted on. */
    private @Nullable Link link;
    /** Whether the user's commands may be sent on it. */
    private boolean isOpen;

    /** Whether the session's user has ended it. */
    private boolean isEnding;

    private long lastSentNs;
    /** Since when commands cannot be sent; of no meaning while they can. */
    private long cutOffNs;
    /** No command that waits to be sent gives up before. */
    private long nextDeadlineNs = Long.MAX_VALUE;

    Conversation(
            Delivery<T> delivery, Inbox inbox, Clock clock, Checks checks, Numbering numbering, long unreachableNs) {
        this.delivery = delivery;
        this.inbox = inbox;
        this.clock = clock;
        this.checks = checks;
        this.numbering = numbering;
        this.unreachableNs = unreachableNs;
        this.cutOffNs = clock.nowNs();
    }

    Held held() {
        return held;
    }

    /** When something was last sent. */
    long lastSentNs() {
        return lastSentNs;
    }

    boolean hasWaitingTakes() {
        return !takes.isEmpty();
    }

    /** Whether nothing waits to be sent. */
    boolean isSent() {
        return unsent.isEmpty();
    }

    // --- Commands

    /** A new command. */
    void enter(Pending<T> pending) {
        try {
            checks.require(pending.wanted);
        } catch (MillraceException refused) {
            answer(pending, new Answer.Failed(refused.code(), refused.told()));
            return;
        }
        if (pending.timeoutMs() != 0) {
            takes.put(pending.token, pending);
        }
        unsent.add(pending);
        nextDeadlineNs = Math.min(nextDeadlineNs, givesUpNs(pending));
        sendOn();
    }

    /** Withdraws a take, if it waits. */
    void cancel(T token) {
        Pending<T> take = takes.get(token);
        if (take == null || take.isCancelled) {
            return;
        }
        take.isCancelled = true;
        if (take.tag == null) {
            unsent.remove(take);
            withdrawn(take);
        } else {
            String tag = take.tag;
            // Either its task has been pushed before this answer, or none will be.
            ask(reply -> {
                if (!(reply instanceof Reply.Problem) && tagged.remove(tag, take)) {
                    withdrawn(take);
                }
            }, "TASK.CANCEL", tag);
        }
    }

    private void withdrawn(Pending<T> take) {
        answer(take, new Answer.Failed(ErrorCode.CANCELLED, "the take on " + names(take.wanted) + " was withdrawn"));
    }

    private static String names(Command command) {
        return switch (command) {
            case Command.Take take -> String.join(", ", take.queues());
            case Command.TakeMany take -> String.join(", ", take.queues());
            default -> command.queue();
        };
    }

    // --- Sending

    /** A connection on which the session can ask for what it needs. */
    void begin(Link greeted) {
        link = greeted;
        isOpen = false;
    }

    /** From now on commands are sent, those first that were under way when the last connection broke. */
    void open() {
        isOpen = true;
        sendOn();
    }

    /** Asks something for the session itself. */
    void ask(Asked.Reader reader, String... words) {
        Link to = link;
        if (to != null) {
            to.writer().words(words);
            asked(new Asked.Ours<>(reader));
        }
    }

    /** Asks a command for the session itself. */
    void ask(Asked.Reader reader, Command command) {
        Link to = link;
        if (to != null) {
            to.writer().write(command);
            asked(new Asked.Ours<>(reader));
        }
    }

    private void asked(Asked<T> what) {
        asked.add(what);
        lastSentNs = clock.nowNs();
    }

    private void sendOn() {
        Link to = link;
        while (isOpen && to != null && !unsent.isEmpty()) {
            Pending<T> next = unsent.element();
            prepare(next);
            if (!numbering.admits(next)) {
                return;
            }
            unsent.remove();
            send(next, to);
        }
    }

    private void prepare(Pending<T> pending) {
        if (!pending.isPrepared) {
            pending.isPrepared = true;
            numbering.number(pending);
            pending.command = held.withReceipts(pending.command);
        }
    }

    private void send(Pending<T> pending, Link to) {
        long timeoutMs = remainingMs(pending);
        if (timeoutMs == 0) {
            to.writer().write(withTimeout(pending.command, 0));
        } else {
            String tag = "t" + ++lastTag;
            pending.tag = tag;
            tagged.put(tag, pending);
            to.writer().write(withTimeout(pending.command, timeoutMs), tag);
        }
        numbering.sent(pending);
        asked(pending);
    }

    /** What is left of a take's timeout, which counts from its entry (T6), rounded up; 0 for what does not wait. */
    private long remainingMs(Pending<T> pending) {
        long timeoutMs = pending.timeoutMs();
        return timeoutMs > 0 ? Math.max(0, (deadlineNs(pending) - clock.nowNs() + MS - 1) / MS) : timeoutMs;
    }

    private static long deadlineNs(Pending<?> take) {
        return take.enteredNs + take.timeoutMs() * MS;
    }

    private static Command withTimeout(Command command, long timeoutMs) {
        return switch (command) {
            case Command.Take take when take.timeoutMs() != timeoutMs -> new Command.Take(take.queues(), timeoutMs);
            case Command.TakeMany take when take.timeoutMs() != timeoutMs ->
                new Command.TakeMany(take.queues(), take.count(), timeoutMs);
            default -> command;
        };
    }

    // --- What the server says

    /**
     * The next reply.
     *
     * @return what is wrong with it, or null
     */
    @Nullable String replied(Reply reply) throws ProtocolException {
        if (reply instanceof Reply.Pushed pushed) {
            return pushed(AnswerReader.push(pushed));
        }
        Asked<T> first = asked.poll();
        switch (first) {
            case null -> {
                return "it answers what nobody asked";
            }
            case Asked.Ours<T> ours -> ours.reader().read(reply);
            case Pending<T> pending -> answered(pending, reply);
        }
        sendOn();
        return null;
    }

    private void answered(Pending<T> pending, Reply reply) throws ProtocolException {
        numbering.answered(pending);
        String tag = pending.tag;
        if (tag == null) {
            hear(pending, AnswerReader.read(pending.command, reply));
        } else if (AnswerReader.isWaiting(reply)) {
            pending.isWaiting = true;
            giveRoom(pending);
        } else if (tagged.remove(tag, pending)) {
            hear(pending, AnswerReader.read(pending.command, reply));
        }
    }

    private @Nullable String pushed(PushMessage message) {
        switch (message) {
            case PushMessage.Tagged(String tag, Answer answer) -> {
                Pending<T> take = tagged.remove(tag);
                if (take == null) {
                    return "it pushes what nobody waits for, with the tag " + tag;
                }
                hear(take, answer);
            }
            case PushMessage.Lost(Push.Lost lost) -> {
                held.remove(lost.queue(), lost.id(), lost.attempt());
                delivery.push(lost);
            }
            case PushMessage.Unknown unknown -> {}
        }
        return null;
    }

    private void hear(Pending<T> pending, Answer answer) {
        if (isTooManyProducers(pending, answer)) {
            numbering.refused();
            Numbering.unnumber(pending);
            unsent.addFirst(pending);
            return;
        }
        if (!isEnding && answer instanceof Answer.Failed(ErrorCode code, String message) && code == ErrorCode.CLOSED) {
            turnedAway.add(pending);
            return;
        }
        held.follow(pending.command, answer);
        answer(pending, Repeats.told(pending, answer));
    }

    /**
     * Whether the server has begun to refuse commands since it is about to end, so that another connection is needed.
     */
    boolean isTurnedAway() {
        return !turnedAway.isEmpty();
    }

    /** A put is not refused because of a number that nobody asked for. */
    private static boolean isTooManyProducers(Pending<?> pending, Answer answer) {
        return pending.isNumberedHere
                && answer instanceof Answer.Failed(ErrorCode code, String message)
                && code == ErrorCode.OVERLOADED
                && message.contains("producersMax");
    }

    // --- Answers

    private void answer(Pending<T> pending, Answer answer) {
        takes.remove(pending.token, pending);
        giveRoom(pending);
        if (!pending.isAnswered) {
            pending.isAnswered = true;
            delivery.answer(pending.token, answer);
        }
    }

    private void giveRoom(Pending<T> pending) {
        inbox.release(pending.cost);
        pending.cost = 0;
    }

    // --- Breaks

    /** The connection is no more. */
    void broke() {
        if (isOpen) {
            cutOffNs = clock.nowNs();
        }
        link = null;
        isOpen = false;
        List<Pending<T>> underWay = new ArrayList<>();
        tagged.values().stream().filter(take -> take.isWaiting).forEach(underWay::add);
        for (Asked<T> one : asked) {
            if (one instanceof Pending<T> pending) {
                underWay.add(pending);
            }
        }
        underWay.forEach(pending -> pending.isDoubtful = true);
        underWay.addAll(turnedAway);
        underWay.sort(Comparator.comparingLong(pending -> pending.number));
        asked.clear();
        tagged.clear();
        turnedAway.clear();
        numbering.broke();
        underWay.reversed().forEach(this::putBack);
        nextDeadlineNs = firstDeadlineNs();
    }

    /** The next connection's, unless it ends here. */
    private void putBack(Pending<T> pending) {
        pending.tag = null;
        pending.isWaiting = false;
        if (pending.isCancelled) {
            withdrawn(pending);
        } else if (pending.isAnswered) {
            giveRoom(pending);
        } else if (pending.isDoubtful && pending.afterBreak() == AfterBreak.UNKNOWN) {
            held.follow(pending.command, unknown());
            answer(pending, unknown());
        } else {
            unsent.addFirst(pending);
        }
    }

    private static Answer.Failed unknown() {
        return new Answer.Failed(
                ErrorCode.UNKNOWN, "it may have happened: the connection broke before its answer came");
    }

    /**
     * The server's session has gone on: what it holds and the user never heard of goes back, and the user hears of what
     * it does not hold any more, unless a verdict on that is under way.
     */
    void resumed(Set<Answer.Held.Receipt> atServer) {
        for (Answer.Held.Receipt task : atServer) {
            if (!held.has(task.queue(), task.id(), task.attempt())) {
                ask(reply -> {}, new Command.Release(task.queue(), task.id(), task.attempt(), 0));
            }
        }
        Set<Held.Receipt> decided = decided();
        for (Push.Lost known : held.all()) {
            if (!atServer.contains(new Answer.Held.Receipt(known.queue(), known.id(), known.attempt()))) {
                held.remove(known.queue(), known.id(), known.attempt());
                if (!decided.contains(new Held.Receipt(known.queue(), known.id(), known.attempt()))) {
                    delivery.push(known);
                }
            }
        }
    }

    /** What verdicts speak of that may have happened. */
    private Set<Held.Receipt> decided() {
        Set<Held.Receipt> decided = new HashSet<>();
        for (Pending<T> pending : unsent) {
            if (pending.isDoubtful) {
                decided.addAll(Held.Receipt.all(pending.command));
            }
        }
        return decided;
    }

    /** The server's session is lost, and its tasks with it: another one begins. */
    void lost() {
        unsent.forEach(pending -> pending.isOrphan |= pending.isDoubtful);
        held.clear().forEach(delivery::push);
    }

    /**
     * The server does not let its user in any more: everybody who waits is told, and who has a task, that it is lost.
     */
    void refused(Answer.Failed why) {
        List<Pending<T>> all = List.copyOf(unsent);
        unsent.clear();
        nextDeadlineNs = Long.MAX_VALUE;
        for (Pending<T> pending : all) {
            // A task that a take got goes back with its session.
            boolean mayHaveHappened = pending.isDoubtful && pending.afterBreak() != AfterBreak.LOOK && !pending.isTake();
            Answer answer = mayHaveHappened
                    ? new Answer.Failed(ErrorCode.UNKNOWN, "it may have happened before the connection broke, and now " + why.message())
                    : why;
            held.follow(pending.command, answer);
            answer(pending, answer);
        }
        held.clear().forEach(delivery::push);
    }

    /** When a command that waits to be sent may give up, if no connection comes. */
    long nextDeadlineNs() {
        return nextDeadlineNs;
    }

    private long firstDeadlineNs() {
        long first = Long.MAX_VALUE;
        for (Pending<T> pending : unsent) {
            first = Math.min(first, givesUpNs(pending));
        }
        return first;
    }

    /** A take that waits does so for as long as it was told to, whether there is a connection or not. */
    private long givesUpNs(Pending<T> pending) {
        long timeoutMs = pending.timeoutMs();
        if (timeoutMs == 0) {
            return Math.max(pending.enteredNs, cutOffNs) + unreachableNs;
        }
        return timeoutMs < 0 ? Long.MAX_VALUE : deadlineNs(pending);
    }

    /** Answers the commands that have waited for a connection for too long. */
    void expire(String why) {
        long nowNs = clock.nowNs();
        if (nowNs < nextDeadlineNs) {
            return;
        }
        List<Pending<T>> expired = new ArrayList<>();
        unsent.removeIf(pending -> givesUpNs(pending) <= nowNs && expired.add(pending));
        nextDeadlineNs = firstDeadlineNs();
        for (Pending<T> pending : expired) {
            Answer answer = pending.timeoutMs() > 0 ? new Answer.Nothing() : unreachable(pending, why);
            held.follow(pending.command, answer);
            answer(pending, answer);
        }
    }

    private Answer unreachable(Pending<T> pending, String why) {
        return pending.isDoubtful && pending.afterBreak() != AfterBreak.LOOK
                ? new Answer.Failed(ErrorCode.UNKNOWN, "it may have happened, " + why)
                : new Answer.Failed(ErrorCode.OVERLOADED, "it did not happen, " + why);
    }

    // --- The end

    /** The takes that wait end now; a task that one of them is sent goes back with the session. */
    void endTakes() {
        isEnding = true;
        for (Pending<T> take : List.copyOf(takes.values())) {
            unsent.remove(take);
            answer(take, closed());
        }
    }

    /** Nothing more will be heard. */
    void end() {
        endTakes();
        List<Pending<T>> left = new ArrayList<>();
        for (Asked<T> one : asked) {
            if (one instanceof Pending<T> pending) {
                pending.isDoubtful = true;
                left.add(pending);
            }
        }
        left.addAll(turnedAway);
        left.addAll(unsent);
        turnedAway.clear();
        asked.clear();
        unsent.clear();
        tagged.clear();
        link = null;
        isOpen = false;
        left.forEach(pending -> answer(
                pending, pending.isDoubtful && pending.afterBreak() != AfterBreak.LOOK ? unknown() : closed()));
    }

    static Answer.Failed closed() {
        return new Answer.Failed(ErrorCode.CLOSED, "the session is closed");
    }
}
