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
import dev.millrace.server.LoginLimits;
import dev.millrace.server.MillraceServer;
import dev.millrace.server.ServerOptions;
import dev.millrace.server.TlsOptions;
import dev.millrace.server.User;
import dev.millrace.server.Users;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * A server with users, rights and TLS, by the URI that users write: who gets in, and what those are told who do not
 * (G11).
 */
@Timeout(120)
class SecuredServerTest {
    private static final String PASSWORD = "se:cr/et p@ss?";
    /** As it is written in a URI. */
    private static final String WRITTEN = "se%3Acr%2Fet%20p%40ss%3F";
    private static final String TOKEN = "0123456789abcdefghijklmnopqrstuv";
    private static final Duration LONG = Duration.ofSeconds(30);
    private static final User ADA = new User(
            "ada",
            List.of(Credential.ofPassword(PASSWORD, "some salt".getBytes(StandardCharsets.US_ASCII), 1_000)),
            List.of(Grant.of("mail", List.of("put", "take")), Grant.of("letters", List.of("read"))));
    private static final User BOB =
            new User("bob", List.of(Credential.ofToken(TOKEN)), List.of(Grant.of("*", List.of("all"))));
    /** Guesses are refused at once, so that tests need not wait. */
    private static final LoginLimits QUICK = new LoginLimits(256, 16, 0, 0, 10_000, 15_000);

    @TempDir
    private static Path folder;

    private static TestAuthority authority;
    private static TestAuthority strangers;
    private static TestAuthority.Certified here;
    private static TestAuthority.Certified client;

    @BeforeAll
    static void make() throws Exception {
        authority = TestAuthority.make(folder, "authority");
        strangers = TestAuthority.make(folder, "strangers");
        here = authority.certify("here", "ip:127.0.0.1");
        client = authority.certify("client", "dns:client");
    }

    // --- Logging in

    @Test
    void login_byPasswordOrToken_letsIn_andAsFarAsTheRightsGo() throws InterruptedException {
        try (MillraceServer server = start(tls(here, null));
                Millrace ada = Millrace.open(uri(server, "ada:" + WRITTEN, trusting()));
                Millrace bob = Millrace.open(uri(server, "bob:" + TOKEN, trusting()))) {
            TaskQueue<String> mails = ada.queue("mail", Codec.text());
            mails.put("Hello");
            try (Task<String> task = Objects.requireNonNull(mails.take(LONG))) {
                task.ack();
            }
            mails.put("for Bob");
            assertThat(bob.queue("mail", Codec.text()).stats().ready()).isOne();

            assertDenied("right read on mail", mails::stats);
            assertDenied("right admin on mail", mails::purge);
            assertDenied("right put on letters", () -> ada.queue("letters", Codec.text()).put("x"));
            assertDenied("right take on letters", () -> ada.queue("letters", Codec.text()).take(LONG));
            assertThat(bob.queue("mail", Codec.text()).stats().ready()).as("nothing has changed").isOne();
            assertThat(bob.queue("letters", Codec.text()).stats().total()).isZero();
        }
    }

    @Test
    void login_thatIsWrong_isNoAuthAtOpening() throws Exception {
        try (MillraceServer server = start(tls(here, null))) {
            for (String login : List.of("ada:wrong-" + WRITTEN, "nobody:" + WRITTEN, "bob:" + TOKEN + "x", ":" + WRITTEN)) {
                assertNotLetIn(uri(server, login, trusting()), "NO_AUTH", "correct the user, or the password or token");
            }
            assertNotLetIn(
                    uri(server, "", trusting()), "does not let a client without a name in", "name a user in millrace://[user:password@]");
        }
    }

    @Test
    void login_whereAServerHasNoUsers_isBadArgument_withTheRemedy() {
        ServerOptions nobody = options(null, "memory:").withUsers(Users.none());
        try (MillraceServer server = MillraceServer.start(nobody)) {
            assertRefused(ErrorCode.BAD_ARGUMENT, uri(server, "bob:" + TOKEN, ""), "knows no users", "leave user and password out of the uri");
        }
    }

    /**
     * A server answers guesses late: the eighth after 8 s, when a connection without a login would have been given up.
     */
    @Test
    void login_thatIsRefusedLate_isWaitedFor() {
        RemoteLimits limits = RemoteLimits.defaults();
        assertThat(limits.greetingMs(Target.parse("millrace://host"))).isEqualTo(limits.openMs());
        assertThat(limits.greetingMs(Target.parse("millrace://ada:x@host")))
                .isGreaterThan(LoginLimits.defaults().pauseMaxMs())
                .isGreaterThan(limits.openMs());
    }

    // --- TLS

