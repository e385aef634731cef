package dev.millrace.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class ServerLogTest {
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private Instant now = Instant.parse("2030-01-01T00:00:00.123456Z");
    private final ServerLog log = new ServerLog(new PrintStream(bytes, true, StandardCharsets.UTF_8), () -> now);

    @Test
    void write_asText_isALine_whateverIsInIt() {
        log.write(false, System.Logger.Level.INFO, "dev.millrace.server", "hello\nworld é", null);

        assertThat(told()).isEqualTo("2030-01-01T00:00:00.123Z INFO server: hello\\nworld é\n");
    }

    @Test
    void write_asJson_isAnObject_withTheCause() {
        log.write(true, System.Logger.Level.ERROR, "dev.millrace.server.logins", "he said \"no\"\n", new IllegalStateException("why"));

        assertThat(told())
                .startsWith("{\"time\":\"2030-01-01T00:00:00.123Z\",\"level\":\"error\",\"logger\":\"server.logins\","
                        + "\"message\":\"he said \\\"no\\\"\\n\",\"cause\":\"java.lang.IllegalStateException: why")
                .hasLineCount(1);
    }

    @Test
    void write_aFlood_isCounted_andGoesOnAfterAWhile() {
        for (int count = 0; count < 1_000; count++) {
            log.write(false, System.Logger.Level.WARNING, "x", "line " + count, null);
        }
        assertThat(told()).hasLineCount(ServerLog.LINES_MAX);

        bytes.reset();
        now = now.plusSeconds(ServerLog.SPAN_SECONDS + 1);
        log.write(false, System.Logger.Level.INFO, "x", "later", null);
        assertThat(told()).contains("WARNING log: lines left out in the last seconds: 800\n").endsWith("INFO x: later\n");
    }

    private String told() {
        return bytes.toString(StandardCharsets.UTF_8);
    }
}
