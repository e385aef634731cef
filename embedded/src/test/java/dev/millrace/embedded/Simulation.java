package dev.millrace.embedded;

import dev.millrace.api.Backoff;
import dev.millrace.api.Durability;
import dev.millrace.api.OpenOptions;
import dev.millrace.testkit.model.Cast;
import dev.millrace.testkit.model.Difference;
import dev.millrace.testkit.model.Play;
import dev.millrace.testkit.model.Shrinker;
import dev.millrace.testkit.model.Simpler;
import dev.millrace.testkit.model.Step;
import dev.millrace.testkit.model.Subject;
import dev.millrace.testkit.model.Transcript;
import dev.millrace.testkit.model.Undecided;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.Function;
import java.util.function.LongFunction;
import org.jspecify.annotations.Nullable;

/**
 * Plays from seeds: an engine and the model side by side, under random steps and faults. A play that fails is made
 * short, and fails the test with its seed and its steps.
 */
final class Simulation {
    static final long START_MS = 1_700_000_000_000L;
    static final int PAYLOAD_BYTES_MAX = 4_000;

    private static final int TRIES_MAX = Integer.getInteger("millrace.sim.tries", 60_000);

    private final LongFunction<Subject> subjects;
    private final OpenOptions options;
    private final Workload workload;
    private final boolean hasFaults;
    private final boolean losesPower;
    private long steps;

    private Simulation(
            LongFunction<Subject> subjects,
            OpenOptions options,
            Workload workload,
            boolean hasFaults,
            boolean losesPower) {
        this.subjects = subjects;
        this.options = options;
        this.workload = workload;
        this.hasFaults = hasFaults;
        this.losesPower = losesPower;
    }

    static Simulation ofMemory() {
        OpenOptions options = options(Durability.SYNC);
        return new Simulation(seed -> new MemorySubject(options), options, Workload.USUAL, false, false);
    }

    /** The embedded engine. */
    static Simulation ofDisk(Workload workload, Durability durability, boolean losesPower, Coverage coverage) {
        OpenOptions options = options(durability);
        DiskSubject.Opener opener = DiskSubject.opener(workload);
        return of(
                seed -> new DiskSubject(options, new SimulatedDisk(new Random(seed), coverage), opener),
                workload,
                durability,
                losesPower);
    }

    /** Another engine of the same options, which has faults. */
    static Simulation of(
            LongFunction<Subject> subjects, Workload workload, Durability durability, boolean losesPower) {
        return new Simulation(subjects, options(durability), workload, true, losesPower);
    }

    /** Small limits, so that they are met. */
    static OpenOptions options(Durability durability) {
        return OpenOptions.defaults()
                .withDurability(durability)
                .withEngineDeathsMax(3)
                .withProducersMax(3)
                .withProducerKeepMs(300)
                .withWaitersMax(6)
                .withPayloadBytesMax(PAYLOAD_BYTES_MAX)
                .withCommandBytesMax(64 << 10)
                .withBackoff(Backoff.exponential(Duration.ofMillis(2), Duration.ofMillis(100)))
                .withTimeSource(new FrozenTime(START_MS));
    }

    /** So many steps were played, in all plays. */
    long steps() {
        return steps;
    }

    /** A play of so many steps; its failure, or null. */
    @Nullable Difference tryRun(long seed, int count, List<Step> played) {
        Cast cast = Cast.small();
        Random random = new Random(seed);
        Function<Play, Step> plain = workload.steps(random, cast);
        RandomFaults faults = new RandomFaults(random, workload, cast, plain, losesPower);
        try {
            Play play = new Play(subjects.apply(seed), options, cast, START_MS);
            for (int index = 0; index < count; index++) {
                Step step = hasFaults ? faults.next(play) : plain.apply(play);
                played.add(step);
                steps++;
                play.step(step);
            }
            play.finish();
            return null;
        } catch (Difference e) {
            return e;
        } catch (RuntimeException e) {
            return new Difference("the engine threw " + e, e);
        }
    }

    /**
     * A play of so many steps, which fails with the shortest steps that lead to a failure.
     *
     * @throws Undecided when the checker gave up; what is tried in order to make a play short is then no failure
     */
    void run(long seed, int count) {
        List<Step> played = new ArrayList<>();
        Difference difference = tryRun(seed, count, played);
        if (difference instanceof Undecided) {
            throw new Undecided("seed " + seed + " after " + played.size() + " steps", difference);
        }
        if (difference != null) {
            List<Step> shortest = new Shrinker<Step>(tried -> isFinding(replay(seed, tried)), Simpler::than, TRIES_MAX)
                    .shrink(played);
            Difference again = replay(seed, shortest);
            throw new Difference(
                    "seed " + seed + " after " + played.size() + " steps (-Dmillrace.sim.seed=" + seed + "): "
                            + (again == null ? difference : again).getMessage() + "\n" + Transcript.of(shortest),
                    again == null ? difference : again);
        }
    }

    private static boolean isFinding(@Nullable Difference difference) {
        return difference != null && !(difference instanceof Undecided);
    }

    /** Plays given steps; the failure, or null. */
    @Nullable Difference replay(long seed, List<Step> given) {
        try {
            Play play = new Play(subjects.apply(seed), options, Cast.small(), START_MS);
            given.forEach(play::step);
            play.finish();
            return null;
        } catch (Difference e) {
            return e;
        } catch (RuntimeException e) {
            return new Difference("the engine threw " + e, e);
        }
    }
}
