package dev.millrace.remote;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.api.ErrorCode;
import dev.millrace.api.OpenOptions;
import dev.millrace.api.QueueSettings;
import dev.millrace.api.SessionOptions;
import dev.millrace.api.TaskState;
import dev.millrace.api.engine.Answer;
import dev.millrace.api.engine.Command;
import dev.millrace.api.engine.Push;
import dev.millrace.server.Credential;
import dev.millrace.server.Grant;
import dev.millrace.server.NativeDoor;
import dev.millrace.server.ServerOptions;
import dev.millrace.server.User;
import dev.millrace.server.Users;
import dev.millrace.testkit.Clause;
import dev.millrace.testkit.EngineClient;
import dev.millrace.testkit.ForEngine;
import dev.millrace.testkit.VirtualClock;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * What a connection that breaks does to what was under way, by hand and at random; {@code -Dremote.seed=n} plays one
 * seed.
 */
@ForEngine("millrace:")
@Timeout(300)
class BreakTest {
    private static final String QUEUE = "jobs";
    private static final Duration GRACE = Duration.ofSeconds(5);
    private static final Duration RETRY = Duration.ofMillis(100);
    private static final int STEPS = 150;
    private static final User ADA = new User(
            "ada",
            List.of(Credential.ofPassword("secret", "some salt".getBytes(StandardCharsets.US_ASCII), 1_000)),
            List.of(Grant.of("*", List.of("all"))));

    private VirtualClock clock;
    private MemoryNetwork network;
    private RemoteEngine engine;

    @BeforeEach
    void open() {
        begin(new Random(1), false);
    }

    @AfterEach
    void close() {
        network.breaking(bytes -> -1);
        network.advance(GRACE);
        engine.close();
    }

    private void begin(Random random, boolean withLogin) {
        clock = new VirtualClock();
        network = new MemoryNetwork(clock);
        OpenOptions options = OpenOptions.defaults().withTimeSource(clock);
        startServer(options, withLogin ? Users.of(List.of(ADA)) : Users.none());
        String uri = withLogin ? "millrace://ada:secret@server" : "millrace://server";
        engine = RemoteEngine.open(network, Target.parse(uri), options, RemoteLimits.defaults(), random);
    }

    private void startServer(OpenOptions options) {
        startServer(options, Users.none());
    }

    private void startServer(OpenOptions options, Users users) {
        network.start(loop ->
                NativeDoor.open(loop, ServerOptions.of("memory:").withEngine(options).withUsers(users)));
    }

    /** What it has may be finished there, and nowhere else; what it waits for is asked of the next server. */
    @Test
    @Clause({"G3", "T28 restart"})
    void serverThatDrains_takesVerdicts_andTakesGoOnAtTheNextOne() {
        EngineClient worker = client();
        EngineClient other = client();
        put(other, "job");
        Answer.Taken taken = (Answer.Taken) worker.call(new Command.Take(QUEUE, 0));
        EngineClient.Reply waiting = worker.submit(new Command.Take("others", -1));

        network.drain();
        EngineClient.Reply later = worker.submit(new Command.Take("others", 0));
        network.advance(Duration.ofSeconds(3));
        assertThat(worker.call(new Command.Ack(QUEUE, taken.id(), taken.attempt())))
                .isEqualTo(new Answer.Done(taken.id(), null));
        assertThat(worker.pushes()).isEmpty();

        network.stop();
        startServer(OpenOptions.defaults().withTimeSource(clock));
        network.advance(Duration.ofSeconds(10));
        assertThat(EngineClient.await(later)).isEqualTo(new Answer.Nothing());
        assertThat(other.call(new Command.Put("others", bytes("next")))).isInstanceOf(Answer.Stored.class);
        assertThat(EngineClient.await(waiting)).isInstanceOf(Answer.Taken.class);
        assertThat(worker.pushes()).isEmpty();
    }

