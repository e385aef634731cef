package dev.millrace.api;

import static dev.millrace.api.Refusals.assertBad;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

class CodecTest {
    @Test
    void text_anyUnicode_comesBack() {
        for (String text : List.of("", " ", "abc", "é€😀", "\0\n", "\ufffd", "\uffff", "é".repeat(10_000))) {
            byte[] bytes = Codec.text().encode(text);
            assertThat(bytes).isEqualTo(text.getBytes(StandardCharsets.UTF_8));
            assertThat(Codec.text().decode(bytes)).isEqualTo(text);
        }
    }

    @Test
    void text_halfASurrogatePair_isRefusedRatherThanReplaced() {
        assertBad(() -> Codec.text().encode("a\ud83d"), "not valid Unicode");
        assertBad(() -> Codec.text().encode("\ude00"), "Codec.bytes()");
    }

    @Test
    void text_bytesThatAreNotUtf8_areRefusedRatherThanReplaced() {
        for (byte[] bytes : new byte[][] {
            {(byte) 0x80}, {(byte) 0xC3}, {(byte) 0xC0, (byte) 0x80}, {(byte) 0xED, (byte) 0xA0, (byte) 0x80}, {'a', (byte) 0xFF}
        }) {
            assertBad(() -> Codec.text().decode(bytes), bytes.length + " bytes", "not UTF-8");
        }
    }

    @Test
    void bytes_changedAfterEncoding_areAsTheyWere() {
        byte[] payload = {1, 2, 3};
        byte[] encoded = Codec.bytes().encode(payload);

        payload[0] = 9;

        assertThat(encoded).containsExactly(1, 2, 3);
        assertThat(Codec.bytes().decode(encoded)).containsExactly(1, 2, 3);
        assertThat(Codec.bytes().encode(new byte[0])).isEmpty();
    }
}
