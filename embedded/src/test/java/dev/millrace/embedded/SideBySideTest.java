package dev.millrace.embedded;

import static dev.millrace.testkit.model.Transcript.payload;
import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.api.KeyMode;
import dev.millrace.api.Put;
import dev.millrace.api.QueueSettings;
import dev.millrace.api.engine.Command;
import dev.millrace.testkit.Clause;
import dev.millrace.testkit.ForEngine;
import dev.millrace.testkit.model.Step;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * Random steps on the model and on the engine {@code memory:} side by side. A failure names its seed and the shortest
 * steps found; {@code -Dmillrace.sim.seed=n} runs that one alone, {@code -Dmillrace.sim.seeds=n} and
 * {@code -Dmillrace.sim.steps=n} more.
 */
@ForEngine("memory:")
class SideBySideTest {
    @Test
    @Clause({"T5", "T7", "T9", "T13", "T14", "T17", "T18", "T20", "T21", "T22", "T23", "T24", "T25 put many", "T26", "G10"})
    void memory_randomSteps_doesWhatTheModelDoes() {
        assertThat(Seeds.play(Simulation::ofMemory, 300, 1_000)).isPositive();
    }

    /** Found by seed 77. */
    @Test
    @Clause({"T20", "T21"})
    void touch_timeToRunWasTakenAway_liftsTheOldDeadline() {
        play(List.of(
                new Step.Open(10, 0),
                new Step.Do(10, 1, new Command.Configure("b", new QueueSettings(0, 1, 0, 0))),
                new Step.Do(10, 2, new Command.Put("b", payload(89, 4), Put.options())),
                new Step.Do(10, 3, new Command.Take(List.of("b"), 0)),
                new Step.Do(10, 4, new Command.Configure("b", QueueSettings.defaults())),
                new Step.Pass(1),
                new Step.Do(10, 5, new Command.Touch("b", 89, 1))));
    }

    /** A rewritten task loses its group's turn, and gets another at the end. */
    @Test
    @Clause({"T23", "T26"})
    void replace_theOnlyReadyTaskOfItsGroup_joinsTheTurnsAnew() {
        play(List.of(
                new Step.Open(1, 0),
                new Step.Do(1, 1, new Command.Put("a", payload(1, 4), Put.options().withKey("l", KeyMode.KEEP))),
                new Step.Do(1, 2, new Command.Put("a", payload(2, 4), Put.options().withGroup("g", 1))),
                new Step.Do(1, 3, new Command.Put("a", payload(3, 4), Put.options().withKey("l", KeyMode.REPLACE))),
                new Step.Do(1, 4, new Command.Take("a", 0)),
                new Step.Do(1, 5, new Command.Take("a", 0))));
    }

    private static void play(List<Step> steps) {
        assertThat(Simulation.ofMemory().replay(1, steps)).isNull();
    }
}
