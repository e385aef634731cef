package dev.millrace.cli;

import dev.millrace.api.Millrace;
import dev.millrace.api.Task;
import dev.millrace.api.TaskQueue;
import java.io.IOException;
import java.time.Duration;
import java.util.Arrays;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Prints tasks, and acknowledges them once they are printed. */
@Command(
        name = "millrace take",
        header = "Prints the payloads of the most urgent tasks, one a line, and removes them.",
        description = {
            "A task is removed once its payload has been written out. Killed in between, it is printed again the next",
            "time; none is lost."
        },
        footer = {"", "Exit codes: 0 at least one task came; 1 none came in time; 2 refused; 3 stopped by an error."})
final class TakeCommand extends EngineCommand {
    @Parameters(index = "0", paramLabel = "QUEUE", description = "the queue's name")
    private String queue = "";

    @Option(names = "--count", paramLabel = "N", description = "how many at the most (default: ${DEFAULT-VALUE})")
    private long count = 1;

    @Option(names = "--all", description = "all that are ready")
    private boolean all;

    @Option(names = "--timeout", paramLabel = "TIME", description = "wait so long for each (default: not at all)")
    private Duration timeout = Duration.ZERO;

    @Option(names = {"-0", "--null"}, description = "end each payload with a NUL byte instead of a line end")
    private boolean nul;

    @Option(names = "--raw", description = "print payloads byte for byte, with nothing between them")
    private boolean raw;

    @Option(names = "--json", description = "print an object for each task")
    private boolean json;

    TakeCommand(Console console) {
        super(console);
    }

    @Override
    public Integer call() throws IOException, InterruptedException {
        requireQueue(queue);
        if (count < 1) {
            throw RefusedException.usage("--count=" + count + " < 1; name how many tasks to take");
        }
        if ((nul ? 1 : 0) + (raw ? 1 : 0) + (json ? 1 : 0) > 1) {
            throw RefusedException.usage("--null, --raw and --json exclude one another; choose one");
        }
        long taken = 0;
        try (Millrace mill = openExisting()) {
            TaskQueue<byte[]> tasks = mill.queue(queue);
            for (; all || taken < count; taken++) {
                try (Task<byte[]> task = tasks.take(timeout)) {
                    if (task == null) {
                        break;
                    }
                    console.out().write(printed(task));
                    task.ack();
                }
            }
        }
        return taken > 0 ? ExitCode.OK : ExitCode.FAILED;
    }

    private byte[] printed(Task<byte[]> task) {
        byte[] payload = task.payload();
        if (json) {
            return Json.line(object -> {
                object.writeStringProperty("id", Long.toString(task.id().number()));
                object.writeStringProperty("queue", task.id().queue());
                object.writeNumberProperty("priority", task.priority());
                object.writeNumberProperty("attempts", task.attempts());
                object.writeNumberProperty("failures", task.failures());
                object.writeNumberProperty("maxAttempts", task.maxAttempts());
                Json.writeBytes(object, "payload", payload);
            });
        }
        if (raw) {
            return payload;
        }
        byte[] line = Arrays.copyOf(payload, payload.length + 1);
        line[payload.length] = (byte) (nul ? 0 : '\n');
        return line;
    }
}
