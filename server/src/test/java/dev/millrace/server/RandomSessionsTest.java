package dev.millrace.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.server.TestServer.Client;
import dev.millrace.testkit.Clause;
import dev.millrace.wire.ProtocolException;
import dev.millrace.wire.Reply;
import dev.millrace.wire.ReplyLimits;
import dev.millrace.wire.ReplyParser;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Queue;
import java.util.Random;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/**
 * Workers whose connections break at any byte, who go on with their sessions or take them over from connections that
 * still live, or come too late. Whatever happens: an acked task does not come back, a task has one owner at the most,
 * and each put that was acknowledged and not acked is there in the end.
 *
 * <p>Another seed: {@code -Dmillrace.seed=7}; more of them: {@code -Dmillrace.seeds=1000}.
 */
class RandomSessionsTest {
    private static final long SEED = Long.getLong("millrace.seed", 1);
    private static final int SEEDS = Integer.getInteger("millrace.seeds", 60);
    private static final int STEPS = 200;
    private static final int WORKERS = 4;
    private static final int GRACE_MS = 100;

    @Test
    @Clause({"G3", "G4 tasks", "T8", "T11", "T21"})
    void workersThatBreakAndResume_loseNothingAndShareNothing() {
        int resumed = 0;
        for (long seed = SEED; seed < SEED + SEEDS; seed++) {
            try {
                resumed += new Play(new Random(seed)).play();
            } catch (RuntimeException | AssertionError e) {
                throw new AssertionError("seed " + seed + " (again: -Dmillrace.seed=" + seed + " -Dmillrace.seeds=1)", e);
            }
        }
        assertThat(resumed).as("resumptions, without which this shows nothing").isGreaterThan(SEEDS);
    }

    /** What is known of all tasks from answers that arrived. */
    private static final class Knowledge {
        private final Set<Long> stored = new HashSet<>();
        private final Set<Long> acked = new HashSet<>();
        /** Whose ack was sent, answered or not. */
        private final Set<Long> perhapsAcked = new HashSet<>();
        /** The latest attempt that anybody was told of. */
        private final Map<Long, Long> attempts = new HashMap<>();

        void taken(long id, long attempt) {
            assertThat(acked).as("acked tasks, one of which is taken again").doesNotContain(id);
            assertThat(attempt).as("attempt of task %d", id).isGreaterThan(attempts.getOrDefault(id, 0L));
            attempts.put(id, attempt);
        }

        void acked(long id, long attempt) {
            assertThat(attempts.get(id)).as("the latest take of task %d, which is acked by attempt %d", id, attempt).isEqualTo(attempt);
            assertThat(acked.add(id)).as("task %d is acked for the first time", id).isTrue();
        }
    }

    /** What a worker awaits the answer to. */
    private record Asked(String verb, long id, long attempt) {}

    /** A worker: a connection, and a session that outlives it. */
    private static final class Worker {
        private final Knowledge known;
        private final Random random;
        private Client client;
        /** Those that broke; the server may not have noticed. */
        private final List<Client> former = new ArrayList<>();
        private ByteBuf heard = Unpooled.buffer();
        private ReplyParser parser = new ReplyParser(ReplyLimits.USUAL);
        private final Queue<Asked> asked = new ArrayDeque<>();
        /** By id the attempt: what it was told it has. */
        private final Map<Long, Long> held = new HashMap<>();
        private long session;
        private String secret = "";
        private int resumed;

        Worker(Knowledge known, Random random, Client client) {
            this.known = known;
            this.random = random;
            this.client = client;
        }

