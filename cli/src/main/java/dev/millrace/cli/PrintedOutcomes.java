package dev.millrace.cli;

import dev.millrace.api.Task;
import dev.millrace.pool.ProcessResult;
import java.io.IOException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * What came of the items of a job, where the job is: output is passed on, and the results file is written.
 *
 * @param ordered passes output on in the order of the items; null to do so as they end
 * @param results null for no results file
 * @param outputFolder for what is too long for the results file
 */
record PrintedOutcomes(
        OutputRelay relay, @Nullable OrderedOutput ordered, @Nullable Results results, Path outputFolder, StopSwitch stop)
        implements Outcomes {
    @Override
    public boolean ran(Task<byte[]> task, NumberedItem item, int exitCode, ProcessResult result) throws IOException {
        if (!pass(item.number(), OutputRelay.of(result))) {
            return false;
        }
        if (results != null) {
            results.add(ResultLine.of(item, task.attempts(), exitCode, result, outputFolder));
        }
        return true;
    }

    @Override
    public boolean unusable(NumberedItem item, String problem) throws IOException {
        if (ordered != null && !ordered.pass(item.number(), null)) {
            return false;
        }
        if (results != null) {
            results.add(ResultLine.ofUnusable(item, problem));
        }
        return true;
    }

    /** As {@link #ran}, for what was run somewhere else. */
    boolean reported(Report report) throws IOException {
        if (!report.problem().isEmpty()) {
            return unusable(report.item(), report.problem());
        }
        if (!pass(report.item().number(), report)) {
            return false;
        }
        if (results != null) {
            results.add(ResultLine.of(report, outputFolder));
        }
        return true;
    }

    private boolean pass(long number, OutputRelay.Output output) throws IOException {
        return ordered == null ? relay.pass(output, stop) : ordered.pass(number, output);
    }
}
