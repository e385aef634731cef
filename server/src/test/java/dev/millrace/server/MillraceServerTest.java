package dev.millrace.server;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.InstanceOfAssertFactories.LIST;

import dev.millrace.api.Durability;
import dev.millrace.api.ErrorCode;
import dev.millrace.api.MillraceException;
import dev.millrace.api.OpenOptions;
import dev.millrace.testkit.Clause;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * A server with sockets. What it answers is for {@link TranscriptTest}; here it is about the network, and about life
 * and death.
 */
@Timeout(120)
class MillraceServerTest {
    @TempDir
    private Path folder;

    @Test
    void restart_keepsWhatWasAcknowledged() throws IOException {
        try (MillraceServer server = start(onFolder()); RespPeer peer = new RespPeer(server.address())) {
            assertThat(server.recovery().tasks()).isZero();
            for (int count = 0; count < 100; count++) {
                assertThat(peer.call("TASK.PUT mail " + count)).isEqualTo(List.of("id", count + 1L, "state", "ready"));
            }
            assertThat(peer.call("TASK.TAKE mail")).asInstanceOf(LIST).startsWith("id", 1L);
            assertThat(peer.call("TASK.ACK mail 1")).isEqualTo(List.of("id", 1L, "outcome", "acked"));
        }
        try (MillraceServer server = start(onFolder())) {
            assertThat(server.recovery().tasks()).isEqualTo(99);
        }
    }

    @Test
    @Clause("G8 failures")
    void broken_theStoreFails_isTold() throws IOException {
        try (MillraceServer server = start(onFolder()); RespPeer peer = new RespPeer(server.address())) {
            peer.call("TASK.PUT mail a-payload-to-find");
            CompletableFuture<MillraceException> broken = server.broken().toCompletableFuture();
            assertThat(broken).isNotDone();
            damage("a-payload-to-find");

            assertThat(peer.call("TASK.TAKE mail").toString()).contains("checksum");

            assertThat(broken.join()).hasMessageContaining("checksum");
        }
    }

