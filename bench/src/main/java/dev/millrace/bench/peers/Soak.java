package dev.millrace.bench.peers;

import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/**
 * The packaged server under full load for a long time: whether its memory stays flat. Looks at it every few seconds,
 * and draws what it saw.
 */
public final class Soak {
    private static final int CONNECTIONS = 16;
    private static final int DEPTH = 32;
    private static final int WARM_MS = 10_000;
    private static final String JAVA_OPTIONS = "MILLRACE_SERVER_JAVA";

    private final int seconds;
    private final int everySeconds;
    private final Path folder;
    private final Path picture;
    private final PrintStream out;
    private final List<Memory> seen = new ArrayList<>();

    /** One of so many seconds, with the server's files in a folder; the picture is an SVG file. */
    public Soak(int seconds, int everySeconds, Path folder, Path picture, PrintStream out) {
        this.seconds = seconds;
        this.everySeconds = everySeconds;
        this.folder = folder;
        this.picture = picture;
        this.out = out;
    }

    /** Runs it. Blocks for that long. */
    public void run() throws IOException, InterruptedException {
        Path log = folder.resolve("collections").toAbsolutePath();
        Dialect dialect = Peer.MILLRACE.newDialect();
        String options = "-Xlog:gc=info:file=" + log + ":uptime:filecount=0 -XX:NativeMemoryTracking=summary";
        try (ServerProcess server = Peer.MILLRACE.start(Peer.Promise.WRITTEN, folder.resolve("soak"), dialect, Map.of(JAVA_OPTIONS, options))) {
            ScheduledExecutorService watch = Executors.newSingleThreadScheduledExecutor();
            Measured measured;
            try (ClosedLoad load = new ClosedLoad(dialect, server, ClosedLoad.Part.CYCLES, CONNECTIONS, DEPTH)) {
                long startNs = System.nanoTime();
                watch.scheduleAtFixedRate(() -> look(server, log, startNs), 0, everySeconds, TimeUnit.SECONDS);
                measured = load.run(WARM_MS, 1_000L * seconds);
            } finally {
                watch.shutdown();
                watch.awaitTermination(1, TimeUnit.MINUTES);
            }
            conclude(measured);
        }
    }

    private void look(ServerProcess server, Path log, long startNs) {
        try {
            Memory memory = Memory.of(server.pid(), log, (System.nanoTime() - startNs) / 1e9);
            synchronized (seen) {
                seen.add(memory);
            }
            out.println(memory);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void conclude(Measured measured) throws IOException {
        String title = String.format(
                Locale.ROOT,
                "millrace server, %d s at %,.0f life cycles a second (16 connections, depth 32, written)",
                seconds,
                measured.perSecond());
        List<Memory> all;
        synchronized (seen) {
            all = List.copyOf(seen);
        }
        Files.writeString(picture, Picture.of(title, all));
        out.printf(
                Locale.ROOT,
                "%s%nserver %.2f µs a cycle, p50 %,.0f µs, p99 %,.0f µs%n",
                title,
                measured.serverUs(),
                measured.p50us(),
                measured.p99us());
        int half = all.size() / 2;
        if (half > 0) {
            out.println("middle: " + all.get(half));
            out.println("end:    " + all.getLast());
        }
        out.println("drawn: " + picture);
    }
}
