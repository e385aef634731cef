package dev.millrace.json;

import dev.millrace.api.Codec;
import dev.millrace.api.ErrorCode;
import dev.millrace.api.MillraceException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JavaType;
import tools.jackson.databind.json.JsonMapper;

/**
 * Payloads as JSON in UTF-8 (G2), for records, collections, and whatever else Jackson maps.
 *
 * {@snippet file = "ApiExamplesTest.java" region = "json"}
 *
 * <p><b>Old and new.</b> A queue outlives the program that filled it. So that a new program can read old tasks, and an
 * old one the tasks of a new one while both run, properties that the class does not know are ignored, and properties
 * that the JSON lacks are null, or zero for a primitive. What contradicts the class is refused: a null for a primitive,
 * a string that is no number, and anything after the value.
 *
 * <p><b>Null.</b> A payload is never null in Java. The JSON value {@code null} travels as the empty {@link Optional}:
 * {@code JsonCodec.of(new TypeReference<Optional<Mail>>() {})}; or as a null node of Jackson's {@code JsonNode}. For
 * any other type it is refused. Inside a payload null is a value like any other.
 *
 * <p><b>Modules.</b> A class in a named module must be open to reflection: {@code opens my.jobs to
 * tools.jackson.databind;}.
 *
 * <p>Safe for use by several threads, as is the mapper within.
 *
 * @param <T> the payload's type
 */
public final class JsonCodec<T> implements Codec<T> {
    private static final JsonMapper LENIENT = JsonMapper.builder()
            .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();

    private final JsonMapper mapper;
    private final JavaType type;

    private JsonCodec(JsonMapper mapper, JavaType type) {
        this.mapper = mapper;
        this.type = type;
    }

    /**
     * {@return a codec for a class without type parameters}
     *
     * @param <T> the payload's type
     * @param type what payloads are read as
     */
    public static <T> JsonCodec<T> of(Class<T> type) {
        return new JsonCodec<>(LENIENT, LENIENT.constructType(type));
    }

    /**
     * {@return a codec for a type with type parameters, such as {@code List<Mail>}}
     *
     * @param <T> the payload's type
     * @param type what payloads are read as
     */
    public static <T> JsonCodec<T> of(TypeReference<T> type) {
        return new JsonCodec<>(LENIENT, LENIENT.constructType(type));
    }

    /**
     * This codec with another mapper, whose settings then hold in place of those described above.
     *
     * @param mapper what maps; it must not be reconfigured
     * @return the new one; this codec stays as it is
     */
    public JsonCodec<T> with(JsonMapper mapper) {
        return new JsonCodec<>(mapper, mapper.constructType(type));
    }

    /**
     * The payload as JSON.
     *
     * @throws MillraceException BAD_ARGUMENT for a value that cannot be mapped: its cause says where
     */
    @Override
    public byte[] encode(T payload) {
        try {
            return mapper.writerFor(type).writeValueAsBytes(payload);
        } catch (JacksonException e) {
            throw new MillraceException(
                    ErrorCode.BAD_ARGUMENT,
                    "payload cannot be written as JSON of " + type.toCanonical() + ": " + e.getOriginalMessage()
                            + "; make its class one that Jackson maps, and open to it",
                    e);
        }
    }

    /**
     * The payload of this JSON.
     *
     * @throws MillraceException BAD_ARGUMENT for bytes that are no JSON, JSON that is none of this type, and a null
     */
    @Override
    public T decode(byte[] bytes) {
        T payload;
        try {
            payload = read(bytes);
        } catch (JacksonException e) {
            throw new MillraceException(
                    ErrorCode.BAD_ARGUMENT,
                    "payload of " + bytes.length + " bytes is no JSON of " + type.toCanonical() + ": "
                            + e.getOriginalMessage() + "; look at it with Codec.text()",
                    e);
        }
        if (payload == null) {
            throw new MillraceException(
                    ErrorCode.BAD_ARGUMENT,
                    "payload is the JSON value null, which " + type.toCanonical()
                            + " has no value for; use Optional of it");
        }
        return payload;
    }

    private @Nullable T read(byte[] bytes) {
        return mapper.readerFor(type).readValue(bytes);
    }
}