    @Test
    void server_withACertificateThatIsNotRight_isNoAuthAtOpening() throws Exception {
        TestAuthority.Certified elsewhere = authority.certify("elsewhere", "dns:elsewhere.invalid");
        TestAuthority.Certified old = authority.certifyUntilYesterday("old", "ip:127.0.0.1");
        TestAuthority.Certified foreign = strangers.certify("foreign", "ip:127.0.0.1");
        try (MillraceServer server = start(tls(elsewhere, null))) {
            assertNotLetIn(uri(server, "bob:" + TOKEN, trusting()), "for another name than host=127.0.0.1");
        }
        try (MillraceServer server = start(tls(old, null))) {
            assertNotLetIn(uri(server, "bob:" + TOKEN, trusting()), "has expired", "give the server a new one");
        }
        try (MillraceServer server = start(tls(foreign, null))) {
            assertNotLetIn(uri(server, "bob:" + TOKEN, trusting()), "nobody whom tls=" + authority.certificate() + " trusts");
            assertNotLetIn(uri(server, "bob:" + TOKEN, "tls=system"), "nobody whom the system trusts", "?tls=FILE");
        }
    }

    @Test
    void clientCertificate_isShown_andAWrongOneOrNoneIsNoAuthAtOpening() throws Exception {
        TestAuthority.Certified foreign = strangers.certify("stranger", "dns:client");
        TestAuthority.Certified old = authority.certifyUntilYesterday("oldClient", "dns:client");
        try (MillraceServer server = start(tls(here, authority))) {
            try (Millrace mill = Millrace.open(uri(server, "bob:" + TOKEN, trusting() + showing(client)))) {
                mill.queue("mail", Codec.text()).put("Hello");
            }
            assertNotLetIn(uri(server, "bob:" + TOKEN, trusting()), "does not accept a client without a certificate");
            for (TestAuthority.Certified wrong : List.of(foreign, old)) {
                assertNotLetIn(
                        uri(server, "bob:" + TOKEN, trusting() + showing(wrong)), "does not accept the certificate of " + wrong.certificate());
            }
        }
    }

    @Test
    void plainAndTls_whereTheOtherSpeaksTheOther_isNoAuthAtOpening() throws Exception {
        try (MillraceServer server = start(tls(here, null))) {
            assertNotLetIn(uri(server, "bob:" + TOKEN, ""), "this port speaks TLS", "?tls=");
        }
        try (MillraceServer server = start(null)) {
            assertNotLetIn(uri(server, "bob:" + TOKEN, trusting()), "does not speak TLS; leave tls out of the uri");
        }
        try (ServerSocket other = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            CompletableFuture.runAsync(() -> answer(other, "-ERR unknown command\r\n"));
            assertNotLetIn("millrace://bob:" + TOKEN + "@127.0.0.1:" + other.getLocalPort() + "?" + trusting(), "not with TLS");
        }
    }

    /** A connection that ends in the handshake is one that broke: it says nothing of who anybody is. */
    @Test
    void server_thatIsGoneInTheHandshake_isOverloaded() throws Exception {
        try (ServerSocket other = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            CompletableFuture.runAsync(() -> answer(other, ""));
            String uri = "millrace://bob:" + TOKEN + "@127.0.0.1:" + other.getLocalPort() + "?" + trusting();
            assertRefused(ErrorCode.OVERLOADED, uri, "cannot be used");
        }
    }

    @Test
    void filesOfNoUse_areBadArgument() throws Exception {
        Path text = Files.writeString(folder.resolve("text.pem"), "hello");
        assertRefused(ErrorCode.BAD_ARGUMENT, "millrace://bob:" + TOKEN + "@127.0.0.1?tls=" + folder + "/none.crt", "none.crt");
        assertRefused(ErrorCode.BAD_ARGUMENT, "millrace://bob:" + TOKEN + "@127.0.0.1?tls=" + text, "text.pem", "PEM");
        assertRefused(
                ErrorCode.BAD_ARGUMENT,
                "millrace://bob:" + TOKEN + "@127.0.0.1?" + trusting() + "&certificate=" + client.certificate() + "&key=" + text,
                "text.pem",
                "PKCS 8");
    }

    // --- While connected

    @Test
    void serverRestart_isSurvived_withTheLogin() throws Exception {
        ServerOptions options = options(tls(here, authority), "embedded:" + folder.resolve("data"));
        MillraceServer first = MillraceServer.start(options);
        try (Millrace mill = Millrace.open(uri(first, "bob:" + TOKEN, trusting() + showing(client)))) {
            TaskQueue<String> mails = mill.queue("mail", Codec.text());
            mails.put("before");
            CompletableFuture<@Nullable Task<String>> waiting =
                    mill.queue("other", Codec.text()).async().takeWhenReady().toCompletableFuture();
            mails.stats();
            first.close();
            try (MillraceServer second = MillraceServer.start(options.withListen(first.address()))) {
                mill.queue("other", Codec.text()).put("at last");
                assertThat(Objects.requireNonNull(waiting.get(30, TimeUnit.SECONDS)).payload()).isEqualTo("at last");
                assertThat(mails.stats().ready()).isOne();
                assertThat(second.recovery().tasks()).isOne();
            }
        }
    }

