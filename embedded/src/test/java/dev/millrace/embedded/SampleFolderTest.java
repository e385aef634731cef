package dev.millrace.embedded;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.api.KeyMode;
import dev.millrace.api.OpenOptions;
import dev.millrace.api.Put;
import dev.millrace.api.QueueSettings;
import dev.millrace.api.QueueStats;
import dev.millrace.api.SessionOptions;
import dev.millrace.api.TaskState;
import dev.millrace.api.engine.Answer;
import dev.millrace.api.engine.Command;
import dev.millrace.journal.FolderDisk;
import dev.millrace.journal.JournalOptions;
import dev.millrace.testkit.Clause;
import dev.millrace.testkit.EngineClient;
import dev.millrace.testkit.ForEngine;
import dev.millrace.testkit.VirtualClock;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Folders of format 1 that every later version must read: one that was closed, one as a killed process left it. They
 * have every type of record and every section of a task's, copies of the cleaner, and a log that lost its beginning.
 *
 * <p>{@code -Dsample.update=true} writes them anew, which is right only as long as format 1 was never released.
 */
@ForEngine("embedded:")
class SampleFolderTest {
    private static final Path SAMPLES = Path.of("src", "test", "resources", "format-1");
    private static final JournalOptions SMALL =
            new JournalOptions(dev.millrace.journal.Durability.WRITTEN, 64 << 10, 64 << 10, 16 << 10);

    @TempDir
    Path temporary;

    private final VirtualClock clock = new VirtualClock();

    @Test
    @Clause({"G8 format", "T28 restart"})
    void open_folderThatWasClosed_hasEverything() throws IOException {
        if (Boolean.getBoolean("sample.update")) {
            write();
        }
        check("closed");
    }

    @Test
    @Clause({"G8 format", "T28 restart"})
    void open_folderOfKilledProcess_hasEverything() throws IOException {
        if (Boolean.getBoolean("sample.update")) {
            write();
        }
        check("killed");
    }

    private void check(String name) throws IOException {
        Path folder = temporary.resolve(name);
        copy(SAMPLES.resolve(name), folder);
        clock.advance(Duration.ofDays(1));
        Path expected = SAMPLES.resolve(name + ".txt");
        List<String> dump = open(folder, client -> dump(client));
        if (Boolean.getBoolean("sample.update")) {
            Files.write(expected, dump);
        }
        assertThat(String.join("\n", dump)).isEqualTo(String.join("\n", Files.readAllLines(expected)));
    }

    // --- Writing the samples

    private void write() throws IOException {
        Path folder = temporary.resolve("made");
        open(folder, client -> {
            fill(client);
            copyUnchecked(folder, SAMPLES.resolve("killed"));
            return List.of();
        });
        copy(folder, SAMPLES.resolve("closed"));
    }

    private void fill(EngineClient client) {
        put(client, "plain", "first", Put.options());
        put(client, "plain", "later", Put.delay(Duration.ofDays(30)).withMaxAttempts(5));
        put(client, "plain", "urgent", Put.priority(1));
        put(client, "plain", "not urgent", Put.priority(4_000_000_000L));
        put(client, "keys", "first", Put.key("k"));
        take(client, "keys");
        put(client, "keys", "successor", Put.options().withKey("k", KeyMode.RERUN).withDelay(Duration.ofDays(40)));
        put(client, "keys", "kept", Put.key("other").withProducer("p", 7));
        put(client, "keys", "not kept", Put.key("other").withProducer("p", 8));
        put(client, "keys", "rewritten", Put.options().withKey("other", KeyMode.REPLACE).withPriority(3));
        for (int index = 0; index < 3; index++) {
            put(client, "groups", "member " + index, Put.group("g", 2));
        }
        take(client, "groups");
        put(client, "lives", "short", Put.options().withTtl(Duration.ofHours(1)));
        put(client, "lives", "long", Put.options().withTtl(Duration.ofDays(50)).withTtr(Duration.ofSeconds(5)));
        Answer.Taken buried = take(client, "lives");
        client.call(new Command.Bury("lives", buried.id(), 0, "ein Grund: ü"));
        Answer.Taken failed = take(client, "lives");
        client.call(new Command.Fail("lives", failed.id(), 0, 1_000, "again"));
        client.call(new Command.Configure(
                "configured", new QueueSettings(4, 30_000, 100, 1_000)));
        client.call(new Command.Pause("configured"));
        List<Command.PutMany.Item> batch = new ArrayList<>();
        for (int index = 0; index < 3; index++) {
            batch.add(new Command.PutMany.Item(bytes("batch " + index), Put.options().withProducer("q", 1 + index)));
        }
        client.call(new Command.PutMany("batch", batch));
        put(client, "purged", "gone", Put.options());
        client.call(new Command.Purge("purged"));
        // What was put first lies at the beginning of the log; with so much behind it, it is copied to its end.
        for (int index = 0; index < 1_500; index++) {
            put(client, "many", "x".repeat(400), Put.options());
            Answer.Taken task = take(client, "many");
            client.call(new Command.Ack("many", task.id(), task.attempt()));
            clock.advance(Duration.ofMillis(50));
        }
        Answer.Taken urgent = take(client, "plain");
        client.call(new Command.Release("plain", urgent.id(), urgent.attempt(), 0));
        take(client, "plain");
    }

