package dev.millrace.embedded;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.testkit.Clause;
import dev.millrace.testkit.ForEngine;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

/**
 * The embedded engine on a disk that loses, tears, flips, fills up, fails and crashes, beside the model. After each end
 * the engine is opened again, and all it shows must be one of the pasts that the contract allows: what was acknowledged
 * is there, in order, and what was not is there up to some moment.
 *
 * <p>A failure names its seed and the shortest steps found. {@code -Dmillrace.sim.seed=n} plays that seed alone; for
 * hours of it, {@code -Dmillrace.sim.seeds=n -Dmillrace.sim.steps=n}. Which records crashes met goes to
 * {@code target/crash-coverage.md}.
 */
@ForEngine("embedded:")
class SimulatorTest {
    private static final Coverage COVERAGE = new Coverage();

    @Test
    @Clause({
        "G8 acknowledged", "G8 failures", "G9 tasks", "G10 restart", "T2 restart", "T7 restart", "T8", "T14 failed commit",
        "T16", "T17", "T18", "T20", "T22", "T23", "T24", "T26", "T28 restart"
    })
    void sync_powerLossAndKills_losesNothingAcknowledged() {
        assertThat(play(Simulated.SYNC)).isPositive();
    }

    @Test
    @Clause({"G8 acknowledged", "G9 tasks", "T16", "T28 restart"})
    void sync_longLives_losesNothingAcknowledged() {
        assertThat(play(Simulated.SYNC_CALM)).isPositive();
    }

    @Test
    @Clause({"G8 acknowledged", "G8 failures", "T2 restart", "T16"})
    void sync_logIsCleaned_losesNothingAcknowledged() {
        assertThat(play(Simulated.SYNC_CLEANING)).isPositive();
    }

    @Test
    @Clause({"G8 acknowledged", "G9 tasks", "G10 restart", "T2 restart", "T16", "T28 restart"})
    void written_kills_losesNothingAcknowledged() {
        assertThat(play(Simulated.WRITTEN_KILLED)).isPositive();
    }

    @Test
    @Clause({"G8 acknowledged", "T2 restart", "T16"})
    void written_killsWhileTheLogIsCleaned_losesNothingAcknowledged() {
        assertThat(play(Simulated.WRITTEN_CLEANING_KILLED)).isPositive();
    }

    @Test
    @Clause("G8 acknowledged")
    void written_powerLoss_leavesAConsistentPast() {
        assertThat(play(Simulated.WRITTEN)).isPositive();
    }

    @Test
    @Clause("G8 acknowledged")
    void written_powerLossWhileTheLogIsCleaned_leavesAConsistentPast() {
        assertThat(play(Simulated.WRITTEN_CLEANING)).isPositive();
    }

    @Test
    @Clause("G8 acknowledged")
    void none_powerLossAndKills_leavesAConsistentPast() {
        assertThat(play(Simulated.NONE)).isPositive();
    }

    @Test
    @Clause({"G8 acknowledged", "G8 full disk"})
    void sync_disksStayFullOverManyLives_losesNothingAcknowledged() {
        assertThat(play(Simulated.SYNC_FULL)).isPositive();
        assertThat(play(Simulated.SYNC_USUAL_FULL)).isPositive();
    }

    @Test
    @Clause({"G8 acknowledged", "G8 full disk"})
    void written_disksStayFullOverManyLives_leavesAConsistentPast() {
        assertThat(play(Simulated.WRITTEN_FULL)).isPositive();
    }

    private static long play(Simulated simulated) {
        List<Coverage> coverages = new ArrayList<>();
        long steps = Seeds.play(
                () -> {
                    coverages.add(new Coverage());
                    return simulated.simulation(coverages.getLast());
                },
                simulated.seeds,
                simulated.steps);
        coverages.forEach(COVERAGE::add);
        return steps;
    }

    @AfterAll
    static void writeCoverage() throws IOException {
        Files.createDirectories(Path.of("target"));
        Files.writeString(Path.of("target/crash-coverage.md"), COVERAGE.crashes() + " crashes\n\n" + COVERAGE.table());
        if (Seeds.areUsual()) {
            for (String type : List.of("TASK", "GONE", "TAKE", "MOVE", "BURY", "QUEUE", "PRODUCER", "FORGET")) {
                for (Coverage.Point point : Coverage.Point.values()) {
                    assertThat(COVERAGE.crashes(type, point)).as("%s %s", type, point).isPositive();
                }
            }
        }
    }
}
