package dev.millrace.pool;

import java.nio.file.Path;

/**
 * A program that runs commands without end, to be killed. Arguments: the parent of its scratch folder, then for each
 * command a named pipe, on which that says the ids of its shell, of itself and of its child.
 */
final class VictimMain {
    private static final String COMMAND = "trap '' TERM HUP; sleep 1000 & echo $PPID $$ $! >\"$0\"; sleep 1000";

    private VictimMain() {}

    public static void main(String[] arguments) throws Exception {
        ProcessRunner runner = ProcessRunner.start(
                RunnerOptions.ofSlots(arguments.length).withScratchParent(Path.of(arguments[0])));
        for (int index = 1; index < arguments.length; index++) {
            ProcessRequest request = Commands.script(COMMAND, arguments[index]);
            Thread.ofPlatform().start(() -> {
                try {
                    runner.run(request, ProcessResult::exitCode);
                } catch (Exception failure) {
                    throw new IllegalStateException(failure);
                }
            });
        }
    }
}
