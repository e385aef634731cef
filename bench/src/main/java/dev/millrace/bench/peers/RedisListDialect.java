package dev.millrace.bench.peers;

import java.io.IOException;

/** Redis' own advice for a reliable queue: a list of what is to do, and one of what is being done. */
final class RedisListDialect extends RespDialect {
    private static final byte[] FLUSH = Resp.command(1, "FLUSHALL");
    private static final byte[] PUT = Resp.command(3, "LPUSH", "bench");
    private static final byte[] TAKE = Resp.command(5, "LMOVE", "bench", "doing", "RIGHT", "LEFT");
    private static final byte[] TAKE_WAITING = Resp.command(3, "BRPOP", "bench", "0");
    private static final byte[] ACK = Resp.command(4, "LREM", "doing", "1");

    @Override
    public void prepare(Client client) throws IOException {
        client.ask(this, out -> out.add(FLUSH));
    }

    @Override
    byte[] putBeginning() {
        return PUT;
    }

    @Override
    public void take(Output out, int connection, int slot, Patience patience) {
        out.add(patience == Patience.WAITS ? TAKE_WAITING : TAKE);
    }

    /** A task that BRPOP gave is gone already: the cheapest way there is, though it may be lost. */
    @Override
    public boolean acksWhatWaited() {
        return false;
    }

    @Override
    byte[] ackBeginning() {
        return ACK;
    }

    @Override
    void tell(byte[] in, int start, int end, Reply reply) {
        if (in[start] == '$') {
            Resp.receipt(in, start, end, reply);
            reply.is(Reply.Kind.TAKEN);
        } else {
            reply.is(in[start] == '*' ? Reply.Kind.TAKEN : Reply.Kind.DONE);
        }
    }
}
