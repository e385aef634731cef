package dev.millrace.cli;

import dev.millrace.api.Millrace;
import dev.millrace.api.TaskQueue;
import dev.millrace.pool.RunnerOptions;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Runs a command for each task of a queue. */
@Command(
        name = "millrace work",
        header = "Runs a command for each task of a queue, so many at once.",
        customSynopsis = {
            "millrace work QUEUE [options] -- COMMAND [ARGUMENT...]",
            "",
            "  millrace work mail --at embedded:./jobs --max 4 -- ./send",
            "  millrace work mail --at millrace://jobs.example.org -- ./send       # on any number of machines",
            "  millrace work mail --until-empty --max-attempts 5 -- sh -c 'echo task $MILLRACE_TASK; cat'",
            "  millrace work logs --as-argument --output-to sums -- sha256sum {}",
            ""
        },
        description = {
            "",
            "The payload is the command's standard input, byte for byte. Exit code 0 acknowledges the task. Any other",
            "fails it: it is ready again after a pause, and buried once it failed as often as its --max-attempts allows.",
            "",
            "With --as-argument the payload is put in the place of {} {.} {/} {//} {/.}, as `millrace each` does with items,",
            "or added as last argument; {#} is the task's id.",
            "",
            "The command's environment tells which task it is: MILLRACE_QUEUE, MILLRACE_TASK (its id), MILLRACE_ATTEMPT",
            "(from 1), MILLRACE_FAILURES, MILLRACE_PRIORITY. Output of a command is passed on whole, once it has ended.",
            ""
        },
        footer = {
            "",
            "It waits for further tasks until it is stopped, or --until-empty or --count end it. Ctrl-C lets running",
            "commands end; a second one kills them, and their tasks are ready again without having failed. Buried tasks:",
            "`millrace list QUEUE --state buried`, `millrace kick QUEUE --all`.",
            "",
            "Exit codes: 0 all commands succeeded; 1 some failed; 2 refused to start; 3 stopped by an error; 130, 143, 129",
            "stopped by Ctrl-C, SIGTERM, SIGHUP; 141 nobody reads the output."
        })
final class WorkCommand extends EngineCommand {
    private static final int ATTEMPTS_MAX = 65_535;

    @Parameters(index = "0", paramLabel = "QUEUE", description = "the queue's name")
    private String queue = "";

    @Parameters(index = "1..*", paramLabel = "COMMAND", hidden = true)
    private List<Options.Raw> words = List.of();

    @Option(names = "--max", paramLabel = "N", description = "commands at once (default: the number of cores)")
    private int max = Math.min(RunnerOptions.SLOTS_MAX, Runtime.getRuntime().availableProcessors());

    @Option(names = "--as-argument", description = "give the payload as an argument, not as standard input")
    private boolean asArgument;

    @Option(
            names = "--output-to",
            paramLabel = "QUEUE",
            description = "store what a command that succeeds prints as a task of QUEUE, before its own is acknowledged")
    private @Nullable String outputTo;

    @Option(names = "--until-empty", description = "end when no task is ready or running; delayed ones are left")
    private boolean untilEmpty;

    @Option(names = "--count", paramLabel = "N", description = "end after N runs of the command")
    private @Nullable Long count;

    @Option(
            names = "--max-attempts",
            paramLabel = "N",
            description = "bury a task at its Nth failure, unless its own limit is lower (default: only its own)")
    private @Nullable Integer maxAttempts;

    @Option(
            names = "--backoff",
            paramLabel = "TIME",
            description = "the pause after a first failure, doubled for each further one, at most 5m (default: the engine's)")
    private @Nullable Duration backoff;

    @Option(
            names = "--timeout",
            paramLabel = "TIME",
            description = "kill a command, with all it started, after this time: 500ms, 30s, 5m, 1h; it has failed then")
    private @Nullable Duration timeout;

    @Option(names = "--quiet", description = "no summary unless a command failed")
    private boolean quiet;

    WorkCommand(Console console) {
        super(console);
    }

    @Override
    public Integer call() throws IOException, InterruptedException {
        requireQueue(queue);
        if (words.isEmpty()) {
            throw RefusedException.usage("no command is named; write millrace work QUEUE [options] -- COMMAND");
        }
        Options.requireWithin("--max", max, 1, RunnerOptions.SLOTS_MAX);
        if (count != null) {
            Options.requireWithin("--count", count, 1, Long.MAX_VALUE);
        }
        if (maxAttempts != null) {
            Options.requireWithin("--max-attempts", maxAttempts, 1, ATTEMPTS_MAX);
        }
        Options.requireTimeLimit(timeout);
        List<byte[]> command = words.stream().map(Options.Raw::bytes).toList();
        if (outputTo != null && requireQueue(outputTo).equals(queue)) {
            throw RefusedException.usage("--output-to=" + outputTo + " is the queue that is worked on; name another");
        }
        WorkJob.Settings settings = new WorkJob.Settings(
                requests(command),
                max,
                untilEmpty,
                count,
                maxAttempts,
                backoff == null ? null : Durations.doubling(backoff),
                timeout,
                quiet);
        try (Millrace mill = openExisting()) {
            TaskQueue<byte[]> outputs = outputTo == null ? null : mill.queue(outputTo);
            return new WorkJob(mill.queue(queue), outputs, settings, console).run();
        }
    }

    /** What is run for each task; tried once before any is taken. */
    private WorkRequests requests(List<byte[]> command) {
        try {
            WorkRequests requests = new WorkRequests(
                    Options.program(command.getFirst()), command.subList(1, command.size()), asArgument, timeout);
            requests.of(new byte[0], 1);
            return requests;
        } catch (IllegalArgumentException mistake) {
            throw RefusedException.usage(String.valueOf(mistake.getMessage()));
        }
    }
}
