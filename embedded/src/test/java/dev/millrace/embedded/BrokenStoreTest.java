package dev.millrace.embedded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.millrace.api.Durability;
import dev.millrace.api.ErrorCode;
import dev.millrace.api.Millrace;
import dev.millrace.api.MillraceException;
import dev.millrace.api.OpenOptions;
import dev.millrace.api.Put;
import dev.millrace.api.SessionOptions;
import dev.millrace.api.TaskQueue;
import dev.millrace.api.TimeSource;
import dev.millrace.api.engine.Answer;
import dev.millrace.api.engine.Command;
import dev.millrace.api.engine.EndReason;
import dev.millrace.api.engine.EngineSession;
import dev.millrace.api.engine.Outlet;
import dev.millrace.api.engine.Push;
import dev.millrace.journal.Journal;
import dev.millrace.journal.JournalOptions;
import dev.millrace.testkit.Clause;
import dev.millrace.testkit.EngineClient;
import dev.millrace.testkit.ForEngine;
import dev.millrace.testkit.VirtualClock;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Disks that fail, and folders that cannot be opened. */
@ForEngine("embedded:")
class BrokenStoreTest {
    private static final OpenOptions SYNC = OpenOptions.defaults().withDurability(Durability.SYNC);

    @TempDir
    Path folder;

    @Test
    @Clause({"G5", "G8 failures", "T14 failed commit"})
    void put_writeFails_isUnknownAndThenReadOnly() {
        SimulatedDisk disk = new SimulatedDisk(new Random(1));
        putThenBreak(disk, disk::failWrites, "Input/output error");
    }

    @Test
    @Clause({"G5", "G8 failures", "T14 failed commit"})
    void put_fsyncFails_isUnknownAndThenReadOnly() {
        SimulatedDisk disk = new SimulatedDisk(new Random(2));
        putThenBreak(disk, disk::failSyncs, "Input/output error");
    }

    private static void putThenBreak(SimulatedDisk disk, Runnable breaking, String cause) {
        EmbeddedEngine engine = start(disk);
        EngineClient client = new EngineClient(engine, SessionOptions.defaults());
        Answer.Stored first = (Answer.Stored) client.call(put("first"));
        client.call(put("second"));
        Answer.Taken taken = (Answer.Taken) client.call(new Command.Take("jobs", 0));
        EngineClient.Reply waiting = client.submit(new Command.Take("empty", -1));
        breaking.run();

        Answer broken = client.call(put("x".repeat(2 << 20)));
        requireFailed(broken, ErrorCode.UNKNOWN, cause);
        requireFailed(EngineClient.await(waiting), ErrorCode.READ_ONLY, cause);
        requireFailed(client.call(new Command.Ack("jobs", taken.id(), taken.attempt())), ErrorCode.READ_ONLY, cause);
        requireFailed(client.call(new Command.Stats("jobs")), ErrorCode.READ_ONLY, cause);
        engine.close();
        assertThat(EngineClient.await(client.ended())).isEqualTo(EndReason.ENGINE_BROKEN);
        requireFailed(client.call(new Command.Stats("jobs")), ErrorCode.CLOSED, "closed");
        EngineClient late = new EngineClient(engine, SessionOptions.defaults());
        assertThat(EngineClient.await(late.ended())).isEqualTo(EndReason.ENGINE_CLOSED);

        EmbeddedEngine reopened = start(disk.killed());
        EngineClient again = new EngineClient(reopened, SessionOptions.defaults());
        Answer.Seen kept = (Answer.Seen) again.call(new Command.Peek("jobs", first.id()));
        assertThat(kept.payload()).isEqualTo(bytes("first"));
        assertThat(((Answer.Taken) again.call(new Command.Take("jobs", 0))).id()).isEqualTo(first.id());
        reopened.close();
    }

    /**
     * What a round that fails held back is not held any more: otherwise every later round would be full before its
     * first command.
     */
    @Test
    @Clause({"G7", "G8 failures"})
    void takeMany_writeFailsInARoundThatIsFull_isUnknownAndThenReadOnly() {
        SimulatedDisk disk = new SimulatedDisk(new Random(8));
        Opening opening = Opening.of(disk, SYNC.withPayloadBytesMax(16 << 20));
        EmbeddedEngine engine = EmbeddedEngine.start(SYNC, "test", opening.shard(), opening.time());
        EngineClient client = new EngineClient(engine, SessionOptions.defaults());
        client.call(new Command.Put("jobs", ByteBuffer.allocate(16 << 20)));
        disk.failWrites();

        Answer broken = client.call(new Command.TakeMany(List.of("jobs"), 2, 0));
        requireFailed(broken, ErrorCode.UNKNOWN, "Input/output error");
        requireFailed(client.call(new Command.Stats("jobs")), ErrorCode.READ_ONLY, "Input/output error");
        engine.close();
    }

