package dev.millrace.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

class NamePatternTest {
    @Test
    void matches_withoutStars_isTheNameItself() {
        assertThat(matches("mail", "mail")).isTrue();
        assertThat(matches("mail", "mai")).isFalse();
        assertThat(matches("mail", "mail2")).isFalse();
        assertThat(matches("mail", "Mail")).isFalse();
        assertThat(matches("m.il", "mail")).isFalse();
    }

    @Test
    void matches_withStars_isAnythingInTheirPlaces() {
        assertThat(matches("*", "")).isTrue();
        assertThat(matches("*", "anything")).isTrue();
        assertThat(matches("mail.*", "mail.")).isTrue();
        assertThat(matches("mail.*", "mail.out.1")).isTrue();
        assertThat(matches("mail.*", "mail")).isFalse();
        assertThat(matches("*.mail", "out.mail")).isTrue();
        assertThat(matches("a*a", "a")).isFalse();
        assertThat(matches("a*a", "aa")).isTrue();
        assertThat(matches("a*b*a", "aba")).isTrue();
        assertThat(matches("a*ba*a", "aba")).isFalse();
        assertThat(matches("a**b", "ab")).isTrue();
    }

    @Test
    void matchesAll_isTrueOfStarsAlone() {
        assertThat(NamePattern.of("*").matchesAll()).isTrue();
        assertThat(NamePattern.of("**").matchesAll()).isTrue();
        assertThat(NamePattern.of("a*").matchesAll()).isFalse();
        assertThat(NamePattern.of("a").matchesAll()).isFalse();
    }

    @Test
    void matches_randomPatterns_agreesWithARegularExpression() {
        long seed = Long.getLong("pattern.seed", new Random().nextLong());
        Random random = new Random(seed);
        for (int round = 0; round < 20_000; round++) {
            String pattern = text(random, "ab*");
            String name = text(random, "ab");
            boolean expected = Pattern.matches(pattern.replace("*", ".*"), name);
            assertThat(matches(pattern, name))
                    .as("-Dpattern.seed=%d: '%s' of '%s'", seed, pattern, name)
                    .isEqualTo(expected);
        }
    }

    private static String text(Random random, String letters) {
        StringBuilder text = new StringBuilder();
        for (int left = random.nextInt(7); left > 0; left--) {
            text.append(letters.charAt(random.nextInt(letters.length())));
        }
        return text.toString();
    }

    private static boolean matches(String pattern, String name) {
        return NamePattern.of(pattern).matches(name);
    }
}