    @Test
    @Clause({"G3", "G9 tasks"})
    void breakWithinTheGrace_keepsTheTasks_andTheVerdictCounts() {
        EngineClient worker = client();
        EngineClient other = client();
        put(other, "job");
        Answer.Taken taken = (Answer.Taken) worker.call(new Command.Take(QUEUE, 0));

        network.cutAll();
        network.advance(RETRY);

        assertThat(other.call(new Command.Take(QUEUE, 0))).isEqualTo(new Answer.Nothing());
        assertThat(worker.call(new Command.Ack(QUEUE, taken.id(), taken.attempt())))
                .isEqualTo(new Answer.Done(taken.id(), null));
        assertThat(worker.pushes()).isEmpty();
    }

    @Test
    @Clause({"G3", "G9 tasks"})
    void breakWithinTheGrace_withALogin_logsInAgain_andGoesOn() {
        close();
        begin(new Random(1), true);
        breakWithinTheGrace_keepsTheTasks_andTheVerdictCounts();
        breakBeyondTheGrace_tellsThatTheTasksAreLost_andGoesOn();
    }

    @Test
    @Clause({"G3", "G4 tasks"})
    void breakBeyondTheGrace_tellsThatTheTasksAreLost_andGoesOn() {
        EngineClient worker = client();
        put(worker, "job");
        Answer.Taken taken = (Answer.Taken) worker.call(new Command.Take(QUEUE, 0));

        network.breaking(bytes -> 0);
        network.cutAll();
        network.advance(GRACE.plus(RETRY));
        network.breaking(bytes -> -1);
        network.advance(GRACE);

        assertThat(worker.pushes()).containsExactly(new Push.Lost(QUEUE, taken.id(), taken.attempt()));
        assertThat(failed(worker.call(new Command.Ack(QUEUE, taken.id(), taken.attempt())))).isEqualTo(ErrorCode.NOT_TAKEN);
        Answer.Taken again = (Answer.Taken) worker.call(new Command.Take(QUEUE, 0));
        assertThat(again.failures()).isOne();
    }

    /** As a server's restart does, which ends all sessions. */
    @Test
    @Clause({"G3", "G10"})
    void serversEnd_tellsThatTheTasksAreLost_andPutsAndTakesGoOnWithTheNext() {
        EngineClient worker = client();
        put(worker, "job");
        Answer.Taken taken = (Answer.Taken) worker.call(new Command.Take(QUEUE, 0));
        EngineClient.Reply waiting = worker.submit(new Command.Take("other", -1));

        network.stop();
        EngineClient.Reply late = worker.submit(new Command.Put("other", bytes("late")));
        network.advance(RETRY);
        startServer(OpenOptions.defaults().withTimeSource(clock));
        network.advance(GRACE);

        assertThat(worker.pushes()).containsExactly(new Push.Lost(QUEUE, taken.id(), taken.attempt()));
        assertThat(EngineClient.await(late)).isInstanceOf(Answer.Stored.class);
        assertThat(EngineClient.await(waiting)).isInstanceOf(Answer.Taken.class);
        assertThat(late.answers()).isOne();
    }

    /** A connection that carries nothing any more, though it seems to be there. */
    @Test
    @Clause("G3")
    void connectionThatFallsSilent_isGivenUpAfterTheTimeout() {
        EngineClient worker = client();
        put(worker, "job");
        network.deafen();
        EngineClient.Reply look = worker.submit(new Command.Stats(QUEUE));
        network.advance(Duration.ofSeconds(14));
        assertThat(look).isNotDone();

        for (int second = 0; second < 7; second++) {
            network.advance(Duration.ofSeconds(1));
        }

        assertThat(EngineClient.await(look)).isInstanceOf(Answer.Stats.class);
        assertThat(look.answers()).isOne();
    }

