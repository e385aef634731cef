package dev.millrace.bench.peers;

import java.io.IOException;
import java.nio.charset.StandardCharsets;

/** A queue of three scripts, as libraries over Redis have them: ids, payloads in a hash, and leases in a sorted set. */
final class RedisLuaDialect implements Dialect {
    private static final String PUT_SCRIPT = """
            local id = redis.call('INCR', KEYS[1])
            redis.call('HSET', KEYS[2], id, ARGV[1])
            redis.call('LPUSH', KEYS[3], id)
            return id""";
    private static final String TAKE_SCRIPT = """
            local id = redis.call('RPOP', KEYS[1])
            if not id then return false end
            redis.call('ZADD', KEYS[2], redis.call('TIME')[1] + 30, id)
            return {id, redis.call('HGET', KEYS[3], id)}""";
    private static final String ACK_SCRIPT = """
            if redis.call('ZREM', KEYS[1], ARGV[1]) == 0 then return 0 end
            return redis.call('HDEL', KEYS[2], ARGV[1])""";

    private byte[] put = {};
    private byte[] take = {};
    private byte[] ack = {};

    @Override
    public void prepare(Client client) throws IOException {
        client.ask(this, out -> out.add(Resp.command(1, "FLUSHALL")));
        put = Resp.command(7, "EVALSHA", load(client, PUT_SCRIPT), "3", "ids", "payloads", "ready");
        take = Resp.command(6, "EVALSHA", load(client, TAKE_SCRIPT), "3", "ready", "leases", "payloads");
        ack = Resp.command(6, "EVALSHA", load(client, ACK_SCRIPT), "2", "leases", "payloads");
    }

    private String load(Client client, String script) throws IOException {
        Reply reply = client.ask(this, out -> out.add(Resp.command(3, "SCRIPT", "LOAD", script)));
        return new String(reply.receiptCopy(), StandardCharsets.US_ASCII);
    }

    @Override
    public boolean canWait() {
        return false;
    }

    @Override
    public void put(Output out, int connection, int slot, byte[] payload) {
        out.add(put);
        Resp.bulk(out, payload);
    }

    @Override
    public void take(Output out, int connection, int slot, Patience patience) {
        out.add(take);
    }

    @Override
    public void ack(Output out, int connection, int slot, byte[] receipt, int length) {
        out.add(ack);
        Resp.bulk(out, receipt, length);
    }

    /** What a take answers is an array of id and payload, and what a script's loading answers a bulk string. */
    @Override
    public int read(byte[] in, int start, int end, Reply reply) throws IOException {
        int after = Resp.after(in, start, end);
        if (after == 0) {
            return 0;
        }
        if (Resp.isNothing(in, start)) {
            reply.is(Reply.Kind.EMPTY);
        } else if (in[start] == '*' || in[start] == '$') {
            Resp.receipt(in, in[start] == '*' ? Lines.after(in, start, end) : start, end, reply);
            reply.is(Reply.Kind.TAKEN);
        } else {
            reply.is(Reply.Kind.DONE);
        }
        return after - start;
    }
}
