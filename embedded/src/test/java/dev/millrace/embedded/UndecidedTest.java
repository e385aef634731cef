package dev.millrace.embedded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.millrace.api.Durability;
import dev.millrace.testkit.model.Difference;
import dev.millrace.testkit.model.Step;
import dev.millrace.testkit.model.Undecided;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** What the checker gives up is never taken as passed, nor as a finding. */
class UndecidedTest {
    /** An engine with which the checker gives up as soon as time passes. */
    private static final class Endless extends WrappedSubject {
        Endless() {
            super(new MemorySubject(Simulation.options(Durability.SYNC)));
        }

        @Override
        public void begin(long nowMs) {
            if (nowMs > Simulation.START_MS) {
                throw new Undecided("too many pasts");
            }
            super.begin(nowMs);
        }
    }

    private final Simulation simulation =
            Simulation.of(seed -> new Endless(), Workload.USUAL, Durability.SYNC, false);

    @Test
    void run_checkerGivesUp_failsAndNamesTheSeed() {
        assertThatExceptionOfType(Undecided.class)
                .isThrownBy(() -> simulation.run(7, 1_000))
                .withMessageStartingWith("seed 7 after ")
                .withMessageEndingWith("steps: undecided: too many pasts");
    }

    @Test
    void replay_checkerGivesUp_isNotPassed() {
        assertThat(simulation.replay(7, List.of(new Step.Pass(1)))).isInstanceOf(Undecided.class);
    }

    @Test
    void longRun_checkerGivesUp_countsAndNamesItByItself() {
        LongRun run = new LongRun(1, Path.of("unused"));
        Difference difference = Objects.requireNonNull(simulation.tryRun(7, 1_000, new ArrayList<>()));
        assertThat(difference).isInstanceOf(Undecided.class);
        assertThat(run.note(Simulated.WRITTEN, 7, difference)).isEqualTo("undecided WRITTEN seed=7: undecided: too many pasts");
        assertThat(run.note(Simulated.SYNC, 8, new Difference("wrong"))).isEqualTo("finding SYNC seed=8: wrong");
        assertThat(run.sums()).contains(" findings=1 undecided=1 WRITTEN:7 SYNC=0 ");
    }
}
