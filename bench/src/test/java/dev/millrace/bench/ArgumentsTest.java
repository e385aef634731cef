package dev.millrace.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.bench.Arguments.BadArgumentException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class ArgumentsTest {
    private static final Map<String, String> DEFAULTS = Map.of("n", "1_000");

    @Test
    void parse_nothingGiven_takesDefaults() {
        assertThat(parse().number("n", 1, 1_000)).isEqualTo(1_000);
    }

    @Test
    void parse_unknownOrBareOrTwice_isRefused() {
        assertThatThrownBy(() -> parse("m=1")).isInstanceOf(BadArgumentException.class).hasMessageContaining("m=1", "n=…");
        assertThatThrownBy(() -> parse("n")).isInstanceOf(BadArgumentException.class);
        assertThatThrownBy(() -> parse("n=1", "n=2")).isInstanceOf(BadArgumentException.class).hasMessageContaining("twice");
    }

    @Test
    void number_wrong_isRefusedWithItsBounds() {
        for (String value : List.of("", "x", "0", "11", "99999999999", "-1", "1.5")) {
            assertThatThrownBy(() -> parse("n=" + value).number("n", 1, 10))
                    .isInstanceOf(BadArgumentException.class)
                    .hasMessage("n=" + value + " is not a whole number within 1 … 10");
        }
    }

    @Test
    void numbers_oneOfThemWrong_isRefused() {
        assertThat(parse("n=1,10").numbers("n", 1, 10)).containsExactly(1, 10);
        assertThatThrownBy(() -> parse("n=1,,2").numbers("n", 1, 10)).isInstanceOf(BadArgumentException.class);
    }

    @Test
    void constants_inAnyCase_areRead() {
        assertThat(parse("n=seconds,DAYS").constants("n", TimeUnit.class)).containsExactly(TimeUnit.SECONDS, TimeUnit.DAYS);
        assertThatThrownBy(() -> parse("n=years").constant("n", TimeUnit.class))
                .isInstanceOf(BadArgumentException.class)
                .hasMessageContaining("n=years is none of");
    }

    @Test
    void isTrue_neitherTrueNorFalse_isRefused() {
        assertThat(parse("n=true").isTrue("n")).isTrue();
        assertThatThrownBy(() -> parse("n=yes").isTrue("n")).isInstanceOf(BadArgumentException.class);
    }

    private static Arguments parse(String... given) {
        return Arguments.parse(List.of(given), DEFAULTS);
    }
}
