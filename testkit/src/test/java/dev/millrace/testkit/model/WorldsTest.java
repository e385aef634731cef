package dev.millrace.testkit.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.millrace.api.OpenOptions;
import dev.millrace.api.Put;
import dev.millrace.api.engine.Command;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Which pasts the checker thinks of; the engine beside it is a model that is told what to do. */
class WorldsTest {
    private static final long NOW_MS = 1_700_000_000_000L;
    private static final long SESSION = 1;
    private static final long OTHER = 2;
    private static final long LOOKER = 3;

    private final OpenOptions options = OpenOptions.defaults().withEngineDeathsMax(1);
    private Worlds worlds = new Worlds(options, NOW_MS);
    private Model engine = new Model(options, NOW_MS);
    private long tokens;

    /** {@code SYNC_CLEANING} 3000580: ten puts and two failures have more pasts than anybody goes through. */
    @Test
    void crashed_manyPutsOfWhichTheDiskRefusedTheLast_isExplained() {
        Step.Do take = command(new Command.TakeMany(List.of("a"), 2, 0));
        assertThat(round(List.of(new Step.Open(SESSION, 0), put(20), put(21), take))).isNull();

        List<Step> stored = puts(0, 4);
        stored.add(fail(1));
        stored.addAll(puts(4, 7));
        List<Step> round = new ArrayList<>(stored);
        round.addAll(puts(7, 10));
        Step last = fail(2);
        stored.add(last);
        round.add(last);
        play(stored);
        engine = engine.reopened(false, NOW_MS);

        List<Step> looks = looks();
        play(looks);
        List<Event> shown = engine.said();
        worlds.crashed(false, NOW_MS, round, NOW_MS, true, new Sightings(shown));
        assertThat(worlds.round(NOW_MS, looks, shown, true, Worlds.Survival.ALL, false)).isNull();
        assertThat(worlds.any().tasks()).hasSize(9);
    }

    /**
     * {@code SYNC_FULL} 1018: a full disk had no room to record that a time to live was over, and the clock stepped
     * back before the next opening.
     */
    @Test
    void crashed_afterAnOpeningWhoseFirstRoundBroke_mayHaveLeftWhatWasThereBeforeIt() {
        Put mortal = Put.options().withTtl(Duration.ofMillis(5));
        Step.Do put = command(new Command.Put("a", Transcript.payload(1, 8), mortal));
        assertThat(round(List.of(new Step.Open(SESSION, 0), put))).isNull();
        worlds.opening(true);
        worlds.crashed(false, NOW_MS, List.of(), NOW_MS + 10, true, new Sightings(List.of()));
        worlds.merge();
        worlds.openingLost();
        engine = engine.reopened(false, NOW_MS);
        List<Step> looks = looks();
        play(looks);
        List<Event> shown = engine.said();
        worlds.crashed(false, NOW_MS + 10, List.of(), NOW_MS, true, new Sightings(shown));
        assertThat(worlds.round(NOW_MS, looks, shown, true, Worlds.Survival.ALL, false)).isNull();
        assertThat(worlds.any().tasks()).hasSize(1);
    }

    /** {@code SYNC_CLEANING} 4500158: a take and a deletion found no room, but a put after them did. */
    @Test
    void crashed_endsRefusedAndALaterPutStored_isExplained() {
        assertThat(round(List.of(new Step.Open(SESSION, 0), put(1)))).isNull();
        Step.Do take = command(new Command.Take(List.of("a"), 0));
        Step.Do delete = command(new Command.Delete("a", 1, true));
        Step.Do put = put(2);
        Step.Do lastTake = command(new Command.Take(List.of("a"), 0));
        play(List.of(put, lastTake));
        engine = engine.reopened(false, NOW_MS);
        List<Step> looks = looks();
        play(looks);
        List<Event> shown = engine.said();
        worlds.crashed(false, NOW_MS, List.of(take, delete, put, lastTake), NOW_MS, true, new Sightings(shown));
        assertThat(worlds.round(NOW_MS, looks, shown, true, Worlds.Survival.ALL, false)).isNull();
    }

    /** {@code SYNC} 10500657: a failure with its reason found no room, but a take after it did, which needs less. */
    @Test
    void crashed_aFailureRefusedAndALaterTakeStored_isExplained() {
        Step.Do take = command(new Command.Take(List.of("a"), 0));
        assertThat(judgeFullDisk(List.of(fail(1), take), List.of(take))).isNull();
        assertThat(worlds.any().tasks()).allMatch(task -> task.attempts() == 1);
    }

