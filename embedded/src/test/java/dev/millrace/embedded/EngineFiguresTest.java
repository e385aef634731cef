package dev.millrace.embedded;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.api.Durability;
import dev.millrace.api.Limits;
import dev.millrace.api.OpenOptions;
import dev.millrace.api.Put;
import dev.millrace.api.SessionOptions;
import dev.millrace.api.engine.Command;
import dev.millrace.api.engine.EngineFigures.Bound;
import dev.millrace.api.engine.EngineSession;
import dev.millrace.api.engine.Engines;
import dev.millrace.api.engine.HostedEngine;
import dev.millrace.testkit.Clause;
import dev.millrace.testkit.ManualLoop;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What an engine says of its limits: where they are, how much is used, and how often they were met (G7). */
class EngineFiguresTest {
    private static final OpenOptions SMALL = OpenOptions.defaults()
            .withDurability(Durability.WRITTEN)
            .withPayloadBytesMax(1_000)
            .withCommandBytesMax(64 << 10)
            .withIdleQueuesMax(2)
            .withEngineDeathsMax(1)
            .withMemoryBytesMax(64 << 10);

    @TempDir
    private Path folder;

    private final ManualLoop loop = new ManualLoop();
    private final List<HostedEngine> engines = new ArrayList<>();

    @AfterEach
    void close() {
        engines.forEach(HostedEngine::close);
    }

    @Test
    @Clause("G7")
    void memoryBytes_areCountedWithTheirOverhead_andWhatTheyRefuse() {
        HostedEngine engine = open("memory:");
        EngineSession<String> session = session(engine);
        assertThat(bound(engine, "memoryBytesMax")).isEqualTo(new Bound("memoryBytesMax", 64 << 10, 0, 0));

        submit(session, put(1_000), put(500));
        assertThat(bound(engine, "memoryBytesMax")).isEqualTo(new Bound("memoryBytesMax", 64 << 10, 1_756, 0));
        for (int count = 0; count < 60; count++) {
            submit(session, put(1_000));
        }

        Bound full = bound(engine, "memoryBytesMax");
        assertThat(full.now()).isBetween(60L << 10, 64L << 10);
        assertThat(full.met()).isPositive();
    }

    @Test
    @Clause("G7")
    void idleQueues_areCounted_andThoseThatGaveWay() {
        HostedEngine engine = open("memory:");
        EngineSession<String> session = session(engine);
        for (String queue : List.of("one", "two", "three", "four", "five")) {
            submit(session, put(queue, 1), new Command.Purge(queue));
        }

        assertThat(bound(engine, "idleQueuesMax")).isEqualTo(new Bound("idleQueuesMax", 2, 2, 3));
        assertThat(bound(engine, "queuesMax").now()).isEqualTo(2);
    }

    @Test
    @Clause({"G7", "T22"})
    void attempts_areCountedWhenOneIsTheLast() {
        HostedEngine engine = open("memory:");
        EngineSession<String> session = session(engine);
        submit(session, put(1));
        for (int attempt = 1; attempt < Limits.ATTEMPTS_MAX; attempt++) {
            submit(session, new Command.Take("jobs", 0), new Command.Release("jobs", 1, 0, 0));
        }
        Bound before = bound(engine, "attemptsMax");
        submit(session, new Command.Take("jobs", 0), new Command.Release("jobs", 1, 0, 0));

        assertThat(before).isEqualTo(new Bound("attemptsMax", Limits.ATTEMPTS_MAX, Bound.NO_USE, 0));
        assertThat(bound(engine, "attemptsMax").met()).isOne();
    }

    @Test
    @Clause({"G7", "T22 engine death"})
    void engineDeaths_areCountedAtTheOpeningAfterTheLast() throws IOException {
        HostedEngine dying = open("embedded:" + folder.resolve("before"));
        submit(session(dying), put(1), put(1), put(1), new Command.Take("jobs", 0), new Command.Take("jobs", 0));
        EmbeddedFixture.copy(folder.resolve("before"), folder.resolve("after"));

        HostedEngine engine = open("embedded:" + folder.resolve("after"));

        assertThat(bound(dying, "engineDeathsMax")).isEqualTo(new Bound("engineDeathsMax", 1, Bound.NO_USE, 0));
        assertThat(bound(engine, "engineDeathsMax")).isEqualTo(new Bound("engineDeathsMax", 1, Bound.NO_USE, 2));
        assertThat(engine.figures().bounds()).as("payloads are on the disk").noneMatch(bound -> bound.name().equals("memoryBytesMax"));
    }

    @Test
    @Clause("G7")
    void room_isCountedWithWhatItRefuses() {
        CommandRoom room = new CommandRoom(SMALL);
        assertThat(room.tryEnter(new RequestOfCost(60_000))).isTrue();
        assertThat(room.tryEnter(new RequestOfCost(6_000))).isFalse();
        for (int count = 0; count < CommandRoom.OPENINGS_MAX + 3; count++) {
            room.tryOpen();
        }

        assertThat(room.bounds())
                .containsExactly(
                        new Bound("commandBytesMax", 64 << 10, 60_000, 1),
                        new Bound("openingsMax", 65_536, 65_536, 3));
    }

    @Test
    @Clause("G7")
    void room_isAmongTheFigures() {
        HostedEngine engine = open("memory:");

        assertThat(bound(engine, "commandBytesMax")).isEqualTo(new Bound("commandBytesMax", 64 << 10, 0, 0));
        assertThat(bound(engine, "openingsMax")).isEqualTo(new Bound("openingsMax", 65_536, 0, 0));
    }

    private HostedEngine open(String uri) {
        HostedEngine engine = Engines.openOn(loop, uri, SMALL);
        engines.add(engine);
        return engine;
    }

    private static EngineSession<String> session(HostedEngine engine) {
        return engine.open(SessionOptions.defaults(), new Deaf());
    }

    private void submit(EngineSession<String> session, Command... commands) {
        for (Command command : commands) {
            assertThat(session.trySubmit("", command)).isTrue();
        }
        loop.settle();
    }

    private static Bound bound(HostedEngine engine, String name) {
        return engine.figures().bounds().stream()
                .filter(bound -> bound.name().equals(name))
                .findAny()
                .orElseThrow(() -> new AssertionError("no bound " + name));
    }

    private static Command put(int bytes) {
        return put("jobs", bytes);
    }

    private static Command put(String queue, int bytes) {
        return new Command.Put(queue, ByteBuffer.allocate(bytes), Put.options());
    }
}
