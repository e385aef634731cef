package dev.millrace.embedded;

import dev.millrace.testkit.model.Cast;
import dev.millrace.testkit.model.Play;
import dev.millrace.testkit.model.RandomSteps;
import dev.millrace.testkit.model.Step;
import java.util.Random;
import java.util.function.Function;

/** What a play is made of. */
enum Workload {
    /** All that an engine can be asked for, in short lives. */
    USUAL(250, 120, 16 << 10),
    /** The same in longer lives, in which more comes together. */
    CALM(2_000, 1_000, 16 << 10),
    /** Work that fills small segments, a tenth of which is never done, so that the log is cleaned all the time. */
    CLEANING(200, 80, 8 << 10),
    /** The same on disks that fill up and are full for many lives. */
    FULL(100, 40, 8 << 10),
    /** All that an engine can be asked for, on such disks. */
    USUAL_FULL(150, 40, 16 << 10);

    /** Small segments, so that they are rolled, freed and taken again all the time. */
    static final int SEGMENT_BYTES_MIN = 8 << 10;

    /** Of so many steps one ends the engine. */
    final int stepsPerEnd;
    /** Of so many steps one is a fault of the disk. */
    final int stepsPerFault;

    final int segmentBytesMax;

    Workload(int stepsPerEnd, int stepsPerFault, int segmentBytesMax) {
        this.stepsPerEnd = stepsPerEnd;
        this.stepsPerFault = stepsPerFault;
        this.segmentBytesMax = segmentBytesMax;
    }

    /** Whether most faults are that the disk fills up, and it mostly stays so when the engine ends. */
    boolean isFull() {
        return this == FULL || this == USUAL_FULL;
    }

    /** Steps without faults. */
    Function<Play, Step> steps(Random random, Cast cast) {
        return this == CLEANING || this == FULL
                ? new CleaningSteps(random, cast)::next
                : new RandomSteps(random, cast, Simulation.PAYLOAD_BYTES_MAX)::next;
    }
}
