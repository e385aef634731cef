package dev.millrace.remote;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.api.Codec;
import dev.millrace.api.ErrorCode;
import dev.millrace.api.Millrace;
import dev.millrace.api.MillraceException;
import dev.millrace.api.Task;
import dev.millrace.api.TaskQueue;
import dev.millrace.server.Credential;
import dev.millrace.server.Grant;
import dev.millrace.server.MillraceServer;
import dev.millrace.server.ServerOptions;
import dev.millrace.server.TlsOptions;
import dev.millrace.server.User;
import dev.millrace.server.Users;
import dev.millrace.testkit.Clause;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Connections that break where clients log in, over TLS: the next one logs in again, and goes on with the session (G3).
 */
@Timeout(120)
class LoginBreakTest {
    private static final Duration LONG = Duration.ofSeconds(30);
    private static final int BREAKS = 20;

    @TempDir
    private static Path folder;

    private static TlsOptions tls;
    private static String trust = "";

    @BeforeAll
    static void make() throws Exception {
        TestAuthority authority = TestAuthority.make(folder, "authority");
        TestAuthority.Certified here = authority.certify("here", "ip:127.0.0.1");
        tls = new TlsOptions(here.certificate(), here.key(), null, TlsOptions.Clients.NONE);
        trust = "?tls=" + authority.certificate();
    }

    @Test
    @Clause({"G3", "G9 tasks", "G11"})
    void breaks_withinTheGrace_logInAgain_andWhatWasHeldIsAcked() throws Exception {
        try (MillraceServer server = MillraceServer.start(options("first"));
                CutRelay relay = new CutRelay(server.address());
                Millrace other = Millrace.open(uri(server.address().getPort(), "first"));
                Millrace mill = Millrace.open(uri(relay.port(), "first"))) {
            TaskQueue<String> mails = mill.queue("mail", Codec.text());
            CompletableFuture<Void> lost = new CompletableFuture<>();
            mill.session().onLost(receipt -> lost.complete(null));
            for (int count = 0; count < BREAKS; count++) {
                mails.put("job " + count);
                Task<String> task = Objects.requireNonNull(mails.take(LONG));
                relay.cut();
                relay.mend();
                CompletableFuture<@Nullable Task<String>> waiting = mails.async().takeWhenReady().toCompletableFuture();

                assertThat(other.queue("mail", Codec.text()).take()).as("it is held through the break").isNull();
                task.ack();

                mails.put("waited for");
                Objects.requireNonNull(waiting.get(30, TimeUnit.SECONDS)).ack();
            }

            assertThat(mails.stats().total()).isZero();
            assertThat(lost).isNotDone();
        }
    }

    /** The session waits for its user, who has no password any more that counts: nobody can go on with it. */
    @Test
    @Clause({"G3", "G11"})
    void break_inWhichThePasswordChanges_isNoAuth_andWhatWasHeldGoesBackAtOnce() throws Exception {
        try (MillraceServer server = MillraceServer.start(options("first"));
                CutRelay relay = new CutRelay(server.address());
                Millrace mill = Millrace.open(uri(relay.port(), "first"))) {
            TaskQueue<String> mails = mill.queue("mail", Codec.text());
            CompletableFuture<Boolean> lost = new CompletableFuture<>();
            mails.put("job");
            Task<String> task = Objects.requireNonNull(mails.take(LONG));
            mill.session().onLost(receipt -> lost.complete(receipt.equals(task.receipt())));

            relay.cut();
            server.reload(options("second").withListen(server.address()));
            relay.mend();

            assertThatThrownBy(mails::stats).isInstanceOfSatisfying(MillraceException.class, refused -> {
                assertThat(refused.code()).isEqualTo(ErrorCode.NO_AUTH);
                assertThat(refused.told()).contains("does not let user ada in").doesNotContain("first", "second");
            });
            assertThat(lost.get(30, TimeUnit.SECONDS)).isTrue();
            try (Millrace renewed = Millrace.open(uri(server.address().getPort(), "second"));
                    Task<String> again = Objects.requireNonNull(renewed.queue("mail", Codec.text()).take(LONG))) {
                assertThat(again.id()).isEqualTo(task.id());
                assertThat(again.failures()).isZero();
            }
        }
    }

    private static ServerOptions options(String password) {
        byte[] salt = "some salt".getBytes(StandardCharsets.US_ASCII);
        User ada = new User(
                "ada", List.of(Credential.ofPassword(password, salt, 1_000)), List.of(Grant.of("*", List.of("all"))));
        return ServerOptions.of("memory:")
                .withListen(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
                .withUsers(Users.of(List.of(ada)))
                .withTls(tls);
    }

    private static String uri(int port, String password) {
        return "millrace://ada:" + password + "@127.0.0.1:" + port + trust;
    }
}
