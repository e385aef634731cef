package dev.millrace.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import io.netty.buffer.ByteBuf;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** {@code -Dprotocol.update=true} writes the page as the code has it; review the difference before it is kept. */
class ProtocolPageTest {
    private static final Path PAGE = Path.of("..", "docs", "PROTOCOL.md");

    @Test
    void page_comparedWithTheCode_isTheSame() throws IOException {
        String renewed = ProtocolPage.renewed(PAGE);
        if (Boolean.getBoolean("protocol.update")) {
            Files.writeString(PAGE, renewed);
        } else {
            assertThat(Files.readString(PAGE))
                    .as("docs/PROTOCOL.md; rewrite it with -Dprotocol.update=true and review the difference")
                    .isEqualTo(renewed);
        }
    }

    @Test
    void examples_ofEachVerb_canBeRead() throws ProtocolException {
        for (Verb verb : Verb.values()) {
            assertThat(verb.examples()).as(verb.onWire()).isNotEmpty();
            for (String example : verb.examples()) {
                ByteBuf in = Bytes.buffer(example + "\r\n");
                RequestParser parser = new RequestParser(new NameCache(), WireLimits.USUAL);
                assertThat(parser.next(in)).as(example).isTrue();
                assertThat(Objects.requireNonNull(Verb.find(parser.arguments()))).as(example).isEqualTo(verb);
                CommandReader reader = new CommandReader(CommandReader.Payloads.COPIED);
                assertThatCode(() -> reader.read(verb, parser.arguments())).as(example).doesNotThrowAnyException();
            }
        }
    }
}
