package dev.millrace.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The pages are what picocli says, and the launcher prints them where Java would say the same. */
class HelpPagesTest {
    private static final Path LAUNCHER = Path.of("../millrace");

    @TempDir
    private Path home;

    private Path pages;

    /** A house with the launcher and a build that has no sources, whose Java only says that it was started. */
    @BeforeEach
    void build() throws IOException {
        Path run = Files.createDirectories(home.resolve("cli/target/run-1"));
        Files.createSymbolicLink(home.resolve("cli/target/current"), Path.of("run-1"));
        Path jdk = Files.createDirectories(home.resolve("jdk/bin"));
        script(jdk.resolve("java"), "#!/bin/sh\necho Java was started\n");
        Files.writeString(run.resolve("jdk"), jdk.getParent() + "\n");
        Files.createFile(run.resolve("built"));
        script(home.resolve("millrace"), Files.readString(LAUNCHER));
        pages = run.resolve("help");
        HelpPages.write(pages);
    }

    @Test
    void pages_ofEachCommand_areItsHelp() throws IOException {
        assertThat(pages.resolve("help")).hasContent(Cli.run("", "--help").out());
        for (String command : Main.COMMANDS) {
            assertThat(pages.resolve(command)).hasContent(Cli.run("", command, "--help").out());
        }
        assertThat(pages.toFile().list()).hasSize(2 * (Main.COMMANDS.size() + 1));
    }

    @Test
    void pages_withColours_haveTheSameWords() throws IOException {
        for (String command : Main.COMMANDS) {
            String coloured = Files.readString(pages.resolve(command + ".colour"));
            assertThat(coloured).as(command).contains("\u001b[");
            assertThat(coloured.replaceAll("\u001b\\[[0-9;]*m", "")).isEqualTo(Files.readString(pages.resolve(command)));
        }
    }

    @Test
    void launcher_askedForHelp_printsThePageWithoutJava() throws Exception {
        String overview = Files.readString(pages.resolve("help"));
        assertThat(launched()).isEqualTo(overview);
        assertThat(launched("--help")).isEqualTo(overview);
        assertThat(launched("-h")).isEqualTo(overview);
        assertThat(launched("help")).isEqualTo(overview);
        for (String command : Main.COMMANDS) {
            String page = Files.readString(pages.resolve(command));
            assertThat(launched(command, "--help")).isEqualTo(page);
            assertThat(launched(command, "-h")).isEqualTo(page);
            assertThat(launched("help", command)).isEqualTo(page);
        }
    }

    @Test
    void launcher_askedForAnythingElse_startsJava() throws Exception {
        String java = "Java was started\n";
        assertThat(launched("version")).isEqualTo(java);
        assertThat(launched("nonsense", "--help")).isEqualTo(java);
        assertThat(launched("../help/put", "--help")).isEqualTo(java);
        assertThat(launched("put.colour", "--help")).isEqualTo(java);
        assertThat(launched("", "--help")).isEqualTo(java);
        assertThat(launched("put", "mail", "--help")).isEqualTo(java);
        assertThat(launched("put", "--helper")).isEqualTo(java);
        Files.delete(pages.resolve("put"));
        assertThat(launched("put", "--help")).isEqualTo(java);
    }

    @Test
    void colours_notWantedOrUnknownTerminal_areLeftOut() {
        assertThat(Console.wantsColours(null, "xterm")).isTrue();
        assertThat(Console.wantsColours("", "xterm")).isTrue();
        assertThat(Console.wantsColours("1", "xterm")).isFalse();
        assertThat(Console.wantsColours(null, "dumb")).isFalse();
        assertThat(Console.wantsColours(null, null)).isFalse();
    }

    private String launched(String... args) throws Exception {
        List<String> command = new ArrayList<>(List.of(home.resolve("millrace").toString()));
        command.addAll(List.of(args));
        ProcessBuilder launcher = new ProcessBuilder(command).redirectErrorStream(true);
        Map<String, String> environment = launcher.environment();
        environment.keySet().removeIf(name -> name.startsWith("MILLRACE_"));
        Process process = launcher.start();
        String said = new String(process.getInputStream().readAllBytes(), UTF_8);
        assertThat(process.waitFor()).as(said).isZero();
        return said;
    }

    private static void script(Path file, String text) throws IOException {
        Files.writeString(file, text);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
    }
}
