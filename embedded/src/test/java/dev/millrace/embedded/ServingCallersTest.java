package dev.millrace.embedded;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.api.Durability;
import dev.millrace.api.ErrorCode;
import dev.millrace.api.MillraceException;
import dev.millrace.api.OpenOptions;
import dev.millrace.api.Put;
import dev.millrace.api.SessionOptions;
import dev.millrace.api.engine.Answer;
import dev.millrace.api.engine.Command;
import dev.millrace.api.engine.EndReason;
import dev.millrace.api.engine.Outlet;
import dev.millrace.api.engine.Push;
import dev.millrace.journal.Disk;
import dev.millrace.journal.DiskFile;
import dev.millrace.journal.FolderDisk;
import dev.millrace.testkit.Clause;
import dev.millrace.testkit.EngineClient;
import dev.millrace.testkit.ForEngine;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Rounds on the threads of callers. Which thread runs a round depends on whether the owner sleeps already, so a test
 * that wants one on its own thread puts until it has got one; it would fail by its timeout if callers never served.
 */
@ForEngine("embedded:")
@Timeout(60)
class ServingCallersTest {
    @TempDir
    Path folder;

    @AfterEach
    void clearInterrupt() {
        Thread.interrupted();
    }

    @Test
    @Clause("T3")
    void submit_whileTheOwnerSleeps_isServedByTheCaller() throws Exception {
        EmbeddedEngine engine = start(Opening.inMemory(OpenOptions.defaults()));
        assertThat(engine.isEngineThread()).isFalse();
        serveOne(engine, new Witness(engine));
        assertThat(engine.isEngineThread()).isFalse();
        engine.close();
    }

    @Test
    @Clause("T3")
    void submit_byAVirtualThread_isNeverServedByIt() throws Exception {
        Watched disk = new Watched(folder);
        EmbeddedEngine engine = start(disk, Durability.SYNC);
        CompletableFuture<Void> done = new CompletableFuture<>();
        Thread.ofVirtual().start(() -> {
            EngineClient client = new EngineClient(engine, SessionOptions.defaults());
            for (int index = 0; index < 200; index++) {
                client.call(put("job"));
            }
            done.complete(null);
        });
        EngineClient.await(done);
        engine.close();
        assertThat(disk.writers).isNotEmpty().noneMatch(Thread::isVirtual);
    }

    @Test
    @Clause({"T3", "G8 acknowledged"})
    void submit_byAnInterruptedCaller_isStoredAndKeepsTheInterrupt() throws Exception {
        for (Durability durability : Durability.values()) {
            Watched disk = new Watched(folder.resolve(durability.name()));
            EmbeddedEngine engine = start(disk, durability);
            CompletableFuture<Boolean> kept = new CompletableFuture<>();
            Thread.ofPlatform().start(() -> {
                EngineClient client = new EngineClient(engine, SessionOptions.defaults());
                disk.beforeWrite = () -> Thread.currentThread().interrupt();
                while (!disk.writers.contains(Thread.currentThread())) {
                    client.call(put("job"));
                }
                disk.beforeWrite = () -> {};
                kept.complete(Thread.currentThread().isInterrupted());
            });
            assertThat(EngineClient.await(kept)).isTrue();
            EngineClient other = new EngineClient(engine, SessionOptions.defaults());
            assertThat(other.call(put("after"))).isInstanceOf(Answer.Stored.class);
            engine.close();
        }
    }

    @Test
    @Clause({"T6", "T10"})
    void take_withATimeoutLeftByACaller_isEndedByTheOwner() {
        EmbeddedEngine engine = start(Opening.inMemory(OpenOptions.defaults()));
        EngineClient client = new EngineClient(engine, SessionOptions.defaults());
        for (int timeoutMs = 1; timeoutMs <= 40; timeoutMs++) {
            // Later, then sooner than what the owner sleeps until; either must end it.
            EngineClient.Reply later = client.submit(new Command.Take("empty", timeoutMs + 5));
            EngineClient.Reply sooner = client.submit(new Command.Take("empty", 1 + timeoutMs % 5));
            assertThat(EngineClient.await(sooner)).isEqualTo(new Answer.Nothing());
            assertThat(EngineClient.await(later)).isEqualTo(new Answer.Nothing());
        }
        engine.close();
    }

