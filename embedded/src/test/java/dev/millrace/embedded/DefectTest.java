package dev.millrace.embedded;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.api.Durability;
import dev.millrace.testkit.model.Difference;
import dev.millrace.testkit.model.Undecided;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/**
 * The simulator catches every defect that is built in on purpose, within so many steps; how many it took goes to
 * {@code target/defects.md}.
 */
class DefectTest {
    private static final int STEPS_A_PLAY = 1_000;
    private static final int PLAYS_MAX = 100;
    private static final Map<String, String> CAUGHT = new TreeMap<>();

    @TestFactory
    List<DynamicTest> simulate_withADefect_isCaught() {
        List<DynamicTest> tests = new ArrayList<>();
        for (Defect defect : Defect.all()) {
            tests.add(DynamicTest.dynamicTest(defect.name(), () -> requireCaught(defect)));
        }
        return tests;
    }

    private static void requireCaught(Defect defect) {
        Simulation simulation = Simulation.of(
                seed -> defect.build(
                        Simulation.options(Durability.SYNC), new SimulatedDisk(new Random(seed), new Coverage())),
                defect.workload(),
                Durability.SYNC,
                true);
        for (long seed = 1; seed <= PLAYS_MAX; seed++) {
            Difference difference = simulation.tryRun(seed, STEPS_A_PLAY, new ArrayList<>());
            if (difference != null && !(difference instanceof Undecided)) {
                CAUGHT.put(defect.name(), simulation.steps() + " | " + kind(difference));
                return;
            }
        }
        throw new AssertionError("not caught within " + simulation.steps() + " steps: " + defect.name());
    }

    /** What caught it. */
    private static String kind(Difference difference) {
        String message = String.valueOf(difference.getMessage());
        if (message.startsWith("after opening")) {
            return "what was there after an opening";
        }
        if (message.contains("stand still")) {
            return "a standstill on a full disk";
        }
        if (message.contains("does not open") || message.contains("is refused")) {
            return "an opening that was refused";
        }
        if (message.contains("broke down") || message.contains("threw")) {
            return "an invariant of the engine";
        }
        return message.contains("want a round") ? "the time of the next round" : "an answer";
    }

    @AfterAll
    static void writeTable() throws IOException {
        StringBuilder table = new StringBuilder("| defect | steps | caught by |\n|---|---|---|\n");
        CAUGHT.forEach((name, how) -> table.append("| ").append(name).append(" | ").append(how).append(" |\n"));
        Files.createDirectories(Path.of("target"));
        Files.writeString(Path.of("target/defects.md"), table);
        assertThat(CAUGHT).hasSameSizeAs(Defect.all());
    }
}
