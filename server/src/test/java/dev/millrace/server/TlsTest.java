package dev.millrace.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.api.ErrorCode;
import dev.millrace.api.MillraceException;
import dev.millrace.testkit.Clause;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLSocket;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** TLS with sockets: who gets in, and what those are told who do not (G11). */
@Timeout(60)
class TlsTest {
    @TempDir
    private static Path folder;

    private static TestCertificates server;
    private static TestCertificates client;

    @BeforeAll
    static void make() throws Exception {
        server = TestCertificates.make(folder, "server");
        client = TestCertificates.make(folder, "client");
    }

    @Test
    @Clause("G11")
    void command_overTls_isAnswered_inBothVersions() throws Exception {
        try (MillraceServer running = start(server.options())) {
            for (String version : List.of("TLSv1.3", "TLSv1.2")) {
                SSLSocket socket = socket(running, null);
                socket.setEnabledProtocols(new String[] {version});
                try (RespPeer peer = new RespPeer(socket)) {
                    peer.call("TASK.PUT mail " + "x".repeat(300_000));
                    assertThat(peer.call("TASK.PEEK mail").toString()).contains("x".repeat(300_000));
                    assertThat(socket.getSession().getProtocol()).isEqualTo(version);
                }
            }
            assertThatThrownBy(() -> {
                        SSLSocket old = socket(running, null);
                        old.setEnabledProtocols(new String[] {"TLSv1.1"});
                        old.startHandshake();
                    })
                    .isInstanceOf(SSLException.class);
        }
    }

    @Test
    @Clause("G11")
    void plainClient_onATlsPort_isToldSo_andTheOthersGoOn() throws Exception {
        try (MillraceServer running = start(server.options()); RespPeer good = new RespPeer(socket(running, null))) {
            good.ping();
            try (RespPeer plain = new RespPeer(running.address())) {
                plain.send("PING");
                assertThat(plain.line()).startsWith("-NO_AUTH this port speaks TLS");
                assertThat(plain.line()).isNull();
            }
            good.ping();
        }
    }

