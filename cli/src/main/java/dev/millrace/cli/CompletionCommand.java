package dev.millrace.cli;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/**
 * Prints a script with which a shell completes commands and options. All that is to be known is in the script: pressing Tab
 * starts no process, and opens no folder, which another command may be about to open. So names of queues are not completed.
 */
@Command(
        name = "millrace completion",
        header = "Prints a script with which bash or zsh completes commands, options, files and states.",
        customSynopsis = {
            "millrace completion SHELL",
            "",
            "  source <(millrace completion bash)        # in ~/.bashrc",
            "  source <(millrace completion zsh)         # in ~/.zshrc, after compinit",
            ""
        },
        footer = {"", "Exit codes: 0; 2 refused."})
final class CompletionCommand implements Callable<Integer> {
    private static final List<String> SHELLS = List.of("bash", "zsh");
    private static final String SCRIPT = "completion.bash";

    private final Console console;

    @Parameters(index = "0", paramLabel = "SHELL", description = "bash or zsh")
    private String shell = "";

    @Option(names = {"-h", "--help"}, usageHelp = true, description = "show this help")
    private boolean help;

    CompletionCommand(Console console) {
        this.console = console;
    }

    @Override
    public Integer call() throws IOException {
        if (!SHELLS.contains(shell)) {
            throw RefusedException.usage("shell '" + shell + "' is not known; name one of " + String.join(", ", SHELLS));
        }
        StringBuilder cases = new StringBuilder();
        for (String command : Main.COMMANDS) {
            cases.append(words(command));
        }
        String script = template()
                .replace("@COMMANDS@", String.join(" ", Main.COMMANDS))
                .replace("@SHELLS@", String.join(" ", SHELLS))
                .replace("        @CASES@\n", cases);
        String before = shell.equals("zsh") ? "autoload -U +X bashcompinit && bashcompinit\n" : "";
        console.out().write((before + script).getBytes(StandardCharsets.UTF_8));
        return ExitCode.OK;
    }

    /** What can follow a command, as a branch of the script. */
    private String words(String command) {
        List<OptionSpec> options = Options.commandLine(Objects.requireNonNull(Main.command(command, console)), console)
                .getCommandSpec()
                .options();
        return "        " + command + ")\n"
                + "            options='" + names(options, option -> true) + "'\n"
                + "            files='" + names(options, option -> option.type() == Path.class) + "'\n"
                + "            values='"
                + names(options, option -> option.arity().max() > 0 && option.type() != Path.class) + "' ;;\n";
    }

    private static String names(List<OptionSpec> options, Predicate<OptionSpec> which) {
        return options.stream()
                .filter(which)
                .flatMap(option -> List.of(option.names()).stream())
                .collect(Collectors.joining(" "));
    }

    private static String template() throws IOException {
        try (InputStream in = Objects.requireNonNull(CompletionCommand.class.getResourceAsStream(SCRIPT))) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }
}
