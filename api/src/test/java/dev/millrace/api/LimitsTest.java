package dev.millrace.api;

import static dev.millrace.api.Refusals.assertBad;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class LimitsTest {
    private static final Duration TEN_YEARS = Duration.ofDays(3_650);

    @Test
    void requireName_atItsBounds_isAccepted() {
        for (String name : new String[] {"a", "a".repeat(255), "é".repeat(127) + "a", "😀".repeat(63) + "abc", " ", "a b"}) {
            assertThat(Limits.requireName("queue", name)).isEqualTo(name);
        }
    }

    @Test
    void requireName_outsideItsBounds_saysWhatIsWrong() {
        assertBad(() -> Limits.requireName("queue", ""), "queue name has 0 bytes", "1 … 255");
        assertBad(() -> Limits.requireName("queue", "a".repeat(256)), "256 bytes");
        assertBad(() -> Limits.requireName("queue", "é".repeat(128)), "256 bytes");
        assertBad(() -> Limits.requireName("queue", "ab\u0007"), "U+0007", "at 2");
        assertBad(() -> Limits.requireName("producer", "\u007f"), "producer", "U+007F");
        assertBad(() -> Limits.requireName("queue", "\u0080"), "U+0080");
        assertBad(() -> Limits.requireName("queue", "a\ud83d"), "half a surrogate pair at 1");
        assertBad(() -> Limits.requireName("queue", "\ude00a"), "half a surrogate pair at 0");
        assertBad(() -> Limits.requireName("queue", "\ud83d\ud83d\ude00"), "half a surrogate pair at 0");
    }

    @Test
    void requireDelayMs_anyDuration_isRoundedUpAndNeverNegative() {
        assertThat(Limits.requireDelayMs("delay", Duration.ZERO)).isZero();
        assertThat(Limits.requireDelayMs("delay", Duration.ofNanos(1))).isOne();
        assertThat(Limits.requireDelayMs("delay", Duration.ofNanos(999_999))).isOne();
        assertThat(Limits.requireDelayMs("delay", Duration.ofMillis(1))).isOne();
        assertThat(Limits.requireDelayMs("delay", Duration.ofNanos(1_000_001))).isEqualTo(2);
        assertThat(Limits.requireDelayMs("delay", Duration.ofNanos(-1))).isZero();
        assertThat(Limits.requireDelayMs("delay", Duration.ofSeconds(Long.MIN_VALUE))).isZero();
        assertThat(Limits.requireDelayMs("delay", TEN_YEARS)).isEqualTo(Limits.DELAY_MAX_MS);
    }

    @Test
    void requireDelayMs_beyondTenYears_isRefused() {
        assertBad(() -> Limits.requireDelayMs("delay", TEN_YEARS.plusNanos(1)), "delay=", "PT87600H");
        assertBad(() -> Limits.requireDelayMs("delay", Duration.ofSeconds(Long.MAX_VALUE)), "shorter");
    }

    @Test
    void waitMs_anyDuration_isBroughtWithinItsBounds() {
        assertThat(Limits.waitMs(Duration.ofSeconds(Long.MIN_VALUE))).isZero();
        assertThat(Limits.waitMs(Duration.ofNanos(1))).isOne();
        assertThat(Limits.waitMs(Duration.ofSeconds(Long.MAX_VALUE))).isEqualTo(Limits.DELAY_MAX_MS);
    }

    @Test
    void requirePriority_outsideItsBounds_isRefused() {
        assertThat(Limits.requirePriority(0)).isZero();
        assertThat(Limits.requirePriority((1L << 32) - 1)).isEqualTo(4_294_967_295L);
        assertBad(() -> Limits.requirePriority(-1), "priority=-1", "0 … 4294967295");
        assertBad(() -> Limits.requirePriority(1L << 32), "priority=4294967296");
        assertBad(() -> Limits.requirePriority(Long.MIN_VALUE), "priority=-9223372036854775808");
    }

    @Test
    void requireCount_outsideItsBounds_isRefused() {
        assertThat(Limits.requireCount("count", 10, 10)).isEqualTo(10);
        assertBad(() -> Limits.requireCount("count", 0, 10), "count=0", "1 … 10");
        assertBad(() -> Limits.requireCount("count", Long.MAX_VALUE, 10), "count=9223372036854775807");
    }

    @Test
    void shortenReason_longer_endsAtACharacterAndFits() {
        assertThat(Limits.shortenReason("")).isEmpty();
        assertThat(Limits.shortenReason("a".repeat(1_024))).isEqualTo("a".repeat(1_024));
        for (String unit : new String[] {"a", "é", "€", "😀", "aé", "a€😀"}) {
            String shortened = Limits.shortenReason(unit.repeat(2_000));
            int bytes = shortened.getBytes(StandardCharsets.UTF_8).length;
            assertThat(bytes).as(unit).isBetween(1_018, 1_024);
            assertThat(shortened).as(unit).endsWith("…").doesNotContain("\ufffd", "?");
        }
    }

    @Test
    void shortenReason_halfASurrogatePair_becomesAQuestionMark() {
        assertThat(Limits.shortenReason("a\ud83d")).isEqualTo("a?");
    }

    @Test
    void requireReason_anyLength_isBoundedInBytes() {
        assertThatCode(() -> Limits.requireReason(null)).doesNotThrowAnyException();
        assertThatCode(() -> Limits.requireReason("é".repeat(512))).doesNotThrowAnyException();
        Refusals.assertRefused(ErrorCode.TOO_LARGE, () -> Limits.requireReason("é".repeat(512) + "a"), "1025", "1024");
        Refusals.assertRefused(ErrorCode.TOO_LARGE, () -> Limits.requireReason("€".repeat(342)), "1026");
    }
}
