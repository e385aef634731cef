package dev.millrace.cli;

import dev.millrace.pool.ProcessRunner;
import dev.millrace.pool.RunnerOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * What signals do to a call that runs commands: the first lets running commands end, the second kills them, the third
 * ends this process. So it is here that the runner is started.
 */
final class Stopping {
    private final StopSwitch stop;
    private final OutputRelay relay;

    /** Set once commands may run. */
    private volatile @Nullable ProcessRunner runner;

    private int signals;

    Stopping(StopSwitch stop, OutputRelay relay) {
        this.stop = stop;
        this.relay = relay;
    }

    /** Starts what runs the commands, with scratch files where the environment wants them. */
    ProcessRunner startRunner(int slots) throws IOException {
        RunnerOptions wanted = RunnerOptions.ofSlots(slots);
        String scratch = System.getenv("TMPDIR");
        if (scratch != null && Files.isDirectory(Path.of(scratch))) {
            wanted = wanted.withScratchParent(Path.of(scratch));
        }
        ProcessRunner started = ProcessRunner.start(wanted);
        runner = started;
        return started;
    }

    /** A signal came that asks for this exit code. */
    synchronized void onSignal(int exitCode) {
        signals++;
        ProcessRunner commands = runner;
        if (signals == 1) {
            if (commands != null) {
                relay.say("stopping: running commands may end; press Ctrl-C again to kill them");
            }
            stop.stop(exitCode, "");
        } else if (signals == 2 && commands != null) {
            relay.say("killing the running commands");
            Thread.ofPlatform().daemon().name("millrace-kill").start(() -> {
                try {
                    commands.close(Duration.ZERO);
                } catch (IOException failure) {
                    relay.say(Failures.told(failure));
                }
            });
        } else {
            Runtime.getRuntime().halt(exitCode);
        }
    }
}
