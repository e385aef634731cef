package dev.millrace.cli;

import dev.millrace.api.Millrace;
import dev.millrace.pool.ProcessRunner;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;

/**
 * One call of `each --join`: runs items of a job that another machine loads, and reports to that what came of them,
 * until the job is complete.
 */
final class EachHelper implements Tally {
    private final EachOptions options;
    private final Console console;
    private final OutputRelay relay;
    private final StopSwitch stop = new StopSwitch();
    private final Stopping stopping;
    private final AtomicLong done = new AtomicLong();
    private final AtomicLong failed = new AtomicLong();
    private final AtomicLong retried = new AtomicLong();
    private final long beginNanos = System.nanoTime();

    EachHelper(EachOptions options, Console console) {
        this.options = options;
        this.console = console;
        this.relay = new OutputRelay(console);
        this.stopping = new Stopping(stop, relay);
    }

    int run(String at) throws IOException, InterruptedException {
        console.signals().onSignal(stopping::onSignal);
        try (Millrace mill = JobPlace.open(at);
                ProcessRunner commands = stopping.startRunner(options.concurrency())) {
            Acks acks = new Acks(stop);
            EachItems items = new EachItems(new EachItems.Tools(
                    options,
                    commands,
                    new ReportedOutcomes(JobPlace.reports(mill, options.name())),
                    null,
                    this,
                    acks,
                    (task, item) -> relay.say("item " + item.number() + " was no longer this machine's when it was done; it may run again"),
                    stop));
            Workers workers = new Workers("each", options.concurrency(), mill.queue(options.name()).async(), items, stop);
            stop.onStop(workers::withdraw);
            RunWatcher watcher = new RunWatcher(new JobRun(mill, options.name()), () -> over(workers), relay);
            watcher.start();
            workers.start();
            if (!options.quiet()) {
                relay.say("waiting for items of job " + options.name() + ", until it is complete or Ctrl-C comes");
            }
            workers.await();
            watcher.end();
            acks.await();
        }
        return ended();
    }

    private void over(Workers workers) {
        if (!options.quiet()) {
            relay.say("job " + options.name() + " is complete");
        }
        workers.withdraw();
    }

    private int ended() {
        StopSwitch.Cause cause = stop.cause();
        if (!options.quiet() || failed.get() > 0) {
            String again = retried.get() > 0 ? ", " + retried.get() + " tries again" : "";
            console.say(done.get() + " done here, " + failed.get() + " failed in "
                    + Durations.shown(Duration.ofNanos(System.nanoTime() - beginNanos)) + again);
        }
        if (cause == null) {
            return ExitCode.OK;
        }
        if (!cause.told().isEmpty()) {
            console.say(cause.told());
        }
        return cause.exitCode();
    }

    @Override
    public void running(int change) {
        // Nobody watches.
    }

    @Override
    public void retried() {
        retried.incrementAndGet();
    }

    @Override
    public void done(long number) {
        done.incrementAndGet();
    }

    @Override
    public void failed(long number) {
        failed.incrementAndGet();
    }
}
