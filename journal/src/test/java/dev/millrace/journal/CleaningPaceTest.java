package dev.millrace.journal;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import org.junit.jupiter.api.Test;

class CleaningPaceTest {
    private static final int SLICE = CleaningPace.SLICE_BYTES_MAX;

    private final CleaningPace pace = new CleaningPace();

    @Test
    void sliceBytes_nothingElseHappens_allowsSixteenMebibytesASecond() {
        long copied = 0;
        for (int ms = 0; ms <= 10_000; ms++) {
            copied += copyIfAllowed(ms, 0);
        }
        assertThat(copied).isBetween(158L << 20, 162L << 20);
    }

    @Test
    void sliceBytes_ownerAppendsMuch_allowsAsMuch() {
        long copied = 0;
        long used = 0;
        for (int ms = 0; ms < 1_000; ms++) {
            used += 100 << 10;
            copied += copyIfAllowed(ms, used);
        }
        assertThat(copied).isBetween(used - 4L * SLICE, used + 2L * SLICE);
    }

    @Test
    void sliceBytes_afterLongRest_allowsNoBurst() {
        copyIfAllowed(0, 0);
        long copied = 0;
        for (int round = 0; round < 100; round++) {
            copied += copyIfAllowed(3_600_000, 1L << 40);
        }
        assertThat(copied).isLessThanOrEqualTo(4L * SLICE);
    }

    @Test
    void sliceBytes_clockStepsBack_allowsNothingMore() {
        while (copyIfAllowed(10_000, 0) > 0) {
            assertThat(pace.sliceBytes(10_000, 0)).isIn(0, SLICE);
        }
        assertThat(copyIfAllowed(5_000, 0)).isZero();
        assertThat(copyIfAllowed(10_000, 0)).isZero();
        assertThat(copyIfAllowed(10_100, 0)).isEqualTo(SLICE);
    }

    @Test
    void sliceBytes_anyUse_staysBelowTheSumOfBothAllowances() {
        Random random = new Random(3);
        long copied = 0;
        long used = 0;
        long ms = 0;
        for (int round = 0; round < 100_000; round++) {
            ms += random.nextInt(5) == 0 ? 1 : 0;
            used += random.nextInt(3) == 0 ? random.nextInt(50_000) : 0;
            copied += copyIfAllowed(ms, used);
        }
        assertThat(copied).isLessThan(used + ms * CleaningPace.BYTES_PER_SECOND / 1_000 + 4L * SLICE);
        assertThat(copied).isGreaterThan(used - 4L * SLICE);
    }

    private long copyIfAllowed(long nowMs, long usedBytes) {
        int slice = pace.sliceBytes(nowMs, usedBytes);
        pace.spend(slice);
        return slice;
    }
}
