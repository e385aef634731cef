package dev.millrace.embedded;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.api.Durability;
import dev.millrace.api.Limits;
import dev.millrace.api.OpenOptions;
import dev.millrace.api.Put;
import dev.millrace.api.SessionOptions;
import dev.millrace.api.TaskState;
import dev.millrace.api.engine.Answer;
import dev.millrace.api.engine.Command;
import dev.millrace.api.engine.EndReason;
import dev.millrace.api.engine.EngineSession;
import dev.millrace.api.engine.Outlet;
import dev.millrace.api.engine.Push;
import dev.millrace.testkit.Clause;
import dev.millrace.testkit.EngineClient;
import dev.millrace.testkit.ForEngine;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/**
 * Answers that hold many tasks, or copies of their payloads, are held back until their round ends; so a round ends when
 * they are 16 MiB.
 */
@ForEngine("memory:")
class RoundBytesTest {
    private static final int PAYLOAD_BYTES = 1 << 20;
    private static final int TASKS = 40;

    private final OpenOptions options = OpenOptions.defaults().withDurability(Durability.NONE);
    private final EmbeddedEngine engine = engine();

    @Test
    @Clause("G7")
    void peek_ofMorePayloadThanARoundHolds_isAnsweredInSeveralRounds() {
        long first = fill();
        List<Command> peeks = new ArrayList<>();
        for (int index = 0; index < TASKS; index++) {
            peeks.add(new Command.Peek("jobs", first + index));
        }
        assertThat(answersByRound(peeks)).containsExactly(16, 16, 8);
        engine.close();
    }

    @Test
    @Clause("G7")
    void takeMany_ofMorePayloadThanARoundHolds_isAnsweredInSeveralRounds() {
        fill();
        List<Command> takes = new ArrayList<>();
        for (int index = 0; index < TASKS; index++) {
            takes.add(new Command.TakeMany(List.of("jobs"), 100, 0));
        }
        assertThat(answersByRound(takes)).as("one task each, since a take of several ends at 1 MiB").containsExactly(16, 16, 8);
        engine.close();
    }

    @Test
    @Clause("G7")
    void list_ofMoreTasksThanARoundHolds_isAnsweredInSeveralRounds() {
        EngineClient client = new EngineClient(engine, SessionOptions.defaults());
        Command.PutMany.Item empty = new Command.PutMany.Item(ByteBuffer.allocate(0), Put.options());
        client.call(new Command.PutMany("jobs", Collections.nCopies(Limits.BATCH_MAX, empty)));

        Command list = new Command.ListTasks("jobs", TaskState.READY, 0, Limits.BATCH_MAX);
        assertThat(answersByRound(Collections.nCopies(TASKS, list)))
                .as("14 answers of 10,000 tasks with 128 bytes each")
                .containsExactly(14, 14, 12);
        engine.close();
    }

    /** The first id. */
    private long fill() {
        EngineClient client = new EngineClient(engine, SessionOptions.defaults());
        Answer.Stored first = (Answer.Stored) client.call(put());
        for (int index = 1; index < TASKS; index++) {
            client.call(put());
        }
        return first.id();
    }

    /** How many answers each round gave, when all commands were there before the first of them. */
    private List<Integer> answersByRound(List<Command> commands) {
        Counting counting = new Counting(commands.size());
        EngineSession<String> session = engine.open(SessionOptions.defaults(), counting);
        session.trySubmit("hold the round", new Command.Beat());
        EngineClient.await(counting.held);
        commands.forEach(command -> assertThat(session.trySubmit("counted", command)).isTrue());
        counting.goOn.countDown();
        EngineClient.await(counting.done);
        return counting.rounds;
    }

    private static Command.Put put() {
        return new Command.Put("jobs", ByteBuffer.allocate(PAYLOAD_BYTES));
    }

    private EmbeddedEngine engine() {
        Opening opening = Opening.inMemory(options);
        return EmbeddedEngine.start(options, "test", opening.shard(), opening.time());
    }

    /** Holds the engine in the first answer, and counts those after by rounds, each of which ends with a flush. */
    private static final class Counting implements Outlet<String> {
        private final CompletableFuture<Void> held = new CompletableFuture<>();
        private final CountDownLatch goOn = new CountDownLatch(1);
        private final CompletableFuture<Void> done = new CompletableFuture<>();
        private final List<Integer> rounds = new CopyOnWriteArrayList<>();
        private int left;
        private int inRound;

        Counting(int left) {
            this.left = left;
        }

        @Override
        public void answer(String token, Answer answer) {
            if ("counted".equals(token)) {
                assertThat(answer).isInstanceOfAny(Answer.Seen.class, Answer.TakenMany.class, Answer.Page.class);
                inRound++;
                left--;
                return;
            }
            held.complete(null);
            try {
                assertThat(goOn.await(30, TimeUnit.SECONDS)).isTrue();
            } catch (InterruptedException e) {
                throw new AssertionError("interrupted", e);
            }
        }

        @Override
        public void push(Push push) {}

        @Override
        public void flush() {
            if (inRound > 0) {
                rounds.add(inRound);
                inRound = 0;
            }
            if (left == 0) {
                done.complete(null);
            }
        }

        @Override
        public void ended(EndReason reason) {}
    }
}