        /** Asks for something, all of which arrives, or only a part before the connection breaks. */
        void ask(boolean breaks) {
            StringBuilder said = new StringBuilder();
            for (int count = random.nextInt(3); count >= 0; count--) {
                said.append(command());
            }
            byte[] bytes = said.toString().getBytes(StandardCharsets.US_ASCII);
            int sent = breaks ? random.nextInt(bytes.length + 1) : bytes.length;
            byte[] answers = client.send(Arrays.copyOf(bytes, sent)).getBytes(StandardCharsets.ISO_8859_1);
            // Of what was answered, any part may have arrived before the connection broke.
            hear(Arrays.copyOf(answers, breaks ? random.nextInt(answers.length + 1) : answers.length));
        }

        /** Asks, and goes on on another connection in the same turn of the server, before anything is answered. */
        void askAndLeave(TestServer server) {
            client.sendWithinTurn(command().getBytes(StandardCharsets.US_ASCII));
            comeBack(server);
        }

        private String command() {
            return switch (random.nextInt(6)) {
                case 0, 1 -> said(new Asked("PUT", 0, 0), "TASK.PUT", "mail", "x");
                case 2 -> said(new Asked("TAKE", 0, 0), "TASK.TAKE", "mail");
                case 3 -> said(new Asked("TAKE", 0, 0), "TASK.TAKE", "mail", "TIMEOUT", "20");
                default -> verdict();
            };
        }

        private String verdict() {
            if (held.isEmpty()) {
                return said(new Asked("GRACE", 0, 0), "SESSION.GRACE", Integer.toString(GRACE_MS));
            }
            long id = new ArrayList<>(held.keySet()).get(random.nextInt(held.size()));
            long attempt = Objects.requireNonNull(held.remove(id));
            String receipt = id + ":" + attempt;
            if (random.nextInt(3) == 0) {
                return said(new Asked("RELEASE", id, attempt), "TASK.RELEASE", "mail", receipt);
            }
            known.perhapsAcked.add(id);
            return said(new Asked("ACK", id, attempt), "TASK.ACK", "mail", receipt);
        }

        private String said(Asked what, String... arguments) {
            asked.add(what);
            return new String(TestServer.bulks(arguments), StandardCharsets.US_ASCII);
        }

        /**
         * Begins a new connection, and goes on with the session, if it is there still; then gives back what it never
         * heard of.
         */
        void comeBack(TestServer server) {
            former.add(client);
            client = server.connectWithinTurn();
            heard = Unpooled.buffer();
            parser = new ReplyParser(ReplyLimits.USUAL);
            asked.clear();
            if (secret.isEmpty()) {
                held.clear();
                return;
            }
            Reply told = one(client.call("SESSION.RESUME", Long.toString(session), secret));
            if (told instanceof Reply.Problem problem) {
                assertThat(problem.code()).isEqualTo("NOT_FOUND");
                held.clear();
                secret = "";
            } else {
                resumed++;
                giveBackUnheard();
            }
        }

        private void giveBackUnheard() {
            Map<Long, Long> really = new HashMap<>();
            List<Reply> tasks = items(field(one(client.call("SESSION.HELD", "COUNT", "10000")), "tasks"));
            for (Reply task : tasks) {
                String[] receipt = ((Reply.Bulk) field(task, "receipt")).text().split(":");
                really.put(Long.parseLong(receipt[0]), Long.parseLong(receipt[1]));
            }
            really.forEach((id, attempt) -> {
                if (!attempt.equals(held.get(id))) {
                    client.call("TASK.RELEASE", "mail", id + ":" + attempt);
                }
            });
            held.entrySet().retainAll(really.entrySet());
        }

        void listen() {
            hear(client.received().getBytes(StandardCharsets.ISO_8859_1));
        }

        private void hear(byte[] bytes) {
            heard.writeBytes(bytes);
            for (Reply reply = next(); reply != null; reply = next()) {
                understand(asked.remove(), reply);
            }
        }