    @Test
    @Clause({"G3", "G8 failures"})
    void open_sessionOfABrokenEngine_hearsOnceThatItHasEndedAndWhyItsCommandsAreRefused() {
        SimulatedDisk disk = new SimulatedDisk(new Random(7));
        EmbeddedEngine engine = start(disk);
        EngineClient client = new EngineClient(engine, SessionOptions.defaults());
        disk.failWrites();
        requireFailed(client.call(put("job")), ErrorCode.UNKNOWN, "Input/output error");

        Ends ends = new Ends();
        EngineSession<CompletableFuture<Answer>> late = engine.open(SessionOptions.defaults(), ends);
        CompletableFuture<Answer> refused = new CompletableFuture<>();
        assertThat(late.trySubmit(refused, put("late"))).isTrue();
        requireFailed(EngineClient.await(refused), ErrorCode.READ_ONLY, "Input/output error");
        assertThat(ends.reasons).as("before the engine is closed").containsExactly(EndReason.ENGINE_BROKEN);
        late.close();
        engine.close();
        assertThat(ends.reasons).containsExactly(EndReason.ENGINE_BROKEN);
    }

    /** Notes every end that it hears of. */
    private static final class Ends implements Outlet<CompletableFuture<Answer>> {
        private final List<EndReason> reasons = new CopyOnWriteArrayList<>();

        @Override
        public void answer(CompletableFuture<Answer> token, Answer answer) {
            token.complete(answer);
        }

        @Override
        public void push(Push push) {}

        @Override
        public void flush() {}

        @Override
        public void ended(EndReason reason) {
            reasons.add(reason);
        }
    }

    @Test
    void nanosUntilNextEvent_brokenWithAWaitThatRanOut_isNeverSoThatTheOwnerSleeps() {
        SimulatedDisk disk = new SimulatedDisk(new Random(6));
        VirtualClock clock = new VirtualClock();
        OpenOptions options = SYNC.withTimeSource(clock);
        Opening opening = Opening.of(disk, options);
        EmbeddedEngine engine = EmbeddedEngine.start(options, "test", opening.shard(), opening.time());
        EngineClient client = new EngineClient(engine, SessionOptions.defaults());
        client.submit(new Command.Take("jobs", 1_000));
        assertThat(engine.nanosUntilNextEvent()).isEqualTo(1_000_000_000);
        disk.failWrites();
        requireFailed(client.call(put("job")), ErrorCode.UNKNOWN, "Input/output error");

        clock.advance(Duration.ofSeconds(2));

        assertThat(engine.nanosUntilNextEvent()).isEqualTo(Long.MAX_VALUE);
        engine.close();
        assertThat(engine.nanosUntilNextEvent()).isEqualTo(Long.MAX_VALUE);
    }

    @Test
    @Clause({"G5", "G8 failures", "T14 failed commit"})
    void take_payloadDamagedSinceTheOpening_isUnknownAndThenReadOnly() throws IOException {
        put(folder, "a", "x".repeat(100_000), "c");
        Path segment = folder.resolve("shard-00/0001.seg");
        try (Millrace mill = Millrace.open("embedded:" + folder)) {
            TaskQueue<byte[]> jobs = mill.queue("jobs");
            jobs.ack(Objects.requireNonNull(jobs.take()).receipt());
            byte[] bytes = Files.readAllBytes(segment);
            bytes[50_000] ^= 4;
            Files.write(segment, bytes, StandardOpenOption.WRITE);
            assertThatExceptionOfType(MillraceException.class)
                    .isThrownBy(jobs::take)
                    .satisfies(failure -> assertThat(failure.code()).isEqualTo(ErrorCode.UNKNOWN));
            assertThatExceptionOfType(MillraceException.class)
                    .isThrownBy(jobs::stats)
                    .withMessageContaining("0001.seg");
        }
    }

    @Test
    @Clause({"G5 opening", "G8 failures"})
    void open_bitFlippedInSyncedRecord_isCorruptByFileAndOffsetAndUnchanged() throws IOException {
        put(folder, "a", "b", "c");
        Path segment = folder.resolve("shard-00/0001.seg");
        byte[] bytes = Files.readAllBytes(segment);
        bytes[4096 + 60] ^= 4;
        Files.write(segment, bytes);

        assertThatExceptionOfType(MillraceException.class)
                .isThrownBy(() -> Millrace.open("embedded:" + folder))
                .satisfies(failure -> assertThat(failure.code()).isEqualTo(ErrorCode.CORRUPT))
                .withMessageContaining("0001.seg")
                .withMessageContaining("offset");
        assertThat(Files.readAllBytes(segment)).isEqualTo(bytes);
    }

    @Test
    @Clause("G5 opening")
    void open_newerFormat_isVersionAndUnchanged() throws IOException {
        put(folder, "a");
        Path meta = folder.resolve("meta");
        byte[] bytes = Files.readAllBytes(meta);
        bytes[8] = 2;
        Files.write(meta, bytes);

        assertThatExceptionOfType(MillraceException.class)
                .isThrownBy(() -> Millrace.open("embedded:" + folder))
                .satisfies(failure -> assertThat(failure.code()).isEqualTo(ErrorCode.VERSION));
        assertThat(Files.readAllBytes(meta)).isEqualTo(bytes);
    }

