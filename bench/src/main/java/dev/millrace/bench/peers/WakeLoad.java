package dev.millrace.bench.peers;

import java.io.IOException;
import java.util.Arrays;
import java.util.concurrent.locks.LockSupport;

/**
 * One connection waits for a task, another puts one every few milliseconds: from the put's sending until the task is
 * there.
 */
final class WakeLoad {
    private final Dialect dialect;
    private final Server server;
    private final byte[] payload = new byte[ClosedLoad.PAYLOAD_BYTES];

    WakeLoad(Dialect dialect, Server server) {
        this.dialect = dialect;
        this.server = server;
        Arrays.fill(payload, (byte) 'x');
    }

    Measured run(int paceUs, long countedMs) throws IOException {
        Latency latency = new Latency();
        try (Client putter = Client.connect(server.port());
                Client taker = Client.connect(server.port())) {
            dialect.greet(putter, 0, 1);
            dialect.greet(taker, 1, 1);
            double serverBefore = server.processorSeconds();
            long startNs = System.nanoTime();
            long nextNs = startNs;
            int count = 0;
            for (; nextNs - startNs < countedMs * 1_000_000; count++) {
                nextNs += 1_000L * paceUs;
                latency.add(once(putter, taker, nextNs));
            }
            double seconds = (System.nanoTime() - startNs) / 1e9;
            double serverUs = (server.processorSeconds() - serverBefore) * 1e6 / count;
            return new Measured(count / seconds, serverUs, latency.us(500), latency.us(990), 0);
        }
    }

    private long once(Client putter, Client taker, long atNs) throws IOException {
        Reply reply = new Reply();
        dialect.take(taker.out(), 1, 0, Dialect.Patience.WAITS);
        taker.send();
        for (long leftNs = atNs - System.nanoTime(); leftNs > 0; leftNs = atNs - System.nanoTime()) {
            LockSupport.parkNanos(leftNs);
        }
        dialect.put(putter.out(), 0, 0, payload);
        long putNs = System.nanoTime();
        putter.send();
        taker.await(dialect, reply);
        long ns = System.nanoTime() - putNs;
        if (reply.kind() != Reply.Kind.TAKEN) {
            throw new IOException("a take that waits was answered with " + reply.kind());
        }
        if (dialect.acksWhatWaited()) {
            dialect.ack(taker.out(), 1, 0, reply.receipt(), reply.receiptLength());
            taker.send();
            taker.await(dialect, reply);
        }
        putter.await(dialect, reply);
        return ns;
    }
}
