package dev.millrace.embedded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.millrace.api.Durability;
import dev.millrace.api.ErrorCode;
import dev.millrace.api.MillraceException;
import dev.millrace.api.OpenOptions;
import dev.millrace.api.Put;
import dev.millrace.api.SessionOptions;
import dev.millrace.api.engine.Answer;
import dev.millrace.api.engine.Command;
import dev.millrace.journal.JournalOptions;
import dev.millrace.testkit.Clause;
import dev.millrace.testkit.EngineClient;
import dev.millrace.testkit.ForEngine;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Disks that fill up, and logs that must not grow for ever. */
@ForEngine("embedded:")
class DiskSpaceTest {
    private static final int PAYLOAD_BYTES = 20_000;

    private final SimulatedDisk disk = new SimulatedDisk(new Random(1));

    @Test
    @Clause({"G8 full disk", "T14"})
    void put_diskIsFull_isOverloadedWhileTakesAndAcksGoOnUntilThereIsRoom() {
        for (Durability durability : Durability.values()) {
            fillAndEmpty(new SimulatedDisk(new Random(1)), durability);
        }
    }

    private static void fillAndEmpty(SimulatedDisk disk, Durability durability) {
        EmbeddedEngine engine = start(disk, durability);
        EngineClient client = new EngineClient(engine, SessionOptions.defaults());
        for (int index = 0; index < 20; index++) {
            client.call(put(index));
        }
        disk.capacity(disk.bytes() + (5 << 20));
        List<Long> stored = fill(client);
        requireOverloaded(client.call(put(0)));
        assertThat(ready(client)).isEqualTo(20 + stored.size());

        int acked = 0;
        while (client.call(put(1)) instanceof Answer.Failed) {
            Answer.Taken task = (Answer.Taken) client.call(new Command.Take("jobs", 0));
            assertThat(client.call(new Command.Ack("jobs", task.id(), task.attempt())))
                    .isInstanceOf(Answer.Done.class);
            acked++;
            assertThat(acked).as("acks until there is room").isLessThanOrEqualTo(20 + stored.size());
        }
        assertThat(ready(client)).isEqualTo(20 + stored.size() - acked + 1);
        engine.close();

        EmbeddedEngine reopened = start(disk.killed(), durability);
        EngineClient again = new EngineClient(reopened, SessionOptions.defaults());
        assertThat(ready(again)).isEqualTo(20 + stored.size() - acked + 1);
        reopened.close();
    }

    @Test
    @Clause("G8 full disk")
    void open_diskIsFullAtStart_saysSoOrLetsWorkEnd() {
        SimulatedDisk empty = new SimulatedDisk(new Random(2));
        empty.capacity(0);
        assertThatExceptionOfType(MillraceException.class)
                .isThrownBy(() -> start(empty, Durability.SYNC))
                .satisfies(failure -> assertThat(failure.code()).isEqualTo(ErrorCode.READ_ONLY))
                .withMessageContaining("No space left on device; make room, then open the folder again");
        EmbeddedEngine engine = start(disk, Durability.SYNC);
        EngineClient client = new EngineClient(engine, SessionOptions.defaults());
        for (int index = 0; index < 100; index++) {
            client.call(put(index));
        }
        SimulatedDisk full = disk.killed();
        full.capacity(full.bytes());
        EmbeddedEngine reopened = start(full, Durability.SYNC);
        EngineClient again = new EngineClient(reopened, SessionOptions.defaults());
        for (int left = 100; left > 0; left--) {
            Answer.Taken task = (Answer.Taken) again.call(new Command.Take("jobs", 0));
            assertThat(again.call(new Command.Ack("jobs", task.id(), task.attempt())))
                    .isInstanceOf(Answer.Done.class);
        }
        reopened.close();
    }

    /** What is left of a refused creation would be taken for a damaged log by who looks at it. */
    @Test
    @Clause({"G8 full disk", "T14"})
    void open_newFolderWithoutRoom_leavesNothing() {
        int refused = 0;
        for (int bytes = 0; bytes < 16 << 10; bytes += 500) {
            SimulatedDisk small = new SimulatedDisk(new Random(2));
            small.capacity(bytes);
            try {
                start(small, Durability.SYNC).close();
            } catch (MillraceException failure) {
                assertThat(failure.code()).isEqualTo(ErrorCode.READ_ONLY);
                assertThat(small.names()).as("files after a refusal with room for bytes=%d", bytes).isEmpty();
                small.capacity(Long.MAX_VALUE);
                start(small, Durability.SYNC).close();
                refused++;
            }
        }
        assertThat(refused).isGreaterThan(8);
    }

    @Test
    @Clause({"G7", "G8 full disk"})
    void ack_allButOneTask_keepsTheLogShort() {
        for (Durability durability : Durability.values()) {
            keepOne(new SimulatedDisk(new Random(3)), durability);
        }
    }