    @Test
    @Clause("G5 opening")
    void open_recordOfUnknownType_isVersion() {
        SimulatedDisk disk = new SimulatedDisk(new Random(4));
        JournalOptions options = JournalOptions.defaults();
        try (Journal journal = Journal.open(
                disk, options, 1, 1, (position, type, schema, queue, timeMs, head, body) -> {})) {
            journal.begin(33, 1, 0, 0, 0);
            journal.end();
            journal.close(1, 1);
        }

        assertThatExceptionOfType(MillraceException.class)
                .isThrownBy(() -> Opening.of(disk.killed(), SYNC))
                .satisfies(failure -> assertThat(failure.code()).isEqualTo(ErrorCode.VERSION))
                .withMessageContaining("type=33")
                .withMessageContaining("newer version");
    }

    @Test
    @Clause({"T3", "T4", "T12"})
    void put_storeMadeBeforeTheClockWasSet_works() {
        SimulatedDisk disk = new SimulatedDisk(new Random(5));
        Opening.of(disk, SYNC.withTimeSource(at(1_000))).shard().close();
        long nowMs = 1_800_000_000_000L;
        OpenOptions options = SYNC.withTimeSource(at(nowMs));
        Opening opening = Opening.of(disk.killed(), options);
        EmbeddedEngine engine = EmbeddedEngine.start(options, "test", opening.shard(), opening.time());
        EngineClient client = new EngineClient(engine, SessionOptions.defaults());
        assertThat(client.call(put("now"))).isInstanceOf(Answer.Stored.class);
        Command later = new Command.Put("jobs", bytes("later"), Put.delay(Duration.ofSeconds(1)));
        assertThat(((Answer.Stored) client.call(later)).dueMs()).isEqualTo(nowMs + 1_000);
        engine.close();
    }

    private static TimeSource at(long wallMs) {
        return new TimeSource() {
            @Override
            public long wallMs() {
                return wallMs;
            }

            @Override
            public long monotonicNs() {
                return 0;
            }
        };
    }

    @Test
    @Clause("G5 opening")
    void open_twice_isInUseByThisProcess() {
        try (Millrace first = Millrace.open("embedded:" + folder)) {
            first.queue("jobs").put(new byte[1]);
            assertThatExceptionOfType(MillraceException.class)
                    .isThrownBy(() -> Millrace.open("embedded:" + folder))
                    .satisfies(failure -> assertThat(failure.code()).isEqualTo(ErrorCode.IN_USE))
                    .withMessageContaining(folder.getFileName().toString())
                    .withMessageContaining(
                            Long.toString(ProcessHandle.current().pid()));
            assertThat(first.queue("jobs").stats().ready()).isEqualTo(1);
        }
    }

    @Test
    @Clause("G5 opening")
    void open_aFileInsteadOfAFolder_isRefused() throws IOException {
        Path file = Files.writeString(folder.resolve("file"), "not mine", StandardOpenOption.CREATE_NEW);
        assertThatExceptionOfType(MillraceException.class)
                .isThrownBy(() -> Millrace.open("embedded:" + file))
                .withMessageContaining(file.toString());
        assertThat(file).hasContent("not mine");
    }

    @Test
    @Clause("G5 opening")
    void open_uriWithoutFolder_isBadArgument() {
        for (String uri : new String[] {"embedded:", "embedded:/", "memory:x", "embedded:a\u0000b"}) {
            assertThatExceptionOfType(MillraceException.class)
                    .isThrownBy(() -> Millrace.open(uri))
                    .satisfies(failure -> assertThat(failure.code()).isEqualTo(ErrorCode.BAD_ARGUMENT));
        }
    }

    private static void put(Path folder, String... payloads) {
        try (Millrace mill = Millrace.open("embedded:" + folder)) {
            for (String payload : payloads) {
                mill.queue("jobs").put(payload.getBytes(StandardCharsets.UTF_8));
            }
        }
    }

    private static EmbeddedEngine start(SimulatedDisk disk) {
        OpenOptions options = SYNC.withPayloadBytesMax(4 << 20);
        Opening opening = Opening.of(disk, options);
        return EmbeddedEngine.start(options, "test", opening.shard(), opening.time());
    }

    private static Command.Put put(String payload) {
        return new Command.Put("jobs", bytes(payload));
    }

    private static ByteBuffer bytes(String text) {
        return ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
    }

    private static void requireFailed(Answer answer, ErrorCode code, String told) {
        assertThat(answer).isInstanceOf(Answer.Failed.class);
        Answer.Failed failed = (Answer.Failed) answer;
        assertThat(failed.code()).as(failed.message()).isEqualTo(code);
        assertThat(failed.message()).contains(told);
    }
}