    @Test
    void user_whoIsTakenAway_isToldSo_andGoesOnOnceGivenBack() throws Exception {
        ServerOptions options = options(tls(here, null), "memory:");
        try (MillraceServer server = MillraceServer.start(options);
                Millrace bob = Millrace.open(uri(server, "bob:" + TOKEN, trusting()));
                Millrace ada = Millrace.open(uri(server, "ada:" + WRITTEN, trusting()))) {
            TaskQueue<String> mails = ada.queue("mail", Codec.text());
            mails.put("job");
            Task<String> held = Objects.requireNonNull(mails.take(LONG));
            CompletableFuture<Boolean> lost = new CompletableFuture<>();
            ada.session().onLost(receipt -> lost.complete(receipt.equals(held.receipt())));
            CompletableFuture<@Nullable Task<String>> waiting = mails.async().takeWhenReady().toCompletableFuture();
            assertDenied("right read", mails::stats);

            server.reload(options.withUsers(Users.of(List.of(BOB))));

            assertThatThrownBy(() -> waiting.get(30, TimeUnit.SECONDS))
                    .isInstanceOf(ExecutionException.class)
                    .cause()
                    .isInstanceOfSatisfying(MillraceException.class, refused -> assertNoAuth(refused, "does not let user ada in"));
            assertThat(lost.get(30, TimeUnit.SECONDS)).isTrue();
            assertThatThrownBy(() -> mails.put("refused"))
                    .isInstanceOfSatisfying(MillraceException.class, refused -> assertNoAuth(refused, "does not let user ada in"));
            assertThat(bob.queue("mail", Codec.text()).stats().ready()).as("given back, and nothing put").isOne();

            server.reload(options);

            mails.put("accepted");
            assertThat(bob.queue("mail", Codec.text()).stats().ready()).isEqualTo(2);
        }
    }

    // --- Helpers

    private static void answer(ServerSocket other, String said) {
        try (Socket peer = other.accept()) {
            peer.getInputStream().read();
            peer.getOutputStream().write(said.getBytes(StandardCharsets.US_ASCII));
            peer.getOutputStream().flush();
        } catch (IOException gone) {
            // The client has seen enough.
        }
    }

    private static void assertDenied(String told, org.assertj.core.api.ThrowableAssert.ThrowingCallable verb) {
        assertThatThrownBy(verb).isInstanceOfSatisfying(MillraceException.class, refused -> {
            assertThat(refused.code()).isEqualTo(ErrorCode.DENIED);
            assertThat(refused.told()).contains(told);
        });
    }

    private static void assertNotLetIn(String uri, String... told) {
        assertRefused(ErrorCode.NO_AUTH, uri, told);
    }

    private static void assertRefused(ErrorCode code, String uri, String... told) {
        assertThatThrownBy(() -> Millrace.open(uri).close()).isInstanceOfSatisfying(MillraceException.class, refused -> {
            assertThat(refused.told()).contains(told);
            assertThat(refused.code()).as(refused.told()).isEqualTo(code);
            assertNoSecrets(refused);
        });
    }

    private static void assertNoAuth(MillraceException refused, String told) {
        assertThat(refused.code()).isEqualTo(ErrorCode.NO_AUTH);
        assertThat(refused.told()).contains(told);
        assertNoSecrets(refused);
    }

    private static void assertNoSecrets(Throwable refused) {
        for (Throwable cause = refused; cause != null; cause = cause.getCause()) {
            assertThat(cause.toString()).doesNotContain(PASSWORD, WRITTEN, TOKEN);
        }
    }

    private static String trusting() {
        return "tls=" + authority.certificate();
    }

    private static String showing(TestAuthority.Certified own) {
        return "&certificate=" + own.certificate() + "&key=" + own.key();
    }

    private static String uri(MillraceServer server, String login, String parameters) {
        return "millrace://" + (login.isEmpty() ? "" : login + "@") + "127.0.0.1:" + server.address().getPort()
                + (parameters.isEmpty() ? "" : "?" + parameters);
    }

    private static TlsOptions tls(TestAuthority.Certified own, @Nullable TestAuthority clients) {
        return clients == null
                ? new TlsOptions(own.certificate(), own.key(), null, TlsOptions.Clients.NONE)
                : new TlsOptions(own.certificate(), own.key(), clients.certificate(), TlsOptions.Clients.REQUIRED);
    }

    private static ServerOptions options(@Nullable TlsOptions tls, String engine) {
        return ServerOptions.of(engine)
                .withListen(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
                .withUsers(Users.of(List.of(ADA, BOB)))
                .withLogins(QUICK)
                .withTls(tls);
    }

    private static MillraceServer start(@Nullable TlsOptions tls) {
        return MillraceServer.start(options(tls, "memory:"));
    }
}
