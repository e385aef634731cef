package dev.millrace.cli;

import dev.millrace.api.ErrorCode;
import dev.millrace.api.MillraceException;
import java.time.Duration;

/** Has somebody who joined a job told when it is complete, by looking again and again on a thread of its own. */
final class RunWatcher {
    /** How late the end may be told; a look costs the server no more than one at a queue's counts. */
    private static final Duration LOOK_EVERY = Duration.ofSeconds(1);

    private final JobRun run;
    private final JobRun.Watch watch;
    private final Runnable over;
    private final OutputRelay relay;
    private final Thread thread = Thread.ofPlatform().daemon().name("millrace-each-watch").unstarted(this::look);

    /**
     * Has not begun.
     *
     * @param over what to do when the run is complete; called at most once, on the thread
     */
    RunWatcher(JobRun run, Runnable over, OutputRelay relay) {
        this.run = run;
        this.watch = run.watch();
        this.over = over;
        this.relay = relay;
    }

    /** Looks at once, so that a run which is soon over is not missed, and then on the thread. */
    void start() {
        try {
            isOver();
            thread.start();
        } catch (MillraceException refused) {
            cannot(refused);
        }
    }

    /** Looks no more. */
    void end() {
        thread.interrupt();
    }

    private void look() {
        try {
            do {
                Thread.sleep(LOOK_EVERY);
            } while (!isOver());
            over.run();
        } catch (InterruptedException ended) {
            // Nobody wants to know any more.
        } catch (MillraceException refused) {
            cannot(refused);
        }
    }

    private void cannot(MillraceException refused) {
        if (refused.code() != ErrorCode.CLOSED) {
            relay.say("cannot see when the job is complete, in queue " + run.place() + ": " + Failures.told(refused) + "; Ctrl-C ends it");
        }
    }

    /** A server that is away for a while says nothing; the workers find out whether it comes back. */
    private boolean isOver() {
        try {
            return watch.isOver();
        } catch (MillraceException away) {
            if (away.code() == ErrorCode.OVERLOADED || away.code() == ErrorCode.UNKNOWN) {
                return false;
            }
            throw away;
        }
    }
}
