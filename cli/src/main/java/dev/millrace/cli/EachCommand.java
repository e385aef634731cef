package dev.millrace.cli;

import dev.millrace.pool.Executable;
import dev.millrace.pool.RunnerOptions;
import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Runs a command for each item of the input. */
@Command(
        name = "millrace each",
        header = "Runs a command for each item of the input, so many at once, and forgets none.",
        customSynopsis = {
            "millrace each [options] -- COMMAND [ARGUMENT...]",
            "",
            "  ls *.log | millrace each -- gzip -k {}",
            "  find . -name '*.jpg' -print0 | millrace each -0 --max 4 -- convert {} -resize 50%% small/{/.}.png",
            "  millrace each --json --input orders.jsonl --results done.jsonl -- ./ship",
            "  millrace each --at millrace://jobs --name zip --input files -- gzip -k {}",
            "  millrace each --at millrace://jobs --name zip --join -- gzip -k {}         # on other machines",
            ""
        },
        description = {
            "",
            "Killed at any moment, the same command line goes on where it stopped: what was done is not run again, what",
            "was running may be. No shell is involved: each item is one argument, whatever characters it has.",
            "",
            "In the command, {} is the item, {.} the item without extension, {/} its last name, {//} its folder, {/.}",
            "its last name without extension, {#} its number; with none of them, the item is added as last argument.",
            ""
        },
        footer = {
            "",
            "A command fails by an exit code other than 0. A failed item is tried again; one that fails to the end is",
            "buried: `millrace list each --at embedded:FOLDER` shows it, `millrace kick each --all --at embedded:FOLDER`",
            "has it run again at the next call. Output of commands is passed on whole, item by item, once it is done.",
            "Ctrl-C lets running commands end; a second one kills them.",
            "",
            "On a server (--at) all that holds as well, but for this: what a machine that dies was running counts as a try,",
            "items have at most 512 KiB, and what another machine's command prints at most about 1 MiB, or it has failed.",
            "The same command line, in the same folder, goes on; with --max 0 it runs none itself. A server that forgot how",
            "far a job came (producerKeepMs) refuses to go on, rather than running it all again.",
            "",
            "Exit codes: 0 all items succeeded; 1 some failed; 2 refused to start, nothing was changed; 3 stopped by an",
            "error such as a full disk; 130, 143, 129 stopped by Ctrl-C, SIGTERM, SIGHUP; 141 nobody reads the output.",
            "After 3 and above the same command line goes on."
        })
final class EachCommand implements Callable<Integer> {
    private static final int RETRIES_MAX = 10_000;
    private static final int NAME_LENGTH_MAX = 100;

    private final Console console;

    @Parameters(paramLabel = "COMMAND", hidden = true)
    private List<Options.Raw> words = List.of();

    @Option(names = "--input", paramLabel = "FILE", description = "read the items from FILE (default: standard input)")
    private @Nullable Path input;

    @Option(names = {"-0", "--null"}, description = "items are separated by NUL bytes, as find -print0 writes them")
    private boolean nul;

    @Option(names = "--json", description = "items are JSON values, one a line, given to the command's standard input")
    private boolean json;

    @Option(names = "--max", paramLabel = "N", description = "commands at once (default: the number of cores)")
    private int max = Math.min(RunnerOptions.SLOTS_MAX, Runtime.getRuntime().availableProcessors());

    @Option(
            names = "--name",
            paramLabel = "NAME",
            description = "the job's name (default: made of the command, and of FILE or the working folder)")
    private @Nullable String name;

    @Option(names = "--folder", paramLabel = "FOLDER", description = "where the job is kept (default: .millrace/NAME)")
    private @Nullable Path folder;

    @Option(
            names = "--at",
            paramLabel = "SERVER",
            description = {
                "keep the items in the queue NAME of a server, millrace://[user:password@]host[:port], from which other",
                "machines may take some (--join). Results and output come together here; the folder belongs to this call"
            })
    private @Nullable String at;

    @Option(
            names = "--join",
            description = {
                "run items of the job NAME at SERVER, whose input another machine has, and report to it, until the job is",
                "complete; one that has not begun is waited for"
            })
    private boolean join;

    @Option(names = "--retries", paramLabel = "N", description = "try a failed item again so often (default: 2)")
    private int retries = 2;

    @Option(
            names = "--backoff",
            paramLabel = "TIME",
            description = "wait so long before the first retry, doubled for each further one, at most 5m (default: 1s)")
    private Duration backoff = Duration.ofSeconds(1);

    @Option(
            names = "--timeout",
            paramLabel = "TIME",
            description = "kill a command, with all it started, after this time: 500ms, 30s, 5m, 1h; it has failed then")
    private @Nullable Duration timeout;

    @Option(
            names = "--results",
            paramLabel = "FILE",
            description = "write the outcome of each item to FILE, one JSON object a line, each item exactly once")
    private @Nullable Path results;

    @Option(names = {"-k", "--keep-order"}, description = "pass output on in the order of the items")
    private boolean keepOrder;

    @Option(names = "--fail-fast", description = "stop at the first item that finally fails")
    private boolean failFast;

