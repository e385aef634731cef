package dev.millrace.testkit.model;

import dev.millrace.api.ErrorCode;
import dev.millrace.api.OpenOptions;
import dev.millrace.api.engine.Answer;
import dev.millrace.api.engine.Command;
import dev.millrace.api.engine.EndReason;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Plays steps on an engine and on the model side by side, round by round, and fails with a {@link Difference} at the
 * first thing that no model allows. After each end of the engine it looks at everything, to find out what is left.
 */
public final class Play {
    /** Asks for all there is after an opening. */
    private static final long LOOKER = 1_000_000;

    private final Subject subject;
    private final Cast cast;
    private final Numbers numbers = new Numbers();
    private final List<Step> underWay = new ArrayList<>();
    private final Worlds worlds;
    private long nowMs;
    /** Sessions that were opened in this life of the engine. */
    private final Set<Long> opened = new HashSet<>();

    /**
     * Whether the disk could be full when this round began; a fault among the round's steps says that it can since
     * then.
     */
    private boolean mayBeOverloaded;

    /** Whether it was broken before this round; nothing happens any more then. */
    private boolean wasBroken;
    /** The round in which it broke. */
    private long brokenMs;

    private List<Step> brokenSteps = List.of();
    private boolean brokenMayBeOverloaded;

    private long lookers = LOOKER;
    private long steps;

    /** Begins with an engine that was just opened, and is empty. */
    public Play(Subject subject, OpenOptions options, Cast cast, long nowMs) {
        this.subject = subject;
        this.cast = cast;
        this.nowMs = nowMs;
        this.worlds = new Worlds(options, nowMs);
        subject.begin(nowMs);
    }

    /** One step. */
    public void step(Step step) {
        steps++;
        if (!isOfAnOpenedSession(step)) {
            return;
        }
        switch (step) {
            case Step.Pass(long ms) -> {
                endRound();
                nowMs += ms;
                begin();
            }
            case Step.Open(long session, long silenceMaxMs) -> {
                opened.add(session);
                subject.open(session, silenceMaxMs);
                underWay.add(step);
            }
            case Step.Close(long session) -> {
                subject.close(session);
                underWay.add(step);
            }
            case Step.Cancel(long session, long token) -> {
                subject.cancel(session, token);
                underWay.add(step);
            }
            case Step.Do(long session, long token, Command command) -> {
                subject.submit(session, token, numbers.withIds(command));
                underWay.add(new Step.Do(session, token, numbers.withIds(command)));
            }
            case Step.Fault(String name, long amount) -> {
                subject.fault(name, amount);
                if (subject.mayBeOverloaded()) {
                    underWay.add(step);
                }
            }
            case Step.Reopen(long ms) -> reopen(ms);
            case Step.Crash(boolean losesPower, long ms, long seed) -> crash(losesPower, ms, seed);
        }
    }

    /** Sessions die with the engine; what is left out by a shrinker may have opened one, too. */
    private boolean isOfAnOpenedSession(Step step) {
        return switch (step) {
            case Step.Do command -> opened.contains(command.session());
            case Step.Close close -> opened.contains(close.session());
            case Step.Cancel cancel -> opened.contains(cancel.session());
            default -> true;
        };
    }

    /** Ends the play: if the engine is broken, what it left is looked at. */
    public void finish() {
        endRound();
        if (subject.broken() != null) {
            crash(false, 0, 0);
            endRound();
        }
    }

    /** So many steps were played. */
    public long steps() {
        return steps;
    }

    /** A world that may be true. */
    public Model known() {
        return worlds.any();
    }

    /** The number by which steps name a task. */
    public long numberOf(long id) {
        return numbers.numberOf(id);
    }

    /** The time of the round. */
    public long nowMs() {
        return nowMs;
    }

    /** Whether the engine acknowledges nothing more. */
    public boolean isBroken() {
        return subject.broken() != null;
    }

    // --- Rounds

    private void begin() {
        mayBeOverloaded = subject.mayBeOverloaded();
        subject.begin(nowMs);
    }

    private void endRound() {
        endRound(subject.end());
    }

    private void endRound(List<Event> heard) {
        if (subject.broken() != null) {
            endBrokenRound(heard);
            return;
        }
        hearRound(heard, subject.isDone());
        requireAwake();
    }

