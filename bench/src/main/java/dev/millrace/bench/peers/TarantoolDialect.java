package dev.millrace.bench.peers;

import java.io.IOException;

/** Calls of the functions of {@code queue.lua} by Tarantool's own protocol, whose requests and answers are numbered. */
final class TarantoolDialect implements Dialect {
    private static final int GREETING_BYTES = 128;
    private static final int CODE = 0;
    private static final int SYNC = 1;
    private static final int CALL = 10;
    private static final int ARGUMENTS = 0x21;
    private static final int FUNCTION = 0x22;
    private static final int DATA = 0x30;
    private static final int UINT_32 = 0xce;
    private static final int UINT_64 = 0xcf;
    private static final byte[] PUT = Output.ascii("queue.put");
    private static final byte[] TAKE = Output.ascii("queue.take");
    private static final byte[] ACK = Output.ascii("queue.ack");
    private static final int WAIT_SECONDS = 60;

    @Override
    public void greet(Client client, int connection, int slots) throws IOException {
        while (client.end() - client.start() < GREETING_BYTES) {
            client.read();
        }
        client.understood(GREETING_BYTES);
    }

    @Override
    public void put(Output out, int connection, int slot, byte[] payload) {
        call(out, slot, PUT, 2 + payload.length);
        out.add(0xd9).add(payload.length).add(payload);
    }

    @Override
    public void take(Output out, int connection, int slot, Patience patience) {
        call(out, slot, TAKE, 1);
        out.add(patience == Patience.NONE ? 0 : WAIT_SECONDS);
    }

    @Override
    public void ack(Output out, int connection, int slot, byte[] receipt, int length) {
        call(out, slot, ACK, 9);
        out.add(UINT_64).add(receipt, 0, 8);
    }

    /** A call with one argument of so many bytes, which follow. */
    private static void call(Output out, int slot, byte[] function, int argumentBytes) {
        // Header: a map of two; body: a map of two, the function's name and an array of one.
        int bytes = 3 + 6 + 2 + 1 + function.length + 2 + argumentBytes;
        out.add(UINT_32).big(bytes, 4);
        out.add(0x82).add(CODE).add(CALL).add(SYNC).add(UINT_32).big(slot, 4);
        out.add(0x82).add(FUNCTION).add(0xa0 | function.length).add(function).add(ARGUMENTS).add(0x91);
    }

    @Override
    public int read(byte[] in, int start, int end, Reply reply) throws IOException {
        if (end - start < 5) {
            return 0;
        }
        MessagePack values = new MessagePack(in, start);
        int after = start + 5 + (int) values.number();
        if (after > end) {
            return 0;
        }
        long code = 0;
        int slot = 0;
        for (int pair = values.count(); pair > 0; pair--) {
            long key = values.number();
            if (key == CODE) {
                code = values.number();
            } else if (key == SYNC) {
                slot = (int) values.number();
            } else {
                values.skip();
            }
        }
        if (code != 0) {
            throw Lines.unexpected(in, values.at(), after);
        }
        body(values, slot, reply);
        return after - start;
    }

    /** A task is a map with its id; what answers put and ack has none, and an empty queue answers nothing. */
    private static void body(MessagePack values, int slot, Reply reply) throws IOException {
        reply.is(Reply.Kind.EMPTY, slot);
        for (int pair = values.count(); pair > 0; pair--) {
            if (values.number() != DATA || values.count() < 1) {
                values.skip();
                continue;
            }
            if (!values.isMap()) {
                reply.is(Reply.Kind.DONE, slot);
                return;
            }
            for (int field = values.count(); field > 0; field--) {
                if (values.skipIf('i', 'd')) {
                    byte[] id = new Output().big(values.number(), 8).array();
                    reply.receipt(id, 0, 8);
                    reply.is(Reply.Kind.TAKEN, slot);
                    return;
                }
                values.skip();
                values.skip();
            }
        }
    }
}
