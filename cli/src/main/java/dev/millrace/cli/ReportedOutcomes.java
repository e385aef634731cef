package dev.millrace.cli;

import dev.millrace.api.Task;
import dev.millrace.api.TaskQueue;
import dev.millrace.pool.ProcessResult;
import java.io.IOException;

/** What came of items of a job that is somewhere else: it is told so. */
record ReportedOutcomes(TaskQueue<byte[]> reports) implements Outcomes {
    @Override
    public boolean ran(Task<byte[]> task, NumberedItem item, int exitCode, ProcessResult result) throws IOException {
        reports.put(Report.of(task, item, exitCode, result).payload());
        return true;
    }

    @Override
    public boolean unusable(NumberedItem item, String problem) {
        reports.put(Report.ofUnusable(item, problem).payload());
        return true;
    }
}