    /** Said once more after the break, the first word would be the last. */
    @Test
    @Clause({"G10", "T20"})
    void settingsOfAQueue_whoseAnswerIsLost_areUnknown_andDoNotOverrideALaterWord() {
        EngineClient first = client();
        EngineClient second = client();
        QueueSettings settings = QueueSettings.defaults();
        List<Command> words = List.of(
                new Command.Pause(QUEUE),
                new Command.Resume(QUEUE),
                new Command.Configure(QUEUE, settings.withMaxAttempts(3)));
        List<Command> laterWords = List.of(
                new Command.Resume(QUEUE),
                new Command.Pause(QUEUE),
                new Command.Configure(QUEUE, settings.withMaxAttempts(7)));
        for (int index = 0; index < words.size(); index++) {
            Iterator<Integer> cuts = List.of(-1, 0).iterator();
            network.breaking(bytes -> cuts.hasNext() ? cuts.next() : -1);
            EngineClient.Reply lost = first.submit(words.get(index));
            network.settle();
            assertThat(cuts).as("the command arrived, and its answer did not").isExhausted();
            second.call(laterWords.get(index));
            Answer last = second.call(new Command.Settings(QUEUE));

            network.advance(RETRY);

            assertThat(failed(EngineClient.await(lost))).isEqualTo(ErrorCode.UNKNOWN);
            assertThat(first.call(new Command.Settings(QUEUE))).isEqualTo(last);
        }
    }

    @Test
    @Clause({"T6", "T9"})
    void waitingTake_goesOnAfterABreak_forItsRemainingTime() {
        EngineClient worker = client();
        EngineClient.Reply bounded = worker.submit(new Command.Take("other", 3_000));
        EngineClient.Reply endless = worker.submit(new Command.Take(QUEUE, -1));
        network.advance(Duration.ofSeconds(1));

        network.cutAll();
        network.advance(RETRY);
        put(client(), "job");
        assertThat(EngineClient.await(endless)).isInstanceOf(Answer.Taken.class);

        network.advance(Duration.ofMillis(1_899));
        assertThat(bounded).isNotDone();
        network.advance(Duration.ofMillis(1));
        assertThat(EngineClient.await(bounded)).isEqualTo(new Answer.Nothing());
    }

    @Test
    @Clause({"G7", "G10"})
    void unreachableServer_isWaitedForAndThenTold() {
        EngineClient worker = client();
        put(worker, "job");
        network.breaking(bytes -> 0);
        EngineClient.Reply sent = worker.submit(new Command.Purge(QUEUE));
        network.settle();
        EngineClient.Reply put = worker.submit(new Command.Put(QUEUE, bytes("late")));
        EngineClient.Reply look = worker.submit(new Command.Stats(QUEUE));
        network.advance(Duration.ofSeconds(29));
        assertThat(look).isNotDone();

        for (int second = 0; second < 5; second++) {
            network.advance(Duration.ofSeconds(1));
        }

        assertThat(failed(EngineClient.await(sent))).isEqualTo(ErrorCode.UNKNOWN);
        assertThat(failed(EngineClient.await(put))).isEqualTo(ErrorCode.OVERLOADED);
        assertThat(failed(EngineClient.await(look))).isEqualTo(ErrorCode.OVERLOADED);
        network.breaking(bytes -> -1);
        network.advance(GRACE);
        assertThat(worker.call(new Command.Stats(QUEUE))).isInstanceOf(Answer.Stats.class);
    }

    /**
     * Every command is answered; what was stored is there once; what was acked stays away; nobody holds what another
     * one holds.
     */
    @Test
    @Clause({"G9 tasks", "G10", "T8"})
    void breaksAtAnyByte_loseAndDoubleNothing() {
        long only = Long.getLong("remote.seed", 0);
        for (long seed = only == 0 ? 1 : only; seed <= (only == 0 ? 60 : only); seed++) {
            engine.close();
            Random random = new Random(seed);
            begin(random, seed % 2 == 0);
            play(random, "seed=" + seed);
        }
    }

    private void play(Random random, String seed) {
        List<EngineClient> clients = List.of(client(), client(), client());
        Ledger ledger = new Ledger(seed);
        network.breaking(bytes -> random.nextInt(12) == 0 ? random.nextInt(bytes + 1) : -1);
        for (int step = 0; step < STEPS; step++) {
            EngineClient client = clients.get(random.nextInt(clients.size()));
            switch (random.nextInt(5)) {
                case 0, 1 -> ledger.put(client, "job " + step);
                case 2 -> ledger.take(client, random.nextBoolean() ? 0 : random.nextInt(300));
                case 3 -> ledger.decide(random);
                default -> network.advance(Duration.ofMillis(random.nextInt(50)));
            }
        }
        network.breaking(bytes -> -1);
        for (int round = 0; round < 60; round++) {
            network.advance(RETRY);
        }
        ledger.require(tasksIn(TaskState.values()), tasksIn(TaskState.TAKEN));
    }

