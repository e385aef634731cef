package dev.millrace.cli;

import dev.millrace.api.ErrorCode;
import dev.millrace.api.Millrace;
import dev.millrace.api.MillraceException;
import dev.millrace.api.TaskId;
import dev.millrace.api.TaskQueue;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Makes tasks ready again. */
@Command(
        name = "millrace kick",
        header = "Makes buried tasks ready again, and forgets their failures; by id also delayed ones.",
        description = {
            "Prints how many it was. What was kicked in the folder of an `each` runs at the next call of the same",
            "command line."
        },
        footer = {"", "Exit codes: 0 at least one was kicked; 1 none, or an id is unknown; 2 refused."})
final class KickCommand extends EngineCommand {
    @Parameters(index = "0", paramLabel = "QUEUE", description = "the queue's name")
    private String queue = "";

    @Parameters(index = "1..*", paramLabel = "ID", description = "these tasks, be they buried or delayed")
    private List<String> ids = List.of();

    @Option(names = "--count", paramLabel = "N", description = "the first N buried tasks")
    private @Nullable Integer count;

    @Option(names = "--all", description = "all buried tasks")
    private boolean all;

    KickCommand(Console console) {
        super(console);
    }

    @Override
    public Integer call() throws IOException {
        requireQueue(queue);
        if ((ids.isEmpty() ? 0 : 1) + (count == null ? 0 : 1) + (all ? 1 : 0) != 1) {
            throw RefusedException.usage("say which tasks: ids, --count N, or --all");
        }
        if (count != null && count < 1) {
            throw RefusedException.usage("--count=" + count + " < 1; name how many tasks to kick");
        }
        List<TaskId> named = ids(queue, ids);
        int kicked = 0;
        try (Millrace mill = openExisting()) {
            TaskQueue<byte[]> tasks = mill.queue(queue);
            if (named.isEmpty()) {
                kicked = tasks.kick(count == null ? Integer.MAX_VALUE : count);
            }
            for (TaskId id : named) {
                try {
                    tasks.kick(id);
                    kicked++;
                } catch (MillraceException failure) {
                    if (failure.code() != ErrorCode.NOT_FOUND) {
                        throw failure;
                    }
                    console.say(failure.told());
                }
            }
        }
        console.out().write((kicked + "\n").getBytes(StandardCharsets.US_ASCII));
        return kicked > 0 && kicked >= named.size() ? ExitCode.OK : ExitCode.FAILED;
    }
}
