package dev.millrace.api;

import static dev.millrace.api.Refusals.assertBad;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class PutTest {
    @Test
    void options_byDefault_areReadyAtPriorityOneThousand() {
        assertThat(Put.options()).isEqualTo(new Put(0, 1_000, 0, null, 0));
    }

    @Test
    void with_eachPart_changesThatPartAlone() {
        Put put = Put.delay(Duration.ofMillis(5))
                .withPriority(7)
                .withMaxAttempts(3)
                .withProducer("importer", 9);

        assertThat(put).isEqualTo(new Put(5, 7, 3, "importer", 9));
        assertThat(put.withDelay(Duration.ZERO)).isEqualTo(new Put(0, 7, 3, "importer", 9));
        assertThat(Put.priority(0)).isEqualTo(new Put(0, 0, 0, null, 0));
        assertThat(Put.options().delayMs()).isZero();
    }

    @Test
    void with_partsAtTheirBounds_areAccepted() {
        assertThat(Put.delay(Duration.ofMillis(Limits.DELAY_MAX_MS)).delayMs()).isEqualTo(Limits.DELAY_MAX_MS);
        assertThat(Put.delay(Duration.ofNanos(-1)).delayMs()).isZero();
        assertThat(Put.priority(Limits.PRIORITY_MAX).priority()).isEqualTo(4_294_967_295L);
        assertThat(Put.options().withMaxAttempts(65_535).maxAttempts()).isEqualTo(65_535);
        assertThat(Put.options().withProducer("p", Long.MAX_VALUE).sequence()).isEqualTo(Long.MAX_VALUE);
    }

    @Test
    void with_partsOutsideTheirBounds_areRefused() {
        assertBad(() -> new Put(-1, 0, 0, null, 0), "delayMs=-1");
        assertBad(() -> new Put(Limits.DELAY_MAX_MS + 1, 0, 0, null, 0), "delayMs=");
        assertBad(() -> Put.delay(Duration.ofDays(3_651)), "delay=PT87624H");
        assertBad(() -> Put.priority(-1), "priority=-1");
        assertBad(() -> Put.options().withMaxAttempts(-1), "maxAttempts=-1", "0 means without limit");
        assertBad(() -> Put.options().withMaxAttempts(65_536), "maxAttempts=65536", "65535");
        assertBad(() -> Put.options().withProducer("", 1), "producer name");
        assertBad(() -> Put.options().withProducer("p", 0), "sequence=0", "counts from 1");
        assertBad(() -> new Put(0, 0, 0, null, 1), "sequence=1 without a producer");
    }
}
