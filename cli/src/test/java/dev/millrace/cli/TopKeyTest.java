package dev.millrace.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.cli.TopKey.Kind;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What terminals send, as keys. */
class TopKeyTest {
    @Test
    void read_characters_areThemselves() throws IOException {
        assertThat(read("qü")).containsExactly(TopKey.of('q'), TopKey.of('ü'));
        assertThat(kinds("\r\n\b\u007f\u0001")).containsExactly(Kind.ENTER, Kind.ENTER, Kind.ERASE, Kind.ERASE, Kind.OTHER);
    }

    @Test
    void read_sequences_areKeysOrOneThatMeansNothing() throws IOException {
        assertThat(kinds("\u001b[A\u001b[B\u001bOA\u001bOB")).containsExactly(Kind.UP, Kind.DOWN, Kind.UP, Kind.DOWN);
        assertThat(kinds("\u001b[5~\u001b[6~")).containsExactly(Kind.PAGE_UP, Kind.PAGE_DOWN);
        assertThat(kinds("\u001b[H\u001bOH\u001b[1~\u001b[F\u001bOF\u001b[4~"))
                .containsExactly(Kind.HOME, Kind.HOME, Kind.HOME, Kind.END, Kind.END, Kind.END);
        assertThat(kinds("\u001b[1;5Cq")).containsExactly(Kind.OTHER, Kind.CHARACTER);
        assertThat(kinds("\u001bxq")).containsExactly(Kind.OTHER, Kind.CHARACTER);
        assertThat(kinds("\u001b[" + "1".repeat(9) + "~")).startsWith(Kind.OTHER);
    }

    @Test
    void read_nothingOrTheEnd_isToldApart() throws IOException {
        assertThat(TopKey.read(timeoutMs -> -2, 100)).isEqualTo(TopKey.NONE);
        assertThat(TopKey.read(timeoutMs -> -1, 100)).isEqualTo(TopKey.of(Kind.GONE));
        assertThat(kinds("\u001b")).containsExactly(Kind.ESCAPE);
    }

    private static List<Kind> kinds(String typed) throws IOException {
        return read(typed).stream().map(TopKey::kind).toList();
    }

    /** The keys of what is typed, after which nothing comes. */
    private static List<TopKey> read(String typed) throws IOException {
        int[] at = {0};
        List<TopKey> keys = new ArrayList<>();
        while (at[0] < typed.length()) {
            keys.add(TopKey.read(timeoutMs -> at[0] < typed.length() ? typed.charAt(at[0]++) : -2, 100));
        }
        return keys;
    }
}