    /** What the clients know. Changed on the loop's thread and by the test, in turn. */
    private static final class Ledger {
        private final String seed;
        private final List<EngineClient.Reply> replies = new CopyOnWriteArrayList<>();
        private final Set<String> stored = ConcurrentHashMap.newKeySet();
        private final Set<String> acked = ConcurrentHashMap.newKeySet();
        private final Map<String, Holding> held = new ConcurrentHashMap<>();
        private final List<String> wrong = new CopyOnWriteArrayList<>();

        /** Who has a task. */
        private record Holding(EngineClient client, long id, int attempt) {}

        Ledger(String seed) {
            this.seed = seed;
        }

        void put(EngineClient client, String name) {
            follow(client.submit(new Command.Put(QUEUE, bytes(name))), answer -> {
                require(answer instanceof Answer.Stored, name + " is not stored: " + answer);
                require(stored.add(name), name + " is stored twice");
            });
        }

        void take(EngineClient client, long timeoutMs) {
            follow(client.submit(new Command.Take(QUEUE, timeoutMs)), answer -> {
                if (answer instanceof Answer.Taken taken) {
                    String name = text(taken.payload());
                    require(!acked.contains(name), name + " is back after its ack");
                    Holding before = held.put(name, new Holding(client, taken.id(), taken.attempt()));
                    require(before == null, name + " has two owners");
                } else {
                    require(answer instanceof Answer.Nothing, "a take is refused: " + answer);
                }
            });
        }

        /** Acks or releases one of the tasks that are held. */
        void decide(Random random) {
            List<String> names = held.keySet().stream().sorted().toList();
            if (names.isEmpty()) {
                return;
            }
            String name = names.get(random.nextInt(names.size()));
            Holding holding = Objects.requireNonNull(held.remove(name));
            boolean isDone = random.nextBoolean();
            Command verdict = isDone
                    ? new Command.Ack(QUEUE, holding.id(), holding.attempt())
                    : new Command.Release(QUEUE, holding.id(), holding.attempt(), 0);
            follow(holding.client().submit(verdict), answer -> {
                require(answer instanceof Answer.Done, name + " cannot be decided: " + answer);
                if (isDone) {
                    acked.add(name);
                }
            });
        }

        private void follow(EngineClient.Reply reply, Consumer<Answer> reader) {
            replies.add(reply);
            reply.thenAccept(reader);
        }

        private void require(boolean holds, String otherwise) {
            if (!holds) {
                wrong.add(otherwise);
            }
        }

        void require(List<String> left, List<String> taken) {
            assertThat(wrong).as(seed).isEmpty();
            assertThat(replies).as(seed).allMatch(reply -> reply.answers() == 1);
            Set<String> expected = new HashSet<>(stored);
            expected.removeAll(acked);
            assertThat(left).as(seed).containsExactlyInAnyOrderElementsOf(expected);
            assertThat(taken).as("%s, held by somebody who knows", seed).containsExactlyInAnyOrderElementsOf(held.keySet());
        }
    }

    private List<String> tasksIn(TaskState... states) {
        EngineClient look = client();
        List<String> names = new ArrayList<>();
        for (TaskState state : states) {
            Answer.Page page = (Answer.Page) look.call(new Command.ListTasks(QUEUE, state, 0, 10_000));
            page.tasks().forEach(task -> names.add(text(task.payload())));
        }
        return names;
    }

    private EngineClient client() {
        return new EngineClient(engine, SessionOptions.defaults());
    }

    private static void put(EngineClient client, String payload) {
        assertThat(client.call(new Command.Put(QUEUE, bytes(payload)))).isInstanceOf(Answer.Stored.class);
    }

    private static ErrorCode failed(Answer answer) {
        assertThat(answer).isInstanceOf(Answer.Failed.class);
        return ((Answer.Failed) answer).code();
    }

    private static ByteBuffer bytes(String text) {
        return ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
    }

    private static String text(ByteBuffer buffer) {
        return StandardCharsets.UTF_8.decode(buffer.duplicate()).toString();
    }
}
