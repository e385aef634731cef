package dev.millrace.bench.peers;

import java.io.IOException;
import java.nio.charset.StandardCharsets;

/** NATS JetStream: a stream with a work queue's retention in files, and a durable pull consumer with explicit acks. */
final class NatsDialect implements Dialect {
    private static final byte[] MSG = Output.ascii("MSG ");
    private static final byte[] HMSG = Output.ascii("HMSG ");
    private static final byte[] PUB = Output.ascii("PUB ");
    private static final byte[] INBOX = Output.ascii(" _INBOX.");
    private static final byte[] SUBJECT = Output.ascii("bench.q");
    private static final byte[] NEXT = Output.ascii("$JS.API.CONSUMER.MSG.NEXT.BENCH.WORKERS");
    private static final byte[] WAIT = Output.ascii("{\"batch\":1,\"expires\":60000000000}");
    /** Not {@code no_wait}, since of many of those at once not each was answered. */
    private static final byte[] WAIT_BRIEFLY = Output.ascii("{\"batch\":1,\"expires\":500000000}");
    private static final byte[] ACK = Output.ascii("+ACK");
    private static final byte[] PING = Output.ascii("PING");
    private static final byte[] PONG = Output.ascii("PONG");
    private static final byte[] ERROR = Output.ascii("\"error\"");
    private static final String HELLO = "CONNECT {\"verbose\":false,\"pedantic\":false,\"headers\":true,\"no_responders\":true,\"protocol\":1}\r\nPING\r\n";
    private static final String STREAM =
            "{\"name\":\"BENCH\",\"subjects\":[\"bench.q\"],\"retention\":\"workqueue\",\"storage\":\"file\",\"num_replicas\":1}";
    private static final String CONSUMER = "{\"stream_name\":\"BENCH\",\"config\":{\"durable_name\":\"WORKERS\",\"deliver_policy\":\"all\","
            + "\"ack_policy\":\"explicit\",\"ack_wait\":60000000000,\"max_ack_pending\":1000000,\"max_waiting\":100000}}";

    @Override
    public void prepare(Client client) throws IOException {
        greet(client, 0, 1);
        ask(client, "$JS.API.STREAM.CREATE.BENCH", STREAM);
        ask(client, "$JS.API.CONSUMER.DURABLE.CREATE.BENCH.WORKERS", CONSUMER);
    }

    private void ask(Client client, String subject, String body) throws IOException {
        client.ask(this, out -> publish(out, Output.ascii(subject), 0, 0, Output.ascii(body)));
    }

    @Override
    public void greet(Client client, int connection, int slots) throws IOException {
        client.out().add(Output.ascii(HELLO));
        for (int slot = 0; slot < slots; slot++) {
            client.out().add(Output.ascii("SUB _INBOX." + connection + "." + slot + " " + slot)).lineEnd();
        }
        client.send();
        Reply reply = new Reply();
        // The server's INFO comes first, then the answer to PING.
        while (true) {
            int line = Lines.after(client.in(), client.start(), client.end());
            if (line == 0) {
                client.read();
                continue;
            }
            boolean isPong = Lines.startsWith(client.in(), client.start(), line, PONG);
            client.understood(read(client.in(), client.start(), line, reply));
            if (isPong) {
                return;
            }
        }
    }

    @Override
    public void put(Output out, int connection, int slot, byte[] payload) {
        publish(out, SUBJECT, connection, slot, payload);
    }

    @Override
    public void take(Output out, int connection, int slot, Patience patience) {
        publish(out, NEXT, connection, slot, patience == Patience.NONE ? WAIT_BRIEFLY : WAIT);
    }

    @Override
    public void ack(Output out, int connection, int slot, byte[] receipt, int length) {
        out.add(PUB).add(receipt, 0, length).add(INBOX).decimal(connection).add('.').decimal(slot);
        out.add(' ').decimal(ACK.length).lineEnd().add(ACK).lineEnd();
    }

    @Override
    public void reassure(Output out) {
        out.add(PONG).lineEnd();
    }

    private static void publish(Output out, byte[] subject, int connection, int slot, byte[] body) {
        out.add(PUB).add(subject).add(INBOX).decimal(connection).add('.').decimal(slot);
        out.add(' ').decimal(body.length).lineEnd().add(body).lineEnd();
    }

    /**
     * A message tells its subscription, which is the slot; a task's has a subject to be acked at, any other answer has
     * none.
     */
    @Override
    public int read(byte[] in, int start, int end, Reply reply) throws IOException {
        int line = Lines.after(in, start, end);
        if (line == 0) {
            return 0;
        }
        boolean hasHeaders = Lines.startsWith(in, start, end, HMSG);
        if (!hasHeaders && !Lines.startsWith(in, start, end, MSG)) {
            if (in[start] == '-') {
                throw Lines.unexpected(in, start, end);
            }
            reply.is(Lines.startsWith(in, start, end, PING) ? Reply.Kind.QUESTION : Reply.Kind.NEWS);
            return line - start;
        }
        return message(in, start, line, end, hasHeaders, reply);
    }

    private static int message(byte[] in, int start, int line, int end, boolean hasHeaders, Reply reply) throws IOException {
        int subject = start + (hasHeaders ? HMSG.length : MSG.length);
        int number = Lines.nextWord(in, subject);
        int third = Lines.nextWord(in, number);
        int lengths = in[third] >= '0' && in[third] <= '9' ? third : Lines.nextWord(in, third);
        int total = hasHeaders ? Lines.nextWord(in, lengths) : lengths;
        int after = line + (int) Lines.number(in, total) + 2;
        if (after > end) {
            return 0;
        }
        int slot = (int) Lines.number(in, number);
        if (lengths != third) {
            reply.receipt(in, third, Lines.wordEnd(in, third) - third);
            reply.is(Reply.Kind.TAKEN, slot);
        } else if (hasHeaders) {
            reply.is(Reply.Kind.EMPTY, slot);
        } else {
            requireSuccess(in, line, after);
            reply.is(Reply.Kind.DONE, slot);
        }
        return after - start;
    }

    private static void requireSuccess(byte[] in, int start, int end) throws IOException {
        for (int index = start; index < end; index++) {
            if (in[index] == ERROR[0] && Lines.startsWith(in, index, end, ERROR)) {
                throw new IOException(new String(in, start, end - start, StandardCharsets.UTF_8));
            }
        }
    }
}
