package dev.millrace.embedded;

import dev.millrace.api.Durability;

/** What is simulated: an engine of some durability, what befalls it, and the seeds and steps that the build plays. */
enum Simulated {
    SYNC(Workload.USUAL, Durability.SYNC, true, 240, 1_000),
    SYNC_CALM(Workload.CALM, Durability.SYNC, true, 30, 4_000),
    SYNC_CLEANING(Workload.CLEANING, Durability.SYNC, true, 60, 2_000),
    WRITTEN_KILLED(Workload.USUAL, Durability.WRITTEN, false, 120, 1_000),
    WRITTEN_CLEANING_KILLED(Workload.CLEANING, Durability.WRITTEN, false, 30, 2_000),
    WRITTEN(Workload.USUAL, Durability.WRITTEN, true, 75, 1_000),
    WRITTEN_CLEANING(Workload.CLEANING, Durability.WRITTEN, true, 20, 1_000),
    NONE(Workload.USUAL, Durability.NONE, true, 30, 1_000),
    SYNC_FULL(Workload.FULL, Durability.SYNC, true, 60, 1_000),
    SYNC_USUAL_FULL(Workload.USUAL_FULL, Durability.SYNC, true, 60, 1_000),
    WRITTEN_FULL(Workload.FULL, Durability.WRITTEN, true, 30, 1_000);

    private final Workload workload;
    private final Durability durability;
    private final boolean losesPower;
    /** In each build. */
    final int seeds;

    final int steps;

    Simulated(Workload workload, Durability durability, boolean losesPower, int seeds, int steps) {
        this.workload = workload;
        this.durability = durability;
        this.losesPower = losesPower;
        this.seeds = seeds;
        this.steps = steps;
    }

    Simulation simulation(Coverage coverage) {
        return Simulation.ofDisk(workload, durability, losesPower, coverage);
    }
}
