package dev.millrace.cli;

import dev.millrace.api.Durability;
import dev.millrace.api.KeyMode;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/**
 * Prints a script with which a shell completes commands and options. All that is to be known is in the script: pressing
 * Tab starts no process, and opens no folder, which another command may be about to open. So names of queues are not
 * completed.
 */
@Command(
        name = "millrace completion",
        header = "Prints a script with which bash, zsh or fish completes commands, options, files and states.",
        customSynopsis = {
            "millrace completion SHELL",
            "",
            "  source <(millrace completion bash)        # in ~/.bashrc",
            "  source <(millrace completion zsh)         # in ~/.zshrc, after compinit",
            "  millrace completion fish | source         # in ~/.config/fish/config.fish",
            ""
        },
        footer = {"", "Exit codes: 0; 2 refused."})
final class CompletionCommand implements Callable<Integer> {
    private static final List<String> SHELLS = List.of("bash", "zsh", "fish");
    private static final List<String> STATES = List.of("ready", "delayed", "taken", "buried");
    private static final List<String> KEY_MODES = words(KeyMode.values());
    private static final List<String> DURABILITIES = words(Durability.values());

    private final Console console;

    @Parameters(index = "0", paramLabel = "SHELL", description = "bash, zsh or fish")
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
        boolean isFish = shell.equals("fish");
        StringBuilder cases = new StringBuilder();
        for (String command : Main.COMMANDS) {
            cases.append(isFish ? lines(command) : branch(command));
        }
        String script = template(isFish ? "completion.fish" : "completion.bash")
                .replace("@COMMANDS@", String.join(" ", Main.COMMANDS))
                .replace("@SHELLS@", String.join(" ", SHELLS))
                .replace("@STATES@", String.join(" ", STATES))
                .replace("@KEY_MODES@", String.join(" ", KEY_MODES))
                .replace("@DURABILITIES@", String.join(" ", DURABILITIES))
                .replaceFirst(" *@CASES@\n", Matcher.quoteReplacement(cases.toString()));
        String before = shell.equals("zsh") ? "autoload -U +X bashcompinit && bashcompinit\n" : "";
        console.out().write((before + script).getBytes(StandardCharsets.UTF_8));
        return ExitCode.OK;
    }

    private List<OptionSpec> options(String command) {
        return Options.commandLine(Objects.requireNonNull(Main.command(command, console)), console)
                .getCommandSpec()
                .options();
    }

    /** What can follow a command, as a branch of the script for bash and zsh. */
    private String branch(String command) {
        List<OptionSpec> options = options(command);
        return "        " + command + ")\n"
                + "            options='" + names(options, option -> true) + "'\n"
                + "            files='" + names(options, CompletionCommand::isFile) + "'\n"
                + "            values='" + names(options, option -> hasValue(option) && !isFile(option)) + "' ;;\n";
    }

    /** The same for fish: a line for each option, with what its help says. */
    private String lines(String command) {
        StringBuilder lines = new StringBuilder();
        for (OptionSpec option : options(command)) {
            lines.append("    complete -c $name -n '__millrace_is ").append(command).append('\'');
            for (String name : option.names()) {
                lines.append(name.startsWith("--") ? " -l " + name.substring(2) : " -s " + name.substring(1));
            }
            if (hasValue(option)) {
                lines.append(" -x");
            }
            lines.append(fishValues(option)).append(" -d ").append(fishQuoted(description(option))).append('\n');
        }
        return lines.toString();
    }

    private static String fishValues(OptionSpec option) {
        if (isFile(option)) {
            return " -a '(__fish_complete_path (commandline -ct))'";
        }
        return switch (option.longestName()) {
            case "--state" -> fishWords(STATES);
            case "--key-mode" -> fishWords(KEY_MODES);
            case "--durability" -> fishWords(DURABILITIES);
            case "--at" -> " -a 'embedded: millrace://'";
            default -> "";
        };
    }

    private static String fishWords(List<String> words) {
        return " -a '" + String.join(" ", words) + "'";
    }

    /** As a command line has them. */
    private static List<String> words(Enum<?>[] constants) {
        return Arrays.stream(constants)
                .map(constant -> constant.name().toLowerCase(Locale.ROOT))
                .toList();
    }

    private static String description(OptionSpec option) {
        return String.join(" ", option.description());
    }

    private static String fishQuoted(String text) {
        return "'" + text.replace("\\", "\\\\").replace("'", "\\'") + "'";
    }

    private static boolean hasValue(OptionSpec option) {
        return option.arity().max() > 0;
    }

    private static boolean isFile(OptionSpec option) {
        return option.type() == Path.class;
    }

    private static String names(List<OptionSpec> options, Predicate<OptionSpec> which) {
        return options.stream()
                .filter(which)
                .flatMap(option -> List.of(option.names()).stream())
                .collect(Collectors.joining(" "));
    }

    private static String template(String name) throws IOException {
        try (InputStream in = Objects.requireNonNull(CompletionCommand.class.getResourceAsStream(name))) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }
}
