package dev.millrace.embedded;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.api.Durability;
import dev.millrace.testkit.Clause;
import dev.millrace.testkit.ForEngine;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/**
 * Ten thousand crashes in each durability, at every kind of step, some of them in the middle of recovery. A failure names its
 * seed; {@code -Dmillrace.crash.seed=n} runs that one alone, {@code -Dmillrace.crash.seeds=n} more of them.
 */
@ForEngine("embedded:")
class ShardCrashTest {
    private static final int CRASHES_A_SEED = 10;
    private static final int SEEDS = Integer.getInteger("millrace.crash.seeds", 1_000);
    private static final @Nullable Long SEED = Long.getLong("millrace.crash.seed");

    @Test
    @Clause({"G8 acknowledged", "G9 tasks", "G10 restart", "T2 restart", "T7 restart", "T16"})
    void powerLoss_sync_losesNothingAcknowledged() {
        int crashes = forEachSeed(SEEDS, Durability.SYNC, true, true);
        assertThat(crashes).isGreaterThanOrEqualTo(SEED == null ? SEEDS * CRASHES_A_SEED : 1);
    }

    @Test
    @Clause({"G8 acknowledged", "G9 tasks", "G10 restart", "T2 restart", "T7 restart", "T16"})
    void kill_written_losesNothingAcknowledged() {
        int crashes = forEachSeed(SEEDS, Durability.WRITTEN, false, true);
        assertThat(crashes).isGreaterThanOrEqualTo(SEED == null ? SEEDS * CRASHES_A_SEED : 1);
    }

    @Test
    void powerLoss_written_opensAndAgreesWithItself() {
        assertThat(forEachSeed(SEEDS / 5, Durability.WRITTEN, true, false)).isPositive();
    }

    private static int forEachSeed(int seeds, Durability durability, boolean isPowerLoss, boolean keepsAcknowledged) {
        int crashes = 0;
        long first = SEED == null ? 0 : SEED;
        long end = SEED == null ? seeds : SEED + 1;
        for (long seed = first; seed < end; seed++) {
            try {
                crashes += run(seed, durability, isPowerLoss, keepsAcknowledged);
            } catch (Throwable e) {
                throw new AssertionError("seed " + seed + " in " + durability + ": -Dmillrace.crash.seed=" + seed, e);
            }
        }
        return crashes;
    }

    private static int run(long seed, Durability durability, boolean isPowerLoss, boolean keepsAcknowledged) {
        CrashWorld world = new CrashWorld(seed, durability);
        int crashes = 0;
        while (crashes < CRASHES_A_SEED) {
            if (world.runUntilCrash(40)) {
                world.crashAndReopen(isPowerLoss);
                crashes++;
            } else {
                world.closeAndReopen();
            }
            if (keepsAcknowledged) {
                world.checkNothingLost();
            } else {
                world.takeStock();
            }
            world.checkSound();
        }
        world.checkOrder();
        return crashes;
    }
}