    @Option(names = "--fresh", description = "forget an earlier job of this name, and start over; deletes its folder")
    private boolean fresh;

    @Option(names = "--add", description = "the input is further items for the job of this name")
    private boolean add;

    @Option(names = "--dry-run", description = "print the commands that would run, run none, and keep nothing")
    private boolean dryRun;

    @Option(names = "--quiet", description = "show no progress, and no summary unless something failed")
    private boolean quiet;

    @Option(names = {"-h", "--help"}, usageHelp = true, description = "show this help")
    private boolean help;

    EachCommand(Console console) {
        this.console = console;
    }

    @Override
    public Integer call() throws IOException, InterruptedException {
        checkBounds();
        List<byte[]> command = words.stream().map(Options.Raw::bytes).toList();
        if (new Template(List.of(command.getFirst()), false).hasPlaces()) {
            throw RefusedException.usage("the command itself cannot be made of items; name a program, such as sh");
        }
        Executable program = Options.program(command.getFirst());
        Template template = new Template(command.subList(1, command.size()), !json);
        String jobName = name != null ? name : defaultName(command);
        EachOptions options = new EachOptions(
                program,
                template,
                command.stream().map(Text::quoted).collect(Collectors.joining(" ")),
                EachOptions.fingerprint(command, ""),
                json ? ItemSource.Mode.JSON : nul ? ItemSource.Mode.NUL : ItemSource.Mode.LINES,
                input,
                jobName,
                folder != null ? folder : Path.of(".millrace", jobName),
                at,
                max,
                retries,
                backoff,
                timeout,
                results,
                keepOrder,
                failFast,
                fresh,
                add,
                quiet);
        if (join) {
            return new EachHelper(options, console).run(Objects.requireNonNull(at));
        }
        try (InputStream items = input == null ? console.in() : openInput(input)) {
            return dryRun ? new DryRun(options, console).run(items) : new EachJob(options, console).run(items);
        }
    }

    private void checkBounds() {
        if (words.isEmpty()) {
            throw RefusedException.usage("no command is named; write millrace each [options] -- COMMAND {}");
        }
        if (nul && json) {
            throw RefusedException.usage("--null and --json exclude one another; choose one");
        }
        if (fresh && add) {
            throw RefusedException.usage("--fresh and --add exclude one another; choose one");
        }
        Options.requireWithin("--max", max, at == null || join ? 1 : 0, RunnerOptions.SLOTS_MAX);
        checkServer();
        Options.requireWithin("--retries", retries, 0, RETRIES_MAX);
        Options.requireTimeLimit(timeout);
        if (name != null) {
            requireName(name);
        }
    }

    private void checkServer() {
        if (at != null && !at.startsWith(EngineUri.SERVER)) {
            throw RefusedException.usage("--at='" + EngineUri.shown(at) + "' is no server; use millrace://host:port, or leave it out");
        }
        if (at != null && name == null) {
            throw RefusedException.usage("--at needs --name: it names the queue on the server, and other machines join by it");
        }
        boolean isOfTheJob = input != null || results != null || folder != null || keepOrder || failFast || fresh || add || dryRun;
        if (join && (at == null || isOfTheJob)) {
            throw RefusedException.usage("--join goes with --at, --name, --json, --max, --retries, --backoff, --timeout and --quiet alone;"
                    + " the rest is for the call that has the input");
        }
    }

    /** It becomes the name of a folder. */
    private static void requireName(String name) {
        boolean good = !name.isEmpty() && name.length() <= NAME_LENGTH_MAX && name.charAt(0) != '.';
        for (int index = 0; index < name.length(); index++) {
            good &= name.charAt(index) != '/' && name.charAt(index) != '\\' && !Character.isISOControl(name.charAt(index));
        }
        if (!good) {
            throw RefusedException.usage("--name='" + Text.shown(name.getBytes(StandardCharsets.UTF_8), 80)
                    + "' cannot name a folder; use 1 … " + NAME_LENGTH_MAX
                    + " characters without slashes, and no dot in front");
        }
    }

    /** The same for the same command on the same input; legible, and harmless as the name of a folder. */
    private String defaultName(List<byte[]> command) {
        String source = input == null
                ? "in " + Path.of("").toAbsolutePath()
                : "from " + input.toAbsolutePath().normalize().toUri();
        String base = new String(command.getFirst(), StandardCharsets.ISO_8859_1);
        String legible = base.substring(base.lastIndexOf('/') + 1).replaceAll("[^A-Za-z0-9_-]+", "-");
        String head = legible.substring(0, Math.min(40, legible.length()));
        return head + (head.isEmpty() ? "" : "-")
                + EachOptions.fingerprint(command, source).substring(0, 8);
    }

    private static InputStream openInput(Path file) throws IOException {
        if (Files.isDirectory(file)) {
            throw RefusedException.usage("--input=" + file + " is a folder; name a file with one item a line");
        }
        try {
            return Channels.newInputStream(FileChannel.open(file));
        } catch (IOException failure) {
            throw RefusedException.usage("--input: " + Failures.told(failure));
        }
    }
}
