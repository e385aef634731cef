package dev.millrace.cli;

import dev.millrace.api.Millrace;
import dev.millrace.api.TaskInfo;
import dev.millrace.api.TaskQueue;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Shows one task. */
@Command(
        name = "millrace peek",
        header = "Shows a task and leaves it where it is: the one that a take would get, or the one named.",
        footer = {"", "Exit codes: 0 shown; 1 there is none; 2 refused."})
final class PeekCommand extends EngineCommand {
    @Parameters(index = "0", paramLabel = "QUEUE", description = "the queue's name")
    private String queue = "";

    @Parameters(index = "1", arity = "0..1", paramLabel = "ID", description = "the task's id")
    private @Nullable String id;

    @Option(names = "--json", description = "print an object")
    private boolean json;

    @Option(names = "--raw", description = "print nothing but the payload, byte for byte")
    private boolean raw;

    PeekCommand(Console console) {
        super(console);
    }

    @Override
    public Integer call() throws IOException {
        requireQueue(queue);
        try (Millrace mill = openExisting()) {
            TaskQueue<byte[]> tasks = mill.queue(queue);
            TaskInfo<byte[]> task = id == null ? tasks.peek() : tasks.peek(ids(queue, List.of(id)).getFirst());
            if (task == null) {
                console.say(id == null ? "no task of queue " + queue + " is ready" : "there is no task " + id);
                return ExitCode.FAILED;
            }
            console.out().write(printed(task));
            return ExitCode.OK;
        }
    }

    private byte[] printed(TaskInfo<byte[]> task) {
        if (raw) {
            return task.payload();
        }
        if (json) {
            return Json.line(object -> describe(object, task));
        }
        StringBuilder text = new StringBuilder();
        add(text, "id", Long.toString(task.id().number()));
        add(text, "state", task.state().name().toLowerCase(Locale.ROOT));
        add(text, "priority", Long.toString(task.priority()));
        if (task.due() != null) {
            add(text, "due", task.due().toString());
        }
        add(text, "attempts", Integer.toString(task.attempts()));
        add(text, "failures", Integer.toString(task.failures()));
        if (task.reason() != null) {
            add(text, "reason", task.reason());
        }
        add(text, "payload", Text.shown(task.payload(), 4_000));
        return text.toString().getBytes(StandardCharsets.UTF_8);
    }

    private static void add(StringBuilder text, String name, String value) {
        text.append(name).append(" ".repeat(10 - name.length())).append(value).append('\n');
    }
}
