package dev.millrace.api;

import static dev.millrace.api.Refusals.assertBad;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class BackoffTest {
    @Test
    void fixed_anyFailure_isTheSame() {
        Backoff backoff = Backoff.fixed(Duration.ofSeconds(3));

        assertThat(backoff.delay(1)).isEqualTo(Duration.ofSeconds(3));
        assertThat(backoff.delay(Integer.MAX_VALUE)).isEqualTo(Duration.ofSeconds(3));
    }

    @Test
    void exponential_eachFailure_doublesUpToTheMax() {
        Backoff backoff = Backoff.exponential(Duration.ofSeconds(1), Duration.ofSeconds(10));

        assertThat(backoff.delay(1)).isEqualTo(Duration.ofSeconds(1));
        assertThat(backoff.delay(2)).isEqualTo(Duration.ofSeconds(2));
        assertThat(backoff.delay(4)).isEqualTo(Duration.ofSeconds(8));
        assertThat(backoff.delay(5)).isEqualTo(Duration.ofSeconds(10));
        assertThat(backoff.delay(6)).isEqualTo(Duration.ofSeconds(10));
    }

    @Test
    void exponential_withoutMax_stopsAtAnHour() {
        assertThat(Backoff.exponential(Duration.ofSeconds(1)).delay(100)).isEqualTo(Duration.ofHours(1));
    }

    @Test
    void exponential_anyNumberOfFailures_neverShrinksOrOverflows() {
        long[] firstsMs = {0, 1, 2, 3, 999, 1_000, 1L << 31, (1L << 38) + 1, Limits.DELAY_MAX_MS};
        int[] failures = {1, 2, 3, 10, 31, 32, 33, 61, 62, 63, 64, 65, 100, 65_535, Integer.MAX_VALUE};
        for (long firstMs : firstsMs) {
            Backoff backoff =
                    Backoff.exponential(Duration.ofMillis(firstMs), Duration.ofMillis(Limits.DELAY_MAX_MS));
            Duration before = Duration.ZERO;
            for (int failure : failures) {
                Duration delay = backoff.delay(failure);
                assertThat(delay)
                        .as("first %d ms, failure %d", firstMs, failure)
                        .isBetween(before, Duration.ofMillis(Limits.DELAY_MAX_MS));
                before = delay;
            }
            assertThat(before).isEqualTo(Duration.ofMillis(firstMs == 0 ? 0 : Limits.DELAY_MAX_MS));
        }
    }

    @Test
    void exponential_firstBeyondMax_isTheMax() {
        assertThat(Backoff.exponential(Duration.ofHours(2), Duration.ofHours(1)).delay(1))
                .isEqualTo(Duration.ofHours(1));
    }

    @Test
    void anyBackoff_beyondTenYears_isRefused() {
        Duration tooLong = Duration.ofDays(3_651);
        assertBad(() -> Backoff.fixed(tooLong), "backoff=");
        assertBad(() -> Backoff.exponential(tooLong), "backoff=");
        assertBad(() -> Backoff.exponential(Duration.ZERO, tooLong), "backoff max=");
    }
}