        private void understand(Asked what, Reply reply) {
            if (reply instanceof Reply.Problem || reply instanceof Reply.Nothing) {
                return;
            }
            switch (what.verb) {
                case "PUT" -> known.stored.add(number(reply, "id"));
                case "TAKE" -> {
                    known.taken(number(reply, "id"), number(reply, "attempt"));
                    held.put(number(reply, "id"), number(reply, "attempt"));
                }
                case "ACK" -> known.acked(what.id, what.attempt);
                case "GRACE" -> {
                    session = number(reply, "id");
                    secret = ((Reply.Bulk) field(reply, "secret")).text();
                }
                default -> {}
            }
        }

        private @Nullable Reply next() {
            try {
                return parser.next(heard);
            } catch (ProtocolException nonsense) {
                throw new AssertionError(nonsense);
            }
        }
    }

    private static final class Play {
        private final Random random;
        private final Knowledge known = new Knowledge();
        private final TestServer server = new TestServer();
        private final List<Worker> workers = new ArrayList<>();

        Play(Random random) {
            this.random = random;
        }

        int play() {
            try (server) {
                for (int count = 0; count < WORKERS; count++) {
                    workers.add(new Worker(known, random, server.connect()));
                }
                for (int step = 0; step < STEPS; step++) {
                    step();
                }
                finish();
            }
            return workers.stream().mapToInt(worker -> worker.resumed).sum();
        }

        private void step() {
            Worker worker = workers.get(random.nextInt(WORKERS));
            if (random.nextInt(20) == 0) {
                worker.askAndLeave(server);
                return;
            }
            boolean breaks = random.nextInt(6) == 0;
            worker.ask(breaks);
            if (breaks) {
                // Its end of the connection may be gone without the server having noticed.
                if (random.nextBoolean()) {
                    worker.client.drop();
                }
                // Others take what is given back, or the grace ends meanwhile.
                workers.forEach(other -> {
                    if (other != worker) {
                        other.listen();
                    }
                });
                pass(random.nextInt(4) == 0 ? GRACE_MS : random.nextInt(GRACE_MS));
                worker.comeBack(server);
            } else if (random.nextInt(4) == 0) {
                pass(random.nextInt(30));
            }
            workers.forEach(Worker::listen);
        }

        private void pass(int ms) {
            server.advance(Duration.ofMillis(ms));
        }

        private void finish() {
            workers.forEach(worker -> {
                worker.listen();
                worker.client.drop();
                worker.former.forEach(Client::drop);
            });
            pass(GRACE_MS);
            Client last = server.connect();
            Set<Long> there = new HashSet<>();
            for (Reply task : items(field(one(last.call("TASK.LIST", "mail", "ready", "COUNT", "10000")), "tasks"))) {
                there.add(number(task, "id"));
            }
            assertThat(there).as("acked tasks are not there").doesNotContainAnyElementsOf(known.acked);
            Set<Long> owed = new HashSet<>(known.stored);
            owed.removeAll(known.perhapsAcked);
            assertThat(there).as("what was stored and never acked is there").containsAll(owed);
            assertThat(number(one(last.call("TASK.STATS", "mail")), "taken")).isZero();
            assertThat(server.state().sessions().detachedCount()).isZero();
        }
    }

    private static Reply one(String answer) {
        try {
            ByteBuf bytes = Unpooled.copiedBuffer(answer, StandardCharsets.ISO_8859_1);
            return Objects.requireNonNull(new ReplyParser(ReplyLimits.USUAL).next(bytes), "no answer");
        } catch (ProtocolException nonsense) {
            throw new AssertionError(answer, nonsense);
        }
    }

    private static long number(Reply reply, String field) {
        return ((Reply.Whole) field(reply, field)).value();
    }

    private static Reply field(Reply reply, String name) {
        List<Reply> pairs = items(reply);
        for (int index = 0; index + 1 < pairs.size(); index += 2) {
            if (pairs.get(index) instanceof Reply.Bulk key && key.text().equals(name)) {
                return pairs.get(index + 1);
            }
        }
        throw new AssertionError("no " + name + " in " + reply);
    }

    private static List<Reply> items(Reply reply) {
        return ((Reply.Items) reply).items();
    }
}
