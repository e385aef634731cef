package dev.millrace.bench.peers;

import java.io.IOException;

/** The native wire, without options: what any client of Redis would send. */
final class MillraceDialect extends RespDialect {
    private static final byte[] PUT = Resp.command(3, "TASK.PUT", "bench");
    private static final byte[] TAKE = Resp.command(2, "TASK.TAKE", "bench");
    private static final byte[] TAKE_WAITING = Resp.command(4, "TASK.TAKE", "bench", "TIMEOUT", "60000");
    private static final byte[] ACK = Resp.command(3, "TASK.ACK", "bench");

    @Override
    byte[] putBeginning() {
        return PUT;
    }

    @Override
    public void take(Output out, int connection, int slot, Patience patience) {
        out.add(patience == Patience.WAITS ? TAKE_WAITING : TAKE);
    }

    @Override
    byte[] ackBeginning() {
        return ACK;
    }

    /**
     * An answer to a take has the id as the value of its first pair, and a payload as the last; to a put or an ack it
     * has two pairs.
     */
    @Override
    void tell(byte[] in, int start, int end, Reply reply) throws IOException {
        if (Lines.number(in, start + 1) <= 6) {
            reply.is(Reply.Kind.DONE);
        } else {
            int key = Lines.after(in, start, end);
            Resp.receipt(in, Resp.after(in, key, end), end, reply);
            reply.is(Reply.Kind.TAKEN);
        }
    }
}
