package dev.millrace.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.cli.Cli.Outcome;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The script is loaded by bash, and asked what it would complete. */
class CompletionCommandTest {
    @TempDir
    Path temporary;

    @Test
    void completion_firstWord_isACommand() throws Exception {
        assertThat(completed("p")).containsExactlyInAnyOrder("put", "peek", "purge");
        assertThat(completed("")).containsAll(Main.COMMANDS).contains("--help");
        assertThat(completed("help", "ki")).containsExactly("kick");
    }

    @Test
    void completion_options_areThoseOfTheCommand() throws Exception {
        assertThat(completed("each", "--re")).containsExactlyInAnyOrder("--retries", "--results");
        assertThat(completed("work", "mail", "--max")).containsExactlyInAnyOrder("--max", "--max-attempts");
        assertThat(completed("take", "mail", "--re")).isEmpty();
        for (String command : Main.COMMANDS) {
            assertThat(completed(command, "--h")).as(command).containsExactly("--help");
        }
    }

    @Test
    void completion_values_areFilesStatesOrNothing() throws Exception {
        Files.createFile(temporary.resolve("items.txt"));
        assertThat(completed("each", "--input", "ite")).containsExactly("items.txt");
        assertThat(completed("each", "--retries", "ite")).isEmpty();
        assertThat(completed("list", "mail", "--state", "d")).containsExactly("delayed");
        assertThat(completed("stats", "--at", "e")).containsExactly("embedded:");
        assertThat(completed("completion", "z")).containsExactly("zsh");
    }

    @Test
    void completion_behindTheDashes_isTheOtherCommand() throws Exception {
        Files.createFile(temporary.resolve("--results-not"));
        assertThat(completed("each", "--", "gzi")).contains("gzip");
        assertThat(completed("each", "--", "gzip", "--res")).containsExactly("--results-not");
    }

    @Test
    void completion_unknownShell_isRefused() {
        Outcome outcome = Cli.run("", "completion", "tcsh");
        assertThat(outcome.exitCode()).isEqualTo(2);
        assertThat(outcome.err()).isEqualTo("millrace: shell 'tcsh' is not known; name one of bash, zsh\n");
        assertThat(Cli.run("", "completion").exitCode()).isEqualTo(2);
    }

    /** What Tab offers at the end of these words. */
    private List<String> completed(String... words) throws Exception {
        Path script = temporary.resolve("completion.bash");
        if (!Files.exists(script)) {
            Outcome printed = Cli.run("", "completion", "bash");
            assertThat(printed.exitCode()).isZero();
            Files.write(script, printed.outBytes());
        }
        List<String> command = new ArrayList<>(List.of(
                "bash", "--norc", "-uc",
                "source \"$0\"; COMP_WORDS=(millrace \"$@\"); COMP_CWORD=$#; _millrace; printf '%s\\n' \"${COMPREPLY[@]}\"",
                script.toString()));
        command.addAll(List.of(words));
        Process bash = new ProcessBuilder(command)
                .directory(temporary.toFile())
                .redirectErrorStream(true)
                .start();
        String said = new String(bash.getInputStream().readAllBytes(), UTF_8);
        assertThat(bash.waitFor()).as(said).isZero();
        return said.lines().filter(line -> !line.isEmpty()).toList();
    }
}
