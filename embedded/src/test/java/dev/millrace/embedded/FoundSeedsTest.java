package dev.millrace.embedded;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.testkit.Clause;
import dev.millrace.testkit.ForEngine;
import org.junit.jupiter.api.Test;

/**
 * Seeds beyond those that {@link SimulatorTest} plays, in which long runs found something. docs/RELIABILITY.md says
 * what.
 */
@ForEngine("embedded:")
class FoundSeedsTest {
    @Test
    @Clause({"T23", "T28 restart"})
    void seeds_inWhichAKeyCameBack_passNow() {
        play(Simulated.SYNC_CLEANING, 186);
        play(Simulated.WRITTEN_CLEANING_KILLED, 90);
        play(Simulated.WRITTEN_CLEANING, 1051, 1075, 1085);
    }

    /**
     * The judge of flipped bits took for batches what lies behind the last one, and the first bytes of a torn one; and
     * a torn header for one.
     */
    @Test
    @Clause("G8 acknowledged")
    void seeds_inWhichAFlipIsNobodysToNotice_passNow() {
        play(Simulated.SYNC_CLEANING, 1_000_208);
        play(Simulated.WRITTEN_CLEANING, 1_207, 1_000_075);
        play(Simulated.WRITTEN_CLEANING_KILLED, 1_014, 1_207, 1_272, 14_501_085);
        play(Simulated.WRITTEN, 10_001_972);
    }

    /**
     * Pasts that the model did not think of: between a queue's resumption and a take that waited for it, and more on
     * full disks.
     */
    @Test
    @Clause("G8 acknowledged")
    void seeds_ofPastsNotThoughtOf_passNow() {
        play(Simulated.SYNC_CALM, 1_312);
        play(Simulated.SYNC_CLEANING, 2_000_353, 4_500_158);
    }

    /** On a full disk a failure was refused, and a take after it was not, which needs less room. */
    @Test
    @Clause("G8 acknowledged")
    void seeds_inWhichALighterChangeFoundRoom_passNow() {
        play(Simulated.SYNC, 10_500_657);
        play(Simulated.WRITTEN_CLEANING, 10_502_698);
    }

    /** The newest header was damaged, the segments before it were freed, and an old one seemed to be the whole log. */
    @Test
    @Clause("G8 failures")
    void seeds_inWhichADamagedHeaderBroughtAnOldLogBack_passNow() {
        play(Simulated.SYNC, 8_000_027);
    }

    /**
     * A close that a crash cut short had withdrawn all waits and ended sessions in an order that the model did not
     * think of.
     */
    @Test
    @Clause({"G8 acknowledged", "T22"})
    void seeds_inWhichACloseWasCutShort_passNow() {
        play(Simulated.WRITTEN, 9_500_259);
        play(Simulated.NONE, 9_500_259);
    }

    /**
     * The checker did not come to an end with thousands of pasts: most looked alike, or were not what the engine then
     * showed.
     */
    @Test
    @Clause("G8 acknowledged")
    void seeds_withThousandsOfPasts_endAndPass() {
        play(Simulated.WRITTEN_CLEANING_KILLED, 4_000_166, 10_002_686);
        play(Simulated.WRITTEN_CLEANING, 7_000_076, 10_501_594, 10_000_820);
        play(Simulated.SYNC_CLEANING, 10_001_156, 10_501_729);
    }

    /** A full disk was cleaned for ever, though nothing was gained. */
    @Test
    @Clause("G8 full disk")
    void seeds_inWhichCleaningDidNotEnd_endAndPass() {
        play(Simulated.SYNC_FULL, 15_100_016);
        play(Simulated.WRITTEN_CLEANING_KILLED, 15_100_028);
    }

    /**
     * Of what an opening gave back, all was in a batch that had been full before the time was known; and the clock
     * stepped back.
     */
    @Test
    @Clause("T17")
    void seeds_inWhichTimeWentBack_passNow() {
        play(Simulated.WRITTEN_CLEANING, 17_000_648);
    }

    /** Two sessions were silent for as long; what the end of the first made takeable did not tell which one that was. */
    @Test
    @Clause("T26")
    void seeds_inWhichSessionsEndAtOnce_passNow() {
        play(Simulated.SYNC_CALM, 20_504_474, 21_500_338);
    }

    private static void play(Simulated simulated, long... seeds) {
        Simulation simulation = simulated.simulation(new Coverage());
        for (long seed : seeds) {
            simulation.run(seed, simulated.steps);
        }
        assertThat(simulation.steps()).isEqualTo((long) seeds.length * simulated.steps);
    }
}
