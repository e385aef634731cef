package dev.millrace.api;

import static dev.millrace.api.Refusals.assertBad;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class QueueSettingsTest {
    private static final Duration TEN_YEARS = Duration.ofMillis(Limits.DELAY_MAX_MS);

    @Test
    void defaults_limitNothing() {
        assertThat(QueueSettings.defaults()).isEqualTo(new QueueSettings(0, 0, 0, 0));
    }

    @Test
    void with_eachPart_changesThatPartAlone() {
        QueueSettings settings = QueueSettings.defaults()
                .withMaxAttempts(3)
                .withTtr(Duration.ofMillis(5))
                .withBackoff(Duration.ofMillis(7), Duration.ofMillis(9));

        assertThat(settings).isEqualTo(new QueueSettings(3, 5, 7, 9));
        assertThat(settings.withMaxAttempts(0)).isEqualTo(new QueueSettings(0, 5, 7, 9));
        assertThat(settings.withTtr(Duration.ofSeconds(-1))).isEqualTo(new QueueSettings(3, 0, 7, 9));
        assertThat(settings.withTtr(Duration.ofNanos(1)).ttrMs()).isOne();
        assertThat(settings.withBackoff(Duration.ZERO, Duration.ZERO)).isEqualTo(new QueueSettings(3, 5, 0, 0));
    }

    @Test
    void with_partsAtTheirBounds_areAccepted() {
        assertThat(QueueSettings.defaults().withMaxAttempts(65_535).maxAttempts()).isEqualTo(65_535);
        assertThat(QueueSettings.defaults().withTtr(TEN_YEARS).ttrMs()).isEqualTo(Limits.DELAY_MAX_MS);
        assertThat(QueueSettings.defaults().withBackoff(TEN_YEARS, TEN_YEARS).backoffMaxMs())
                .isEqualTo(Limits.DELAY_MAX_MS);
        assertThat(QueueSettings.defaults().withBackoff(Duration.ZERO, TEN_YEARS).backoffFirstMs()).isZero();
    }

    @Test
    void with_partsOutsideTheirBounds_areRefused() {
        assertBad(() -> QueueSettings.defaults().withMaxAttempts(-1), "maxAttempts=-1", "65535");
        assertBad(() -> QueueSettings.defaults().withMaxAttempts(65_536), "maxAttempts=65536");
        assertBad(() -> QueueSettings.defaults().withTtr(TEN_YEARS.plusNanos(1)), "ttr=");
        assertBad(() -> QueueSettings.defaults().withBackoff(TEN_YEARS.plusNanos(1), TEN_YEARS), "backoff first=");
        assertBad(() -> QueueSettings.defaults().withBackoff(Duration.ZERO, TEN_YEARS.plusNanos(1)), "backoff max=");
        assertBad(() -> new QueueSettings(0, -1, 0, 0), "ttrMs=-1");
        assertBad(() -> new QueueSettings(0, Long.MAX_VALUE, 0, 0), "ttrMs=9223372036854775807");
        assertBad(() -> new QueueSettings(0, 0, -1, 0), "backoffFirstMs=-1");
        assertBad(() -> new QueueSettings(0, 0, 0, Long.MAX_VALUE), "backoffMaxMs=");
        assertBad(() -> new QueueSettings(0, 0, 5, 4), "backoffMaxMs=4 < backoffFirstMs=5");
    }
}
