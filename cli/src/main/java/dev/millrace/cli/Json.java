package dev.millrace.cli;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.JsonParser;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.json.JsonFactory;

/** JSON for programs, one object a line. */
final class Json {
    private static final JsonFactory FACTORY = new JsonFactory();

    private Json() {}

    /** An object as a line. */
    static byte[] line(Consumer<JsonGenerator> properties) {
        ByteArrayOutputStream line = new ByteArrayOutputStream(256);
        try (JsonGenerator json = FACTORY.createGenerator(ObjectWriteContext.empty(), line)) {
            json.writeStartObject();
            properties.accept(json);
            json.writeEndObject();
        }
        line.write('\n');
        return line.toByteArray();
    }

    static void print(OutputStream out, Consumer<JsonGenerator> properties) throws IOException {
        out.write(line(properties));
    }

    /** Bytes as text, or, where they are not UTF-8, in base64 under the name with {@code Base64} appended. */
    static void writeBytes(JsonGenerator json, String name, byte[] bytes) {
        String text = Text.utf8(bytes);
        if (text != null) {
            json.writeStringProperty(name, text);
        } else {
            json.writeBinaryProperty(name + "Base64", bytes);
        }
    }

    /** What keeps these bytes from being one JSON value, in a few words; null if they are one. */
    static @Nullable String problem(byte[] bytes) {
        try (JsonParser json = FACTORY.createParser(ObjectReadContext.empty(), bytes)) {
            if (json.nextToken() == null) {
                return "it is empty";
            }
            json.skipChildren();
            // Numbers and names are read to their end, where the rest of the mistakes hide.
            json.finishToken();
            return json.nextToken() == null ? null : "more follows after the first value";
        } catch (JacksonException mistake) {
            String message = String.valueOf(mistake.getOriginalMessage()).replaceAll("\\s+", " ");
            return message.length() <= 150 ? message : message.substring(0, 150) + "…";
        }
    }
}