    private static void put(EngineClient client, String queue, String payload, Put options) {
        assertThat(client.call(new Command.Put(queue, bytes(payload), options))).isInstanceOf(Answer.Stored.class);
    }

    private static Answer.Taken take(EngineClient client, String queue) {
        return (Answer.Taken) client.call(new Command.Take(queue, 0));
    }

    private static ByteBuffer bytes(String text) {
        return ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
    }

    // --- Reading them

    private interface Use {
        List<String> with(EngineClient client);
    }

    private List<String> open(Path folder, Use use) {
        OpenOptions options = OpenOptions.defaults().withTimeSource(clock);
        Opening opening = Opening.of(FolderDisk.at(folder), options, SMALL, 0x5EED, () -> 1);
        EmbeddedEngine engine = EmbeddedEngine.start(options, "sample", opening.shard(), opening.time());
        try (EngineClient client = new EngineClient(engine, SessionOptions.defaults())) {
            return use.with(client);
        } finally {
            engine.close();
        }
    }

    private static List<String> dump(EngineClient client) {
        List<String> lines = new ArrayList<>();
        List<QueueStats> queues =
                new ArrayList<>(((Answer.Queues) client.call(new Command.ListQueues(0, 100))).queues());
        queues.sort(Comparator.comparing(QueueStats::queue));
        for (QueueStats stats : queues) {
            String queue = stats.queue();
            lines.add(stats.toString());
            lines.add("    " + client.call(new Command.Settings(queue)));
            for (String producer : List.of("p", "q")) {
                Answer last = client.call(new Command.LastSequence(queue, producer));
                lines.add("    last of " + producer + ": " + ((Answer.Count) last).count());
            }
            for (TaskState state : TaskState.values()) {
                Answer.Page page = (Answer.Page) client.call(new Command.ListTasks(queue, state, 0, 10_000));
                page.tasks().stream()
                        .sorted(Comparator.comparingLong(Answer.Seen::id))
                        .forEach(task -> lines.add("    " + line(task)));
            }
        }
        return lines;
    }

    private static String line(Answer.Seen task) {
        return task.id() + " " + task.state() + " priority=" + task.priority() + " due=" + task.dueMs() + " attempts="
                + task.attempts() + " failures=" + task.failures() + " reason=" + task.reason() + " payload="
                + StandardCharsets.UTF_8.decode(task.payload());
    }

    // --- Files

    private static void copyUnchecked(Path from, Path to) {
        try {
            copy(from, to);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** All but the lock, which tells of a process that nobody knows here. */
    private static void copy(Path from, Path to) throws IOException {
        try (Stream<Path> paths = Files.walk(from)) {
            for (Path path : paths.sorted().toList()) {
                Path target = to.resolve(from.relativize(path).toString());
                if (Files.isDirectory(path)) {
                    Files.createDirectories(target);
                } else if (!path.endsWith("lock")) {
                    Files.deleteIfExists(target);
                    Files.copy(path, target);
                }
            }
        }
    }
}
