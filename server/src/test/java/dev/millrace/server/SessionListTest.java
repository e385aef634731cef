package dev.millrace.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.server.TestServer.Client;
import dev.millrace.testkit.Clause;
import org.junit.jupiter.api.Test;

/** Who is there, as a client asks; {@code session-list.txt} has the answers byte for byte. */
class SessionListTest {
    @Test
    @Clause("G12 sessions")
    void list_pageByPage_hasEachSessionOnceWithWhatItHolds() {
        try (TestServer server = new TestServer()) {
            Client asking = server.connect();
            Client working = server.connect();
            Client waiting = server.connect();
            working.call("TASK.PUT", "mail", "x");
            working.call("TASK.TAKE", "mail");
            waiting.call("TASK.TAKE", "mail", "TIMEOUT", "-1");

            assertThat(asking.call("SESSION.LIST", "COUNT", "1"))
                    .contains("cursor\r\n:2\r\n", "id\r\n:1\r\n", "held\r\n:0\r\n", "waiting\r\n:0\r\n")
                    .doesNotContain("id\r\n:2\r\n");
            assertThat(asking.call("SESSION.LIST", "CURSOR", "2", "COUNT", "1"))
                    .contains("cursor\r\n:3\r\n", "id\r\n:2\r\n", "held\r\n:1\r\n", "waiting\r\n:0\r\n")
                    .doesNotContain("id\r\n:3\r\n");
            assertThat(asking.call("SESSION.LIST", "CURSOR", "3", "COUNT", "1"))
                    .contains("cursor\r\n:0\r\n", "id\r\n:3\r\n", "held\r\n:0\r\n", "waiting\r\n:1\r\n");
        }
    }
}
