package dev.millrace.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The server as a process: what it says, and how it ends. */
@Timeout(120)
class ServerCommandTest {
    private static final Pattern STARTED = Pattern.compile(
            "listening on 127\\.0\\.0\\.1:(\\d+); in (.*), durability (\\w+); (\\d+) tasks recovered in \\d+\\.\\d\\d s");

    @TempDir
    private Path folder;

    @Test
    void terminated_storesWhatItAnswered_andTheNextOneHasIt() throws Exception {
        try (Running first = start()) {
            assertThat(first.started.group(4)).isEqualTo("0");
            assertThat(first.call("TASK.PUT mail hello")).isEqualTo("*4");
            first.process.destroy();

            assertThat(first.process.waitFor(60, TimeUnit.SECONDS)).isTrue();
            assertThat(first.process.exitValue()).isZero();
        }
        try (Running second = start()) {
            assertThat(second.started.group(4)).isEqualTo("1");
        }
    }

    @Test
    void killed_keepsWhatItAnswered() throws Exception {
        try (Running first = start()) {
            for (int count = 0; count < 20; count++) {
                assertThat(first.call("TASK.PUT mail hello")).isEqualTo("*4");
            }
            first.process.destroyForcibly().waitFor();
        }
        try (Running second = start()) {
            assertThat(second.started.group(4)).isEqualTo("20");
        }
    }

    @Test
    void mistakes_areRefusedInOneSentence() throws IOException {
        Path file = Files.writeString(folder.resolve("file"), "x");

        assertRefused("--listen=nowhere: has no port", "--listen", "nowhere:");
        assertRefused("--listen=127.0.0.1:70000 has no port in 0 … 65535", "--listen", "127.0.0.1:70000");
        assertRefused("--durability='often' is not known; use sync, written or none", "--durability", "often");
        assertRefused(file + " is a file, not a folder", "--folder", file.toString());
        assertRefused("reached from other machines", "--listen", "0.0.0.0:0", "--memory");
        assertThat(folder.resolve("data")).doesNotExist();
    }

    private static void assertRefused(String message, String... options) {
        Cli.Outcome outcome = Cli.run("", join("server", options));

        assertThat(outcome.exitCode()).isEqualTo(ExitCode.USAGE);
        assertThat(outcome.err()).startsWith("millrace: ").contains(message).hasLineCount(1);
    }

    private static String[] join(String first, String... rest) {
        String[] all = new String[rest.length + 1];
        all[0] = first;
        System.arraycopy(rest, 0, all, 1, rest.length);
        return all;
    }

    private Running start() throws IOException {
        Process process = Cli.process(
                        Main.class,
                        List.of(),
                        "server",
                        "--listen",
                        "127.0.0.1:0",
                        "--durability",
                        "written",
                        "--folder",
                        folder.resolve("data").toString())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        String line = String.valueOf(process.inputReader(UTF_8).readLine());
        Matcher started = STARTED.matcher(line);
        assertThat(started.matches()).as(line).isTrue();
        return new Running(process, started);
    }

    /** A server that has said where it listens. */
    private record Running(Process process, Matcher started) implements AutoCloseable {
        /** Sends an inline command, and answers with the first line of the answer. */
        String call(String command) throws IOException {
            try (Socket socket = new Socket("127.0.0.1", Integer.parseInt(started.group(1)))) {
                OutputStream out = socket.getOutputStream();
                out.write((command + "\r\n").getBytes(UTF_8));
                return String.valueOf(new BufferedReader(new InputStreamReader(socket.getInputStream(), UTF_8)).readLine());
            }
        }

        @Override
        public void close() {
            process.destroyForcibly();
        }
    }
}
