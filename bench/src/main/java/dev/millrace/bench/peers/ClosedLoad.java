package dev.millrace.bench.peers;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * So many connections with so many slots each, and in each slot one thing after another: life cycles, or puts alone.
 * Whatever comes is answered with the slot's next command, and all that a connection has to say goes out together.
 */
final class ClosedLoad implements AutoCloseable {
    static final int PAYLOAD_BYTES = 200;
    private static final int SILENCE_MS_MAX = 20_000;

    /** What a slot does. */
    enum Part {
        /** Put, take, ack. */
        CYCLES,
        /** Puts alone. */
        PUTS,
        /** Take and ack until there is nothing more. */
        DRAIN
    }

    private enum Stage {
        PUT,
        TAKE,
        ACK,
        OVER
    }

    private final ThreadMXBean threads = ManagementFactory.getThreadMXBean();
    private final Dialect dialect;
    private final Server server;
    private final Part part;
    private final Selector selector = Selector.open();
    private final List<Lane> lanes = new ArrayList<>();
    private final Reply reply = new Reply();
    private final byte[] payload = new byte[PAYLOAD_BYTES];
    private long number;
    /** How many commands are under way. */
    private int busy;

    private long done;
    private Latency latency = new Latency();
    private boolean isEnding;

    ClosedLoad(Dialect dialect, Server server, Part part, int connections, int depth) throws IOException {
        this.dialect = dialect;
        this.server = server;
        this.part = part;
        Arrays.fill(payload, (byte) 'x');
        for (int connection = 0; connection < connections; connection++) {
            Client client = Client.connect(server.port());
            Lane lane = new Lane(connection, client, depth);
            lanes.add(lane);
            dialect.greet(client, connection, depth);
            client.channel().configureBlocking(false);
            client.channel().register(selector, SelectionKey.OP_READ, lane);
        }
    }

    /** Runs it: first for so long without counting, then counting. */
    Measured run(long warmMs, long countedMs) throws IOException {
        for (Lane lane : lanes) {
            for (int slot = 0; slot < lane.stages.length; slot++) {
                begin(lane, slot);
            }
            flush(lane);
        }
        turnUntil(warmMs);
        done = 0;
        latency = new Latency();
        double serverBefore = server.processorSeconds();
        long ownBeforeNs = threads.getCurrentThreadCpuTime();
        long startNs = System.nanoTime();
        turnUntil(countedMs);
        double seconds = (System.nanoTime() - startNs) / 1e9;
        double serverSeconds = server.processorSeconds() - serverBefore;
        double ownSeconds = (threads.getCurrentThreadCpuTime() - ownBeforeNs) / 1e9;
        Measured measured = new Measured(
                done / seconds, serverSeconds * 1e6 / Math.max(1, done), latency.us(500), latency.us(990), ownSeconds / seconds);
        isEnding = true;
        while (busy > 0) {
            turn();
        }
        return measured;
    }

    /** Takes and acks whatever is there. */
    void drain() throws IOException {
        run(0, 0);
    }

    private void turnUntil(long ms) throws IOException {
        long untilNs = System.nanoTime() + ms * 1_000_000;
        while (System.nanoTime() < untilNs && busy > 0) {
            turn();
        }
    }

    private void turn() throws IOException {
        if (selector.select(SILENCE_MS_MAX) == 0) {
            throw new IOException("no answer within " + SILENCE_MS_MAX + " ms to " + busy + " commands");
        }
        for (SelectionKey key : selector.selectedKeys()) {
            Lane lane = (Lane) key.attachment();
            if (key.isReadable()) {
                lane.client.read();
                understand(lane);
            }
            flush(lane);
        }
        selector.selectedKeys().clear();
    }

