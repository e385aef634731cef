package dev.millrace.cli;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class TextTest {
    @Test
    void restore_bytesThatTheLocaleLost_areThoseOfTheCommandLine() {
        byte[] commandLine = "java\0-cp\0x\0Main\0each\0gr\u00c3\u00b6\u00ff\0?\0".getBytes(ISO_8859_1);
        assertThat(RawArguments.restore(new String[] {"each", "gr???", "?"}, commandLine))
                .containsExactly("each", "gr\u00c3\u00b6\u00ff", "?");
    }

    @Test
    void restore_commandLineThatDoesNotFit_isNotTrusted() {
        byte[] other = "something\0else\0".getBytes(ISO_8859_1);
        assertThat(RawArguments.restore(new String[] {"each", "a"}, other)).containsExactly("each", "a");
    }

    @Test
    void quoted_anyWord_isOneWordOfAShell() {
        assertThat(Text.quoted("plain-1.txt".getBytes(UTF_8))).isEqualTo("plain-1.txt");
        assertThat(Text.quoted("it's".getBytes(UTF_8))).isEqualTo("'it'\\''s'");
        assertThat(Text.quoted("a\n\u00ff".getBytes(ISO_8859_1))).isEqualTo("$'a\\x0a\\xff'");
        assertThat(Text.quoted(new byte[0])).isEqualTo("''");
    }

    @Test
    void shown_controlCharactersAndBytes_areEscapedOnOneLine() {
        assertThat(Text.shown("a\nb\u001b[0m".getBytes(UTF_8), 100)).isEqualTo("a\\nb\\u001b[0m");
        assertThat(Text.shown(new byte[] {'a', (byte) 0xff}, 100)).isEqualTo("a\\xff");
        assertThat(Text.shown("äöü".getBytes(UTF_8), 3)).isEqualTo("ä…");
    }

    @Test
    void durations_goodAndBad_areTold() {
        assertThat(Durations.parse("250ms")).isEqualTo(Duration.ofMillis(250));
        assertThat(Durations.parse("1.5s")).isEqualTo(Duration.ofMillis(1_500));
        assertThat(Durations.parse("1h30m")).isEqualTo(Duration.ofMinutes(90));
        assertThat(Durations.parse("10")).isEqualTo(Duration.ofSeconds(10));
        for (String bad : List.of("", "x", "5x", "-1s", "1 s", "5 5", "10s5", "4000d", "1e3s", "NaN")) {
            assertThatThrownBy(() -> Durations.parse(bad)).as(bad).isInstanceOf(RefusedException.class);
        }
    }
}