    private void hearRound(List<Event> heard, boolean isDone) {
        boolean promises = hear(heard);
        String difference =
                worlds.round(nowMs, underWay, heard, isDone, survival(promises), mayBeOverloaded);
        if (difference != null) {
            throw new Difference(difference);
        }
        underWay.clear();
    }

    /** If it broke only after the round was safe and its answers were out, they count like any others. */
    private void endBrokenRound(List<Event> heard) {
        List<Event> answers = heard.stream().filter(event -> !isReadOnly(event)).toList();
        if (!wasBroken && answers.stream().anyMatch(Play::isAcknowledgement)) {
            hearRound(answers, false);
        }
        boolean wasAsked = underWay.stream().anyMatch(step -> !(step instanceof Step.Fault));
        requireNothingAcknowledged(wasBroken || !wasAsked ? List.of() : heard);
        if (!wasBroken) {
            wasBroken = true;
            brokenMs = nowMs;
            brokenSteps = List.copyOf(underWay);
            brokenMayBeOverloaded = mayBeOverloaded;
        } else if (!answers.isEmpty()) {
            throw new Difference("after the engine broke down, it said " + Texts.of(answers.getFirst()));
        }
        underWay.clear();
    }

    /** What a broken engine says to everybody, also to a session that is opened too late. */
    private static boolean isReadOnly(Event event) {
        return switch (event) {
            case Event.Answered answered ->
                answered.answer() instanceof Answer.Failed failed && failed.code() == ErrorCode.READ_ONLY;
            case Event.Ended ended -> ended.reason() == EndReason.ENGINE_BROKEN;
            default -> false;
        };
    }

    private static boolean isAcknowledgement(Event event) {
        return event instanceof Event.Answered answered && !(answered.answer() instanceof Answer.Failed);
    }

    /** Learns ids from what was said; whether anything but takes was acknowledged. */
    private boolean hear(List<Event> heard) {
        if (heard.isEmpty()) {
            return false;
        }
        Map<Long, Command> commands = new HashMap<>();
        for (Step step : underWay) {
            if (step instanceof Step.Do(long session, long token, Command command) && isChange(command)) {
                commands.put(token, command);
            }
        }
        boolean promises = false;
        for (Event event : heard) {
            Command command = event instanceof Event.Answered answered ? commands.get(answered.token()) : null;
            if (command != null && event instanceof Event.Answered(long session, long token, Answer answer)) {
                numbers.learn(command, answer);
                promises |= isPromise(answer);
            }
        }
        return promises;
    }

    private static boolean isChange(Command command) {
        return switch (command) {
            case Command.Take take -> false;
            case Command.TakeMany take -> false;
            case Command.Touch touch -> false;
            case Command.Peek look -> false;
            case Command.ListTasks look -> false;
            case Command.Settings look -> false;
            case Command.Stats look -> false;
            case Command.LastSequence look -> false;
            case Command.ListQueues look -> false;
            case Command.ListHeld look -> false;
            case Command.Beat beat -> false;
            default -> true;
        };
    }

    /**
     * What may have changed nothing, as a resume of a queue that is not paused, promises nothing: it needs no fsync.
     */
    private static boolean isPromise(Answer answer) {
        return switch (answer) {
            case Answer.Each each -> each.answers().stream().anyMatch(Play::isPromise);
            case Answer.StoredMany many -> many.tasks().stream().anyMatch(Play::isPromise);
            case Answer.Stored stored -> !stored.repeated() && !stored.existing();
            case Answer.Count count -> count.count() > 0;
            case Answer.Settings settings -> false;
            case Answer.Failed failed -> false;
            default -> true;
        };
    }

    /** T14: of a round that failed nothing is acknowledged. */
    private static void requireNothingAcknowledged(List<Event> heard) {
        for (Event event : heard) {
            boolean isInternal = event instanceof Event.Answered answered
                    && answered.answer() instanceof Answer.Failed failed
                    && failed.code() == ErrorCode.INTERNAL;
            if (isAcknowledgement(event) || isInternal) {
                throw new Difference("after a failed commit the engine said " + Texts.of(event));
            }
        }
    }

    /** A take alone needs no fsync; what else is acknowledged must outlive whatever the durability says (G8, T22). */
    private Worlds.Survival survival(boolean promises) {
        if (promises && subject.outlives(true)) {
            return Worlds.Survival.ALL;
        }
        return subject.outlives(false) ? Worlds.Survival.KILL : Worlds.Survival.NONE;
    }

