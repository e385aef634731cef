package dev.millrace.cli;

import dev.millrace.api.Millrace;
import dev.millrace.api.TaskInfo;
import dev.millrace.api.TaskPage;
import dev.millrace.api.TaskQueue;
import dev.millrace.api.TaskState;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Shows the tasks of a queue. */
@Command(
        name = "millrace list",
        header = "Shows the tasks of a queue, in no particular order.",
        footer = {"", "Exit codes: 0, also if there are none; 2 refused."})
final class ListCommand extends EngineCommand {
    private static final int PAGE = 1_000;
    private static final int PAYLOAD_BYTES_SHOWN = 80;

    @Parameters(index = "0", paramLabel = "QUEUE", description = "the queue's name")
    private String queue = "";

    @Option(
            names = "--state",
            paramLabel = "STATE",
            split = ",",
            description = "only these: ready, delayed, taken, buried (default: all)")
    private List<TaskState> states = List.of(TaskState.values());

    @Option(names = "--count", paramLabel = "N", description = "so many at the most; 0 for all (default: ${DEFAULT-VALUE})")
    private long count = 1_000;

    @Option(names = "--json", description = "print an object for each task, with its whole payload")
    private boolean json;

    ListCommand(Console console) {
        super(console);
    }

    @Override
    public Integer call() throws IOException {
        requireQueue(queue);
        if (count < 0) {
            throw RefusedException.usage("--count=" + count + " < 0; 0 stands for all");
        }
        long left = count == 0 ? Long.MAX_VALUE : count;
        OutputStream out = console.bufferedOut();
        try (Millrace mill = openExisting()) {
            TaskQueue<byte[]> tasks = mill.queue(queue);
            boolean headed = false;
            for (TaskState state : states) {
                long cursor = 0;
                do {
                    TaskPage<byte[]> page = tasks.list(state, cursor, PAGE);
                    cursor = page.nextCursor();
                    List<TaskInfo<byte[]>> some = page.tasks().subList(0, (int) Math.min(left, page.tasks().size()));
                    left -= some.size();
                    print(out, some, headed);
                    headed |= !some.isEmpty();
                    if (left == 0 && (cursor != 0 || some.size() < page.tasks().size())) {
                        out.flush();
                        console.say("more follow; --count 0 shows all");
                        return ExitCode.OK;
                    }
                } while (cursor != 0);
            }
        }
        out.flush();
        return ExitCode.OK;
    }

    private void print(OutputStream out, List<TaskInfo<byte[]>> tasks, boolean headed) throws IOException {
        if (json) {
            for (TaskInfo<byte[]> task : tasks) {
                Json.print(out, object -> describe(object, task));
            }
        } else if (!tasks.isEmpty()) {
            String table = table(tasks);
            out.write((headed ? table.substring(table.indexOf('\n') + 1) : table).getBytes(StandardCharsets.UTF_8));
        }
    }

    private static String table(List<TaskInfo<byte[]>> tasks) {
        Table table = new Table("ID", "STATE", "PRIORITY", "ATTEMPTS", "FAILURES", "PAYLOAD", "DUE OR REASON");
        for (TaskInfo<byte[]> task : tasks) {
            String more = task.due() != null ? task.due().toString() : task.reason() != null ? task.reason() : "";
            table.add(
                    Long.toString(task.id().number()),
                    task.state().name().toLowerCase(Locale.ROOT),
                    Long.toString(task.priority()),
                    Integer.toString(task.attempts()),
                    Integer.toString(task.failures()),
                    Text.shown(task.payload(), PAYLOAD_BYTES_SHOWN),
                    Text.shown(more.getBytes(StandardCharsets.UTF_8), 200));
        }
        return table.toString();
    }
}
