package dev.millrace.cli;

import dev.millrace.api.ErrorCode;
import dev.millrace.api.MillraceException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.InvalidPathException;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;

/**
 * Finds the command that is named first, and runs it. Only that command's options are ever built: they cost start-up.
 */
final class Main {
    private static final String HELP = """
            Usage: millrace COMMAND [options]

            Runs a command for each line of its input: in parallel, with retries, and durably. Killed at any moment, the
            same command line goes on where it stopped.

              ls *.log | millrace each -- gzip -k {}

              each      run a command for each item of the input

            Queues, in a folder (--at embedded:<folder>) or on a server (--at millrace://host:port); the environment variable
            MILLRACE_AT says which where --at does not:

              work      run a command for each task of a queue

              put       store tasks                        kick      make buried or delayed tasks ready again
              take      print tasks and acknowledge them   delete    remove tasks
              peek      show a task and leave it there     purge     remove all tasks of a queue
              list      show the tasks of a queue          stats     count the tasks of the queues

              server    serve a folder's queues to other machines, and to every client of Redis
              top       show all queues while they change
              user      make a user's entry for a server's settings

              configure   show or change a queue's settings, pause and resume it
              doctor      check a folder, and save what can be saved of a damaged one
              bench       measure puts, takes and acknowledgements here
              completion  print a script that lets bash, zsh or fish complete all this
              version     print the version

            `millrace COMMAND --help` explains each.
            """;

    /** All commands, as {@link #command} knows them. */
    static final List<String> COMMANDS = List.of(
            "each", "work", "put", "take", "peek", "list", "stats", "top", "kick", "delete", "purge", "configure", "doctor",
            "bench", "server", "user", "completion", "version");

    private Main() {}

    /** Runs a command, and exits with its code. */
    public static void main(String[] args) {
        // Not a return: a thread that waits for input on a terminal would keep the process.
        System.exit(run(RawArguments.of(args), Console.system()));
    }

    /**
     * Runs a command.
     *
     * @param args one char a byte
     * @return its exit code
     */
    static int run(String[] args, Console console) {
        String name = args.length == 0 ? "help" : args[0];
        String[] rest = Arrays.copyOfRange(args, Math.min(1, args.length), args.length);
        if (name.equals("help") && rest.length > 0) {
            name = rest[0];
            rest = new String[] {"--help"};
        }
        if (name.equals("help") || name.equals("--help") || name.equals("-h")) {
            return print(console, HELP);
        }
        Callable<Integer> command = command(name, console);
        if (command == null) {
            console.say("there is no command '" + Text.shown(Text.bytes(name), 80) + "'; see millrace --help");
            return ExitCode.USAGE;
        }
        try {
            return execute(command, rest, console);
        } catch (RefusedException refused) {
            console.say(refused.told());
            return refused.exitCode();
        } catch (MillraceException failure) {
            return report(failure, console);
        } catch (InvalidPathException impossible) {
            console.say("the locale cannot express the path " + impossible.getInput()
                    + "; use a plain name, or a UTF-8 locale");
            return ExitCode.USAGE;
        }
    }

    static @Nullable Callable<Integer> command(String name, Console console) {
        return switch (name) {
            case "each" -> new EachCommand(console);
            case "work" -> new WorkCommand(console);
            case "put" -> new PutCommand(console);
            case "take" -> new TakeCommand(console);
            case "peek" -> new PeekCommand(console);
            case "list" -> new ListCommand(console);
            case "stats" -> new StatsCommand(console);
            case "top" -> new TopCommand(console);
            case "kick" -> new KickCommand(console);
            case "delete" -> new DeleteCommand(console);
            case "purge" -> new PurgeCommand(console);
            case "configure" -> new ConfigureCommand(console);
            case "doctor" -> new DoctorCommand(console);
            case "bench" -> new BenchCommand(console);
            case "server" -> new ServerCommand(console);
            case "user" -> new UserCommand(console);
            case "completion" -> new CompletionCommand(console);
            case "version", "--version", "-V" -> new VersionCommand(console);
            default -> null;
        };
    }

    private static int execute(Callable<Integer> command, String[] args, Console console) {
        CommandLine line = Options.commandLine(command, console);
        try {
            CommandLine.ParseResult parsed = line.parseArgs(args);
            if (parsed.isUsageHelpRequested()) {
                return print(console, line.getUsageMessage());
            }
        } catch (CommandLine.ParameterException mistake) {
            String told = String.valueOf(mistake.getMessage());
            console.say(decoded(told) + "; see " + line.getCommandName() + " --help");
            return ExitCode.USAGE;
        }
        try {
            return command.call();
        } catch (MillraceException | RefusedException failure) {
            throw failure;
        } catch (IOException failure) {
            if (Console.isReaderGone(failure)) {
                return ExitCode.OUTPUT_CLOSED;
            }
            throw RefusedException.stopped(Failures.told(failure));
        } catch (Exception unexpected) {
            throw unexpected instanceof RuntimeException unchecked ? unchecked : new IllegalStateException(unexpected);
        }
    }

    /** The parser's messages quote arguments, which have a char for each byte. */
    private static String decoded(String message) {
        String text = message.chars().allMatch(unit -> unit < 256) ? Text.utf8(Text.bytes(message)) : message;
        String line = text == null ? message : text;
        return line.endsWith(".") ? line.substring(0, line.length() - 1) : line;
    }

    private static int report(MillraceException failure, Console console) {
        console.say(Failures.told(failure));
        if (failure.code() == ErrorCode.INTERNAL) {
            failure.printStackTrace(console.err());
        }
        return Failures.exitCode(failure);
    }

    private static int print(Console console, String text) {
        try {
            console.out().write(text.getBytes(StandardCharsets.UTF_8));
            return ExitCode.OK;
        } catch (IOException failure) {
            return Console.isReaderGone(failure) ? ExitCode.OUTPUT_CLOSED : ExitCode.STOPPED;
        }
    }
}
