package dev.millrace.embedded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.millrace.api.ErrorCode;
import dev.millrace.api.MillraceException;
import dev.millrace.api.OpenOptions;
import dev.millrace.api.SessionOptions;
import dev.millrace.api.engine.Answer;
import dev.millrace.api.engine.Command;
import dev.millrace.core.CoreSettings;
import dev.millrace.core.TaskMachine;
import dev.millrace.core.TaskReplay;
import dev.millrace.testkit.Clause;
import dev.millrace.testkit.EngineClient;
import dev.millrace.testkit.ForEngine;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel.MapMode;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A command gets one answer, also when it fails in its midst; and costs what it is, also when it is far too large. */
@ForEngine("memory:")
class AnswerOnceTest {
    @Test
    @Clause({"T14 failed commit", "G8 failures"})
    void put_storeFailsAsItServesAWaitingTake_isAnsweredOnceAsAreAllOthers() {
        putThenFail(new IllegalStateException("a test's"));
    }

    @Test
    @Clause({"T14 failed commit", "G8 failures"})
    void put_errorAsItServesAWaitingTake_isAnsweredOnceAsAreAllOthers() {
        putThenFail(new OutOfMemoryError("a test's"));
    }

    /** The put has been answered in the round, which nobody has seen yet, when the waiting take is to be recorded. */
    private static void putThenFail(Throwable failure) {
        EmbeddedEngine engine = start(new WrappedStore(new MemoryStore(false, Long.MAX_VALUE)) {
            @Override
            public void take(long id, long home, int attempt) {
                throwAs(failure);
            }
        });
        EngineClient taker = new EngineClient(engine, SessionOptions.defaults());
        EngineClient.Reply take = taker.submit(new Command.Take("jobs", -1));
        EngineClient putter = new EngineClient(engine, SessionOptions.defaults());
        EngineClient.Reply put = putter.submit(new Command.Put("jobs", ByteBuffer.allocate(1)));

        assertThat(code(put)).isEqualTo(ErrorCode.UNKNOWN);
        assertThat(code(take)).isNotNull();
        engine.close();
        assertThat(List.of(put.answers(), take.answers())).containsExactly(1, 1);
    }

    @SuppressWarnings("unchecked") // erased: whatever it is, it is thrown
    private static <X extends Throwable> void throwAs(Throwable failure) throws X {
        throw (X) failure;
    }

    @Test
    @Clause({"G5", "G7"})
    void put_payloadOfAllBytesThatABufferCanHold_isTooLarge(@TempDir Path folder) throws IOException {
        ByteBuffer payload = hugeBuffer(folder.resolve("sparse"));
        EmbeddedEngine engine = start(new MemoryStore(false, Long.MAX_VALUE));
        EngineClient client = new EngineClient(engine, SessionOptions.defaults());
        assertThatExceptionOfType(MillraceException.class)
                .isThrownBy(() -> client.call(new Command.Put("jobs", payload)))
                .withMessageContaining("commandBytes=2147483647 > commandBytesMax=")
                .satisfies(refusal -> assertThat(refusal.code()).isEqualTo(ErrorCode.TOO_LARGE));
        Answer.Stats stats = (Answer.Stats) client.call(new Command.Stats("jobs"));
        assertThat(stats.stats().total()).isZero();
        engine.close();
    }

    /** A file without contents, which takes no room on the disk nor in memory. */
    private static ByteBuffer hugeBuffer(Path path) throws IOException {
        try (RandomAccessFile file = new RandomAccessFile(path.toFile(), "rw")) {
            file.setLength(Integer.MAX_VALUE);
            return file.getChannel().map(MapMode.READ_ONLY, 0, Integer.MAX_VALUE);
        }
    }

    private static ErrorCode code(EngineClient.Reply reply) {
        return ((Answer.Failed) EngineClient.await(reply)).code();
    }

    private static EmbeddedEngine start(Store store) {
        OpenOptions options = OpenOptions.defaults();
        CoreSettings settings = new CoreSettings(
                options.waitersMax(), options.producersMax(), options.producerKeepMs(), options.idleQueuesMax(),
                options.engineDeathsMax(), 1, 2,
                failures -> 0);
        EngineTime time = new EngineTime(options.timeSource(), 0);
        Outbox outbox = new Outbox(store);
        TaskMachine<ByteBuffer> machine =
                new TaskReplay(settings, time.nowMs(), 0).machine(true, 1, time.nowMs(), store, outbox);
        return EmbeddedEngine.start(options, "test", new Shard(options, store, machine, outbox), time);
    }
}
