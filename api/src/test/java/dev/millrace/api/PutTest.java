package dev.millrace.api;

import static dev.millrace.api.Refusals.assertBad;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class PutTest {
    @Test
    void options_byDefault_areReadyAtPriorityOneThousand() {
        assertThat(Put.options()).isEqualTo(new Put(0, 1_000, 0, 0, 0, null, KeyMode.KEEP, null, 0, null, 0));
    }

    @Test
    void with_eachPart_changesThatPartAlone() {
        Put put = Put.delay(Duration.ofMillis(5))
                .withPriority(7)
                .withMaxAttempts(3)
                .withTtr(Duration.ofMillis(11))
                .withTtl(Duration.ofMillis(13))
                .withKey("user-42", KeyMode.RERUN)
                .withGroup("host", 4)
                .withProducer("importer", 9);

        assertThat(put).isEqualTo(new Put(5, 7, 3, 11, 13, "user-42", KeyMode.RERUN, "host", 4, "importer", 9));
        assertThat(put.withDelay(Duration.ZERO))
                .isEqualTo(new Put(0, 7, 3, 11, 13, "user-42", KeyMode.RERUN, "host", 4, "importer", 9));
        assertThat(put.withPriority(8))
                .isEqualTo(new Put(5, 8, 3, 11, 13, "user-42", KeyMode.RERUN, "host", 4, "importer", 9));
        assertThat(put.withKey("k")).isEqualTo(new Put(5, 7, 3, 11, 13, "k", KeyMode.KEEP, "host", 4, "importer", 9));
        assertThat(put.withTtr(Duration.ZERO).withTtl(Duration.ofSeconds(-1)))
                .isEqualTo(new Put(5, 7, 3, 0, 0, "user-42", KeyMode.RERUN, "host", 4, "importer", 9));
        assertThat(Put.options().delayMs()).isZero();
    }

    @Test
    void shortForms_eachPart_changeThatPartOfTheDefaults() {
        assertThat(Put.delay(Duration.ofMillis(5))).isEqualTo(Put.options().withDelay(Duration.ofMillis(5)));
        assertThat(Put.priority(0)).isEqualTo(new Put(0, 0, 0, 0, 0, null, KeyMode.KEEP, null, 0, null, 0));
        assertThat(Put.key("k")).isEqualTo(new Put(0, 1_000, 0, 0, 0, "k", KeyMode.KEEP, null, 0, null, 0));
        assertThat(Put.group("g", 2)).isEqualTo(new Put(0, 1_000, 0, 0, 0, null, KeyMode.KEEP, "g", 2, null, 0));
    }

    @Test
    void with_partsAtTheirBounds_areAccepted() {
        assertThat(Put.delay(Duration.ofMillis(Limits.DELAY_MAX_MS)).delayMs()).isEqualTo(Limits.DELAY_MAX_MS);
        assertThat(Put.delay(Duration.ofNanos(-1)).delayMs()).isZero();
        assertThat(Put.priority(Limits.PRIORITY_MAX).priority()).isEqualTo(4_294_967_295L);
        assertThat(Put.options().withMaxAttempts(65_535).maxAttempts()).isEqualTo(65_535);
        assertThat(Put.options().withProducer("p", Long.MAX_VALUE).sequence()).isEqualTo(Long.MAX_VALUE);
        Duration longest = Duration.ofMillis(Limits.DELAY_MAX_MS);
        assertThat(Put.options().withTtr(longest).ttrMs()).isEqualTo(Limits.DELAY_MAX_MS);
        assertThat(Put.options().withTtl(longest).ttlMs()).isEqualTo(Limits.DELAY_MAX_MS);
        assertThat(Put.options().withTtr(Duration.ofNanos(1)).ttrMs()).isOne();
        assertThat(Put.options().withTtl(Duration.ofNanos(1_000_001)).ttlMs()).isEqualTo(2);
        assertThat(Put.key("k".repeat(255)).key()).hasSize(255);
        assertThat(Put.group("g".repeat(255), Integer.MAX_VALUE).groupLimit()).isEqualTo(Integer.MAX_VALUE);
    }

    @Test
    void with_partsOutsideTheirBounds_areRefused() {
        assertBad(() -> withTimes(-1, 0, 0), "delayMs=-1");
        assertBad(() -> withTimes(Limits.DELAY_MAX_MS + 1, 0, 0), "delayMs=");
        assertBad(() -> withTimes(Long.MAX_VALUE, 0, 0), "delayMs=9223372036854775807");
        assertBad(() -> withTimes(0, -1, 0), "ttrMs=-1");
        assertBad(() -> withTimes(0, Limits.DELAY_MAX_MS + 1, 0), "ttrMs=");
        assertBad(() -> withTimes(0, 0, -1), "ttlMs=-1");
        assertBad(() -> withTimes(0, 0, Limits.DELAY_MAX_MS + 1), "ttlMs=");
        assertBad(() -> Put.delay(Duration.ofDays(3_651)), "delay=PT87624H");
        assertBad(() -> Put.options().withTtr(Duration.ofDays(3_651)), "ttr=PT87624H");
        assertBad(() -> Put.options().withTtl(Duration.ofDays(3_651)), "ttl=PT87624H");
        assertBad(() -> Put.priority(-1), "priority=-1");
        assertBad(() -> Put.priority(1L << 32), "priority=4294967296");
        assertBad(() -> Put.options().withMaxAttempts(-1), "maxAttempts=-1", "0 means without limit");
        assertBad(() -> Put.options().withMaxAttempts(65_536), "maxAttempts=65536", "65535");
        assertBad(() -> Put.options().withProducer("", 1), "producer name");
        assertBad(() -> Put.options().withProducer("p", 0), "sequence=0", "counts from 1");
        assertBad(() -> Put.options().withProducer("p", -1), "sequence=-1", "counts from 1");
        assertBad(
                () -> new Put(0, 0, 0, 0, 0, null, KeyMode.KEEP, null, 0, null, 1), "sequence=1 without a producer");
    }

    @Test
    void withKeyOrGroup_outsideTheirBounds_areRefused() {
        assertBad(() -> Put.key(""), "key name", "1 … 255");
        assertBad(() -> Put.key("k".repeat(256)), "key name", "256");
        assertBad(() -> Put.key("a\nb"), "key name", "U+000A");
        assertBad(
                () -> new Put(0, 0, 0, 0, 0, null, KeyMode.RERUN, null, 0, null, 0), "keyMode=RERUN without a key");
        assertBad(() -> Put.group("", 1), "group name");
        assertBad(() -> Put.group("\ud800", 1), "group name");
        assertBad(() -> Put.group("g", 0), "groupLimit=0");
        assertBad(() -> Put.group("g", -1), "groupLimit=-1");
        assertBad(
                () -> new Put(0, 0, 0, 0, 0, null, KeyMode.KEEP, null, 3, null, 0), "groupLimit=3 without a group");
    }

    private static Put withTimes(long delayMs, long ttrMs, long ttlMs) {
        return new Put(delayMs, 0, 0, ttrMs, ttlMs, null, KeyMode.KEEP, null, 0, null, 0);
    }
}
