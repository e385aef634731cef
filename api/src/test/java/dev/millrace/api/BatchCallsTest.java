package dev.millrace.api;

import static dev.millrace.api.Refusals.assertBad;
import static dev.millrace.api.SessionCallsTest.await;
import static dev.millrace.api.SessionCallsTest.blocking;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import dev.millrace.api.engine.Answer;
import dev.millrace.api.engine.Command;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Batches, takes from several queues and settings, against an engine that answers as a test says. */
class BatchCallsTest {
    private final ScriptedEngine engine = new ScriptedEngine();
    private final Session session = new Session(engine, SessionOptions.defaults(), Thread.ofVirtual().factory());
    private final TaskQueue<String> jobs = session.queue("jobs", Codec.text());

    @Test
    void putAll_answered_readsEachInOrder() throws Exception {
        var put = blocking(() -> jobs.putAll(List.of("a", "b"), Put.delay(Duration.ofMillis(5))));
        engine.answer(new Answer.StoredMany(List.of(
                new Answer.Stored(17, TaskState.DELAYED, 1_005, false, false),
                new Answer.Stored(9, TaskState.READY, 0, false, true))));

        assertThat(await(put))
                .extracting(Stored::id, Stored::state, Stored::existing)
                .containsExactly(
                        tuple(new TaskId("jobs", 17), TaskState.DELAYED, false),
                        tuple(new TaskId("jobs", 9), TaskState.READY, true));
        assertThat(items()).extracting(item -> item.options().delayMs()).containsExactly(5L, 5L);
    }

    @Test
    void putAll_byAProducer_givesTheItemsTheSequencesThatFollow() {
        jobs.async().putAll(List.of("a", "b", "c"), Put.priority(3).withProducer("importer", 41));

        assertThat(items()).extracting(item -> item.options().sequence()).containsExactly(41L, 42L, 43L);
        assertThat(items()).allSatisfy(item -> {
            assertThat(item.options().producer()).isEqualTo("importer");
            assertThat(item.options().priority()).isEqualTo(3);
        });
    }

    @Test
    void putAll_sequencesThatOverflow_areRefusedBeforeTheyAreSubmitted() {
        assertBad(
                () -> jobs.putAll(List.of("a", "b"), Put.options().withProducer("importer", Long.MAX_VALUE)),
                "sequence=");
        assertThat(engine.submitted()).isEmpty();
    }

    @Test
    void putAll_countOutsideItsRange_isRefusedBeforeItIsSubmitted() {
        assertBad(() -> jobs.putAll(List.of()), "payloads=0", "1 … 10000");
        assertBad(() -> jobs.putAll(Collections.nCopies(10_001, "x")), "payloads=10001");
        assertBad(() -> jobs.async().putAll(List.of(), Put.options()), "payloads=0");
        assertThat(engine.submitted()).isEmpty();
        jobs.async().putAll(Collections.nCopies(10_000, "x"), Put.options());
        assertThat(items()).hasSize(10_000);
    }

    @Test
    void putAll_codecThatThrowsInTheMiddle_submitsNothing() {
        List<String> encoded = new ArrayList<>();
        TaskQueue<String> queue = session.queue("jobs", new Codec<>() {
            @Override
            public byte[] encode(String payload) {
                encoded.add(payload);
                if (payload.equals("bad")) {
                    throw new IllegalStateException("encode");
                }
                return new byte[0];
            }

            @Override
            public String decode(byte[] bytes) {
                return "";
            }
        });

        assertThatThrownBy(() -> queue.putAll(List.of("a", "bad", "c"))).hasMessage("encode");

        assertThat(encoded).containsExactly("a", "bad");
        assertThat(engine.submitted()).isEmpty();
    }

    @Test
    void takeMany_answered_readsEachInOrder() throws Exception {
        var take = blocking(() -> jobs.takeMany(5, Duration.ofMillis(7)));
        engine.answer(new Answer.TakenMany(List.of(ScriptedEngine.taken(5, 1), ScriptedEngine.taken(6, 2))));

        assertThat(await(take))
                .extracting(Task::receipt)
                .containsExactly(new Receipt(new TaskId("jobs", 5), 1), new Receipt(new TaskId("jobs", 6), 2));
        assertThat(engine.submitted()).containsExactly(new Command.TakeMany(List.of("jobs"), 5, 7));
    }

    @Test
    void takeMany_answeredNothing_isEmpty() throws Exception {
        var take = blocking(() -> jobs.takeMany(5));
        engine.answer(new Answer.Nothing());

        assertThat(await(take)).isEmpty();
    }

    @Test
    void takeMany_countOutsideItsRange_isRefused() {
        assertBad(() -> jobs.takeMany(0), "max=0", "1 … 10000");
        assertBad(() -> jobs.takeMany(10_001, Duration.ZERO), "max=10001");
        assertBad(() -> jobs.async().takeMany(-1, Duration.ZERO), "max=-1");
        assertThat(engine.submitted()).isEmpty();
    }

