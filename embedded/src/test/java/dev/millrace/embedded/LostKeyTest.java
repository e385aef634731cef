package dev.millrace.embedded;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.api.KeyMode;
import dev.millrace.api.OpenOptions;
import dev.millrace.api.Put;
import dev.millrace.api.SessionOptions;
import dev.millrace.api.engine.Answer;
import dev.millrace.api.engine.Command;
import dev.millrace.core.QueueConfig;
import dev.millrace.core.State;
import dev.millrace.core.TaskLog;
import dev.millrace.core.TaskRecord;
import dev.millrace.journal.FolderDisk;
import dev.millrace.journal.Journal;
import dev.millrace.journal.JournalOptions;
import dev.millrace.journal.Replay;
import dev.millrace.testkit.Clause;
import dev.millrace.testkit.EngineClient;
import dev.millrace.testkit.ForEngine;
import dev.millrace.testkit.VirtualClock;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A buried task that lost its key to another (T23): what its folder says of that, to an engine and to a doctor. */
@ForEngine("embedded:")
class LostKeyTest {
    private static final JournalOptions SMALL =
            new JournalOptions(dev.millrace.journal.Durability.WRITTEN, 64 << 10, 64 << 10, 16 << 10);
    private static final String NONE = "none";

    private final VirtualClock clock = new VirtualClock();

    @TempDir
    Path folder;

    @Test
    @Clause("T23")
    void bury_saysThatTheKeyIsLost_noTraceOfWhoGotIt_keyIsFree() {
        writeBurial(true);

        assertThat(exportedKeys()).isEqualTo(Map.of(1L, NONE));
        assertThat(putKept().existing()).isFalse();
    }

    /** As it is written when nobody waited for the task, and as it was written always, once. */
    @Test
    @Clause({"T23", "G8 format"})
    void bury_saysNothing_keyIsKept() {
        writeBurial(false);

        assertThat(exportedKeys()).isEqualTo(Map.of(1L, "key"));
        Answer.Stored stored = putKept();
        assertThat(stored.existing()).isTrue();
        assertThat(stored.id()).isEqualTo(1);
    }

    @Test
    @Clause("T23")
    void export_keysThatWentToOthers_nobodyHasOneThatAnotherHas() {
        open(client -> {
            long lostToSuccessor = put(client, "a", KeyMode.KEEP);
            client.call(new Command.Take("q", 0));
            long successor = put(client, "a", KeyMode.RERUN);
            client.call(new Command.Bury("q", lostToSuccessor, 0, "no luck"));
            client.call(new Command.Take("q", 0));
            long lostToPut = put(client, "b", KeyMode.KEEP);
            client.call(new Command.Take("q", 0));
            client.call(new Command.Bury("q", lostToPut, 0, "no luck"));
            put(client, "b", KeyMode.RERUN);
            client.call(new Command.Take("q", 0));
            put(client, "b", KeyMode.RERUN);
            client.call(new Command.Ack("q", successor, 0));
            return put(client, "a", KeyMode.KEEP);
        });

        assertThat(exportedKeys())
                .isEqualTo(new TreeMap<>(Map.of(1L, NONE, 3L, NONE, 4L, "b", 5L, "b", 6L, "a")));
    }

    /**
     * A task with a key, as the cleaner copied it while it was taken, and its burial; whoever waited for it is long
     * freed.
     */
    private void writeBurial(boolean keyLost) {
        Replay nothingYet = new Replay() {
            @Override
            public void begin(long createdMs, long firstSegment) {}

            @Override
            public boolean isAdoptable(int type) {
                return false;
            }

            @Override
            public void record(
                    long position, int type, int schema, int queue, long timeMs, ByteBuffer head, ByteBuffer body) {}
        };
        Journal journal = Journal.open(FolderDisk.at(folder), SMALL, clock.wallMs(), 7, nothingYet);
        TaskRecords.writeQueue(journal, 1, "q", QueueConfig.DEFAULT);
        long home = TaskRecords.writeTask(
                journal,
                new TaskRecord(1, 1, State.TAKEN, 0, 0, 0, 1_000, 0, 1, 0, 0, "key", null, 0, 0, null, 0, null),
                ByteBuffer.allocate(1));
        TaskRecords.writeMove(journal, new TaskLog.Move(1, home, State.BURIED, 0, 1, 0, 0, keyLost, "no luck"));
        journal.commit(clock.wallMs(), 3);
        journal.close(clock.wallMs(), 3);
    }

    private Answer.Stored putKept() {
        return open(client -> (Answer.Stored) client.call(
                new Command.Put("q", ByteBuffer.allocate(1), Put.options().withKey("key", KeyMode.KEEP))));
    }

    private static long put(EngineClient client, String key, KeyMode mode) {
        return ((Answer.Stored) client.call(
                        new Command.Put("q", ByteBuffer.allocate(1), Put.options().withKey(key, mode))))
                .id();
    }

    private <R> R open(Function<EngineClient, R> use) {
        OpenOptions options = OpenOptions.defaults().withTimeSource(clock);
        Opening opening = Opening.of(FolderDisk.at(folder), options, SMALL, 7, () -> 1);
        EmbeddedEngine engine = EmbeddedEngine.start(options, "test", opening.shard(), opening.time());
        try (EngineClient client = new EngineClient(engine, SessionOptions.defaults())) {
            return use.apply(client);
        } finally {
            engine.close();
        }
    }

    private Map<Long, String> exportedKeys() {
        Map<Long, String> keys = new TreeMap<>();
        new FolderDoctor().export("embedded:" + folder, false, task -> keys.put(task.id(), orNone(task.key())));
        return keys;
    }

    private static String orNone(@Nullable String key) {
        return key == null ? NONE : key;
    }
}
