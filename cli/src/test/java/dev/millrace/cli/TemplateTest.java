package dev.millrace.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class TemplateTest {
    @Test
    void fill_eachPlace_isAsInGnuParallel() {
        assertThat(fill("a/b.c/file.tar.gz", "{}", "{.}", "{/}", "{//}", "{/.}", "{#}"))
                .containsExactly("a/b.c/file.tar.gz", "a/b.c/file.tar", "file.tar.gz", "a/b.c", "file.tar", "7");
        assertThat(fill("plain", "{}", "{.}", "{/}", "{//}", "{/.}")).containsExactly("plain", "plain", "plain", ".", "plain");
        assertThat(fill("dir.d/plain", "{.}", "{/.}")).containsExactly("dir.d/plain", "plain");
        assertThat(fill("/file", "{//}", "{/}")).containsExactly("/", "file");
        assertThat(fill("a//b", "{//}")).containsExactly("a");
        assertThat(fill("a/b/", "{//}", "{/}")).containsExactly("a", "");
    }

    @Test
    void fill_placesWithinArgument_areReplacedEachTime() {
        assertThat(fill("x.y", "--in={}", "{.}-{#}.z{}", "{ }", "{}{}", "{/x}")).containsExactly(
                "--in=x.y", "x-7.zx.y", "{ }", "x.yx.y", "{/x}");
    }

    @Test
    void fill_noPlace_appendsTheItem() {
        assertThat(fill("item", "-k")).containsExactly("-k", "item");
        assertThat(fill("item")).containsExactly("item");
        assertThat(new Template(List.of(bytes("-k")), false).fill(bytes("item"), 1)).containsExactly(bytes("-k"));
    }

    @Test
    void fill_itemThatLooksLikeSomethingElse_staysOneArgument() {
        for (String item : List.of("-rf", "a b", "$(id)", "{}", "{#}", "'\"\\", "a\nb", "")) {
            assertThat(fill(item, "{}", "x{}x")).containsExactly(item, "x" + item + "x");
        }
    }

    @Test
    void fill_itemThatIsNoText_keepsItsBytes() {
        byte[] item = {(byte) 0xff, '/', (byte) 0xfe, '.', (byte) 0x80};
        List<byte[]> filled = new Template(List.of(bytes("<{}>"), bytes("{/.}")), true).fill(item, 1);
        assertThat(filled.get(0)).containsExactly('<', 0xff, '/', 0xfe, '.', 0x80, '>');
        assertThat(filled.get(1)).containsExactly(0xfe);
    }

    private static List<String> fill(String item, String... words) {
        return new Template(Arrays.stream(words).map(TemplateTest::bytes).toList(), true)
                .fill(bytes(item), 7).stream().map(bytes -> new String(bytes, UTF_8)).toList();
    }

    private static byte[] bytes(String text) {
        return text.getBytes(UTF_8);
    }
}