    /** Changes one byte of a payload where it is stored. */
    private void damage(String payload) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.filter(each -> each.toString().endsWith(".seg")).toList()) {
                byte[] bytes = Files.readAllBytes(file);
                int at = new String(bytes, ISO_8859_1).indexOf(payload);
                if (at >= 0) {
                    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
                        channel.write(ByteBuffer.wrap(new byte[] {'A'}), at);
                    }
                }
            }
        }
    }

    @Test
    void close_tellsAWaitingTake_andEndsTheConnection() throws IOException {
        MillraceServer server = start(inMemory());
        try (RespPeer peer = new RespPeer(server.address()); RespPeer other = new RespPeer(server.address())) {
            peer.send("TASK.TAKE mail TIMEOUT -1");
            other.awaitStat("mail", "waiting", 1);

            server.close();

            assertThat(peer.line()).startsWith("-CLOSED ");
            assertThat(peer.line()).isNull();
        }
    }

    @Test
    void connectionsEnd_givesAllItsTasksBack() throws IOException {
        try (MillraceServer server = start(inMemory()); RespPeer other = new RespPeer(server.address())) {
            try (RespPeer peer = new RespPeer(server.address())) {
                for (int count = 0; count < 1_000; count++) {
                    peer.call("TASK.PUT mail x");
                    peer.call("TASK.TAKE mail");
                }
            }
            other.awaitStat("mail", "ready", 1_000);
        }
    }

    /** Who waits for a password to be derived holds up nobody else, and is answered in order. */
    @Test
    void users_logIn_whileOthersGoOn() throws IOException {
        try (MillraceServer server = start(TestUsers.in(inMemory()));
                RespPeer other = new RespPeer(server.address());
                RespPeer peer = new RespPeer(server.address())) {
            assertThat(other.call("AUTH bob " + TestUsers.TOKEN)).isEqualTo("OK");
            assertThat(String.valueOf(peer.call("TASK.PUT mail x"))).startsWith("NO_AUTH ");
            peer.send("AUTH ada secret");
            peer.send("TASK.PUT mail x");
            other.ping();
            assertThat(peer.reply()).isEqualTo("OK");
            assertThat(peer.reply()).isEqualTo(List.of("id", 1L, "state", "ready"));
            assertThat(String.valueOf(other.call("TASK.PUT mail x"))).startsWith("DENIED user bob has not the right put on mail");
            other.awaitStat("mail", "ready", 1);
        }
    }

    @Test
    void connectionTooMany_isToldSo_andTheOthersGoOn() throws IOException {
        ServerOptions two = LimitsChange.limits(inMemory(), limits -> limits.connectionsMax = 2);
        try (MillraceServer server = start(two);
                RespPeer first = new RespPeer(server.address());
                RespPeer second = new RespPeer(server.address())) {
            first.ping();
            second.ping();
            try (RespPeer third = new RespPeer(server.address())) {
                assertThat(third.line()).startsWith("-OVERLOADED connections=2 are open, connectionsMax=2");
                assertThat(third.line()).isNull();
            }
            first.ping();
            second.ping();
        }
    }

    /** It sends commands whose answers it does not read: first it is not read any more, and others notice nothing. */
    @Test
    void clientThatDoesNotRead_isNotRead_andOthersGoOn() throws Exception {
        ServerOptions small = LimitsChange.limits(inMemory(), limits -> {
            limits.heldBytesMax = 64 << 10;
            limits.unsentBytesMax = 64 << 10;
        });
        try (MillraceServer server = start(small); RespPeer deaf = new RespPeer(server.address()); RespPeer other = new RespPeer(server.address())) {
            other.call("TASK.PUT mail " + "x".repeat(60_000));
            Thread sender = Thread.ofPlatform().start(() -> {
                try {
                    for (int count = 0; count < 100_000; count++) {
                        deaf.send("TASK.PEEK mail");
                    }
                } catch (IOException closed) {
                    // The test is over, or it was cut off.
                }
            });
            for (int count = 0; count < 100; count++) {
                other.ping();
            }
            deaf.hangUp();
            sender.join();
            other.ping();
        }
    }

    /** {@code -Dmillrace.idle=9000} holds as many; each takes two files of this process. */
    @Test
    @Clause("G7")
    void idleConnections_byTheThousand_leaveTheOthersAlone() throws IOException {
        int idle = Integer.getInteger("millrace.idle", 1_000);
        try (MillraceServer server = start(inMemory()); RespPeer other = new RespPeer(server.address())) {
            List<RespPeer> peers = new ArrayList<>();
            try {
                for (int count = 0; count < idle; count++) {
                    RespPeer peer = new RespPeer(server.address());
                    peers.add(peer);
                    peer.send("SESSION.TIMEOUT 3600000");
                    if (count % 100 == 0) {
                        other.call("TASK.PUT mail x");
                        other.ping();
                    }
                }
                for (RespPeer peer : peers) {
                    assertThat(peer.reply()).asInstanceOf(LIST).contains("timeoutMs", 3_600_000L);
                }
                other.ping();
            } finally {
                for (RespPeer peer : peers) {
                    peer.hangUp();
                }
            }
            other.awaitInfo("Clients", "connected_clients:1");
        }
    }

    /** Clients that come, put a task and go, as fast as they can, beside one that stays. */
    @Test
    @Clause("G7")
    void connectionsThatComeAndGo_byTheThousand_leaveTheOthersAlone() throws Exception {
        int each = 500;
        try (MillraceServer server = start(inMemory()); RespPeer other = new RespPeer(server.address())) {
            List<Thread> comers = new ArrayList<>();
            AtomicInteger served = new AtomicInteger();
            for (int count = 0; count < 4; count++) {
                comers.add(Thread.ofPlatform().start(() -> {
                    try {
                        for (int left = each; left > 0; left--) {
                            try (RespPeer peer = new RespPeer(server.address())) {
                                peer.call("TASK.PUT mail x");
                                served.incrementAndGet();
                            }
                        }
                    } catch (IOException refused) {
                        throw new UncheckedIOException(refused);
                    }
                }));
            }
            while (comers.stream().anyMatch(Thread::isAlive)) {
                other.ping();
            }
            assertThat(served).hasValue(4 * each);
            other.awaitStat("mail", "ready", 4 * each);
            other.awaitInfo("Clients", "connected_clients:1");
        }
    }

    /** The client's process is killed, so that nobody says goodbye for it. */
    @Test
    @Clause({"G3", "G4 tasks"})
    void clientsProcessKilled_itsThousandTasksAreReadyAgain() throws Exception {
        try (MillraceServer server = start(inMemory()); RespPeer other = new RespPeer(server.address())) {
            for (int count = 0; count < 1_000; count++) {
                other.call("TASK.PUT mail x");
            }
            Process client = new ProcessBuilder(
                            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                            "-cp",
                            KillTest.classPath(),
                            Holder.class.getName(),
                            Integer.toString(server.address().getPort()))
                    .redirectError(ProcessBuilder.Redirect.INHERIT)
                    .start();
            other.awaitStat("mail", "taken", 1_000);

            client.destroyForcibly();
            other.awaitStat("mail", "ready", 1_000);
            assertThat(other.call("TASK.STATS mail")).asInstanceOf(LIST).containsSequence("failedCount", 1_000L);
        }
    }

    /** Holds a thousand tasks, until it is killed. */
    static final class Holder {
        private Holder() {}

        public static void main(String[] args) throws IOException, InterruptedException {
            try (RespPeer peer = new RespPeer(new InetSocketAddress(InetAddress.getLoopbackAddress(), Integer.parseInt(args[0])))) {
                peer.call("TASK.TAKE mail COUNT 1000");
                Thread.currentThread().join();
            }
        }
    }

    @Test
    void start_onAnAddressInUse_isRefused() throws IOException {
        try (MillraceServer server = start(inMemory())) {
            ServerOptions same = inMemory().withListen(server.address());

            assertThatThrownBy(() -> MillraceServer.start(same))
                    .isInstanceOfSatisfying(MillraceException.class, refused -> {
                        assertThat(refused.code()).isEqualTo(ErrorCode.BAD_ARGUMENT);
                        assertThat(refused.told()).contains("listen=127.0.0.1:" + server.address().getPort(), "port 0");
                    });
        }
    }

    @Test
    @Clause("G11")
    void start_forOthersThanThisMachine_isRefusedWithoutConsent() {
        ServerOptions open = inMemory().withListen(new InetSocketAddress("0.0.0.0", 0));

        assertThatThrownBy(() -> MillraceServer.start(open))
                .isInstanceOf(MillraceException.class)
                .hasMessageContaining("reached from other machines");
    }

    @Test
    void start_onAFolderInUse_isRefused() {
        try (MillraceServer server = start(onFolder())) {
            assertThatThrownBy(() -> start(onFolder()))
                    .isInstanceOfSatisfying(
                            MillraceException.class, refused -> assertThat(refused.code()).isEqualTo(ErrorCode.IN_USE));
            assertThat(server.address().getPort()).isPositive();
        }
    }

    private static MillraceServer start(ServerOptions options) {
        return MillraceServer.start(options);
    }

    private static ServerOptions inMemory() {
        return ServerOptions.of("memory:").withListen(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
    }

    private ServerOptions onFolder() {
        return ServerOptions.of("embedded:" + folder.resolve("data"))
                .withListen(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
                .withEngine(OpenOptions.defaults().withDurability(Durability.WRITTEN));
    }
}
