package dev.millrace.testkit.model;

import dev.millrace.api.OpenOptions;
import dev.millrace.api.Put;
import dev.millrace.api.QueueStats;
import dev.millrace.api.engine.Answer;
import dev.millrace.api.engine.Command;
import dev.millrace.api.engine.Push;
import java.util.ArrayList;
import java.util.List;

/** The model alone, and a few sessions of it; each command is a round of its own. */
final class Scene {
    static final long A = 1;
    static final long B = 2;
    static final String Q = "q";

    private Model model;
    private long nowMs = 1_000_000;
    private long tokens;
    private final List<Event> said = new ArrayList<>();

    Scene() {
        this(OpenOptions.defaults());
    }

    Scene(OpenOptions options) {
        model = new Model(options, nowMs);
        openSessions();
    }

    private void openSessions() {
        model.begin(nowMs, null);
        model.open(A, 0);
        model.open(B, 0);
        model.end(false);
    }

    long nowMs() {
        return nowMs;
    }

    Model model() {
        return model;
    }

    /** A command's own answer; the rest of what is said is {@link #said}. */
    Answer call(long session, Command command) {
        long token = submit(session, command);
        return answer(token);
    }

    /** A command whose answer may come later. */
    long submit(long session, Command command) {
        long token = ++tokens;
        model.begin(nowMs, null);
        model.submit(session, token, command);
        end();
        return token;
    }

    Answer answer(long token) {
        for (Event event : said) {
            if (event instanceof Event.Answered answered && answered.token() == token) {
                return answered.answer();
            }
        }
        throw new AssertionError("no answer to " + token + " in " + said);
    }

    boolean isAnswered(long token) {
        return said.stream().anyMatch(event -> event instanceof Event.Answered answered && answered.token() == token);
    }

    List<Push> pushes(long session) {
        List<Push> pushes = new ArrayList<>();
        for (Event event : said) {
            if (event instanceof Event.Pushed pushed && pushed.session() == session) {
                pushes.add(pushed.push());
            }
        }
        return pushes;
    }

    void pass(long ms) {
        nowMs += ms;
        model.begin(nowMs, null);
        end();
    }

    void open(long session, long silenceMaxMs) {
        model.begin(nowMs, null);
        model.open(session, silenceMaxMs);
        end();
    }

    void close(long session) {
        model.begin(nowMs, null);
        model.close(session);
        end();
    }

    void cancel(long session, long token) {
        model.begin(nowMs, null);
        model.cancel(session, token);
        end();
    }

    private void end() {
        model.end(false);
        said.addAll(model.said());
    }

    void restart(boolean afterClose, long ms) {
        if (afterClose) {
            model.closeSessions(model.sessions(), true);
        }
        nowMs += ms;
        model = model.reopened(afterClose, nowMs);
        openSessions();
    }

    // --- Short forms

    Answer.Stored put(Put options) {
        return (Answer.Stored) call(A, new Command.Put(Q, Numbers.payload((int) ++tokens, 4), options));
    }

    long put() {
        return put(Put.options()).id();
    }

    /** The id of the task that a take gets at once; 0 for none. */
    long take(long session) {
        return call(session, new Command.Take(Q, 0)) instanceof Answer.Taken taken ? taken.id() : 0;
    }

    long waitFor(long session) {
        return submit(session, new Command.Take(Q, -1));
    }

    Answer.Seen seen(long id) {
        return (Answer.Seen) call(A, new Command.Peek(Q, id));
    }

    boolean isGone(long id) {
        return call(A, new Command.Peek(Q, id)) instanceof Answer.Nothing;
    }

    Answer.Done done(long session, Command command) {
        return (Answer.Done) call(session, command);
    }

    Answer.Failed refused(long session, Command command) {
        return (Answer.Failed) call(session, command);
    }

    QueueStats stats() {
        return ((Answer.Stats) call(A, new Command.Stats(Q))).stats();
    }
}
