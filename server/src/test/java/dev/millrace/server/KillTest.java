package dev.millrace.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.api.Durability;
import dev.millrace.api.OpenOptions;
import dev.millrace.testkit.Clause;
import java.io.File;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * A server that is killed under clients which pipeline: what it acknowledged must be true afterwards.
 * {@code -Dmillrace.kills=20} kills it more often.
 */
@Timeout(600)
class KillTest {
    private static final int KILLS = Integer.getInteger("millrace.kills", 3);
    private static final int CONNECTIONS = 16;
    private static final int PUTS_AT_ONCE = 16;
    private static final int TAKES_AT_ONCE = 8;
    private static final int PUTS_A_LIFE = 4_000;

    @TempDir
    private Path folder;

    /** Ids whose put was answered. */
    private final Set<Long> put = ConcurrentHashMap.newKeySet();
    /** Ids whose ack was sent, and those among them whose ack was answered. */
    private final Set<Long> sentAcks = ConcurrentHashMap.newKeySet();

    private final Set<Long> acked = ConcurrentHashMap.newKeySet();

    @Test
    @Clause({"G8 acknowledged", "T2", "T11"})
    void kill_underPipeliningClients_losesNoPutAndBringsNoAckedTaskBack() throws Exception {
        for (int kill = 0; kill < KILLS; kill++) {
            Process server = start();
            List<Thread> clients = clients(address(server));
            for (Thread client : clients) {
                client.join();
            }
            server.destroyForcibly().waitFor();
            check();
        }
    }

    /** Clients that end when the server is gone, which the first to have seen enough kills. */
    private List<Thread> clients(Started started) {
        AtomicInteger puts = new AtomicInteger();
        return Stream.generate(() -> Thread.ofPlatform().start(() -> {
                    try (RespPeer peer = new RespPeer(started.address)) {
                        while (true) {
                            work(peer);
                            if (puts.addAndGet(PUTS_AT_ONCE) > PUTS_A_LIFE) {
                                started.process.destroyForcibly();
                            }
                        }
                    } catch (IOException gone) {
                        // Killed; what was not answered is not known to have happened.
                    }
                }))
                .limit(CONNECTIONS)
                .toList();
    }

    private void work(RespPeer peer) throws IOException {
        for (int count = 0; count < PUTS_AT_ONCE; count++) {
            peer.send("TASK.PUT mail payload");
        }
        for (int count = 0; count < PUTS_AT_ONCE; count++) {
            put.add(id(peer.reply()));
        }
        for (int count = 0; count < TAKES_AT_ONCE; count++) {
            peer.send("TASK.TAKE mail");
        }
        List<Long> taken = new ArrayList<>();
        for (int count = 0; count < TAKES_AT_ONCE; count++) {
            taken.add(id(peer.reply()));
        }
        sentAcks.addAll(taken);
        for (long id : taken) {
            peer.send("TASK.ACK mail " + id);
        }
        for (long id : taken) {
            assertThat(id(peer.reply())).isEqualTo(id);
            acked.add(id);
        }
    }

    private static long id(Object answer) {
        List<?> fields = (List<?>) answer;
        assertThat((Object) fields.getFirst()).isEqualTo("id");
        return (long) fields.get(1);
    }

    private void check() throws IOException, InterruptedException {
        Process server = start();
        Set<Long> there = new HashSet<>();
        try (RespPeer peer = new RespPeer(address(server).address)) {
            String cursor = "0";
            do {
                List<?> page = (List<?>) peer.call("TASK.LIST mail ready COUNT 1000 CURSOR " + cursor);
                cursor = page.get(1).toString();
                ((List<?>) page.get(3)).forEach(task -> there.add(id(task)));
            } while (!cursor.equals("0"));
        }
        server.destroyForcibly().waitFor();
        Set<Long> missing = new HashSet<>(put);
        missing.removeAll(sentAcks);
        missing.removeAll(there);
        assertThat(missing).as("puts that were acknowledged").isEmpty();
        Set<Long> stillThere = Set.copyOf(there);
        there.retainAll(acked);
        assertThat(there).as("acked tasks that are back").isEmpty();
        // An ack that was not answered has happened or not, from now on for good.
        Set<Long> undone = new HashSet<>(sentAcks);
        undone.retainAll(stillThere);
        sentAcks.removeAll(undone);
    }

    private record Started(Process process, InetSocketAddress address) {}

    private static Started address(Process server) throws IOException {
        String port = server.inputReader(StandardCharsets.UTF_8).readLine();
        assertThat(port).as("the port of the server").isNotNull();
        return new Started(server, new InetSocketAddress(InetAddress.getLoopbackAddress(), Integer.parseInt(port)));
    }

    /** What a process of these tests needs. */
    static String classPath() {
        return Stream.of("java.class.path", "jdk.module.path")
                .map(name -> System.getProperty(name, ""))
                .reduce("target/test-classes", (left, right) -> left + File.pathSeparator + right);
    }

    private Process start() throws IOException {
        return new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:+UseSerialGC",
                        "-cp",
                        classPath(),
                        Server.class.getName(),
                        folder.resolve("data").toString())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
    }

    /** The process that is killed; it prints its port, and lives. */
    static final class Server {
        private Server() {}

        public static void main(String[] args) throws InterruptedException {
            MillraceServer server = MillraceServer.start(ServerOptions.of("embedded:" + args[0])
                    .withListen(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
                    .withEngine(OpenOptions.defaults().withDurability(Durability.WRITTEN)));
            System.out.println(server.address().getPort());
            Thread.currentThread().join();
        }
    }
}