    /** An engine that wants its next round too late would sleep through what time brings. */
    private void requireAwake() {
        if (worlds.count() == 1 && subject.isDone()) {
            long latest = worlds.any().nextEventMs();
            if (subject.nextEventMs() > latest) {
                throw new Difference("expected the engine to want a round at " + (latest - nowMs) + " ms from now, but it waits "
                        + (subject.nextEventMs() - nowMs));
            }
        }
    }

    // --- Ends of the engine

    private void reopen(long ms) {
        if (subject.broken() == null) {
            endRound();
        }
        if (subject.broken() != null) {
            crash(false, ms, ms);
            return;
        }
        if (!subject.closeInOrder()) {
            crashInClose(ms);
            return;
        }
        long wallMs = nowMs + ms;
        nowMs = opened(subject.openAgain(wallMs), wallMs);
        worlds.opening(subject.mayBeOverloaded());
        worlds.reopened(nowMs);
        begin();
        long looker = look();
        judge(looker, subject.end());
    }

    private void crash(boolean losesPower, long ms, long seed) {
        long roundMs = wasBroken ? brokenMs : nowMs;
        List<Step> roundSteps = wasBroken ? brokenSteps : List.copyOf(underWay);
        boolean roundMayBeOverloaded = wasBroken ? brokenMayBeOverloaded : mayBeOverloaded;
        long looker = openAfterKill(losesPower, ms, seed);
        List<Event> heard = subject.end();
        worlds.crashed(losesPower, roundMs, roundSteps, nowMs, roundMayBeOverloaded, sightings(heard));
        judge(looker, heard);
    }

    /** All rounds have ended, and a fault came while the sessions were. */
    private void crashInClose(long ms) {
        long roundMs = nowMs;
        boolean roundMayBeOverloaded = mayBeOverloaded;
        long looker = openAfterKill(false, ms, ms);
        List<Event> heard = subject.end();
        worlds.crashedInClose(roundMs, nowMs, roundMayBeOverloaded, sightings(heard));
        judge(looker, heard);
    }

    private long openAfterKill(boolean losesPower, long ms, long seed) {
        long wallMs = nowMs + ms;
        subject.kill(losesPower, seed);
        nowMs = opened(subject.openAgain(wallMs), wallMs);
        worlds.opening(subject.mayBeOverloaded());
        underWay.clear();
        wasBroken = false;
        begin();
        return look();
    }

    /** The wall clock may step back while the engine is closed, and the engine may follow it only so far. */
    private static long opened(long engineMs, long wallMs) {
        if (engineMs < wallMs) {
            throw new Difference("expected the engine's time to be the wall clock's at least, but it is behind by "
                    + (wallMs - engineMs) + " ms");
        }
        return engineMs;
    }

    /** Asks for all there is, as a session of its own. */
    private long look() {
        @Nullable String broken = subject.broken();
        if (broken != null && !subject.mayBeOverloaded()) {
            throw new Difference("the engine opened broken: " + broken);
        }
        opened.clear();
        long looker = lookers++;
        underWay.add(new Step.Open(looker, 0));
        subject.open(looker, 0);
        long token = 0;
        for (Command look : cast.looks()) {
            subject.submit(looker, --token, look);
            underWay.add(new Step.Do(looker, token, look));
        }
        return looker;
    }

    /** What it showed; after a fault at once that was nothing. */
    private Sightings sightings(List<Event> heard) {
        if (subject.broken() != null) {
            return new Sightings(heard);
        }
        List<Step> looks = List.copyOf(underWay);
        boolean isDone = subject.isDone();
        return new Sightings(heard, opened -> Worlds.wouldSay(opened, nowMs, looks, heard, isDone, mayBeOverloaded));
    }

    /** Which of the possible pasts agree with what it showed. */
    private void judge(long looker, List<Event> heard) {
        int before = worlds.count();
        try {
            endRound(heard);
        } catch (Difference e) {
            throw new Difference("after opening, with " + before + " possible pasts, " + e.getMessage());
        }
        // After a fault at once nothing was shown; the next opening will tell.
        worlds.merge();
        if (subject.broken() != null && heard.stream().noneMatch(Play::isAcknowledgement)) {
            worlds.openingLost();
        }
        begin();
        subject.close(looker);
        underWay.add(new Step.Close(looker));
    }
}
