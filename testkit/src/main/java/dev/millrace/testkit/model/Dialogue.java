package dev.millrace.testkit.model;

import dev.millrace.api.ErrorCode;
import dev.millrace.api.QueueStats;
import dev.millrace.api.engine.Answer;
import dev.millrace.api.engine.Push;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What the model says in a round, held against what an engine said in the same round. Where the contract leaves a
 * choice, the model looks up here which one the engine has made; it has to judge whether that was a legal one.
 */
final class Dialogue {
    /** Null when there is no engine, and the model speaks alone. */
    private final @Nullable List<Event> engine;

    private final List<Event> said = new ArrayList<>();
    /** News of purged tasks, which may come at any time, in any order. */
    private final List<Event.Pushed> owed;

    private int at;
    /** The first thing that was otherwise than it should have been. */
    private @Nullable Deviation deviation;

    /**
     * What the model says, null when it says nothing more; and what the engine said, null when that said nothing more.
     */
    private record Deviation(@Nullable Event expected, @Nullable Event heard, boolean isOwed) {
        String inWords() {
            Event want = expected;
            Event said = heard;
            if (isOwed) {
                return "expected news of purged tasks in the end, such as: " + (want == null ? "" : Texts.of(want));
            }
            String wanted = want == null ? "nothing more" : Texts.of(want);
            return "expected " + wanted + ", but the engine said "
                    + (said == null ? "nothing more in this round" : Texts.of(said));
        }
    }

    Dialogue(@Nullable List<Event> engine, List<Event.Pushed> owed) {
        this.engine = engine;
        this.owed = owed;
    }

    /** Whether the model speaks, and nobody answers. */
    boolean isAlone() {
        return engine == null;
    }

    List<Event> said() {
        return said;
    }

    /** The first difference, in words, which few ask for; null while there is none. */
    @Nullable String difference() {
        Deviation first = deviation;
        return first == null ? null : first.inWords();
    }

    boolean differs() {
        return deviation != null;
    }

    void say(Event event) {
        said.add(event);
        if (engine == null || deviation != null) {
            return;
        }
        Event heard = next();
        if (heard == null || !Agreement.agree(event, heard)) {
            deviation = new Deviation(event, heard, false);
        }
        at++;
    }

    /** The round is over. */
    void close() {
        Event more = next();
        if (more != null) {
            deviation = new Deviation(null, more, false);
        }
    }

    /** All news of purged tasks must have been told. */
    void requireNothingOwed() {
        if (deviation == null && !owed.isEmpty()) {
            deviation = new Deviation(owed.getFirst(), null, true);
        }
    }

    /** What the engine said next; null when it said nothing more, or differs already. */
    private @Nullable Event next() {
        if (engine == null || deviation != null) {
            return null;
        }
        passOverOwed();
        return at < engine.size() ? engine.get(at) : null;
    }

    /** What the engine said next of purged tasks is no longer owed. */
    private void passOverOwed() {
        List<Event> heard = engine;
        while (heard != null
                && at < heard.size()
                && !owed.isEmpty()
                && heard.get(at) instanceof Event.Pushed pushed
                && owed.remove(pushed)) {
            at++;
        }
    }

    /** What the engine said next, if that is the answer to this command. */
    private @Nullable Answer nextAnswer(long session, long token) {
        return next() instanceof Event.Answered(long to, long with, Answer answer) && to == session && with == token
                ? answer
                : null;
    }

    // --- Choices of the engine

    /** The id that the engine gave to the task at this place of a put; 0 when it does not tell. */
    long storedId(long session, long token, int index) {
        Answer answer = nextAnswer(session, token);
        if (answer instanceof Answer.Stored stored) {
            return stored.id();
        }
        return answer instanceof Answer.StoredMany many && index < many.tasks().size()
                ? many.tasks().get(index).id()
                : 0;
    }

    /** The task at this place of what a take got; 0 when the engine does not tell. */
    long takenId(long session, long token, int index) {
        Answer answer = nextAnswer(session, token);
        if (answer instanceof Answer.Taken taken) {
            return taken.id();
        }
        return answer instanceof Answer.TakenMany many && index < many.tasks().size() ? many.tasks().get(index).id() : 0;
    }

    /** The task that the engine shows; 0 when it does not tell. */
    long seenId(long session, long token) {
        return nextAnswer(session, token) instanceof Answer.Seen seen ? seen.id() : 0;
    }

    boolean refusesAsOverloaded(long session, long token) {
        return nextAnswer(session, token) instanceof Answer.Failed failed && failed.code() == ErrorCode.OVERLOADED;
    }

    boolean answersNext(long session, long token) {
        return nextAnswer(session, token) != null;
    }

    /** How much the engine says before this session's end: more than anything if it does not end, or nobody knows. */
    int endsAfter(long session) {
        List<Event> heard = engine;
        if (heard != null && next() != null) {
            for (int index = at; index < heard.size(); index++) {
                if (heard.get(index) instanceof Event.Ended ended && ended.session() == session) {
                    return index - at;
                }
            }
        }
        return Integer.MAX_VALUE;
    }

    /** The queue from which the engine gives a task next; null when it does something else. */
    @Nullable String queueTakenFrom() {
        if (!(next() instanceof Event.Answered answered)) {
            return null;
        }
        return switch (answered.answer()) {
            case Answer.Taken taken -> taken.queue();
            case Answer.TakenMany many -> many.tasks().isEmpty() ? null : many.tasks().getFirst().queue();
            default -> null;
        };
    }

    /** The statistics of a queue that the engine shows, alone or in a list; null when it shows none. */
    @Nullable QueueStats stats(long session, long token, String queue) {
        Answer answer = nextAnswer(session, token);
        if (answer instanceof Answer.Stats stats) {
            return stats.stats();
        }
        return answer instanceof Answer.Queues list
                ? list.queues().stream().filter(stats -> stats.queue().equals(queue)).findFirst().orElse(null)
                : null;
    }

    // --- News of purged tasks

    static Event.Pushed lost(long session, String queue, ModelTask task) {
        return new Event.Pushed(session, new Push.Lost(queue, task.id, task.attempts));
    }

    void owe(Event.Pushed news) {
        owed.add(news);
    }

    /** Nobody can be told any more than what has been told by now. */
    void dropOwed(long session) {
        passOverOwed();
        for (Iterator<Event.Pushed> each = owed.iterator(); each.hasNext(); ) {
            if (each.next().session() == session) {
                each.remove();
            }
        }
    }

    List<Event.Pushed> owed() {
        return owed;
    }
}
