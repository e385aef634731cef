package dev.millrace.testkit.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.millrace.api.OpenOptions;
import dev.millrace.api.Put;
import dev.millrace.api.engine.Command;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Which pasts are one, which are not, and how many are too many. */
class CandidatesTest {
    private static final long NOW_MS = 1_700_000_000_000L;
    private static final long SESSION = 1;
    private static final long OTHER = 2;

    private final Candidates candidates = new Candidates();

    @Test
    void add_deathsOfATaskThatIsBuriedNow_areForgotten() {
        Model died = holding(SESSION).reopened(false, NOW_MS);
        Model released = holding(SESSION).reopened(true, NOW_MS);
        for (Model model : List.of(died, released)) {
            take(model, SESSION);
            model.submit(SESSION, 3, new Command.Bury("a", 1, 2, "no luck"));
            candidates.add(model.stored().reopened(true, NOW_MS));
        }
        assertThat(candidates.all()).hasSize(1);
    }

    @Test
    void add_deathsOfATaskThatCanDieAgain_areRemembered() {
        candidates.add(holding(SESSION).reopened(false, NOW_MS));
        candidates.add(holding(SESSION).reopened(true, NOW_MS));
        assertThat(candidates.all()).hasSize(2);
    }

    @Test
    void add_aQueueThatWasOnlyAskedFor_isNoDifference() {
        Model curious = holding(SESSION);
        curious.submit(SESSION, 3, new Command.Stats("b"));
        candidates.add(curious.reopened(false, NOW_MS));
        candidates.add(holding(SESSION).reopened(false, NOW_MS));
        assertThat(candidates.all()).hasSize(1);
    }

    @Test
    void storesTheSameAs_heldByAnother_isSoButSaysOtherThings() {
        assertThat(holding(SESSION).storesTheSameAs(holding(OTHER))).isTrue();
        assertThat(holding(SESSION).saysTheSameAs(holding(OTHER))).isFalse();
    }

    @Test
    void addCrashed_pausedAndNot_areTwo() {
        Model paused = holding(SESSION);
        paused.submit(SESSION, 3, new Command.Pause("a"));
        candidates.addCrashed(paused, NOW_MS);
        candidates.addCrashed(holding(SESSION), NOW_MS);
        candidates.addCrashed(paused, NOW_MS);
        assertThat(candidates.all()).hasSize(2);
    }

    @Test
    void add_onePastTooMany_isUndecided() {
        Candidates few = new Candidates(model -> true, 1, 10);
        few.add(holding(SESSION).reopened(false, NOW_MS));
        few.add(holding(OTHER).reopened(false, NOW_MS));
        assertThatExceptionOfType(Undecided.class)
                .isThrownBy(() -> few.add(holding(SESSION).reopened(true, NOW_MS)))
                .withMessage("undecided: pasts=2 > pastsMax=1 that differ");
    }

    @Test
    void addCrashed_oneMomentTooMany_isUndecided() {
        Candidates few = new Candidates(model -> true, 10, 2);
        Model model = holding(SESSION);
        few.addCrashed(model, NOW_MS);
        few.addCrashed(model, NOW_MS);
        assertThatExceptionOfType(Undecided.class)
                .isThrownBy(() -> few.addCrashed(model, NOW_MS))
                .withMessage("undecided: moments=3 > momentsMax=2 at which the engine may have died");
    }

    @Test
    void addCrashed_pastsThatWereNotShown_areNotKept() {
        Candidates shown = new Candidates(model -> queueOf(model).equals("shown"), 1, 10);
        for (String queue : List.of("lost", "shown", "late")) {
            shown.addCrashed(with(queue), NOW_MS);
        }
        assertThat(shown.all()).extracting(CandidatesTest::queueOf).containsExactly("shown");
    }

    @Test
    void addCrashed_noneWasShown_someAreKeptToSayWhy() {
        Candidates shown = new Candidates(model -> false, 1, 10);
        for (String queue : List.of("lost", "late")) {
            shown.addCrashed(with(queue), NOW_MS);
        }
        assertThat(shown.all()).hasSize(2);
    }

    /** An engine with a task in a queue. */
    private static Model with(String queue) {
        Model model = new Model(OpenOptions.defaults(), NOW_MS);
        model.begin(NOW_MS, null);
        model.open(SESSION, 0);
        model.submit(SESSION, 1, new Command.Put(queue, Numbers.payload(1, 20), Put.options()));
        return model;
    }

    private static String queueOf(Model model) {
        return model.tasks().getFirst().queue();
    }

    /** An engine whose only task is taken. */
    private static Model holding(long session) {
        Model model = new Model(OpenOptions.defaults(), NOW_MS);
        model.begin(NOW_MS, null);
        model.open(session, 0);
        model.submit(session, 1, new Command.Put("a", Numbers.payload(1, 20), Put.options()));
        model.submit(session, 2, new Command.Take(List.of("a"), 0));
        return model;
    }

    private static void take(Model model, long session) {
        model.begin(NOW_MS, null);
        model.open(session, 0);
        model.submit(session, 2, new Command.Take(List.of("a"), 0));
    }
}
