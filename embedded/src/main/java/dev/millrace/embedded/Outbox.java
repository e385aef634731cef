package dev.millrace.embedded;

import dev.millrace.api.ErrorCode;
import dev.millrace.api.MillraceException;
import dev.millrace.api.engine.Answer;
import dev.millrace.api.engine.EndReason;
import dev.millrace.api.engine.Push;
import dev.millrace.core.CoreSession;
import dev.millrace.core.QueueConfig;
import dev.millrace.core.Refusal;
import dev.millrace.core.Replies;
import dev.millrace.core.State;
import dev.millrace.core.StoredTask;
import dev.millrace.core.TaskView;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.Objects;
import java.util.StringJoiner;
import org.jspecify.annotations.Nullable;

/**
 * What a round has to say, in its order, held back until its records are safe. The payloads of tasks that were taken
 * are read from the store only then.
 */
final class Outbox implements Replies {
    private static final System.Logger LOG = System.getLogger("dev.millrace.embedded");
    private static final int NAMED_MAX = 20;

    /** A take of several tasks ends once their payloads have so many bytes. */
    private static final int TAKE_BYTES_MAX = 1 << 20;

    private final Store store;
    /**
     * A round with more letters than this announces none: it takes too long, and its thread is needed for the others.
     */
    private static final int ANNOUNCED_LETTERS_MAX = 4;
    /** Answers of so many bytes may be held back; then the round ends. */
    private static final int HELD_BYTES_MAX = 16 << 20;
    /** What a task, or a queue, in an answer takes beside its payload, nearly. */
    private static final int ITEM_BYTES = 128;

    private final Deque<Letter> letters = new ArrayDeque<>();
    private long heldBytes;
    /** Of the take of several tasks that is under way. */
    private final List<Answer.Taken> among = new ArrayList<>();

    private int amongBytes;
    /** Each once, in the order of their first letters. */
    private final List<EmbeddedSession<?>> toFlush = new ArrayList<>();
    /** Of the session that is ending. */
    private final List<String> givenBack = new ArrayList<>();

    private int givenBackCount;

    private sealed interface Letter {
        EmbeddedSession<?> to();
    }

    private record Reply(EmbeddedSession<?> to, Object token, Answer answer) implements Letter {}

    private record Take(EmbeddedSession<?> to, Object token, TaskView task) implements Letter {}

    private record News(EmbeddedSession<?> to, Push push) implements Letter {}

    private record End(EmbeddedSession<?> to, EndReason reason) implements Letter {}

    Outbox(Store store) {
        this.store = store;
    }

    /** Holds an answer back until the end of the round. */
    void add(EmbeddedSession<?> to, Object token, Answer answer) {
        letters.add(new Reply(to, token, answer));
    }

    void add(CoreSession to, Object token, Answer answer) {
        add(sessionOf(to), token, answer);
    }

    /** How many letters wait; a mark for {@link #takeBack}. */
    int count() {
        return letters.size();
    }

    /**
     * Takes back what a command was to be answered since then: it failed in its midst, and gets another answer, the
     * only one.
     */
    void takeBack(int since, EmbeddedSession<?> from, Object token) {
        Iterator<Letter> latest = letters.descendingIterator();
        for (int place = letters.size(); place > since; place--) {
            Letter letter = latest.next();
            if (letter.to() == from && token == token(letter)) {
                latest.remove();
            }
        }
    }

    private static @Nullable Object token(Letter letter) {
        return switch (letter) {
            case Reply reply -> reply.token;
            case Take take -> take.token;
            case News news -> null;
            case End end -> null;
        };
    }

    /** Says that an answer of this round holds so many tasks, or queues, with payloads of so many bytes together. */
    void holds(int items, int payloadBytes) {
        heldBytes += (long) ITEM_BYTES * items + payloadBytes;
    }

    /** Whether the round should end, so that what it holds back goes out. */
    boolean isFull() {
        return heldBytes >= HELD_BYTES_MAX;
    }

    /** Holds back the news that a session is over. */
    void end(EmbeddedSession<?> session, EndReason reason) {
        letters.add(new End(session, reason));
    }

    /**
     * Tells whoever waits for the first task of a small round that an answer comes, so that the waking of its thread
     * and the write of the round go on side by side: on idle cores the former takes longer. Only the first one, lest
     * threads that woke up in vain take the processor from the one that writes.
     */
    void announce() {
        if (letters.size() > ANNOUNCED_LETTERS_MAX) {
            return;
        }
        for (Letter letter : letters) {
            switch (letter) {
                case Take take -> {
                    take.to.announce(take.token);
                    return;
                }
                case Reply(var session, Object token, Answer.TakenMany tasks) -> {
                    session.announce(token);
                    return;
                }
                default -> {}
            }
        }
    }

    /**
     * Lets out everything. A letter is gone before it is delivered, so that none can be answered twice; but its payload
     * is read before that, so that one that cannot be read is left to be answered by {@link #breakWith}.
     */
    void send() {
        heldBytes = 0;
        for (Letter letter = letters.peek(); letter != null; letter = letters.peek()) {
            EmbeddedSession<?> to = letter.to();
            Answer taken = letter instanceof Take take ? answer(take.task) : null;
            letters.remove();
            willFlush(to);
            switch (letter) {
                case Reply reply -> to.answer(reply.token, reply.answer);
                case Take take -> to.answer(take.token, Objects.requireNonNull(taken));
                case News news -> to.push(news.push);
                case End end -> to.ended(end.reason);
            }
        }
    }

