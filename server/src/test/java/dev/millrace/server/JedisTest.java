package dev.millrace.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import redis.clients.jedis.DefaultJedisClientConfig;
import redis.clients.jedis.HostAndPort;
import redis.clients.jedis.Jedis;
import redis.clients.jedis.Pipeline;
import redis.clients.jedis.RedisProtocol;
import redis.clients.jedis.Response;
import redis.clients.jedis.commands.ProtocolCommand;
import redis.clients.jedis.exceptions.JedisDataException;
import redis.clients.jedis.util.KeyValue;

/** A widely used client of Redis, as it is. */
@Timeout(60)
class JedisTest {
    private final MillraceServer server = MillraceServer.start(ServerOptions.of("memory:")
            .withListen(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0)));
    private Jedis jedis = connect(RedisProtocol.RESP2);

    private Jedis connect(RedisProtocol protocol) {
        return new Jedis(
                new HostAndPort("127.0.0.1", server.address().getPort()),
                DefaultJedisClientConfig.builder()
                        .protocol(protocol)
                        .clientName("tester")
                        .build());
    }

    @BeforeEach
    void speaks() {
        assertThat(jedis.ping()).isEqualTo("PONG");
    }

    @AfterEach
    void close() {
        jedis.close();
        server.close();
    }

    @Test
    void resp2_aLifeOfATask() {
        assertThat(numbers(call("TASK.PUT", "mail", "hello"))).startsWith("id", 1L, "state", "ready");
        assertThat(numbers(call("TASK.TAKE", "mail"))).contains("receipt", "1:1", "payload", "hello");
        assertThat(numbers(call("TASK.RELEASE", "mail", "1:1"))).containsExactly("id", 1L, "state", "ready");
        call("TASK.TAKE", "mail");
        assertThat(numbers(call("TASK.ACK", "mail", "1:2"))).containsExactly("id", 1L, "outcome", "acked");
        assertThat(call("TASK.TAKE", "mail")).isNull();
    }

    @Test
    void resp3_answersAreMaps() {
        jedis.close();
        jedis = connect(RedisProtocol.RESP3);

        assertThat(pairs(call("TASK.PUT", "mail", "hello"))).containsEntry("id", "1").containsEntry("state", "ready");
        assertThat(pairs(call("TASK.TAKE", "mail"))).containsEntry("payload", "hello").containsEntry("attempt", "1");
    }

    @Test
    void errors_areExceptions() {
        assertThatThrownBy(() -> call("TASK.ACK", "mail", "17"))
                .isInstanceOf(JedisDataException.class)
                .hasMessageStartingWith("NOT_FOUND ");
        assertThatThrownBy(() -> call("TASK.PUT", "mail"))
                .isInstanceOf(JedisDataException.class)
                .hasMessageContaining("usage: TASK.PUT queue payload");
        assertThat(jedis.ping()).as("goes on").isEqualTo("PONG");
    }

    @Test
    void pipeline_answersInOrder() {
        Pipeline pipeline = jedis.pipelined();
        List<Response<Object>> answers = List.of(
                pipeline.sendCommand(command("TASK.PUT"), "mail", "one"),
                pipeline.sendCommand(command("ECHO"), "PONG"),
                pipeline.sendCommand(command("TASK.TAKE"), "mail"));
        pipeline.sync();

        assertThat(numbers(answers.get(0).get())).startsWith("id", 1L);
        assertThat(text(answers.get(1).get())).isEqualTo("PONG");
        assertThat(numbers(answers.get(2).get())).contains("payload", "one");
    }

    private Object call(String name, String... arguments) {
        return jedis.sendCommand(command(name), arguments);
    }

    private static ProtocolCommand command(String name) {
        return () -> name.getBytes(StandardCharsets.UTF_8);
    }

    private static List<Object> numbers(Object answer) {
        return ((List<?>) answer).stream().map(value -> value instanceof Long ? value : (Object) text(value)).toList();
    }

    private static Map<String, String> pairs(Object answer) {
        return ((List<?>) answer)
                .stream()
                        .map(pair -> (KeyValue<?, ?>) pair)
                        .collect(Collectors.toMap(pair -> text(pair.getKey()), pair -> text(pair.getValue())));
    }

    private static String text(Object value) {
        return value instanceof byte[] bytes ? new String(bytes, StandardCharsets.UTF_8) : String.valueOf(value);
    }
}
