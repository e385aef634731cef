package dev.millrace.cli;

import dev.millrace.api.ErrorCode;
import dev.millrace.api.Millrace;
import dev.millrace.api.MillraceException;
import dev.millrace.api.TaskId;
import dev.millrace.api.TaskQueue;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** Removes tasks. */
@Command(
        name = "millrace delete",
        header = "Removes tasks, whatever their state.",
        footer = {"", "Exit codes: 0 all were removed; 1 an id is unknown, the others were removed; 2 refused."})
final class DeleteCommand extends EngineCommand {
    @Parameters(index = "0", paramLabel = "QUEUE", description = "the queue's name")
    private String queue = "";

    @Parameters(index = "1..*", arity = "1..*", paramLabel = "ID", description = "the tasks' ids")
    private List<String> ids = List.of();

    DeleteCommand(Console console) {
        super(console);
    }

    @Override
    public Integer call() {
        requireQueue(queue);
        List<TaskId> named = ids(queue, ids);
        int missing = 0;
        try (Millrace mill = openExisting()) {
            TaskQueue<byte[]> tasks = mill.queue(queue);
            for (TaskId id : named) {
                try {
                    tasks.delete(id);
                } catch (MillraceException failure) {
                    if (failure.code() != ErrorCode.NOT_FOUND) {
                        throw failure;
                    }
                    console.say(failure.told());
                    missing++;
                }
            }
        }
        return missing == 0 ? ExitCode.OK : ExitCode.FAILED;
    }
}
