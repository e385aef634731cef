package dev.millrace.cli;

import dev.millrace.api.Millrace;
import dev.millrace.api.TaskQueue;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Removes all tasks of a queue. */
@Command(
        name = "millrace purge",
        header = "Removes all tasks of a queue, and prints how many it was.",
        footer = {"", "Exit codes: 0 the queue is empty; 2 refused, nothing was removed."})
final class PurgeCommand extends EngineCommand {
    @Parameters(index = "0", paramLabel = "QUEUE", description = "the queue's name")
    private String queue = "";

    @Option(names = "--yes", description = "do it; without this nothing is removed")
    private boolean yes;

    PurgeCommand(Console console) {
        super(console);
    }

    @Override
    public Integer call() throws IOException {
        requireQueue(queue);
        try (Millrace mill = openExisting()) {
            TaskQueue<byte[]> tasks = mill.queue(queue);
            if (!yes) {
                throw RefusedException.usage("this would remove all " + tasks.stats().total() + " tasks of queue " + queue
                        + " for good; add --yes to do it");
            }
            console.out().write((tasks.purge() + "\n").getBytes(StandardCharsets.US_ASCII));
            return ExitCode.OK;
        }
    }
}
