package dev.millrace.bench.peers;

import java.io.IOException;
import java.util.List;

/** Keeps processes on one core, where the machine has {@code taskset}; the JDK cannot. */
final class Cores {
    private Cores() {}

    /** Has all threads of these processes run on the first core only; whether that can be done here. */
    static boolean pin(List<Long> pids) throws IOException, InterruptedException {
        return set(pids, "0");
    }

    /** Lets them run everywhere. */
    static void free(List<Long> pids) throws IOException, InterruptedException {
        set(pids, "0-" + (Runtime.getRuntime().availableProcessors() - 1));
    }

    private static boolean set(List<Long> pids, String cores) throws IOException, InterruptedException {
        for (long pid : pids) {
            Process taskset;
            try {
                taskset = new ProcessBuilder("taskset", "-a", "-c", "-p", cores, "" + pid)
                        .redirectErrorStream(true)
                        .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                        .start();
            } catch (IOException notInstalled) {
                return false;
            }
            // A thread that ended meanwhile is no failure.
            taskset.waitFor();
        }
        return true;
    }
}
