package dev.millrace.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class VirtualClockTest {
    private final VirtualClock clock = new VirtualClock();

    @Test
    void newClock_standsStillInThePastOfItsMonotonicZero() {
        assertThat(clock.now()).isEqualTo(Instant.parse("2030-01-01T00:00:00Z"));
        assertThat(clock.monotonicNs()).isNegative();
        assertThat(clock.wallMs()).isEqualTo(clock.wallMs());
    }

    @Test
    void advance_movesBothClocks() {
        long wallMs = clock.wallMs();
        long monotonicNs = clock.monotonicNs();

        clock.advance(Duration.ofMillis(1_500));
        clock.advance(Duration.ofNanos(999_999));

        assertThat(clock.wallMs() - wallMs).isEqualTo(1_500);
        assertThat(clock.monotonicNs() - monotonicNs).isEqualTo(1_500_999_999L);
        clock.advance(Duration.ofNanos(1));
        assertThat(clock.wallMs() - wallMs).isEqualTo(1_501);
    }

    @Test
    void advance_byLessThanNothing_isRefused() {
        assertThatThrownBy(() -> clock.advance(Duration.ofNanos(-1))).hasMessageContaining("stepWall");
    }

    @Test
    void stepWall_movesTheWallClockAlone() {
        long monotonicNs = clock.monotonicNs();
        Instant before = clock.now();

        clock.stepWall(Duration.ofDays(-400));
        assertThat(clock.now()).isEqualTo(before.minus(Duration.ofDays(400)));
        clock.advance(Duration.ofSeconds(1));

        assertThat(clock.now()).isEqualTo(before.minus(Duration.ofDays(400)).plusSeconds(1));
        assertThat(clock.monotonicNs() - monotonicNs).isEqualTo(1_000_000_000L);
    }

    @Test
    void advance_byTenYears_doesNotOverflow() {
        long monotonicNs = clock.monotonicNs();

        clock.advance(Duration.ofDays(3_650));

        assertThat(clock.monotonicNs()).isGreaterThan(monotonicNs);
    }

    @Test
    void advance_bySeveralThreads_losesNothing() throws InterruptedException {
        long monotonicNs = clock.monotonicNs();
        List<Thread> threads = new ArrayList<>();
        for (int index = 0; index < 4; index++) {
            threads.add(Thread.ofPlatform().start(() -> {
                for (int step = 0; step < 1_000; step++) {
                    clock.advance(Duration.ofNanos(1));
                }
            }));
        }
        for (Thread thread : threads) {
            thread.join();
        }

        assertThat(clock.monotonicNs() - monotonicNs).isEqualTo(4_000);
    }
}
