package dev.millrace.bench.peers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What servers answer, whole and cut off anywhere, as it was recorded from them. */
class DialectTest {
    private static final String TASK =
            "*14\r\n$2\r\nid\r\n:17\r\n$5\r\nqueue\r\n$1\r\nq\r\n$7\r\nreceipt\r\n$4\r\n17:1\r\n$7\r\nattempt\r\n:1\r\n"
                    + "$8\r\nfailures\r\n:0\r\n$8\r\npriority\r\n:0\r\n$7\r\npayload\r\n$3\r\na\r\n\r\n";

    private final Reply reply = new Reply();

    @Test
    void read_millrace_tellsTaskFromDoneAndNothing() throws IOException {
        Dialect dialect = new MillraceDialect();
        expect(dialect, bytes(TASK), Reply.Kind.TAKEN, "17");
        expect(dialect, bytes("*4\r\n$2\r\nid\r\n:17\r\n$5\r\nstate\r\n$5\r\nready\r\n"), Reply.Kind.DONE, null);
        expect(dialect, bytes("%2\r\n$2\r\nid\r\n:17\r\n$7\r\noutcome\r\n$5\r\nacked\r\n"), Reply.Kind.DONE, null);
        expect(dialect, bytes("$-1\r\n"), Reply.Kind.EMPTY, null);
        expect(dialect, bytes("_\r\n"), Reply.Kind.EMPTY, null);
    }

    @Test
    void read_redis_tellsTaskFromDoneAndNothing() throws IOException {
        Dialect list = new RedisListDialect();
        expect(list, bytes(":3\r\n"), Reply.Kind.DONE, null);
        expect(list, bytes("$4\r\na\r\nb\r\n"), Reply.Kind.TAKEN, "a\r\nb");
        expect(list, bytes("$-1\r\n"), Reply.Kind.EMPTY, null);
        Dialect lua = new RedisLuaDialect();
        expect(lua, bytes("*2\r\n$2\r\n12\r\n$1\r\nx\r\n"), Reply.Kind.TAKEN, "12");
        expect(lua, bytes("*-1\r\n"), Reply.Kind.EMPTY, null);
    }

    @Test
    void read_beanstalkd_tellsTaskFromDoneAndNothing() throws IOException {
        Dialect dialect = new BeanstalkDialect();
        expect(dialect, bytes("RESERVED 91 3\r\na\nb\r\n"), Reply.Kind.TAKEN, "91");
        expect(dialect, bytes("INSERTED 91\r\n"), Reply.Kind.DONE, null);
        expect(dialect, bytes("DELETED\r\n"), Reply.Kind.DONE, null);
        expect(dialect, bytes("TIMED_OUT\r\n"), Reply.Kind.EMPTY, null);
    }

    @Test
    void read_nats_tellsItsSlot() throws IOException {
        Dialect dialect = new NatsDialect();
        expect(dialect, bytes("MSG bench.q 7 $JS.ACK.B.W.1.2.3 5\r\nhello\r\n"), Reply.Kind.TAKEN, "$JS.ACK.B.W.1.2.3");
        assertThat(reply.slot()).isEqualTo(7);
        // Two blanks where a word is left out, as the server writes them.
        expect(dialect, bytes("MSG _INBOX.0.3 3  27\r\n{\"stream\":\"BENCH\", \"seq\":1}\r\n"), Reply.Kind.DONE, null);
        assertThat(reply.slot()).isEqualTo(3);
        expect(dialect, bytes("HMSG _INBOX.0.0 0  28 28\r\nNATS/1.0 404 No Messages\r\n\r\n\r\n"), Reply.Kind.EMPTY, null);
        expect(dialect, bytes("PING\r\n"), Reply.Kind.QUESTION, null);
        expect(dialect, bytes("+OK\r\n"), Reply.Kind.NEWS, null);
    }

    @Test
    void read_tarantool_tellsItsSlot() throws IOException {
        Dialect dialect = new TarantoolDialect();
        byte[] payload = bytes("x".repeat(200));
        byte[] task = concat(
                new byte[] {(byte) 0x82}, bytes("\u00a7payload"), new byte[] {(byte) 0xd9, (byte) 200}, payload,
                new byte[] {(byte) 0xa2, 'i', 'd', (byte) 0xcd, 1, 4});
        expect(dialect, tarantool(5, task), Reply.Kind.TAKEN, "\0\0\0\0\0\0\1\4");
        assertThat(reply.slot()).isEqualTo(5);
        expect(dialect, tarantool(6, new byte[] {(byte) 0xc3}), Reply.Kind.DONE, null);
        expect(dialect, tarantool(7), Reply.Kind.EMPTY, null);
        assertThat(reply.slot()).isEqualTo(7);
    }

    @Test
    void read_error_isThrownWithWhatTheServerSaid() {
        assertFails(new MillraceDialect(), "-NOT_OWNER task 17 is not yours\r\n", "NOT_OWNER task 17");
        assertFails(new BeanstalkDialect(), "NOT_FOUND\r\n", "NOT_FOUND");
        assertFails(new NatsDialect(), "-ERR 'Authorization Violation'\r\n", "Authorization");
        assertFails(new NatsDialect(), "MSG _INBOX.0.0 0 12\r\n{\"error\":{}}\r\n", "error");
    }

    private void assertFails(Dialect dialect, String answer, String told) {
        byte[] bytes = bytes(answer);
        assertThatThrownBy(() -> dialect.read(bytes, 0, bytes.length, reply))
                .isInstanceOf(IOException.class)
                .hasMessageContaining(told);
    }

    /** Cut off anywhere it is no answer; whole, and with another behind it, it is this one. */
    private void expect(Dialect dialect, byte[] answer, Reply.Kind kind, @Nullable String receipt) throws IOException {
        byte[] twice = concat(bytes("before"), answer, answer);
        for (int length = 1; length < answer.length; length++) {
            assertThat(dialect.read(twice, 6, 6 + length, reply)).as("the first " + length).isZero();
        }
        assertThat(dialect.read(twice, 6, twice.length, reply)).isEqualTo(answer.length);
        assertThat(reply.kind()).isEqualTo(kind);
        if (receipt != null) {
            assertThat(reply.receiptCopy()).isEqualTo(bytes(receipt));
        }
    }

    /** An answer of Tarantool: code 0, the number of its request, and data. */
    private static byte[] tarantool(int sync, byte[]... data) {
        byte[] values = concat(
                new byte[] {(byte) 0x83, 0, (byte) 0xce, 0, 0, 0, 0, 1, (byte) 0xcf, 0, 0, 0, 0, 0, 0, 0, (byte) sync, 5, (byte) 0xce, 0, 0, 0, 80},
                new byte[] {(byte) 0x81, 0x30, (byte) 0xdd, 0, 0, 0, (byte) data.length}, concat(data));
        return concat(new byte[] {(byte) 0xce, 0, 0, (byte) (values.length >> 8), (byte) values.length}, values);
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }

    private static byte[] concat(byte[]... parts) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        Arrays.stream(parts).forEach(all::writeBytes);
        return all.toByteArray();
    }
}
