package dev.millrace.bench.peers;

import java.io.IOException;

/**
 * What servers have in common that speak the Redis protocol: an ack is a command that the receipt completes, and a
 * value may mean nothing.
 */
abstract class RespDialect implements Dialect {
    /** The bytes of a put before its payload. */
    abstract byte[] putBeginning();

    /** The bytes of an ack before its receipt. */
    abstract byte[] ackBeginning();

    /** Says what an answer is that means something; all of it is there. */
    abstract void tell(byte[] in, int start, int end, Reply reply) throws IOException;

    @Override
    public final void put(Output out, int connection, int slot, byte[] payload) {
        out.add(putBeginning());
        Resp.bulk(out, payload);
    }

    @Override
    public final void ack(Output out, int connection, int slot, byte[] receipt, int length) {
        out.add(ackBeginning());
        Resp.bulk(out, receipt, length);
    }

    @Override
    public final int read(byte[] in, int start, int end, Reply reply) throws IOException {
        int after = Resp.after(in, start, end);
        if (after == 0) {
            return 0;
        }
        if (Resp.isNothing(in, start)) {
            reply.is(Reply.Kind.EMPTY);
        } else {
            tell(in, start, after, reply);
        }
        return after - start;
    }
}
