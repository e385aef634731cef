package dev.millrace.embedded;

import dev.millrace.api.ErrorCode;
import dev.millrace.api.MillraceException;
import dev.millrace.api.engine.Answer;
import dev.millrace.api.engine.EndReason;
import dev.millrace.api.engine.Push;
import dev.millrace.core.CoreSession;
import dev.millrace.core.Refusal;
import dev.millrace.core.Replies;
import dev.millrace.core.State;
import dev.millrace.core.TaskView;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.StringJoiner;

/**
 * What a round has to say, held back until its records are safe. Answers to takes are kept apart, since they may go out
 * earlier; their payloads are read from the store only then.
 */
final class Outbox implements Replies {
    private static final System.Logger LOG = System.getLogger("dev.millrace.embedded");
    private static final int NAMED_MAX = 20;

    private final List<Letter> taken = new ArrayList<>();
    private final List<Letter> others = new ArrayList<>();
    private final Set<EmbeddedSession<?>> toFlush = new LinkedHashSet<>();
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

    /** Holds an answer back until the end of the round. */
    void add(EmbeddedSession<?> to, Object token, Answer answer) {
        others.add(new Reply(to, token, answer));
    }

    void add(CoreSession to, Object token, Answer answer) {
        add(sessionOf(to), token, answer);
    }

    /** Lets out the answers to takes. */
    void sendTaken(Store store) {
        send(taken, store);
    }

    /** Lets out everything. */
    void sendAll(Store store) {
        send(taken, store);
        send(others, store);
    }

    private void send(List<Letter> letters, Store store) {
        for (int index = 0; index < letters.size(); index++) {
            Letter letter = letters.get(index);
            EmbeddedSession<?> to = letter.to();
            switch (letter) {
                case Reply reply -> to.answer(reply.token, reply.answer);
                case Take take -> to.answer(take.token, answer(take.task, store));
                case News news -> to.push(news.push);
                case End end -> to.ended(end.reason);
            }
            toFlush.add(to);
        }
        letters.clear();
    }

    private static Answer.Taken answer(TaskView task, Store store) {
        return new Answer.Taken(
                task.id(), task.attempts(), task.failures(), task.priority(), store.payload(task.home()));
    }

    /** The round's records are not safe, so nobody can know whether what it answers has happened (T14). */
    void breakWith(MillraceException cause) {
        taken.addAll(others);
        others.clear();
        for (Letter letter : taken) {
            EmbeddedSession<?> to = letter.to();
            Answer unknown = new Answer.Failed(ErrorCode.UNKNOWN, "it may have happened: " + cause.told());
            switch (letter) {
                case Reply(var session, Object token, Answer.Failed failed) -> to.answer(token, failed);
                case Reply reply -> to.answer(reply.token, unknown);
                case Take take -> to.answer(take.token, unknown);
                case News news -> to.push(news.push);
                case End end -> to.ended(end.reason);
            }
            toFlush.add(to);
        }
        taken.clear();
    }

    /** Tells the outlets that this was all for now. */
    void flush() {
        toFlush.forEach(EmbeddedSession::flush);
        toFlush.clear();
    }

    // --- What the state machine says

    @Override
    public void stored(CoreSession session, Object token, long id, State state, long dueMs, boolean repeated) {
        add(session, token, new Answer.Stored(id, Conversions.stateOrNull(state), dueMs, repeated));
    }

    @Override
    public void taken(CoreSession session, Object token, TaskView task) {
        taken.add(new Take(sessionOf(session), token, task));
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
        others.add(new News(sessionOf(session), new Push.Lost(queue, id, attempt)));
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
        others.add(new End(ended, silent ? EndReason.SILENT : ended.endReason()));
    }

    private static EmbeddedSession<?> sessionOf(CoreSession session) {
        return (EmbeddedSession<?>) session.attachment();
    }
}