    @Test
    void cancel_ofATakeManyStage_givesEachLateTaskBack() throws Exception {
        CompletableFuture<List<Task<String>>> take =
                jobs.async().takeMany(5, Duration.ofDays(1)).toCompletableFuture();
        assertThat(take.cancel(true)).isTrue();
        assertThat(engine.cancelled()).isOne();

        engine.answer(new Answer.TakenMany(List.of(ScriptedEngine.taken(5, 1), ScriptedEngine.taken(6, 2))));

        assertThat(engine.submitted().subList(1, engine.submitted().size()))
                .containsExactly(new Command.Release("jobs", 5, 1, 0), new Command.Release("jobs", 6, 2, 0));
    }

    @Test
    void ackAll_answered_readsEachOutcome() throws Exception {
        List<Receipt> receipts = List.of(receipt("jobs", 5), receipt("jobs", 6), receipt("jobs", 5));
        var acked = blocking(() -> jobs.ackAll(receipts));
        engine.answer(new Answer.Each(List.of(
                new Answer.Done(5, null),
                new Answer.Failed(ErrorCode.NOT_OWNER, "not yours"),
                new Answer.Failed(ErrorCode.NOT_FOUND, "gone"))));

        List<AckResult> results = await(acked);
        assertThat(results).extracting(AckResult::receipt).containsExactlyElementsOf(receipts);
        assertThat(results).extracting(AckResult::isAcked).containsExactly(true, false, false);
        assertThat(Objects.requireNonNull(results.get(1).failure()))
                .hasMessageContaining("not yours")
                .extracting(MillraceException::code)
                .isEqualTo(ErrorCode.NOT_OWNER);
    }

    @Test
    void ackAll_badReceipts_areRefusedBeforeTheyAreSubmitted() {
        assertBad(() -> jobs.ackAll(List.of()), "receipts=0", "1 … 10000");
        assertBad(() -> jobs.ackAll(Collections.nCopies(10_001, receipt("jobs", 5))), "receipts=10001");
        assertBad(() -> jobs.ackAll(List.of(receipt("jobs", 5), receipt("other", 6))), "other", "jobs");
        assertBad(() -> jobs.async().ackAll(List.of()), "receipts=0");
        assertThat(engine.submitted()).isEmpty();
    }

    @Test
    void takeFromSeveral_answered_readsWithThatQueuesCodec() throws Exception {
        TaskQueue<Integer> numbers = session.queue("numbers", new Codec<>() {
            @Override
            public byte[] encode(Integer payload) {
                return new byte[] {payload.byteValue()};
            }

            @Override
            public Integer decode(byte[] bytes) {
                return (int) bytes[0];
            }
        });
        CompletableFuture<@Nullable Task<? extends Object>> take =
                blocking(() -> session.<Object>take(List.of(numbers, jobs), Duration.ofMillis(9)));
        engine.answer(new Answer.Taken("numbers", 5, 1, 0, 0, 1_000, ByteBuffer.wrap(new byte[] {42})));

        Task<?> task = Objects.requireNonNull(await(take));
        assertThat(task.id()).isEqualTo(new TaskId("numbers", 5));
        assertThat(task.payload()).isEqualTo(42);
        assertThat(engine.submitted()).containsExactly(new Command.Take(List.of("numbers", "jobs"), 9));
    }

    @Test
    void takeFromSeveral_badList_isRefusedBeforeItIsSubmitted() {
        Session other = new Session(new ScriptedEngine(), SessionOptions.defaults(), Thread.ofVirtual().factory());
        List<TaskQueue<? extends String>> tooMany = new ArrayList<>();
        IntStream.range(0, 65).forEach(index -> tooMany.add(session.queue("queue-" + index, Codec.text())));

        assertBad(() -> session.<String>take(List.of(), Duration.ZERO), "queues=0", "1 … 64");
        assertBad(() -> session.take(tooMany, Duration.ZERO), "queues=65");
        assertBad(() -> session.take(List.of(jobs, jobs), Duration.ZERO), "jobs", "twice");
        assertBad(
                () -> session.take(List.of(jobs, other.queue("theirs", Codec.text())), Duration.ZERO),
                "theirs",
                "not of this one");
        assertThat(engine.submitted()).isEmpty();
    }

    @Test
    void settings_eachVerb_submitsItsCommand() throws Exception {
        QueueSettings settings = QueueSettings.defaults().withMaxAttempts(3);
        for (Runnable verb : List.<Runnable>of(jobs::pause, jobs::resume, () -> jobs.configure(settings))) {
            var done = blocking(() -> {
                verb.run();
                return true;
            });
            engine.answer(new Answer.Settings(settings, false));
            assertThat(await(done)).isTrue();
        }
        var read = blocking(jobs::settings);
        engine.answer(new Answer.Settings(settings, true));

        assertThat(await(read)).isEqualTo(settings);
        assertThat(engine.submitted())
                .containsExactly(
                        new Command.Pause("jobs"),
                        new Command.Resume("jobs"),
                        new Command.Configure("jobs", settings),
                        new Command.Settings("jobs"));
    }

    private List<Command.PutMany.Item> items() {
        return ((Command.PutMany) engine.submitted().getLast()).items();
    }

    private static Receipt receipt(String queue, long number) {
        return new Receipt(new TaskId(queue, number), 1);
    }
}
