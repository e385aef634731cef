package dev.millrace.cli;

import dev.millrace.api.Millrace;
import dev.millrace.api.QueueSettings;
import dev.millrace.api.TaskQueue;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Shows and changes the settings of a queue, and pauses it. */
@Command(
        name = "millrace configure",
        header = "Shows the settings of a queue, and changes those that are given.",
        description = {
            "",
            "They hold where a put says nothing, also for the tasks that are there, and also while the queue is empty.",
        },
        footer = {"", "Exit codes: 0; 2 refused, nothing was changed."})
final class ConfigureCommand extends EngineCommand {
    @Parameters(index = "0", paramLabel = "QUEUE", description = "the queue's name")
    private String queue = "";

    @Option(names = "--max-attempts", paramLabel = "N", description = "a task is buried after so many failures; 0 is never")
    private @Nullable Integer maxAttempts;

    @Option(
            names = "--ttr",
            paramLabel = "TIME",
            description = "a take that lasts longer is over: 30s, 5m; 0 is without limit")
    private @Nullable Duration ttr;

    @Option(
            names = "--backoff",
            paramLabel = "FIRST-MAX",
            description = "how long a failed task waits, doubling from the one to the other: 1s-5m; 0s-0s is the engine's")
    private @Nullable String backoff;

    @Option(names = "--pause", description = "takes get nothing; all else goes on")
    private boolean pause;

    @Option(names = "--resume", description = "takes get tasks again")
    private boolean resume;

    ConfigureCommand(Console console) {
        super(console);
    }

    @Override
    public Integer call() throws IOException {
        requireQueue(queue);
        if (pause && resume) {
            throw RefusedException.usage("--pause and --resume contradict each other; give one of them");
        }
        boolean changes = maxAttempts != null || ttr != null || backoff != null || pause || resume;
        try (Millrace mill = changes ? open() : openExisting()) {
            TaskQueue<byte[]> tasks = mill.queue(queue);
            QueueSettings before = tasks.settings();
            QueueSettings after = changed(before);
            if (!after.equals(before)) {
                tasks.configure(after);
            }
            if (pause) {
                tasks.pause();
            }
            if (resume) {
                tasks.resume();
            }
            console.out().write(text(after, tasks.stats().paused()).getBytes(StandardCharsets.UTF_8));
        }
        return ExitCode.OK;
    }

    private QueueSettings changed(QueueSettings before) {
        QueueSettings after = before;
        if (maxAttempts != null) {
            after = after.withMaxAttempts(maxAttempts);
        }
        if (ttr != null) {
            after = after.withTtr(ttr);
        }
        if (backoff != null) {
            String[] parts = backoff.split("-", -1);
            if (parts.length != 2) {
                throw RefusedException.usage("--backoff=" + backoff + " is not two times; write FIRST-MAX, as 1s-5m");
            }
            after = after.withBackoff(Durations.parse(parts[0]), Durations.parse(parts[1]));
        }
        return after;
    }

    private static String text(QueueSettings settings, boolean paused) {
        return String.format(
                Locale.ROOT,
                "paused         %s%nmax attempts   %s%ntime to run    %s%nbackoff        %s%n",
                paused ? "yes" : "no",
                settings.maxAttempts() == 0 ? "without limit" : settings.maxAttempts(),
                settings.ttrMs() == 0 ? "without limit" : settings.ttrMs() + " ms",
                settings.backoffMaxMs() == 0
                        ? "the engine's"
                        : settings.backoffFirstMs() + " ms, doubling to " + settings.backoffMaxMs() + " ms");
    }
}
