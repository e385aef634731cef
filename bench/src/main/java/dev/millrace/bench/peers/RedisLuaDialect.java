package dev.millrace.bench.peers;

import java.io.IOException;
import java.nio.charset.StandardCharsets;

/** A queue of three scripts, as libraries over Redis have them: ids, payloads in a hash, and leases in a sorted set. */
final class RedisLuaDialect extends RespDialect {
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
    byte[] putBeginning() {
        return put;
    }

    @Override
    public void take(Output out, int connection, int slot, Patience patience) {
        out.add(take);
    }

    @Override
    byte[] ackBeginning() {
        return ack;
    }

    /** What a take answers is an array of id and payload, and what a script's loading answers a bulk string. */
    @Override
    void tell(byte[] in, int start, int end, Reply reply) {
        if (in[start] == '*' || in[start] == '$') {
            Resp.receipt(in, in[start] == '*' ? Lines.after(in, start, end) : start, end, reply);
            reply.is(Reply.Kind.TAKEN);
        } else {
            reply.is(Reply.Kind.DONE);
        }
    }
}