    @Test
    @Clause({"G7", "G11"})
    void connectionTooMany_isToldSo_overTls() throws Exception {
        ServerOptions secured = ServerOptions.of("memory:")
                .withListen(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
                .withTls(server.options());
        try (MillraceServer running =
                        MillraceServer.start(LimitsChange.limits(secured, limits -> limits.connectionsMax = 1));
                RespPeer good = new RespPeer(socket(running, null))) {
            good.ping();
            for (String version : List.of("TLSv1.3", "TLSv1.2")) {
                SSLSocket socket = socket(running, null);
                socket.setEnabledProtocols(new String[] {version});
                try (RespPeer peer = new RespPeer(socket)) {
                    assertThat(peer.line()).startsWith("-OVERLOADED connections=1 are open, connectionsMax=1");
                    assertThat(peer.line()).isNull();
                }
            }
            good.ping();
        }
    }

    @Test
    @Clause("G11")
    void tlsClient_onAPlainPort_isRefused_andTheOthersGoOn() throws Exception {
        try (MillraceServer running = start(null); RespPeer good = new RespPeer(running.address())) {
            good.ping();
            try (SSLSocket socket = socket(running, null)) {
                assertThatThrownBy(socket::startHandshake).isInstanceOf(SSLException.class).hasMessageContaining("unexpected_message");
            }
            good.ping();
        }
    }

    @Test
    @Clause("G11")
    void clientCertificate_required_letsOnlyThoseInThatAreVouchedFor() throws Exception {
        TlsOptions required =
                new TlsOptions(server.certificate(), server.key(), client.certificate(), TlsOptions.Clients.REQUIRED);
        try (MillraceServer running = start(required)) {
            try (RespPeer known = new RespPeer(socket(running, client))) {
                known.ping();
            }
            assertRefused(running, null);
            assertRefused(running, server);
        }
    }

    @Test
    @Clause("G11")
    void clientCertificate_optional_letsThoseInWithout_butNotWithAWrongOne() throws Exception {
        TlsOptions optional =
                new TlsOptions(server.certificate(), server.key(), client.certificate(), TlsOptions.Clients.OPTIONAL);
        try (MillraceServer running = start(optional)) {
            try (RespPeer without = new RespPeer(socket(running, null)); RespPeer known = new RespPeer(socket(running, client))) {
                without.ping();
                known.ping();
            }
        }
    }

    @Test
    @Clause("G11")
    void filesOfNoUse_areRefused_withTheRemedy() throws Exception {
        Path none = folder.resolve("none.pem");
        Path text = Files.writeString(folder.resolve("text.pem"), "hello");
        Path old = Files.writeString(folder.resolve("old.pem"), "-----BEGIN RSA PRIVATE KEY-----\nAAAA\n-----END RSA PRIVATE KEY-----\n");
        Path locked = Files.writeString(
                folder.resolve("locked.pem"), "-----BEGIN ENCRYPTED PRIVATE KEY-----\nAAAA\n-----END ENCRYPTED PRIVATE KEY-----\n");
        assertUnusable(none, server.key(), "tls.certificate=" + none + " does not exist");
        assertUnusable(text, server.key(), "tls.certificate=" + text + " has no -----BEGIN CERTIFICATE-----");
        assertUnusable(server.certificate(), none, "tls.key=" + none + " does not exist");
        assertUnusable(server.certificate(), old, "is not PKCS #8; convert it: openssl pkcs8 -topk8 -nocrypt");
        assertUnusable(server.certificate(), locked, "is encrypted");
        assertThatThrownBy(() -> new TlsOptions(server.certificate(), server.key(), null, TlsOptions.Clients.REQUIRED))
                .hasMessageContaining("needs a clientAuthority");
    }

    @Test
    @Clause("G11")
    void anotherAddressThanLoopback_needsUsersAndTls() {
        ServerOptions open = ServerOptions.of("memory:").withListen(new InetSocketAddress("0.0.0.0", 0));

        assertThatThrownBy(() -> MillraceServer.check(open)).hasMessageContaining("whoever connects may do everything");
        assertThatThrownBy(() -> MillraceServer.check(TestUsers.in(open))).hasMessageContaining("passwords would cross the network");
        assertThatThrownBy(() -> MillraceServer.check(open.withTls(server.options()))).hasMessageContaining("may do everything");
        MillraceServer.check(TestUsers.in(open).withTls(server.options()));
        MillraceServer.check(open.withInsecure(true));
    }

    private static void assertUnusable(Path certificate, Path key, String told) {
        ServerOptions options = ServerOptions.of("memory:").withTls(new TlsOptions(certificate, key, null, TlsOptions.Clients.NONE));
        assertThatThrownBy(() -> MillraceServer.check(options)).isInstanceOfSatisfying(MillraceException.class, refused -> {
            assertThat(refused.code()).isEqualTo(ErrorCode.BAD_ARGUMENT);
            assertThat(refused.told()).contains(told);
        });
    }

    /** In TLS 1.3 the client learns of it when it reads. */
    private static void assertRefused(MillraceServer running, @Nullable TestCertificates shown) throws Exception {
        try (RespPeer unknown = new RespPeer(socket(running, shown))) {
            assertThatThrownBy(unknown::ping).isInstanceOf(IOException.class);
        }
    }

    private static SSLSocket socket(MillraceServer running, @Nullable TestCertificates shown) throws Exception {
        SSLContext context = server.client(shown);
        return (SSLSocket) context.getSocketFactory().createSocket(InetAddress.getLoopbackAddress(), running.address().getPort());
    }

    private static MillraceServer start(@Nullable TlsOptions tls) {
        return MillraceServer.start(ServerOptions.of("memory:")
                .withListen(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
                .withTls(tls));
    }
}
