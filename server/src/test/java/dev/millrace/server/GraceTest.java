package dev.millrace.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.server.TestServer.Client;
import dev.millrace.testkit.Clause;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/**
 * Sessions that outlive their connections, where two things happen in one turn of the loop; {@code sessions.txt} has
 * the rest.
 */
class GraceTest {
    private static final String SECRET = "73d51abbd89cb8196f0efb6892f94d68";

    private TestServer server = new TestServer();

    @AfterEach
    void close() {
        server.close();
    }

    @Test
    @Clause({"G3", "G4 tasks"})
    void resume_whileATakeIsUnderWay_givesItsTaskBackUnseen() {
        Client first = withGrace();
        Client second = server.connect();
        second.call("TASK.PUT", "mail", "x");

        first.sendWithinTurn("TASK.TAKE", "mail");
        first.sendWithinTurn("TASK.STATS", "mail");
        second.sendWithinTurn("SESSION.RESUME", "1", SECRET);
        server.settle();

        assertThat(first.received()).isEmpty();
        assertThat(first.isOpen()).isFalse();
        assertThat(second.received()).startsWith("*6\r\n$2\r\nid\r\n:1\r\n").doesNotContain("payload", "putCount");
        assertThat(second.call("SESSION.HELD")).contains("$4\r\nheld\r\n:0\r\n");
        assertThat(second.call("TASK.TAKE", "mail")).contains("$3\r\n1:2\r\n");
    }

    @Test
    @Clause({"G3", "T9"})
    void drop_whileABlockedTakeIsServed_givesItsTaskBackUnseen() {
        Client first = withGrace();
        Client other = server.connect();
        first.call("TASK.TAKE", "mail", "TIMEOUT", "-1");

        other.sendWithinTurn("TASK.PUT", "mail", "x");
        first.channel().close();
        server.settle();

        assertThat(stat(other, "taken")).isZero();
        assertThat(stat(other, "ready")).isOne();
        assertThat(stat(other, "failedCount")).isZero();
        assertThat(server.state().sessions().detachedCount()).isOne();
    }

    @Test
    @Clause({"G3", "T25 consume"})
    void resume_ofAConsumption_withdrawsItsTakes_andKeepsWhatWasPushed() {
        Client first = withGrace();
        first.call("HELLO", "3");
        first.call("TASK.CONSUME", "mail", "CREDIT", "3", "TAG", "c");
        Client other = server.connect();
        other.call("TASK.PUT", "mail", "pushed");
        assertThat(first.received()).contains("pushed");

        other.sendWithinTurn("TASK.PUT", "mail", "under way");
        Client second = server.connectWithinTurn();
        second.sendWithinTurn("SESSION.RESUME", "1", SECRET);
        server.settle();

        assertThat(second.received()).doesNotContain("under way");
        assertThat(second.call("SESSION.HELD")).contains("$4\r\nheld\r\n:1\r\n", "$3\r\n1:1\r\n");
        assertThat(stat(other, "waiting")).isZero();
        assertThat(stat(other, "ready")).isOne();
        second.call("HELLO", "3");
        assertThat(second.call("TASK.CONSUME", "mail", "CREDIT", "1", "TAG", "c")).contains("+OK", "under way");
    }

    @Test
    @Clause("G3")
    void fencedConnection_canDoNothingMore() {
        Client first = withGrace();
        Client second = server.connect();
        second.call("TASK.PUT", "mail", "x");
        first.call("TASK.TAKE", "mail");
        first.call("TASK.TAKE", "mail", "TIMEOUT", "-1");
        first.call("TASK.ACK", "mail", "1:1");

        second.call("SESSION.RESUME", "1", SECRET);

        assertThat(first.received()).isEmpty();
        assertThat(stat(second, "taken")).isOne();
        assertThat(second.call("TASK.ACK", "mail", "1:1")).contains("acked");
        assertThat(server.state().connections().count()).isOne();
    }

    @Test
    @Clause("G3")
    void resume_thatIsReadBeforeTheAlarmRings_isInTime() {
        Client first = withGrace();
        Client second = server.connect();
        first.drop();

        server.clock().advance(Duration.ofMillis(5_000));
        assertThat(second.call("SESSION.RESUME", "1", SECRET)).contains("$4\r\nheld\r\n:0\r\n");
        server.advance(Duration.ofMillis(60_000));

        assertThat(second.call("SESSION.HELD")).contains("held");
        assertThat(server.state().sessions().lapseCount()).isZero();
    }