    private void willFlush(EmbeddedSession<?> session) {
        if (session.isFirstToFlush()) {
            toFlush.add(session);
        }
    }

    private Answer.Taken answer(TaskView task) {
        return answer(task, store.payload(task.home()));
    }

    private static Answer.Taken answer(TaskView task, ByteBuffer payload) {
        return new Answer.Taken(
                task.queue(), task.id(), task.attempts(), task.failures(), task.maxAttempts(), task.priority(), payload);
    }

    /** The round's records are not safe, so nobody can know whether what it answers has happened (T14). */
    void breakWith(MillraceException cause) {
        heldBytes = 0;
        Answer unknown = new Answer.Failed(ErrorCode.UNKNOWN, "it may have happened: " + cause.told());
        for (Letter letter = letters.poll(); letter != null; letter = letters.poll()) {
            EmbeddedSession<?> to = letter.to();
            willFlush(to);
            switch (letter) {
                case Reply(var session, Object token, Answer.Failed failed) -> to.answer(token, failed);
                case Reply reply -> to.answer(reply.token, unknown);
                case Take take -> to.answer(take.token, unknown);
                case News news -> to.push(news.push);
                case End end -> to.ended(end.reason);
            }
        }
    }

    /**
     * Tells the outlets that this was all for now, the last one first: whoever waited for what another did in this
     * round got its letter after the other's, and is in more of a hurry. To send something takes a door some time.
     */
    void flush() {
        for (EmbeddedSession<?> session : toFlush.reversed()) {
            session.flush();
        }
        toFlush.clear();
    }

    // --- What the state machine says

    @Override
    public void stored(CoreSession session, Object token, StoredTask task) {
        add(session, token, Conversions.stored(task));
    }

    @Override
    public void storedMany(CoreSession session, Object token, List<StoredTask> tasks) {
        add(session, token, new Answer.StoredMany(tasks.stream().map(Conversions::stored).toList()));
    }

    @Override
    public boolean takenAmong(TaskView task) {
        // Copied at once, since an answer with many payloads needs them all together.
        ByteBuffer payload = store.payload(task.home());
        ByteBuffer copy = ByteBuffer.allocate(payload.remaining()).put(payload).flip();
        among.add(answer(task, copy));
        amongBytes += copy.remaining();
        holds(1, copy.remaining());
        return amongBytes < TAKE_BYTES_MAX;
    }

    @Override
    public void takenMany(CoreSession session, Object token) {
        add(session, token, new Answer.TakenMany(List.copyOf(among)));
        among.clear();
        amongBytes = 0;
    }

    @Override
    public void each(CoreSession session, Object token, List<Verdict> verdicts) {
        add(session, token, new Answer.Each(verdicts.stream().map(Outbox::answer).toList()));
    }

    private static Answer answer(Verdict verdict) {
        Refusal refusal = verdict.refusal();
        return refusal == null
                ? new Answer.Done(verdict.id(), null)
                : new Answer.Failed(Conversions.code(refusal), verdict.message());
    }

    @Override
    public void configured(CoreSession session, Object token, QueueConfig config) {
        add(session, token, Conversions.settings(config));
    }

    @Override
    public void taken(CoreSession session, Object token, TaskView task) {
        letters.add(new Take(sessionOf(session), token, task));
    }

    @Override
    public void nothing(CoreSession session, Object token) {
        add(session, token, new Answer.Nothing());
    }

    @Override
    public void done(CoreSession session, Object token, long id, State state) {
        add(session, token, new Answer.Done(id, Conversions.stateOrNull(state)));
    }

    @Override
    public void count(CoreSession session, Object token, long count) {
        add(session, token, new Answer.Count(count));
    }

    @Override
    public void refused(CoreSession session, Object token, Refusal refusal, String message) {
        add(session, token, new Answer.Failed(Conversions.code(refusal), message));
    }

    @Override
    public void lost(CoreSession session, String queue, long id, int attempt) {
        letters.add(new News(sessionOf(session), new Push.Lost(queue, id, attempt)));
    }

    @Override
    public void givenBack(CoreSession session, String queue, long id, State state) {
        givenBackCount++;
        if (givenBackCount <= NAMED_MAX) {
            givenBack.add(queue + "/" + id + " " + state);
        }
    }

    @Override
    public void ended(CoreSession session, boolean silent) {
        EmbeddedSession<?> ended = sessionOf(session);
        if (givenBackCount > 0) {
            StringJoiner names = new StringJoiner(", ");
            givenBack.forEach(names::add);
            if (givenBackCount > NAMED_MAX) {
                names.add("and " + (givenBackCount - NAMED_MAX) + " more");
            }
            LOG.log(
                    System.Logger.Level.INFO,
                    "session " + session.id() + (silent ? " was silent and ended" : " ended") + "; its tasks went back: "
                            + names);
            givenBack.clear();
            givenBackCount = 0;
        }
        letters.add(new End(ended, silent ? EndReason.SILENT : ended.endReason()));
    }

    private static EmbeddedSession<?> sessionOf(CoreSession session) {
        return (EmbeddedSession<?>) session.attachment();
    }
}
