package dev.millrace.cli;

import dev.millrace.api.Durability;
import dev.millrace.api.Millrace;
import dev.millrace.api.OpenOptions;
import dev.millrace.api.Task;
import dev.millrace.api.TaskQueue;
import dev.millrace.server.MillraceServer;
import dev.millrace.server.ServerOptions;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;

/**
 * Has a server work for a few seconds and then open a log again, so that the launcher can have the JVM keep what a
 * server loads and, since JDK 25, which code is hot and how it went.
 */
final class ServerTraining {
    /** Enough for the optimising compiler to have seen all of an opening. */
    private static final int TASKS = 300_000;

    private static final int BATCH = 1_000;

    private ServerTraining() {}

    /** The argument is a folder to work in. */
    public static void main(String[] args) throws IOException {
        Path folder = Path.of(args[0]).resolve("served");
        Training.run("server", "--check");
        try (MillraceServer server = start(folder)) {
            String at = "millrace://127.0.0.1:" + server.address().getPort();
            Training.run("bench", "--at", at, "--seconds", "4s", "--count", "50000");
            try (Millrace mill = Millrace.open(at)) {
                fill(mill.queue("training"));
            }
        }
        try (MillraceServer server = start(folder)) {
            Training.run("stats", "--at", "millrace://127.0.0.1:" + server.address().getPort());
        }
        System.exit(ExitCode.OK);
    }

    private static MillraceServer start(Path folder) {
        return MillraceServer.start(ServerOptions.of("embedded:" + folder)
                .withListen(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
                .withEngine(OpenOptions.defaults().withDurability(Durability.WRITTEN)));
    }

    /** Leaves the tasks of which the opening then tells, and the traces of some that are done. */
    private static void fill(TaskQueue<byte[]> queue) {
        List<byte[]> payloads = Collections.nCopies(BATCH, new byte[200]);
        for (int stored = 0; stored < TASKS; stored += BATCH) {
            queue.putAll(payloads);
        }
        for (int done = 0; done < TASKS / 10; done += BATCH) {
            queue.ackAll(queue.takeMany(BATCH).stream().map(Task::receipt).toList());
        }
    }
}
