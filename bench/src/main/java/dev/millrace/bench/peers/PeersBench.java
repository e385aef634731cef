package dev.millrace.bench.peers;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Servers side by side. Those of one promise run all at once and take turns, so that a minute in which the machine is
 * slow meets all of them; each is warmed up first, the quick ones too.
 */
public final class PeersBench {
    private static final int PACE_US = 5_000;
    private static final int SETTLE_MS = 300;
    private static final int FLOOR_COUNT = 500;

    private final Plan plan;
    private final Path folder;
    private final PrintStream out;

    /**
     * What to measure.
     *
     * @param seconds that a turn counts
     * @param warmSeconds that each server is under each load before the first turn
     */
    public record Plan(
            List<Peer> peers, List<ServerLoad> loads, List<Peer.Promise> promises, int rounds, int seconds, int warmSeconds) {}

    /** One that keeps the servers' files in this folder, and prints there. */
    public PeersBench(Plan plan, Path folder, PrintStream out) {
        this.plan = plan;
        this.folder = folder;
        this.out = out;
    }

    /** Runs it; prints each figure as it comes, and tables in the end. */
    public void run() throws IOException, InterruptedException {
        List<Peer> installed = plan.peers().stream().filter(this::isInstalled).toList();
        for (Peer.Promise promise : plan.promises()) {
            List<Peer> able = installed.stream().filter(peer -> peer.promises(promise)).toList();
            new Turns(promise, able).run();
        }
    }

    private boolean isInstalled(Peer peer) {
        boolean isInstalled = peer.program() != null;
        if (!isInstalled) {
            out.println(peer.title() + ": not installed, left out");
        }
        return isInstalled;
    }

    /** All turns of one promise. */
    private final class Turns {
        private final Peer.Promise promise;
        private final List<Peer> peers;
        private final Map<Peer, ServerProcess> servers = new EnumMap<>(Peer.class);
        private final Map<Peer, Dialect> dialects = new EnumMap<>(Peer.class);
        private final Map<ServerLoad, Table> tables = new EnumMap<>(ServerLoad.class);

        Turns(Peer.Promise promise, List<Peer> peers) {
            this.promise = promise;
            this.peers = peers;
            for (ServerLoad load : plan.loads()) {
                tables.put(load, new Table(load, promise));
            }
        }

        void run() throws IOException, InterruptedException {
            try {
                for (Peer peer : peers) {
                    Dialect dialect = peer.newDialect();
                    dialects.put(peer, dialect);
                    Path own = folder.resolve(promise + "-" + peer.title());
                    servers.put(peer, peer.start(promise, own, dialect));
                    warm(peer);
                }
                for (int round = 1; round <= plan.rounds(); round++) {
                    floors(round);
                    for (ServerLoad load : plan.loads()) {
                        turns(round, load);
                    }
                }
            } finally {
                servers.values().forEach(ServerProcess::close);
            }
            tables.values().forEach(table -> table.print(out));
        }

        /**
         * Each load, since a compiler that learns as it goes has learnt one only. What puts leave must be taken again,
         * so they are few.
         */
        private void warm(Peer peer) throws IOException, InterruptedException {
            for (ServerLoad load : plan.loads()) {
                if (isPossible(peer, load)) {
                    measure(peer, load, 0, 1_000L * (load == ServerLoad.PUT ? Math.min(1, plan.warmSeconds()) : plan.warmSeconds()));
                }
            }
        }

        private boolean isPossible(Peer peer, ServerLoad load) {
            Dialect dialect = dialects.get(peer);
            return load != ServerLoad.WAKE || dialect != null && dialect.canWait();
        }

        private void turns(int round, ServerLoad load) throws IOException, InterruptedException {
            for (Peer peer : peers) {
                if (isPossible(peer, load)) {
                    Measured measured = measure(peer, load, SETTLE_MS, 1_000L * plan.seconds());
                    Table table = tables.get(load);
                    if (table != null) {
                        table.add(peer, measured);
                        table.print(out, round, peer, measured);
                    }
                }
            }
        }

        private Measured measure(Peer peer, ServerLoad load, int warmMs, long countedMs) throws IOException, InterruptedException {
            ServerProcess server = servers.get(peer);
            Dialect dialect = dialects.get(peer);
            if (server == null || dialect == null) {
                throw new IllegalStateException(peer.title() + " was not started");
            }
            List<Long> pids = List.of(ProcessHandle.current().pid(), server.pid());
            boolean isPinned = load == ServerLoad.ONE && Cores.pin(pids);
            try {
                if (load == ServerLoad.WAKE) {
                    return new WakeLoad(dialect, server).run(PACE_US, countedMs);
                }
                try (ClosedLoad closed = new ClosedLoad(dialect, server, load.part(), load.connections(), load.depth())) {
                    return closed.run(warmMs, countedMs);
                }
            } finally {
                if (isPinned) {
                    Cores.free(pids);
                }
                if (load == ServerLoad.PUT) {
                    drain(dialect, server);
                }
            }
        }

        private void drain(Dialect dialect, ServerProcess server) throws IOException {
            try (ClosedLoad rest = new ClosedLoad(dialect, server, ClosedLoad.Part.DRAIN, 4, 64)) {
                rest.drain();
            }
        }

        private void floors(int round) throws IOException, InterruptedException {
            Latency across = Floors.roundTrips(FLOOR_COUNT, PACE_US / 5);
            List<Long> own = List.of(ProcessHandle.current().pid());
            Cores.pin(own);
            Latency within = Floors.roundTrips(10 * FLOOR_COUNT, 0);
            Cores.free(own);
            Latency fsync = Floors.fsync(folder, FLOOR_COUNT);
            out.printf(
                    Locale.ROOT,
                    "floor %d  round trip paced %.0f µs (p99 %.0f), on one core %.1f µs; write and fsync of 4 KiB %.0f µs (p99 %.0f)%n",
                    round,
                    across.us(500),
                    across.us(990),
                    within.us(500),
                    fsync.us(500),
                    fsync.us(990));
        }
    }
}