    @Test
    @Clause({"T14 failed commit", "G8 failures"})
    void submit_errorInTheCallersRound_endsTheEngineAndAnswersEverybody() throws Exception {
        Watched disk = new Watched(folder);
        EmbeddedEngine engine = start(disk, Durability.WRITTEN);
        EngineClient client = new EngineClient(engine, SessionOptions.defaults());
        EngineClient.Reply waiting = client.submit(new Command.Take("empty", -1));
        // This thread opened the disk, too.
        disk.writers.clear();
        while (!disk.writers.contains(Thread.currentThread())) {
            client.call(put("job"));
        }
        // Once only, and on whichever thread: the engine must not go on as if nothing had happened.
        disk.beforeWrite = () -> {
            disk.beforeWrite = () -> {};
            throw new OutOfMemoryError("a test's");
        };
        requireFailed(client.call(put("fatal")), ErrorCode.UNKNOWN, "it may have happened");

        assertThat(EngineClient.await(waiting)).isInstanceOf(Answer.Failed.class);
        assertThat(EngineClient.await(client.ended())).isEqualTo(EndReason.ENGINE_BROKEN);
        engine.close();
        requireFailed(client.call(put("late")), ErrorCode.CLOSED, "closed");
        assertThat(client.submit(put("late")).answers()).isOne();
    }

    @Test
    @Clause("G8 failures")
    void submit_withHardlyAnyStackLeft_leavesNobodyWaiting() throws Exception {
        EmbeddedEngine engine = start(Opening.inMemory(OpenOptions.defaults()));
        EngineClient client = new EngineClient(engine, SessionOptions.defaults());
        EngineClient.Reply waiting = client.submit(new Command.Take("empty", -1));
        CompletableFuture<Integer> overflows = new CompletableFuture<>();
        Thread.ofPlatform().start(() -> overflows.complete(putOnTheWayUp(client)));
        assertThat(EngineClient.await(overflows)).isNegative();
        // Stored, nearly always; if the stack was too short for the round all the same, the engine has ended in order.
        assertThat(client.call(put("after"))).isInstanceOfAny(Answer.Stored.class, Answer.Failed.class);
        engine.close();
        assertThat(EngineClient.await(waiting)).isInstanceOf(Answer.Failed.class);
        assertThat(EngineClient.await(client.ended())).isIn(EndReason.ENGINE_CLOSED, EndReason.ENGINE_BROKEN);
    }

    /**
     * Goes down until the stack ends, and tries to put in each frame on the way up, until one could: how often there
     * was too little stack, negative once one could.
     */
    private static int putOnTheWayUp(EngineClient client) {
        int overflows;
        try {
            overflows = putOnTheWayUp(client);
        } catch (StackOverflowError e) {
            return 1;
        }
        if (overflows < 0) {
            return overflows;
        }
        try {
            client.submit(put("deep"));
            return -overflows;
        } catch (StackOverflowError e) {
            return overflows + 1;
        }
    }

    @Test
    @Clause("G3")
    void close_inACallbackOnACallersThread_isRefused() throws Exception {
        EmbeddedEngine engine = start(Opening.inMemory(OpenOptions.defaults()));
        AtomicReference<Throwable> refusal = new AtomicReference<>(new IllegalStateException("never called back"));
        Witness witness = new Witness(engine);
        witness.onAnswer = () -> {
            try {
                engine.close();
            } catch (MillraceException e) {
                refusal.set(e);
            }
        };
        serveOne(engine, witness);
        assertThat(refusal.get()).isInstanceOf(MillraceException.class).hasMessageContaining("wait for itself");
        engine.close();
    }

    @Test
    @Clause({"T5", "G8 acknowledged"})
    void put_meetingAWaitingTake_announcesItBeforeTheWriteAndAnswersAfter() throws Exception {
        assertThat(eventsOfPut(Durability.WRITTEN)).startsWith("announced", "written", "answered");
        // Waiting for an fsync is long: who were woken before would only sleep again.
        assertThat(eventsOfPut(Durability.SYNC)).startsWith("written", "answered").doesNotContain("announced");
    }

    private List<String> eventsOfPut(Durability durability) throws InterruptedException {
        Watched disk = new Watched(folder.resolve(durability.name()));
        EmbeddedEngine engine = start(disk, durability);
        Witness witness = new Witness(engine);
        var session = engine.open(SessionOptions.defaults(), witness);
        CompletableFuture<Answer> taken = new CompletableFuture<>();
        session.submit(taken, new Command.Take("jobs", -1));
        // The first put prepares the disk's room, too.
        CompletableFuture<Answer> first = new CompletableFuture<>();
        session.submit(first, new Command.Put("others", ByteBuffer.allocate(1)));
        EngineClient.await(first);
        List<String> events = new CopyOnWriteArrayList<>();
        witness.onAnnounce = () -> events.add("announced");
        disk.beforeWrite = () -> events.add("written");
        witness.onAnswer = () -> events.add("answered");

        session.submit(new CompletableFuture<>(), put("job"));

        assertThat(EngineClient.await(taken)).isInstanceOf(Answer.Taken.class);
        disk.beforeWrite = () -> {};
        engine.close();
        return events;
    }

