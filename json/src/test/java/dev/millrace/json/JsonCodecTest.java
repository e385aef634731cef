package dev.millrace.json;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.millrace.api.Codec;
import dev.millrace.api.ErrorCode;
import dev.millrace.api.MillraceException;
import dev.millrace.testkit.Clause;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.NullNode;

class JsonCodecTest {
    record Mail(String to, @Nullable String text, int copies, List<String> tags) {}

    record Knot(List<Object> ends) {}

    private static final JsonCodec<Mail> MAILS = JsonCodec.of(Mail.class);

    @Test
    @Clause({"G2", "G2 json"})
    void record_encodedAndDecoded_isEqual() {
        Mail mail = new Mail("ada@example.org", "Grüße 😀", 2, List.of("a", ""));

        assertThat(MAILS.decode(MAILS.encode(mail))).isEqualTo(mail);
        assertThat(text(MAILS.encode(mail)))
                .isEqualTo("{\"to\":\"ada@example.org\",\"text\":\"Grüße 😀\",\"copies\":2,\"tags\":[\"a\",\"\"]}");
    }

    @Test
    @Clause("G2 json")
    void emptyFalseAndZero_encodedAndDecoded_areThemselves() {
        assertSame(JsonCodec.of(String.class), "", "\"\"");
        assertSame(JsonCodec.of(Boolean.class), false, "false");
        assertSame(JsonCodec.of(Integer.class), 0, "0");
        assertSame(JsonCodec.of(new TypeReference<List<Mail>>() {}), List.of(), "[]");
        assertSame(JsonCodec.of(new TypeReference<Map<String, Integer>>() {}), Map.of(), "{}");
        assertSame(MAILS, new Mail("", null, 0, List.of()), "{\"to\":\"\",\"text\":null,\"copies\":0,\"tags\":[]}");
    }

    @Test
    @Clause("G2 json")
    void jsonNull_asOptionalOrNode_isAValueLikeOthers() {
        assertSame(JsonCodec.of(new TypeReference<Optional<String>>() {}), Optional.empty(), "null");
        assertSame(JsonCodec.of(new TypeReference<Optional<String>>() {}), Optional.of("x"), "\"x\"");
        assertSame(JsonCodec.of(JsonNode.class), NullNode.getInstance(), "null");
    }

    @Test
    @Clause("G2 json")
    void jsonNull_asAnyOtherType_isRefused() {
        assertBad(MAILS, "null", "Mail", "Optional");
    }

    @Test
    @Clause("G2 json")
    void genericType_encodedAndDecoded_keepsItsElements() {
        JsonCodec<List<Mail>> batches = JsonCodec.of(new TypeReference<List<Mail>>() {});
        List<Mail> batch = List.of(new Mail("a", "b", 1, List.of()), new Mail("c", null, 0, List.of("d")));

        assertThat(batches.decode(batches.encode(batch))).isEqualTo(batch);
    }

    @Test
    void decode_unknownAndMissingProperties_isLenient() {
        assertThat(MAILS.decode(bytes("{\"to\":\"a\",\"tags\":[],\"addedLater\":{\"x\":[1]}}")))
                .isEqualTo(new Mail("a", null, 0, List.of()));
    }

    @Test
    void decode_whatContradictsTheClass_isRefused() {
        assertBad(MAILS, "", "0 bytes");
        assertBad(MAILS, "{\"to\":", "Mail");
        assertBad(MAILS, "[]", "Mail");
        assertBad(MAILS, "{\"to\":\"a\",\"copies\":null}", "Mail");
        assertBad(MAILS, "{\"to\":\"a\",\"copies\":\"many\"}", "Mail");
        assertBad(MAILS, "{\"to\":\"a\"} {\"to\":\"b\"}", "Mail");
    }

    @Test
    void decode_bytesThatAreNoText_isRefused() {
        assertThatThrownBy(() -> MAILS.decode(new byte[] {(byte) 0xFF, 0, (byte) 0xFE}))
                .isInstanceOf(MillraceException.class);
    }

    @Test
    void encode_valueWithoutEnd_isRefused() {
        List<Object> ends = new ArrayList<>();
        Knot knot = new Knot(ends);
        ends.add(knot);

        MillraceException refused = catchThrowableOfType(
                MillraceException.class, () -> JsonCodec.of(Knot.class).encode(knot));
        assertThat(refused.code()).isEqualTo(ErrorCode.BAD_ARGUMENT);
        assertThat(refused).hasMessageContaining("Knot").hasMessageContaining("open");
    }

    @Test
    void with_aStrictMapper_goesByItsSettings() {
        JsonMapper strict = JsonMapper.builder()
                .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
                .build();

        assertBad(MAILS.with(strict), "{\"to\":\"a\",\"addedLater\":1}", "addedLater");
    }

    private static <T> void assertSame(Codec<T> codec, T value, String json) {
        assertThat(text(codec.encode(value))).isEqualTo(json);
        assertThat(codec.decode(bytes(json))).isEqualTo(value);
    }

    private static void assertBad(Codec<?> codec, String json, String... said) {
        MillraceException refused = catchThrowableOfType(MillraceException.class, () -> codec.decode(bytes(json)));
        assertThat(refused).as(json).isNotNull().hasMessageContainingAll(said);
        assertThat(refused.code()).isEqualTo(ErrorCode.BAD_ARGUMENT);
    }

    private static String text(byte[] bytes) {
        return new String(bytes, StandardCharsets.UTF_8);
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
