package dev.millrace.cli;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;

class ItemReaderTest {
    @Test
    void next_lines_areCutAtLineEndsOnly() throws IOException {
        assertThat(items("a\nb b\n\nc", 100)).containsExactly("a", "b b", "", "c");
        assertThat(items("a\r\nb\r\n", 100)).containsExactly("a\r", "b\r");
        assertThat(items("\u00ff\u00fe\nü\0", 100)).containsExactly("\u00ff\u00fe", "ü\0");
        assertThat(items("", 100)).isEmpty();
        assertThat(items("\n", 100)).containsExactly("");
    }

    @Test
    void next_lengthAtTheBound_isWholeAndOneMoreIsNot() throws IOException {
        String bound = "x".repeat(1_000);
        List<Item> items = read(bound + "\n" + bound + "y\nafter\n", '\n', 1_000);
        assertThat(items.get(0).problem()).isNull();
        assertThat(items.get(0).bytes()).hasSize(1_000);
        assertThat(items.get(1).problem()).isEqualTo("1001 bytes are more than itemBytesMax=1000");
        assertThat(items.get(1).line()).isEqualTo(2);
        assertThat(items.get(2).bytes()).asString(ISO_8859_1).isEqualTo("after");
    }

    @Test
    void next_itemOfGigabytes_keepsOnlyItsBeginning() throws IOException {
        long length = 3L << 30;
        ItemReader reader = new ItemReader(new Endless(length), (byte) '\n', 1 << 20);
        Item item = Objects.requireNonNull(reader.next());
        assertThat(item.length()).isEqualTo(length);
        assertThat(item.bytes()).hasSize(ItemReader.PREFIX_BYTES);
        assertThat(reader.next()).isNull();
    }

    @Test
    void next_itemAcrossBuffers_isWhole() throws IOException {
        String big = "ab".repeat(100_000);
        assertThat(items("x\n" + big + "\ny", 1 << 20)).containsExactly("x", big, "y");
    }

    @Test
    void source_nulSeparated_keepsLineEnds() throws IOException {
        assertThat(source("a\nb\0c\0", ItemSource.Mode.NUL)).containsExactly("a\nb", "c");
    }

    @Test
    void source_lineWithNul_isAProblem() throws IOException {
        assertThat(source("a\0b\nc\n", ItemSource.Mode.LINES).get(0)).contains("NUL byte", "-0");
    }

    @Test
    void source_json_takesAnyValueAndSkipsBlankLines() throws IOException {
        assertThat(source("{\"a\":[1,2]}\n\n  \nnull\n0\n\"x\"\n", ItemSource.Mode.JSON))
                .containsExactly("{\"a\":[1,2]}", "null", "0", "\"x\"");
        for (String wrong : List.of("{", "{\"a\":}", "1 2", "nul", "'x'", "{}{}", "[1", "01", "\"x")) {
            assertThat(source(wrong, ItemSource.Mode.JSON).getFirst()).as(wrong).startsWith("!it is not JSON: ");
        }
    }

    private static List<String> source(String input, ItemSource.Mode mode) throws IOException {
        ItemReader reader = new ItemReader(
                new ByteArrayInputStream(input.getBytes(ISO_8859_1)), (byte) (mode == ItemSource.Mode.NUL ? 0 : '\n'), 100);
        ItemSource source = new ItemSource(reader, mode);
        List<String> items = new ArrayList<>();
        for (Item item = source.next(); item != null; item = source.next()) {
            items.add(item.problem() == null ? new String(item.bytes(), ISO_8859_1) : "!" + item.problem());
        }
        return items;
    }

    private static List<String> items(String input, int itemBytesMax) throws IOException {
        return read(input, '\n', itemBytesMax).stream().map(item -> new String(item.bytes(), ISO_8859_1)).toList();
    }

    private static List<Item> read(String input, char separator, int itemBytesMax) throws IOException {
        ItemReader reader =
                new ItemReader(new ByteArrayInputStream(input.getBytes(ISO_8859_1)), (byte) separator, itemBytesMax);
        List<Item> items = new ArrayList<>();
        for (Item item = reader.next(); item != null; item = reader.next()) {
            items.add(item);
        }
        return items;
    }

    /** So many bytes, none of which ends a line. */
    private static final class Endless extends InputStream {
        private long left;

        Endless(long left) {
            this.left = left;
        }

        @Override
        public int read() {
            return left-- > 0 ? 'x' : -1;
        }

        @Override
        public int read(byte[] bytes, int offset, int length) {
            if (left <= 0) {
                return -1;
            }
            int count = (int) Math.min(left, length);
            left -= count;
            return count;
        }
    }
}