    /** {@code SYNC_USUAL_FULL} 19501851: a take needs room for the return of its task, too, and a failure does not. */
    @Test
    void crashed_aTakeRefusedAndALaterFailureStored_isExplained() {
        Step.Do take = command(new Command.Take(List.of("a"), 0));
        Step.Do fail = fail(1);
        assertThat(judgeFullDisk(List.of(take, fail), List.of(fail))).isNull();
        assertThat(worlds.any().tasks()).anyMatch(task -> task.id() == 2 && task.attempts() == 0);
    }

    /** What needs no less than a change that found no room finds none either. */
    @Test
    void crashed_aFailureRefusedAndALaterReleaseStored_isNotExplained() {
        Step.Do release = command(new Command.Release("a", 1, 1, 0));
        assertThat(judgeFullDisk(List.of(fail(1), release), List.of(release))).contains("id=1");
    }

    /**
     * A session holds the first of two tasks when a round begins that nobody hears, and of which only some steps find
     * room.
     */
    private @Nullable String judgeFullDisk(List<Step> asked, List<Step> stored) {
        Step.Do take = command(new Command.Take(List.of("a"), 0));
        assertThat(round(List.of(new Step.Open(SESSION, 0), put(1), put(2), take))).isNull();
        play(stored);
        engine = engine.reopened(false, NOW_MS);
        List<Step> looks = looks();
        play(looks);
        List<Event> shown = engine.said();
        worlds.crashed(false, NOW_MS, asked, NOW_MS, true, new Sightings(shown));
        return worlds.round(NOW_MS, looks, shown, true, Worlds.Survival.ALL, false);
    }

    /**
     * {@code WRITTEN} 9500259: a close withdraws all waits before it ends a session, so what one gives back is handed
     * to nobody.
     */
    @Test
    void crashedInClose_tasksGivenBackToNobody_isExplained() {
        twoSessionsHoldATaskEach();
        engine.closeSessions(List.of(SESSION, OTHER), true);
        engine = engine.reopened(false, NOW_MS);
        assertThat(judgeAfterClose()).isNull();
    }

    /** A session that was opened late may be the first to end. */
    @Test
    void crashedInClose_onlyTheLaterSessionHasEnded_isExplained() {
        twoSessionsHoldATaskEach();
        engine.closeSessions(List.of(OTHER), true);
        engine = engine.reopened(false, NOW_MS);
        assertThat(judgeAfterClose()).isNull();
    }

    /** A close deletes nothing. */
    @Test
    void crashedInClose_aTaskIsGone_isNotExplained() {
        twoSessionsHoldATaskEach();
        engine.submit(SESSION, ++tokens, new Command.Delete("a", 2, true));
        engine.closeSessions(List.of(SESSION, OTHER), true);
        engine = engine.reopened(false, NOW_MS);
        assertThat(judgeAfterClose()).contains("id=2");
    }

    /** One death buries; each session waits for one more task. */
    private void twoSessionsHoldATaskEach() {
        Step.Do take = command(new Command.Take(List.of("a"), 0));
        Step.Do othersTake = new Step.Do(OTHER, ++tokens, new Command.Take(List.of("a"), 0));
        Step.Do wait = command(new Command.Take(List.of("a"), -1));
        Step.Do othersWait = new Step.Do(OTHER, ++tokens, new Command.Take(List.of("a"), -1));
        Step.Open open = new Step.Open(SESSION, 0);
        Step.Open othersOpen = new Step.Open(OTHER, 0);
        assertThat(round(List.of(open, othersOpen, put(1), put(2), take, othersTake, wait, othersWait))).isNull();
    }

    private @Nullable String judgeAfterClose() {
        List<Step> looks = looks();
        play(looks);
        List<Event> shown = engine.said();
        worlds.crashedInClose(NOW_MS, NOW_MS, false, new Sightings(shown));
        return worlds.round(NOW_MS, looks, shown, true, Worlds.Survival.ALL, false);
    }

