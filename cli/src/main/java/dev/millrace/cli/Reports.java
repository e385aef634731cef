package dev.millrace.cli;

import dev.millrace.api.Task;
import java.io.IOException;

/**
 * What a job does with what other machines report of its items: passes it on and counts it, as if they had been run
 * here.
 */
final class Reports implements Workers.Handler {
    private final PrintedOutcomes outcomes;
    private final Finished finished;
    private final Tally tally;
    private final OutputRelay relay;
    private final StopSwitch stop;

    Reports(PrintedOutcomes outcomes, Finished finished, Tally tally, OutputRelay relay, StopSwitch stop) {
        this.outcomes = outcomes;
        this.finished = finished;
        this.tally = tally;
        this.relay = relay;
        this.stop = stop;
    }

    @Override
    public void handle(Task<byte[]> task, Workers workers) {
        Report report = Report.read(task.payload());
        if (report == null) {
            relay.say("task " + task.id() + " is no report of an item; it is buried");
            task.bury("not a report of an item");
            return;
        }
        long number = report.item().number();
        try {
            boolean isNews = finished.begin(number, report.succeeded());
            if (isNews && !outcomes.reported(report)) {
                return;
            }
            task.ack();
            if (isNews && report.succeeded()) {
                tally.done(number);
            } else if (isNews) {
                tally.failed(number);
            }
        } catch (IOException failure) {
            stop.stop(ExitCode.STOPPED, Failures.told(failure));
        }
    }
}