    private static void keepOne(SimulatedDisk disk, Durability durability) {
        EmbeddedEngine engine = start(disk, durability, 1 << 20);
        EngineClient client = new EngineClient(engine, SessionOptions.defaults());
        Answer.Stored first = (Answer.Stored) client.call(new Command.Put("kept", payload(7)));
        for (int index = 0; index < 5_000; index++) {
            client.call(put(index));
            Answer.Taken task = (Answer.Taken) client.call(new Command.Take("jobs", 0));
            client.call(new Command.Ack("jobs", task.id(), task.attempt()));
        }
        assertThat(disk.bytes()).as("bytes of the files, after a hundred million were put").isLessThan(10 << 20);

        EmbeddedEngine reopened = start(disk.killed(), durability, 1 << 20);
        EngineClient again = new EngineClient(reopened, SessionOptions.defaults());
        assertThat(((Answer.Seen) again.call(new Command.Peek("kept", first.id()))).payload())
                .isEqualTo(payload(7));
        assertThat(ready(again)).isZero();
        reopened.close();
    }

    @Test
    @Clause({"G8 full disk", "G10 restart"})
    void ack_withMoreProducersThanTheLogIsLong_endsItsCleaningAndKeepsThem() {
        int producers = 60;
        EmbeddedEngine engine = start(disk, Durability.WRITTEN, 64 << 10, 64 << 10);
        EngineClient client = new EngineClient(engine, SessionOptions.defaults());
        client.call(new Command.Put("kept", payload(7)));
        for (int sequence = 1; sequence <= 256; sequence++) {
            for (int producer = 0; producer < producers; producer++) {
                client.call(new Command.Put(
                        "jobs", ByteBuffer.allocate(8), Put.options().withProducer("p" + producer, sequence)));
                Answer.Taken task = (Answer.Taken) client.call(new Command.Take("jobs", 0));
                client.call(new Command.Ack("jobs", task.id(), task.attempt()));
            }
        }
        assertThat(disk.bytes()).isLessThan(2 << 20);
        disk.capacity(disk.bytes());
        client.call(new Command.Put("kept", payload(8)));
        assertThat(client.call(new Command.Stats("kept"))).as("not broken").isInstanceOf(Answer.Stats.class);
        engine.close();

        disk.capacity(Long.MAX_VALUE);
        EmbeddedEngine reopened = start(disk.killed(), Durability.WRITTEN, 64 << 10, 64 << 10);
        EngineClient again = new EngineClient(reopened, SessionOptions.defaults());
        for (int producer = 0; producer < producers; producer++) {
            assertThat(again.call(new Command.LastSequence("jobs", "p" + producer))).isEqualTo(new Answer.Count(256));
        }
        reopened.close();
    }

    private static List<Long> fill(EngineClient client) {
        List<Long> stored = new ArrayList<>();
        for (Answer answer = client.call(put(0)); ; answer = client.call(put(0))) {
            if (answer instanceof Answer.Stored task) {
                stored.add(task.id());
            } else {
                requireOverloaded(answer);
                return stored;
            }
        }
    }

    private static void requireOverloaded(Answer answer) {
        assertThat(answer).isInstanceOf(Answer.Failed.class);
        Answer.Failed failed = (Answer.Failed) answer;
        assertThat(failed.code()).as(failed.message()).isEqualTo(ErrorCode.OVERLOADED);
        assertThat(failed.message()).contains("the disk is full");
    }

    private static long ready(EngineClient client) {
        return ((Answer.Stats) client.call(new Command.Stats("jobs"))).stats().ready();
    }

    private static Command.Put put(int seed) {
        return new Command.Put("jobs", payload(seed));
    }

    private static ByteBuffer payload(int seed) {
        byte[] bytes = new byte[PAYLOAD_BYTES];
        new Random(seed).nextBytes(bytes);
        return ByteBuffer.wrap(bytes);
    }

    private static EmbeddedEngine start(SimulatedDisk disk, Durability durability) {
        return start(disk, durability, JournalOptions.defaults().segmentBytesMax());
    }

    private static EmbeddedEngine start(SimulatedDisk disk, Durability durability, int segmentBytesMax) {
        return start(disk, durability, 1 << 20, segmentBytesMax);
    }

    private static EmbeddedEngine start(
            SimulatedDisk disk, Durability durability, int segmentBytesMin, int segmentBytesMax) {
        OpenOptions options = OpenOptions.defaults().withDurability(durability);
        JournalOptions journal = new JournalOptions(
                dev.millrace.journal.Durability.valueOf(durability.name()), segmentBytesMin, segmentBytesMax, 64 << 10);
        Opening opening = Opening.of(disk, options, journal, 1, () -> 1);
        return EmbeddedEngine.start(options, "test", opening.shard(), opening.time());
    }
}
