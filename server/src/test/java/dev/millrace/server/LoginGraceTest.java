package dev.millrace.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.server.TestServer.Client;
import dev.millrace.testkit.Clause;
import java.time.Duration;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Sessions that are gone on with where clients log in: by the same user, and by nobody else (G3, G11). */
class LoginGraceTest {
    private static final Pattern SECRET = Pattern.compile("[0-9a-f]{32}");

    private final TestServer server = new TestServer(TestUsers::in);
    private String secret = "";

    /** Ada has taken a task, and her connection broke. */
    @BeforeEach
    void drop() {
        Client first = server.connect();
        first.call("AUTH", "ada", "secret");
        Matcher told = SECRET.matcher(first.call("SESSION.GRACE", "5000"));
        assertThat(told.find()).isTrue();
        secret = told.group();
        first.call("TASK.PUT", "mail", "x");
        first.call("TASK.TAKE", "mail");
        first.drop();
    }

    @AfterEach
    void close() {
        server.close();
    }

    @Test
    @Clause({"G3", "G11"})
    void resume_byTheSameUser_goesOn_andAcks() {
        Client second = server.connect();
        second.call("AUTH", "ada", "secret");

        assertThat(second.call("SESSION.RESUME", "1", secret)).contains("$4\r\nheld\r\n:1\r\n");
        assertThat(second.call("TASK.ACK", "mail", "1:1")).contains("acked");
    }

    @Test
    @Clause({"G3", "G11"})
    void resume_beforeTheLogin_isNoAuth_andLosesNothing() {
        Client second = server.connect();
        assertThat(second.call("SESSION.RESUME", "1", secret))
                .isEqualTo("-NO_AUTH log in first, with AUTH user password or HELLO 3 AUTH user password\r\n");
        assertThat(second.call("AUTH", "ada", "wrong")).isEmpty();
        server.advance(Duration.ofMillis(LoginLimits.defaults().pauseFirstMs()));
        assertThat(second.received()).startsWith("-NO_AUTH");
        assertThat(second.call("SESSION.RESUME", "1", secret)).startsWith("-NO_AUTH");

        second.call("AUTH", "ada", "secret");

        assertThat(second.call("SESSION.RESUME", "1", secret)).contains("$4\r\nheld\r\n:1\r\n");
    }

    @Test
    @Clause({"G3", "G11"})
    void resume_byAnotherUser_isDenied_alsoWithEveryRight_andLosesNothing() {
        for (List<String> login : List.of(List.of("AUTH", "bob", TestUsers.TOKEN), List.of("AUTH", "all"))) {
            Client other = server.connect();
            other.call(login.toArray(String[]::new));
            String user = login.size() == 3 ? "bob" : "default";

            assertThat(other.call("SESSION.RESUME", "1", secret))
                    .isEqualTo("-DENIED session 1 is not user " + user
                            + "'s; log in as the user who asked for its grace, and resume it then\r\n");
            assertThat(other.call("PING")).isEqualTo("+PONG\r\n");
            assertThat(other.call("TASK.ACK", "mail", "1:1")).startsWith("-");
        }

        assertThat(server.state().sessions().detachedCount()).isOne();
        resume_byTheSameUser_goesOn_andAcks();
    }

    /** Who does not know the secret is not told whose the session is, nor that there is one. */
    @Test
    @Clause({"G3", "G11"})
    void resume_byAnotherUser_withoutTheSecret_isNotFound_inTheSameWords() {
        Client other = server.connect();
        other.call("AUTH", "all");

        String wrongSecret = other.call("SESSION.RESUME", "1", "0".repeat(32));
        String noSession = other.call("SESSION.RESUME", "9", secret);

        assertThat(wrongSecret).startsWith("-NOT_FOUND no session 1 with this secret");
        assertThat(noSession).isEqualTo(wrongSecret.replace("session 1", "session 9"));
    }

    @Test
    @Clause({"G3", "G7", "G11"})
    void resume_byAnotherUser_countsAsAWrongTry() {
        Client other = server.connect();
        other.call("AUTH", "all");
        for (int count = 0; count < Connection.WRONG_RESUMPTIONS_MAX; count++) {
            assertThat(other.call("SESSION.RESUME", "1", secret)).startsWith("-DENIED");
        }

        assertThat(other.isOpen()).isFalse();
        assertThat(server.state().counters().metCount(Limit.RESUMPTIONS_MAX)).isOne();
    }

    /** The grace is of whoever had asked for it, also when the connection is another user's by then. */
    @Test
    @Clause({"G3", "G11"})
    void login_asAnotherUser_leavesTheGraceToWhoAskedForIt() {
        Client client = server.connect();
        client.call("AUTH", "ada", "secret");
        client.call("SESSION.RESUME", "1", secret);
        client.call("AUTH", "all");
        client.drop();

        Client ada = server.connect();
        ada.call("AUTH", "ada", "secret");
        Client all = server.connect();
        all.call("AUTH", "all");

        assertThat(all.call("SESSION.RESUME", "1", secret)).startsWith("-DENIED");
        assertThat(ada.call("SESSION.RESUME", "1", secret)).contains("held");
    }
}