    private void understand(Lane lane) throws IOException {
        Client client = lane.client;
        while (client.end() > client.start()) {
            int bytes = dialect.read(client.in(), client.start(), client.end(), reply);
            if (bytes == 0) {
                return;
            }
            client.understood(bytes);
            if (reply.kind() == Reply.Kind.QUESTION) {
                dialect.reassure(client.out());
            } else if (reply.kind() != Reply.Kind.NEWS) {
                step(lane, reply.slot() == Reply.IN_ORDER ? lane.nextInOrder() : reply.slot());
            }
        }
    }

    /** A slot's command is answered. */
    private void step(Lane lane, int slot) throws IOException {
        busy--;
        Stage stage = lane.stages[slot];
        if (stage != Stage.TAKE && reply.kind() != Reply.Kind.DONE) {
            throw new IOException("a " + stage + " was answered with " + reply.kind());
        }
        switch (stage) {
            case PUT -> {
                if (part == Part.PUTS) {
                    finish(lane, slot);
                } else {
                    take(lane, slot);
                }
            }
            case TAKE -> {
                if (reply.kind() == Reply.Kind.TAKEN) {
                    lane.stages[slot] = Stage.ACK;
                    dialect.ack(lane.asked(slot), lane.number, slot, reply.receipt(), reply.receiptLength());
                    busy++;
                } else if (part == Part.DRAIN) {
                    lane.stages[slot] = Stage.OVER;
                } else {
                    take(lane, slot);
                }
            }
            case ACK -> finish(lane, slot);
            case OVER -> throw new IllegalStateException("an answer to nothing");
        }
    }

    private void finish(Lane lane, int slot) {
        done++;
        latency.add(System.nanoTime() - lane.begunNs[slot]);
        if (isEnding && part != Part.DRAIN) {
            lane.stages[slot] = Stage.OVER;
        } else {
            begin(lane, slot);
        }
    }

    private void begin(Lane lane, int slot) {
        lane.begunNs[slot] = System.nanoTime();
        if (part == Part.DRAIN) {
            take(lane, slot);
            return;
        }
        lane.stages[slot] = Stage.PUT;
        writeNumber();
        dialect.put(lane.asked(slot), lane.number, slot, payload);
        busy++;
    }

    private void take(Lane lane, int slot) {
        lane.stages[slot] = Stage.TAKE;
        dialect.take(
                lane.asked(slot), lane.number, slot, part == Part.DRAIN ? Dialect.Patience.NONE : Dialect.Patience.USUAL);
        busy++;
    }

    /** No two payloads are the same, since a server's list may be searched for one. */
    private void writeNumber() {
        long rest = ++number;
        for (int place = 15; place >= 0; place--) {
            payload[place] = (byte) ('a' + (rest & 15));
            rest >>>= 4;
        }
    }

    private void flush(Lane lane) throws IOException {
        boolean isAll = lane.client.send();
        int wanted = isAll ? SelectionKey.OP_READ : SelectionKey.OP_READ | SelectionKey.OP_WRITE;
        if (lane.wanted != wanted) {
            lane.wanted = wanted;
            lane.client.channel().register(selector, wanted, lane);
        }
    }

    @Override
    public void close() throws IOException {
        for (Lane lane : lanes) {
            lane.client.close();
        }
        selector.close();
    }

    /** A connection with its slots. */
    private static final class Lane {
        private final int number;
        private final Client client;
        private final Stage[] stages;
        private final long[] begunNs;
        /** The slots of the commands under way in the order in which they were sent, in a ring. */
        private final int[] order;

        private int first;
        private int last;
        private int wanted = SelectionKey.OP_READ;

        Lane(int number, Client client, int depth) {
            this.number = number;
            this.client = client;
            this.stages = new Stage[depth];
            this.begunNs = new long[depth];
            this.order = new int[depth];
        }

        /** Where to write the next command of a slot. */
        Output asked(int slot) {
            order[last] = slot;
            last = last + 1 == order.length ? 0 : last + 1;
            return client.out();
        }

        int nextInOrder() {
            int slot = order[first];
            first = first + 1 == order.length ? 0 : first + 1;
            return slot;
        }
    }
}
