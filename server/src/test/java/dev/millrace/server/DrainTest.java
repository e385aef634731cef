package dev.millrace.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.server.TestServer.Client;
import dev.millrace.testkit.Clause;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A server that is about to end: nobody is given a task, and who has some may finish, for a while. */
class DrainTest {
    private static final int DRAIN_MS = 5_000;

    private final TestServer server =
            new TestServer(options -> LimitsChange.limits(options, limits -> limits.drainMs = DRAIN_MS));
    private final Client client = server.connect();
    private boolean isOver;

    @AfterEach
    void close() {
        server.close();
    }

    @Test
    void drain_whereNobodyHoldsATask_isOverAtOnce() {
        server.connect().call("TASK.PUT", "mail", "x");
        client.call("TASK.TAKE", "mail");
        client.call("TASK.ACK", "mail", "1");

        drain();

        assertThat(isOver).isTrue();
        assertThat(client.isOpen()).isTrue();
        assertThat(client.call("INFO", "server")).contains("draining:1");
    }

    @Test
    @Clause("T5")
    void drain_answersTakesThatWait_andRefusesNewOnes_whileEverythingElseGoesOn() {
        Client holder = holder("x");
        client.sendWithinTurn("TASK.TAKE", "empty", "TIMEOUT", "-1");
        client.sendWithinTurn("PING");
        server.settle();

        drain();

        assertThat(client.received()).startsWith("-CLOSED the server is about to end").endsWith("+PONG\r\n");
        assertThat(client.call("TASK.TAKE", "mail")).startsWith("-CLOSED ");
        assertThat(client.call("TASK.TAKE", "mail", "COUNT", "3", "TIMEOUT", "-1")).startsWith("-CLOSED ");
        assertThat(client.call("TASK.PUT", "empty", "y")).contains("ready");
        assertThat(client.call("TASK.PEEK", "empty")).contains("ready");
        assertThat(holder.call("TASK.ACK", "mail", "1:1")).contains("acked");
    }

    /** Its client asks another server once the connection has ended, and until then goes on with what it has. */
    @Test
    void drain_leavesWhatBearsATagWaiting_withoutATask() {
        Client holder = holder("x");
        holder.call("HELLO", "3");
        holder.call("TASK.TAKE", "other", "TIMEOUT", "-1", "TAG", "t");
        holder.call("TASK.CONSUME", "other", "CREDIT", "5", "TAG", "c");

        drain();
        client.call("TASK.PUT", "other", "y");

        assertThat(holder.received()).isEmpty();
        assertThat(holder.call("TASK.TAKE", "other", "TIMEOUT", "9", "TAG", "u")).isEqualTo("+WAITING\r\n");
        assertThat(holder.call("TASK.CREDIT", "c", "2")).isEqualTo("+OK\r\n");
        assertThat(holder.call("TASK.CONSUME", "other", "CREDIT", "5", "TAG", "d")).isEqualTo("+OK\r\n");
        server.advance(Duration.ofMillis(100));
        assertThat(holder.received()).isEmpty();
        assertThat(holder.call("TASK.CANCEL", "c")).isEqualTo("+OK\r\n");
        assertThat(holder.call("TASK.CANCEL", "t")).isEqualTo("+OK\r\n");
        assertThat(holder.call("TASK.CANCEL", "u")).isEqualTo("+OK\r\n");
        assertThat(client.call("TASK.STATS", "other")).contains("$7\r\nwaiting\r\n:0\r\n", "$5\r\nready\r\n:1\r\n");
        assertThat(isOver).isFalse();
    }

    @Test
    void drain_isOver_onceTheLastVerdictIsThere() {
        Client one = holder("x");
        Client other = holder("y");
        drain();
        one.call("TASK.ACK", "mail", "1:1");
        server.advance(Duration.ofMillis(1_000));
        assertThat(isOver).isFalse();

        other.call("TASK.FAIL", "mail", "2:1");
        server.advance(Duration.ofMillis(49));
        assertThat(isOver).isFalse();
        server.advance(Duration.ofMillis(1));
        assertThat(isOver).isTrue();
    }

    @Test
    @Clause("G7")
    void drain_isOver_atItsLimit() {
        Client holder = holder("x");
        drain();
        server.advance(Duration.ofMillis(DRAIN_MS - 1));
        assertThat(isOver).isFalse();

        server.advance(Duration.ofMillis(1));
        assertThat(isOver).isTrue();
        assertThat(holder.call("TASK.ACK", "mail", "1:1")).contains("acked");
    }

    @Test
    void drain_waitsForNoSessionWithoutAConnection() {
        Client holder = holder("x");
        holder.call("SESSION.GRACE", "60000");
        holder.drop();

        drain();
        assertThat(isOver).isTrue();
    }

    @Test
    void drain_waitsForWhoeverGoesOnWithASession() {
        Client holder = holder("x");
        String granted = holder.call("SESSION.GRACE", "60000");
        String secret = granted.substring(granted.indexOf("secret") + 13, granted.indexOf("secret") + 45);
        String id = granted.substring(granted.indexOf(':') + 1, granted.indexOf("\r\n$6"));
        Client waiting = holder("y");
        holder.drop();
        drain();

        client.call("SESSION.RESUME", id, secret);
        waiting.call("TASK.ACK", "mail", "2:1");
        server.advance(Duration.ofMillis(1_000));
        assertThat(isOver).isFalse();
        client.call("TASK.ACK", "mail", "1:1");
        server.advance(Duration.ofMillis(50));
        assertThat(isOver).isTrue();
    }

    @Test
    void hurry_endsTheDrain_alsoBeforeItHasBegun() {
        holder("x");
        drain();
        server.state().drain().hurry();
        assertThat(isOver).isTrue();

        try (TestServer hurried = new TestServer()) {
            Client holder = hurried.connect();
            holder.call("TASK.PUT", "mail", "x");
            holder.call("TASK.TAKE", "mail");
            hurried.state().drain().hurry();
            isOver = false;
            hurried.state().drain().begin(() -> isOver = true);
            assertThat(isOver).isTrue();
        }
    }

    private Client holder(String payload) {
        Client holder = server.connect();
        holder.call("TASK.PUT", "mail", payload);
        assertThat(holder.call("TASK.TAKE", "mail")).contains(payload);
        return holder;
    }

    private void drain() {
        server.state().drain().begin(() -> isOver = true);
        server.settle();
    }
}