    /** What is told of the disk excuses nothing: a task that was acknowledged has to be there. */
    @Test
    void crashed_anAcknowledgedTaskIsGone_isNotExplained() {
        assertThat(round(List.of(new Step.Open(SESSION, 0), put(1)))).isNull();
        List<Step> round = puts(2, 4);
        engine = new Model(options, NOW_MS);
        List<Step> looks = looks();
        play(looks);
        List<Event> shown = engine.said();
        worlds.crashed(false, NOW_MS, round, NOW_MS, true, new Sightings(shown));
        assertThat(worlds.round(NOW_MS, looks, shown, true, Worlds.Survival.ALL, false)).contains("id=1");
    }

    /** The likely choices are tried first; when they do not fit, and others were left out, nobody knows. */
    @Test
    void crashed_moreChoicesThanAreTried_isUndecided() {
        worlds = new Worlds(options, NOW_MS, Worlds.ROUNDS_MAX, 1);
        assertThat(round(List.of(new Step.Open(SESSION, 0), put(1)))).isNull();
        engine = new Model(options, NOW_MS);
        List<Step> looks = looks();
        play(looks);
        List<Event> shown = engine.said();
        worlds.crashed(false, NOW_MS, puts(2, 4), NOW_MS, true, new Sightings(shown));
        assertThatExceptionOfType(Undecided.class)
                .isThrownBy(() -> worlds.round(NOW_MS, looks, shown, true, Worlds.Survival.ALL, false))
                .withMessageStartingWith("undecided: choices=4 > choicesMax=1 in a round that nobody heard, and no past");
    }

    /** What is forgotten counts as safe, though a loss of power may have taken it. */
    @Test
    void crashed_powerLostAfterMoreRoundsThanAreKept_isUndecided() {
        List<Step> looks = losesAllAfterThreeRounds(true);
        assertThatExceptionOfType(Undecided.class)
                .isThrownBy(() -> worlds.round(NOW_MS, looks, engine.said(), true, Worlds.Survival.ALL, false))
                .withMessageStartingWith("undecided: rounds=3 > roundsMax=1 that may have been lost, and no past");
    }

    /** A kill cannot take what was written, however long ago that was. */
    @Test
    void crashed_killedAfterMoreWrittenRoundsThanAreKept_isNotExplained() {
        List<Step> looks = losesAllAfterThreeRounds(false);
        assertThat(worlds.round(NOW_MS, looks, engine.said(), true, Worlds.Survival.ALL, false)).contains("id=1");
    }

    private List<Step> losesAllAfterThreeRounds(boolean losesPower) {
        worlds = new Worlds(options, NOW_MS, 1, Worlds.CHOICES_MAX);
        assertThat(round(List.of(new Step.Open(SESSION, 0), put(1)), Worlds.Survival.KILL)).isNull();
        assertThat(round(List.of(put(2)), Worlds.Survival.KILL)).isNull();
        assertThat(round(List.of(put(3)), Worlds.Survival.KILL)).isNull();
        engine = new Model(options, NOW_MS);
        List<Step> looks = looks();
        play(looks);
        worlds.crashed(losesPower, NOW_MS, List.of(), NOW_MS, false, new Sightings(engine.said()));
        return looks;
    }

    private @Nullable String round(List<Step> steps) {
        return round(steps, Worlds.Survival.ALL);
    }

    private @Nullable String round(List<Step> steps, Worlds.Survival survives) {
        play(steps);
        return worlds.round(NOW_MS, steps, engine.said(), true, survives, false);
    }

    private void play(List<Step> steps) {
        engine.begin(NOW_MS, null);
        for (Step step : steps) {
            if (step instanceof Step.Do(long session, long token, Command command)) {
                engine.submit(session, token, command);
            } else if (step instanceof Step.Open(long session, long silenceMaxMs)) {
                engine.open(session, silenceMaxMs);
            }
        }
        engine.end(true);
    }

    private List<Step> puts(int from, int to) {
        List<Step> puts = new ArrayList<>();
        for (int number = from; number < to; number++) {
            puts.add(put(number));
        }
        return puts;
    }

    private Step.Do put(int number) {
        return command(new Command.Put("a", Numbers.payload(number, 20), Put.options()));
    }

    private Step.Do fail(long id) {
        return command(new Command.Fail("a", id, 1, 0, "no luck"));
    }

    private Step.Do command(Command command) {
        return new Step.Do(SESSION, ++tokens, command);
    }

    private List<Step> looks() {
        List<Step> looks = new ArrayList<>();
        looks.add(new Step.Open(LOOKER, 0));
        for (Command look : Cast.small().looks()) {
            looks.add(new Step.Do(LOOKER, ++tokens, look));
        }
        return looks;
    }
}