    @Test
    @Clause("G8 acknowledged")
    void batchOfPuts_meetingManyWaitingTakes_announcesNone() throws Exception {
        EmbeddedEngine engine = start(Opening.inMemory(OpenOptions.defaults()));
        List<String> events = new CopyOnWriteArrayList<>();
        Witness witness = new Witness(engine);
        witness.onAnnounce = () -> events.add("announced");
        var session = engine.open(SessionOptions.defaults(), witness);
        List<CompletableFuture<Answer>> takes = new ArrayList<>();
        List<Command.PutMany.Item> items = new ArrayList<>();
        for (int index = 0; index < 10; index++) {
            takes.add(new CompletableFuture<>());
            session.submit(takes.getLast(), new Command.Take("jobs", -1));
            items.add(new Command.PutMany.Item(ByteBuffer.wrap(new byte[1]), Put.options()));
        }

        session.submit(new CompletableFuture<>(), new Command.PutMany("jobs", items));

        for (CompletableFuture<Answer> take : takes) {
            assertThat(EngineClient.await(take)).isInstanceOf(Answer.Taken.class);
        }
        assertThat(events).isEmpty();
        engine.close();
    }

    // --- The engine

    private static void serveOne(EmbeddedEngine engine, Witness witness) throws InterruptedException {
        var session = engine.open(SessionOptions.defaults(), witness);
        while (!witness.threads.contains(Thread.currentThread())) {
            CompletableFuture<Answer> answer = new CompletableFuture<>();
            session.submit(answer, put("job"));
            EngineClient.await(answer);
        }
        assertThat(witness.wasEngineThread).isTrue();
    }

    private static EmbeddedEngine start(Disk disk, Durability durability) {
        OpenOptions options = OpenOptions.defaults().withDurability(durability);
        return start(Opening.of(disk, options));
    }

    private static EmbeddedEngine start(Opening opening) {
        return EmbeddedEngine.start(OpenOptions.defaults(), "test", opening.shard(), opening.time());
    }

    private static Command put(String payload) {
        return new Command.Put("jobs", ByteBuffer.wrap(payload.getBytes()));
    }

    private static void requireFailed(Answer answer, ErrorCode code, String told) {
        assertThat(answer).isInstanceOf(Answer.Failed.class);
        Answer.Failed failed = (Answer.Failed) answer;
        assertThat(failed.code()).as(failed.message()).isEqualTo(code);
        assertThat(failed.message()).contains(told);
    }

    /** Notes on which threads answers come. */
    private static final class Witness implements Outlet<CompletableFuture<Answer>> {
        final Set<Thread> threads = ConcurrentHashMap.newKeySet();
        final EmbeddedEngine engine;
        volatile boolean wasEngineThread = true;
        volatile Runnable onAnswer = () -> {};
        volatile Runnable onAnnounce = () -> {};

        Witness(EmbeddedEngine engine) {
            this.engine = engine;
        }

        @Override
        public void announce(CompletableFuture<Answer> token) {
            onAnnounce.run();
        }

        @Override
        public void answer(CompletableFuture<Answer> token, Answer answer) {
            wasEngineThread &= engine.isEngineThread();
            onAnswer.run();
            threads.add(Thread.currentThread());
            token.complete(answer);
        }

        @Override
        public void push(Push push) {}

        @Override
        public void flush() {}

        @Override
        public void ended(EndReason reason) {}
    }

    /** A real folder that notes who writes, and does something before. */
    private static final class Watched implements Disk {
        final Set<Thread> writers = ConcurrentHashMap.newKeySet();
        volatile Runnable beforeWrite = () -> {};
        private final Disk disk;

        Watched(Path folder) {
            this.disk = FolderDisk.at(folder);
        }

        @Override
        public DiskFile open(String name) throws IOException {
            return new WatchedFile(this, disk.open(name));
        }

        @Override
        public void lock() throws IOException {
            disk.lock();
        }

        @Override
        public List<String> names() throws IOException {
            return disk.names();
        }

        @Override
        public void delete(String name) throws IOException {
            disk.delete(name);
        }

        @Override
        public void sync() throws IOException {
            disk.sync();
        }

        @Override
        public void close() throws IOException {
            disk.close();
        }
    }

    private record WatchedFile(Watched watched, DiskFile file) implements DiskFile {
        @Override
        public void write(ByteBuffer bytes, long offset) throws IOException {
            watched.beforeWrite.run();
            file.write(bytes, offset);
            watched.writers.add(Thread.currentThread());
        }

        @Override
        public int read(ByteBuffer bytes, long offset) throws IOException {
            return file.read(bytes, offset);
        }

        @Override
        public long bytes() throws IOException {
            return file.bytes();
        }

        @Override
        public void truncate(long bytes) throws IOException {
            file.truncate(bytes);
        }

        @Override
        public void sync() throws IOException {
            file.sync();
        }

        @Override
        public void close() throws IOException {
            file.close();
        }
    }
}
