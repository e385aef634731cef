package dev.millrace.bench.peers;

import java.io.IOException;

/** The protocol of beanstalkd. */
final class BeanstalkDialect implements Dialect {
    private static final byte[] PUT = Output.ascii("put 0 0 60 ");
    private static final byte[] TAKE = Output.ascii("reserve-with-timeout 0\r\n");
    private static final byte[] TAKE_WAITING = Output.ascii("reserve\r\n");
    private static final byte[] ACK = Output.ascii("delete ");
    private static final byte[] RESERVED = Output.ascii("RESERVED ");
    private static final byte[] TIMED_OUT = Output.ascii("TIMED_OUT");
    private static final byte[] INSERTED = Output.ascii("INSERTED");
    private static final byte[] DELETED = Output.ascii("DELETED");

    @Override
    public void put(Output out, int connection, int slot, byte[] payload) {
        out.add(PUT).decimal(payload.length).lineEnd().add(payload).lineEnd();
    }

    @Override
    public void take(Output out, int connection, int slot, Patience patience) {
        out.add(patience == Patience.NONE ? TAKE : TAKE_WAITING);
    }

    @Override
    public void ack(Output out, int connection, int slot, byte[] receipt, int length) {
        out.add(ACK).add(receipt, 0, length).lineEnd();
    }

    @Override
    public int read(byte[] in, int start, int end, Reply reply) throws IOException {
        int line = Lines.after(in, start, end);
        if (line == 0) {
            return 0;
        }
        if (Lines.startsWith(in, start, end, RESERVED)) {
            int id = start + RESERVED.length;
            int idEnd = Lines.wordEnd(in, id);
            int after = line + (int) Lines.number(in, idEnd + 1) + 2;
            reply.receipt(in, id, idEnd - id);
            reply.is(Reply.Kind.TAKEN);
            return after <= end ? after - start : 0;
        }
        if (Lines.startsWith(in, start, end, TIMED_OUT)) {
            reply.is(Reply.Kind.EMPTY);
        } else if (Lines.startsWith(in, start, end, INSERTED) || Lines.startsWith(in, start, end, DELETED)) {
            reply.is(Reply.Kind.DONE);
        } else {
            throw Lines.unexpected(in, start, end);
        }
        return line - start;
    }
}
