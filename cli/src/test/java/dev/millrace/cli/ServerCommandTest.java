package dev.millrace.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.server.Credential;
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

        assertRefused("--listen: listen=nowhere: has no port", "--listen", "nowhere:");
        assertRefused("--listen: listen=127.0.0.1:70000 has no port in 0 … 65535", "--listen", "127.0.0.1:70000");
        assertRefused("--durability: durability=often is not known; use one of sync, written, none", "--durability", "often");
        assertRefused("--set limits.tagsMax: limits.tagsMax=0 is outside 1 … 1000000", "--set", "limits.tagsMax=0");
        assertRefused(
                "--set limits.tagsMax: limits.tagsMax is given twice; leave out one of them",
                "--set", "limits.tagsMax=7", "--set", "limits.connectionsMax=7", "--set", "limits.tagsMax=7");
        assertRefused(
                "--set listen: listen is given twice, by --listen as well; leave out one of them",
                "--listen", "127.0.0.1:0", "--set", "listen=127.0.0.1:1");
        assertRefused(file + " is a file, not a folder", "--folder", file.toString());
        assertRefused("reached from other machines", "--listen", "0.0.0.0:0", "--memory");
        assertThat(folder.resolve("data")).doesNotExist();
    }

    @Test
    void check_saysWhatIsWrong_allOfIt_andStartsNothing() throws IOException {
        Path file = Files.writeString(folder.resolve("millrace.toml"), "folder = \"tasks\"\nlistn = \"x\"\ndurability = \"never\"\n");

        Cli.Outcome wrong = Cli.run("", "server", "--config", file.toString(), "--check");
        assertThat(wrong.exitCode()).isEqualTo(ExitCode.USAGE);
        assertThat(wrong.err()).hasLineCount(2).contains(file + ":2: there is no setting listn", file + ":3: durability=never");

        Files.writeString(file, "folder = \"tasks\"\n");
        Cli.Outcome right = Cli.run("", "server", "--config", file.toString(), "--check");
        assertThat(right.err()).isEmpty();
        assertThat(right.exitCode()).isZero();
        assertThat(right.out()).isEqualTo("the settings are in order; users: 0\n");
        assertThat(folder.resolve("tasks")).doesNotExist();
    }

    /** The connection outlives it, a bad file changes nothing, and a user that is taken away is out. */
    @Test
    void hangup_reloadsTheFile_withoutDroppingConnections() throws Exception {
        Cli.assumeHeard("HUP");
        String token = Credential.ofToken("open sesame").stored();
        String user = "[users.ada]\ntoken = \"" + token + "\"\n";
        Path file = Files.writeString(folder.resolve("millrace.toml"), "memory = true\nlisten = \"127.0.0.1:0\"\n" + user);
        Process process = Cli.process(Main.class, List.of(), "server", "--config", file.toString()).start();
        try (BufferedReader told = process.errorReader(UTF_8)) {
            Matcher started = Pattern.compile("listening on 127\\.0\\.0\\.1:(\\d+); .*")
                    .matcher(String.valueOf(process.inputReader(UTF_8).readLine()));
            assertThat(started.matches()).isTrue();
            try (Socket socket = new Socket("127.0.0.1", Integer.parseInt(started.group(1)))) {
                BufferedReader in = new BufferedReader(new InputStreamReader(socket.getInputStream(), UTF_8));
                assertThat(ask(socket, in, "AUTH ada \"open sesame\"")).isEqualTo("+OK");
                assertThat(ask(socket, in, "TASK.PUT mail x")).startsWith("-DENIED");

                Files.writeString(file, "listne = 1\n" + user);
                hangUp(process);
                assertThat(told.readLine()).startsWith("millrace: nothing was reloaded");
                assertThat(told.readLine()).contains(":1: there is no setting listne; did you mean listen?");
                assertThat(ask(socket, in, "TASK.PUT mail x")).startsWith("-DENIED");

                Files.writeString(file, "memory = true\nlisten = \"127.0.0.1:1\"\n" + user + "rights = { mail = \"put\" }\n");
                hangUp(process);
                assertThat(told.readLine()).contains("reloaded ", "users: 1", "these stay as they were: listen");
                assertThat(ask(socket, in, "TASK.PUT mail x")).isEqualTo("*4");

                Files.writeString(file, "memory = true\n[users.bob]\ntoken = \"" + token + "\"\n");
                hangUp(process);
                while (in.readLine() != null) {
                    // The rest of the answer, and then the end.
                }
            }
        } finally {
            process.destroyForcibly();
        }
    }

    private static String ask(Socket socket, BufferedReader in, String command) throws IOException {
        socket.getOutputStream().write((command + "\r\n").getBytes(UTF_8));
        return String.valueOf(in.readLine());
    }

    private static void hangUp(Process process) throws IOException, InterruptedException {
        assertThat(new ProcessBuilder("kill", "-HUP", String.valueOf(process.pid())).start().waitFor()).isZero();
    }

    /** What `millrace user` prints is what the file wants. */
    @Test
    void user_made_isOneThatTheServerKnows() throws IOException {
        Cli.Outcome made = Cli.run("se\"cret\n", "user", "ada", "--grant", "mail.*=put,take", "--grant", "*=read");
        assertThat(made.exitCode()).isZero();
        assertThat(made.out()).startsWith("[users.\"ada\"]\npassword = \"pbkdf2-sha512:210000:").doesNotContain("cret");
        Cli.Outcome token = Cli.run("", "user", "bob", "--token");
        assertThat(token.err()).contains("the token of bob, which is stored nowhere: ");
        Path file = Files.writeString(folder.resolve("millrace.toml"), made.out() + token.out());

        Cli.Outcome checked = Cli.run("", "server", "--config", file.toString(), "--check");
        assertThat(checked.err()).isEmpty();
        assertThat(checked.out()).contains("users: 2");
    }

    @Test
    void user_mistakes_areRefused() {
        assertThat(Cli.run("x\n", "user", "").err()).contains("user name has 0 bytes");
        assertThat(Cli.run("\n", "user", "ada").err()).contains("a password has at least one character");
        assertThat(Cli.run("x\n", "user", "ada", "--grant", "mail").err()).contains("has no '='");
        assertThat(Cli.run("x\n", "user", "ada", "--grant", "mail=write").err()).contains("right='write' is not known");
        assertThat(Cli.run("x".repeat(2_000), "user", "ada").err()).contains("at most 1024 bytes");
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
