package dev.millrace.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.server.TestServer.Client;
import java.util.List;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

/** Users and limits that change while clients are connected (T28, G11). */
class ReloadTest {
    private static final Users WITHOUT_ADA = Users.of(List.of(TestUsers.BOB, TestUsers.DEFAULT));

    @Test
    void renew_withTheSameUsers_changesNothing() {
        try (TestServer server = new TestServer(TestUsers::in)) {
            Client client = loggedIn(server);
            client.call("TASK.TAKE", "mail", "TIMEOUT", "-1");

            renew(server, options -> options);

            assertThat(client.isOpen()).isTrue();
            Client other = loggedIn(server);
            other.call("TASK.PUT", "mail", "x");
            assertThat(client.received()).contains("receipt");
        }
    }

    @Test
    void renew_withoutItsUser_closesTheConnection_andGivesItsTasksBack() {
        try (TestServer server = new TestServer(TestUsers::in)) {
            Client client = loggedIn(server);
            client.call("TASK.PUT", "mail", "x");
            client.call("TASK.TAKE", "mail");

            renew(server, options -> options.withUsers(WITHOUT_ADA));

            assertThat(client.isOpen()).isFalse();
            Client other = server.connect();
            other.call("AUTH", "all");
            assertThat(other.call("TASK.PEEK", "mail")).contains("ready", "failures\r\n:0");
        }
    }

    /** Nobody could go on with it any more, so its tasks need not wait for its grace to end. */
    @Test
    void renew_withoutItsUser_endsASessionWithoutAConnection_andGivesItsTasksBack() {
        try (TestServer server = new TestServer(TestUsers::in)) {
            Client client = loggedIn(server);
            client.call("SESSION.GRACE", "60000");
            client.call("TASK.PUT", "mail", "x");
            client.call("TASK.TAKE", "mail");
            client.drop();
            renew(server, options -> options);
            assertThat(server.state().sessions().detachedCount()).isOne();

            renew(server, options -> options.withUsers(WITHOUT_ADA));

            assertThat(server.state().sessions().detachedCount()).isZero();
            Client other = server.connect();
            other.call("AUTH", "all");
            assertThat(other.call("TASK.PEEK", "mail")).contains("ready", "failures\r\n:0");
        }
    }

    @Test
    void renew_withFewerRights_deniesFromThenOn_andClosesWhoWaits() {
        User less = TestUsers.user("ada", TestUsers.ADA.credentials(), List.of(Grant.of("mail*", List.of("put"))));
        try (TestServer server = new TestServer(TestUsers::in)) {
            Client client = loggedIn(server);
            Client waiting = loggedIn(server);
            waiting.call("TASK.TAKE", "mail", "TIMEOUT", "-1");

            renew(server, options -> options.withUsers(Users.of(List.of(less))));

            assertThat(waiting.isOpen()).isFalse();
            assertThat(client.call("TASK.TAKE", "mail")).startsWith("-DENIED user ada has not the right take on mail");
            assertThat(client.call("TASK.PUT", "mail", "x")).contains("ready");
        }
    }

    @Test
    void renew_whereNobodyHadToLogIn_closesThoseWhoHaveNot_whereverTheyAre() {
        try (TestServer server = new TestServer()) {
            Client client = server.connect();
            client.call("TASK.PUT", "mail", "x");

            renew(server, TestUsers::in);

            assertThat(client.isOpen()).isFalse();
            assertThat(server.connect().call("PING")).startsWith("-NO_AUTH");
        }
    }

    @Test
    void renew_beforeALogin_letsItGoOn() {
        try (TestServer server = new TestServer(TestUsers::in)) {
            Client client = server.connect();
            assertThat(client.call("PING")).startsWith("-NO_AUTH");

            renew(server, options -> options.withUsers(WITHOUT_ADA));
            assertThat(client.isOpen()).isTrue();
            assertThat(client.call("AUTH", "all")).isEqualTo("+OK\r\n");

            renew(server, options -> options.withUsers(Users.none()));
            assertThat(client.call("PING")).isEqualTo("+PONG\r\n");
        }
    }

    @Test
    void renew_limits_countAtOnce() {
        try (TestServer server = new TestServer()) {
            renew(server, options -> LimitsChange.limits(options, limits -> limits.graceMsMax = 5));

            assertThat(server.connect().call("SESSION.GRACE", "6")).contains("graceMs=6 > graceMsMax=5");
        }
    }

    /** Those that are connected have the new bounds of commands and unread answers as well. */
    @Test
    void renew_limitsOfBytes_countForOpenConnections() {
        try (TestServer server = new TestServer()) {
            Client client = server.connect();
            client.call("TASK.PUT", "mail", "x".repeat(10_000));
            client.stopsReading();
            client.call("TASK.PEEK", "mail");
            assertThat(client.channel().isWritable()).isTrue();

            renew(server, options -> LimitsChange.limits(options, limits -> {
                limits.commandBytesMax = 5_000;
                limits.unsentBytesMax = 5_000;
            }));
            client.readsAgain();
            client.received();
            client.stopsReading();
            client.call("TASK.PEEK", "mail");

            assertThat(client.channel().isWritable()).isFalse();
            client.readsAgain();
            client.received();
            assertThat(client.call("TASK.PUT", "mail", "x".repeat(5_000))).startsWith("-TOO_LARGE");
        }
    }

    private static Client loggedIn(TestServer server) {
        Client client = server.connect();
        assertThat(client.call("AUTH", "ada", "secret")).isEqualTo("+OK\r\n");
        return client;
    }

    private static void renew(TestServer server, UnaryOperator<ServerOptions> change) {
        server.state().renew(change.apply(server.state().options()), null);
        server.settle();
    }
}
