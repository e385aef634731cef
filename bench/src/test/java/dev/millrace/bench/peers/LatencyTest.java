package dev.millrace.bench.peers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import org.junit.jupiter.api.Test;

class LatencyTest {
    @Test
    void us_oneTime_isMetWithinAThirtySecond() {
        for (long ns : List.of(1L, 31L, 32L, 63L, 64L, 1_000L, 123_456L, 4_000_000_000L, 1L << 62)) {
            Latency latency = new Latency();
            latency.add(ns);
            assertThat(latency.us(500)).as("%d ns", ns).isCloseTo(ns / 1e3, within(ns / 32_000.0));
        }
    }

    @Test
    void us_thousandTimes_isTheRankOfThem() {
        Latency latency = new Latency();
        for (int us = 1_000; us >= 1; us--) {
            latency.add(1_000L * us);
        }
        assertThat(latency.us(500)).isCloseTo(500, within(16.0));
        assertThat(latency.us(990)).isCloseTo(990, within(31.0));
        assertThat(latency.us(1_000)).isCloseTo(1_000, within(32.0));
    }

    @Test
    void us_nothingSeen_isNoNumber() {
        assertThat(new Latency().us(500)).isNaN();
    }
}
