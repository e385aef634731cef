package dev.millrace.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.server.TestServer.Client;
import java.io.ByteArrayOutputStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.junit.jupiter.api.Test;

/**
 * Clients that say right and wrong things, in pieces cut anywhere, and whose connections break at any byte. What they
 * hold is never lost, what they say is answered in its order or ends their connection, and a well-behaved client
 * notices nothing.
 *
 * <p>Another seed: {@code -Dmillrace.seed=7}; more of them: {@code -Dmillrace.seeds=1000}.
 */
class RandomClientsTest {
    private static final long SEED = Long.getLong("millrace.seed", 1);
    private static final int SEEDS = Integer.getInteger("millrace.seeds", 100);
    private static final int STEPS = 150;
    private static final int CLIENTS = 6;

    private static final List<String[]> COMMANDS = List.of(
            words("PING"),
            words("TASK.PUT mail payload"),
            words("TASK.PUT mail late DELAY 50"),
            words("TASK.PUT mail keyed KEY k MODE replace"),
            words("TASK.PUTALL mail 2 a 0 b 2 PRIORITY 3"),
            words("TASK.TAKE mail"),
            words("TASK.TAKE mail COUNT 3"),
            words("TASK.TAKE mail TIMEOUT 40"),
            words("TASK.TAKE mail TIMEOUT -1 TAG t"),
            words("TASK.CONSUME mail CREDIT 2 TAG c"),
            words("TASK.CREDIT c 1"),
            words("TASK.CANCEL t"),
            words("TASK.CANCEL c"),
            words("TASK.RELEASE mail 1"),
            words("TASK.FAIL mail 2 DELAY 10"),
            words("TASK.PEEK mail"),
            words("TASK.LIST mail ready"),
            words("TASK.STATS mail"),
            words("TASK.KICK mail COUNT 5"),
            words("TASK.ACK mail 99999"),
            words("HELLO 3"),
            words("HELLO 2"),
            words("CLIENT LIST"),
            words("INFO"),
            words("RESET"),
            words("TASK.PUT"),
            words("NOSUCH x y z"),
            words("QUIT"));

    /** What the engine logs when an outlet throws. */
    private final List<String> failures = new ArrayList<>();

    private final Handler listening = new Handler() {
        @Override
        public void publish(LogRecord entry) {
            if (entry.getLevel().intValue() >= Level.WARNING.intValue()) {
                failures.add(entry.getMessage() + " " + entry.getThrown());
            }
        }

        @Override
        public void flush() {}

        @Override
        public void close() {}
    };

    @Test
    void clientsOfAllKinds_harmNobody() {
        Logger log = Logger.getLogger("dev.millrace");
        log.addHandler(listening);
        try {
            playAll();
        } finally {
            log.removeHandler(listening);
        }
        assertThat(failures).isEmpty();
    }

    private static void playAll() {
        for (long seed = SEED; seed < SEED + SEEDS; seed++) {
            try {
                play(new Random(seed));
            } catch (RuntimeException | AssertionError e) {
                throw new AssertionError("seed " + seed + " (again: -Dmillrace.seed=" + seed + " -Dmillrace.seeds=1)", e);
            }
        }
    }

    private static void play(Random random) {
        try (TestServer server = new TestServer()) {
            Client good = server.connect();
            Client[] wild = new Client[CLIENTS];
            byte[][] pending = new byte[CLIENTS][0];
            for (int step = 0; step < STEPS; step++) {
                int index = random.nextInt(CLIENTS);
                if (wild[index] == null || !wild[index].isOpen()) {
                    wild[index] = server.connect();
                    pending[index] = new byte[0];
                }
                pending[index] = act(random, wild[index], pending[index]);
                assertThat(wild[index].received()).as("step %d", step).doesNotContain("INTERNAL");
                if (random.nextInt(8) == 0) {
                    server.advance(Duration.ofMillis(random.nextInt(30)));
                }
                assertThat(good.call("PING")).as("step %d", step).isEqualTo("+PONG\r\n");
            }
            for (Client client : wild) {
                if (client != null) {
                    client.drop();
                }
            }
            server.advance(Duration.ofMillis(100));
            assertThat(number(good.call("TASK.STATS", "mail"), "taken")).isZero();
            assertThat(number(good.call("TASK.STATS", "mail"), "waiting")).isZero();
            assertThat(server.state().connections().count()).isOne();
        }
    }

    /** Sends a piece of what is to be sent, or breaks off; answers with what is still to be sent. */
    private static byte[] act(Random random, Client client, byte[] pending) {
        byte[] left = pending;
        if (left.length == 0) {
            left = something(random);
        }
        if (random.nextInt(12) == 0) {
            client.send(Arrays.copyOf(left, random.nextInt(left.length + 1)));
            client.drop();
            return new byte[0];
        }
        int piece = random.nextBoolean() ? left.length : random.nextInt(left.length + 1);
        String heard = client.send(Arrays.copyOf(left, piece));
        assertThat(heard).doesNotContain("INTERNAL");
        return client.isOpen() ? Arrays.copyOfRange(left, piece, left.length) : new byte[0];
    }

    private static byte[] something(Random random) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        for (int count = random.nextInt(4); count >= 0; count--) {
            bytes.writeBytes(TestServer.bulks(COMMANDS.get(random.nextInt(COMMANDS.size()))));
        }
        byte[] all = bytes.toByteArray();
        if (random.nextInt(20) == 0) {
            all[random.nextInt(all.length)] = (byte) random.nextInt(256);
        }
        return all;
    }

    private static long number(String stats, String field) {
        List<String> lines = new ArrayList<>(stats.lines().toList());
        return Long.parseLong(lines.get(lines.indexOf(field) + 1).substring(1));
    }

    private static String[] words(String command) {
        return command.split(" ");
    }
}
