package dev.millrace.cli;

import dev.millrace.api.Millrace;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Prints the version. */
@Command(name = "millrace version", header = "Prints the version of Millrace and of the Java that runs it.")
final class VersionCommand implements Callable<Integer> {
    private final Console console;

    @Option(names = {"-h", "--help"}, usageHelp = true, description = "show this help")
    private boolean help;

    VersionCommand(Console console) {
        this.console = console;
    }

    @Override
    public Integer call() throws IOException {
        String line = "millrace " + Millrace.VERSION + " (Java " + Runtime.version() + ")\n";
        console.out().write(line.getBytes(StandardCharsets.UTF_8));
        return ExitCode.OK;
    }
}
