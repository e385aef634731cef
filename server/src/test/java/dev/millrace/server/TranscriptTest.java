package dev.millrace.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.server.TestServer.Client;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/**
 * Conversations with the server, byte for byte, as files in {@code transcripts/}: what is sent, and what must come
 * back. {@code -Dtranscripts.update=true} writes down what comes back; look at every change of it.
 *
 * <p>A line {@code a> words} sends a command on the connection {@code a}, with the first line also opening it; words
 * are parted by blanks, a word in double quotes may have any, and <code>\\xHH</code> stands for a byte. {@code a! text}
 * sends the bytes as they are, with \\r and \\n. {@code a.} ends the connection without a word. {@code ~ 500} lets so
 * many milliseconds pass. What came back on a connection follows as {@code a< line}, a line for each that ends with CR
 * LF. A file whose name begins with {@code login} is about a server with {@link TestUsers}.
 */
class TranscriptTest {
    private static final Path FOLDER = Path.of("src/test/resources/transcripts");
    private static final boolean IS_UPDATE = Boolean.getBoolean("transcripts.update");
    private static final Pattern WORD = Pattern.compile("\"([^\"]*)\"|(\\S+)");
    private static final Pattern ESCAPED = Pattern.compile("\\\\x([0-9A-Fa-f]{2})");

    @TestFactory
    Stream<DynamicTest> transcripts() throws IOException {
        try (Stream<Path> files = Files.list(FOLDER)) {
            List<Path> all = files.sorted().toList();
            assertThat(all).isNotEmpty();
            return all.stream()
                    .map(file -> DynamicTest.dynamicTest(file.getFileName().toString(), () -> play(file)));
        }
    }

    private static void play(Path file) throws IOException {
        String expected = Files.readString(file);
        boolean isLogin = file.getFileName().toString().startsWith("login");
        String actual = new Player(isLogin ? TestUsers::in : UnaryOperator.identity()).play(expected.lines().toList());
        if (IS_UPDATE) {
            Files.writeString(file, actual);
        } else {
            assertThat(actual).isEqualTo(expected);
        }
    }

    private static final class Player {
        private final Map<String, Client> clients = new LinkedHashMap<>();
        private final StringBuilder told = new StringBuilder();
        private final UnaryOperator<ServerOptions> change;

        Player(UnaryOperator<ServerOptions> change) {
            this.change = change;
        }

        String play(List<String> lines) {
            try (TestServer server = new TestServer(change)) {
                for (String line : lines) {
                    if (!line.matches("\\w+[<x].*")) {
                        told.append(line).append('\n');
                        act(server, line);
                        hear();
                    }
                }
                return told.toString();
            }
        }

        private void act(TestServer server, String line) {
            if (line.startsWith("~ ")) {
                server.advance(Duration.ofMillis(Long.parseLong(line.substring(2))));
                return;
            }
            Matcher spoken = Pattern.compile("(\\w+)([>!.]) ?(.*)").matcher(line);
            if (line.isBlank() || line.startsWith("#") || !spoken.matches()) {
                assertThat(line).matches("#.*|\\s*");
                return;
            }
            Client client = clients.computeIfAbsent(spoken.group(1), name -> server.connect());
            switch (spoken.group(2)) {
                case ">" -> say(client, TestServer.bulks(words(spoken.group(3))));
                case "!" -> say(client, bytes(spoken.group(3).replace("\\r", "\r").replace("\\n", "\n")));
                default -> client.drop();
            }
        }

        private static void say(Client client, byte[] bytes) {
            client.channel().writeInbound(io.netty.buffer.Unpooled.copiedBuffer(bytes));
        }

        private void hear() {
            clients.forEach((name, client) -> {
                String heard = client.send(new byte[0]);
                for (String line : heard.split("\r\n")) {
                    if (!line.isEmpty() || heard.startsWith("\r\n")) {
                        told.append(name).append("< ").append(shown(line)).append('\n');
                    }
                }
            });
            clients.entrySet().removeIf(entry -> {
                if (!entry.getValue().isOpen()) {
                    told.append(entry.getKey()).append("x closed\n");
                }
                return !entry.getValue().isOpen();
            });
        }

        private static String[] words(String text) {
            List<String> words = new ArrayList<>();
            Matcher word = WORD.matcher(text);
            while (word.find()) {
                words.add(unescaped(word.group(1) != null ? word.group(1) : word.group(2)));
            }
            return words.toArray(String[]::new);
        }

        private static byte[] bytes(String text) {
            return unescaped(text).getBytes(StandardCharsets.ISO_8859_1);
        }

        private static String unescaped(String text) {
            String latin = new String(text.getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1);
            return ESCAPED.matcher(latin)
                    .replaceAll(hit -> Matcher.quoteReplacement(
                            String.valueOf((char) Integer.parseInt(hit.group(1), 16))));
        }

        private static String shown(String line) {
            StringBuilder text = new StringBuilder();
            for (char unit : line.toCharArray()) {
                text.append(unit >= ' ' && unit < 0x7F ? String.valueOf(unit) : "\\x%02X".formatted((int) unit));
            }
            return text.toString();
        }
    }
}
