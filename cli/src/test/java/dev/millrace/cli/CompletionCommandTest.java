package dev.millrace.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.cli.Cli.Outcome;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.io.TempDir;

/**
 * The scripts are loaded by their shells, and asked what they would complete; zsh and fish where they are installed.
 */
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
        assertThat(completed("put", "mail", "--key-mode", "re")).containsExactlyInAnyOrder("replace", "rerun");
        assertThat(completed("server", "--durability", "w")).containsExactly("written");
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
        assertThat(outcome.err()).isEqualTo("millrace: shell 'tcsh' is not known; name one of bash, zsh, fish\n");
        assertThat(Cli.run("", "completion").exitCode()).isEqualTo(2);
    }

    /** Pressing Tab needs a terminal; so what zsh would do then, by way of bashcompinit, is done by hand. */
    @Test
    @EnabledIf("hasZsh")
    void completion_inZsh_isThatOfBash() throws Exception {
        Files.createFile(temporary.resolve("items.txt"));
        assertThat(zsh("p")).containsExactlyInAnyOrder("put", "peek", "purge");
        assertThat(zsh("each", "--re")).containsExactlyInAnyOrder("--retries", "--results");
        assertThat(zsh("each", "--input", "ite")).containsExactly("items.txt");
        assertThat(zsh("list", "mail", "--state", "d")).containsExactly("delayed");
        assertThat(zsh("completion", "z")).containsExactly("zsh");
        assertThat(zsh("each", "--", "gzi")).contains("gzip");
    }

    private List<String> zsh(String... words) throws Exception {
        List<String> command = new ArrayList<>(List.of(
                "zsh", "-fc",
                "autoload -U compinit && compinit -u -d ./dump; source $1; shift\n"
                        + "[[ $_comps[millrace] == *_millrace* ]] || exit 3\n"
                        + "words=(millrace \"$@\"); CURRENT=$#words; COMP_WORDS=(\"${words[@]}\"); (( COMP_CWORD = CURRENT - 1 ))\n"
                        + "compgen -F _millrace -- $words[CURRENT]",
                "zsh", script("zsh").toString()));
        command.addAll(List.of(words));
        // Where bash's compgen keeps what begins with the word, in zsh that is left to what shows the offers.
        return said(command.toArray(String[]::new)).stream()
                .filter(offer -> offer.startsWith(words[words.length - 1]))
                .toList();
    }

    static boolean hasZsh() {
        return isInstalled("zsh");
    }

    @Test
    @EnabledIf("hasFish")
    void completion_inFish_isThatOfTheCommand() throws Exception {
        Files.createFile(temporary.resolve("items.txt"));
        assertThat(fish("millrace p")).containsExactlyInAnyOrder("put", "peek", "purge");
        assertThat(fish("millrace ")).containsAll(Main.COMMANDS);
        assertThat(fish("millrace help ki")).containsExactly("kick");
        assertThat(fish("millrace each --re")).containsExactlyInAnyOrder("--retries", "--results");
        assertThat(fish("millrace take mail --re")).isEmpty();
        assertThat(fish("millrace each --input ite")).containsExactly("items.txt");
        assertThat(fish("millrace each --retries ite")).isEmpty();
        assertThat(fish("millrace list mail --state d")).containsExactly("delayed");
        assertThat(fish("millrace put mail --key-mode re")).containsExactlyInAnyOrder("replace", "rerun");
        assertThat(fish("millrace server --durability w")).containsExactly("written");
        assertThat(fish("millrace stats --at e")).containsExactly("embedded:");
        assertThat(fish("millrace completion z")).containsExactly("zsh");
        for (String command : Main.COMMANDS) {
            assertThat(fish("millrace " + command + " --h")).as(command).containsExactly("--help");
        }
    }

    @Test
    @EnabledIf("hasFish")
    void completion_inFishBehindTheDashes_isTheOtherCommand() throws Exception {
        Files.createFile(temporary.resolve("--results-not"));
        assertThat(fish("millrace each -- gzi")).contains("gzip");
        assertThat(fish("millrace each -- cat --results")).contains("--results-not").doesNotContain("--results");
    }

    static boolean hasFish() {
        return isInstalled("fish");
    }

    private static boolean isInstalled(String shell) {
        return Stream.of(String.valueOf(System.getenv("PATH")).split(":")).anyMatch(folder -> Files.isExecutable(Path.of(folder, shell)));
    }

    /** What fish offers at the end of a line, without the descriptions. */
    private List<String> fish(String line) throws Exception {
        return said("fish", "--no-config", "-c", "source $argv[1]; complete -C $argv[2]", script("fish").toString(), line)
                .stream()
                .map(offer -> offer.split("\t")[0])
                .toList();
    }

    /** What Tab offers at the end of these words. */
    private List<String> completed(String... words) throws Exception {
        List<String> command = new ArrayList<>(List.of(
                "bash", "--norc", "-uc",
                "source \"$0\"; COMP_WORDS=(millrace \"$@\"); COMP_CWORD=$#; _millrace; printf '%s\\n' \"${COMPREPLY[@]}\"",
                script("bash").toString()));
        command.addAll(List.of(words));
        return said(command.toArray(String[]::new));
    }

    private Path script(String shell) throws Exception {
        Path script = temporary.resolve("completion." + shell);
        if (!Files.exists(script)) {
            Outcome printed = Cli.run("", "completion", shell);
            assertThat(printed.exitCode()).isZero();
            Files.write(script, printed.outBytes());
        }
        return script;
    }

    /** The lines that a process prints, which must end well. */
    private List<String> said(String... command) throws Exception {
        ProcessBuilder shell = new ProcessBuilder(command).directory(temporary.toFile()).redirectErrorStream(true);
        shell.environment().put("HOME", temporary.toString());
        Process process = shell.start();
        String said = new String(process.getInputStream().readAllBytes(), UTF_8);
        assertThat(process.waitFor()).as(said).isZero();
        return said.lines().filter(line -> !line.isEmpty()).toList();
    }
}