    @Test
    @Clause("G3")
    void resume_fromOneConnectionToTheNext_manyTimes_keepsTheTasks() {
        Client client = withGrace();
        client.call("TASK.PUT", "mail", "x");
        client.call("TASK.TAKE", "mail");
        for (int count = 0; count < 100; count++) {
            if (count % 2 == 0) {
                client.drop();
            }
            client = server.connect();
            assertThat(client.call("SESSION.RESUME", "1", SECRET)).contains("$4\r\nheld\r\n:1\r\n");
        }
        assertThat(client.call("TASK.ACK", "mail", "1:1")).contains("acked");
        assertThat(server.state().sessions().resumptionCount()).isEqualTo(100);
        assertThat(server.state().sessions().detachedCount()).isZero();
    }

    @Test
    @Clause({"G3", "G7"})
    void drop_whenTooManyAreDetached_endsTheSessionAtOnce() {
        serve(limits -> limits.detachedMax = 1);
        Client keeping = withGrace();
        Client losing = server.connect();
        losing.call("SESSION.GRACE", "5000");
        losing.call("TASK.PUT", "mail", "x");
        losing.call("TASK.TAKE", "mail");

        keeping.drop();
        losing.drop();

        Client other = server.connect();
        assertThat(stat(other, "ready")).isOne();
        assertThat(server.state().counters().metCount(Limit.DETACHED_MAX)).isOne();
        assertThat(other.call("SESSION.RESUME", "1", SECRET)).contains("held");
    }

    @Test
    @Clause("G3")
    void grace_whereTheServerAllowsNone_isRefused() {
        serve(limits -> limits.graceMsMax = 0);
        assertThat(server.connect().call("SESSION.GRACE", "1")).startsWith("-BAD_ARGUMENT graceMs=1 > graceMsMax=0");
    }

    @Test
    @Clause({"G3", "T20"})
    void taskLostWhileDetached_isNotHeldAfterwards() {
        Client first = withGrace();
        Client other = server.connect();
        other.call("TASK.PUT", "mail", "x");
        first.call("TASK.TAKE", "mail");
        first.drop();
        other.call("TASK.DELETE", "mail", "1", "FORCE");

        assertThat(other.call("SESSION.RESUME", "1", SECRET)).contains("$4\r\nheld\r\n:0\r\n");
        assertThat(other.call("TASK.ACK", "mail", "1:1")).startsWith("-NOT_FOUND");
    }

    @Test
    @Clause("G3")
    void engineEnd_endsDetachedSessions() {
        Client first = withGrace();
        first.drop();
        server.state().engine().close();
        server.settle();

        assertThat(server.state().sessions().detachedCount()).isZero();
        Client late = server.connect();
        assertThat(late.received()).startsWith("-CLOSED ");
        assertThat(late.isOpen()).isFalse();
    }

    /** As when the loop stood still in a slow write to the disk: what has arrived meanwhile is read first. */
    @Test
    @Clause("G3")
    void silence_whileTheServerStoodStill_isNoSilence() {
        Client client = server.connect();
        client.call("SESSION.TIMEOUT", "1000");

        server.clock().advance(Duration.ofSeconds(20));
        client.sendWithinTurn("PING");
        server.advance(Duration.ZERO);
        assertThat(client.received()).isEqualTo("+PONG\r\n");

        server.advance(Duration.ofMillis(999));
        assertThat(client.isOpen()).isTrue();
        server.advance(Duration.ofMillis(1));
        assertThat(client.isOpen()).isFalse();
        assertThat(server.state().counters().silentCount()).isOne();
    }

    @Test
    @Clause("G3")
    void silence_ofAThousandAtOnce_endsEachOfThem() {
        List<Client> clients = Stream.generate(server::connect).limit(1_000).toList();
        clients.forEach(client -> client.call("SESSION.TIMEOUT", "1000"));
        clients.getFirst().call("TASK.PUT", "mail", "x");
        clients.get(500).call("TASK.TAKE", "mail");

        server.advance(Duration.ofMillis(1_000));

        assertThat(clients).noneMatch(Client::isOpen);
        assertThat(stat(server.connect(), "ready")).isOne();
    }

    /** The first connection, with grace; its secret is always the same one here. */
    private Client withGrace() {
        Client client = server.connect();
        assertThat(client.call("SESSION.GRACE", "5000")).contains(SECRET);
        return client;
    }

    private void serve(Consumer<LimitsChange> change) {
        server.close();
        server = new TestServer(options -> LimitsChange.limits(options, change));
    }

    private static long stat(Client client, String field) {
        List<String> lines = client.call("TASK.STATS", "mail").lines().toList();
        return Long.parseLong(lines.get(lines.indexOf(field) + 1).substring(1));
    }
}
