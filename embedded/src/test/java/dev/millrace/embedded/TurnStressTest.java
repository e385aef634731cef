package dev.millrace.embedded;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.api.Durability;
import dev.millrace.api.OpenOptions;
import dev.millrace.api.Put;
import dev.millrace.api.SessionOptions;
import dev.millrace.api.engine.Answer;
import dev.millrace.api.engine.Command;
import dev.millrace.api.engine.EndReason;
import dev.millrace.api.engine.EngineSession;
import dev.millrace.api.engine.Outlet;
import dev.millrace.api.engine.Push;
import dev.millrace.journal.FolderDisk;
import dev.millrace.testkit.Clause;
import dev.millrace.testkit.EngineClient;
import dev.millrace.testkit.ForEngine;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Many threads that serve in turn, as they come: platform and virtual ones, those that wait and those that do not,
 * waits that end by time, interrupts thrown at all of them, and an engine that is closed in the middle. What is asked
 * for does not depend on the schedule: each command is answered exactly once, and no two threads are in a round at
 * once. Nothing is timed; a wake-up that is missed leaves a command without an answer, which is noticed.
 */
@ForEngine("embedded:")
class TurnStressTest {
    private static final int THREADS = 6;
    private static final int COMMANDS_PER_THREAD = 1_500;
    private static final long SEED = 20_261_122;
    private static final long PATIENCE_SECONDS = 120;
    /** So large that three of them leave no room for a fourth. */
    private static final int LARGE_BYTES = 20_000;

    @TempDir
    Path folder;

    @Test
    @Clause({"T8", "T9", "G5"})
    void threads_interruptedAtRandom_areAnsweredExactlyOnce() {
        for (Durability durability : Durability.values()) {
            // An fsync is worth some thirty commands.
            int commandsPerThread = durability == Durability.SYNC ? COMMANDS_PER_THREAD / 10 : COMMANDS_PER_THREAD;
            Crowd crowd = new Crowd(start(durability), commandsPerThread);
            crowd.work();
            crowd.engine.close();
            crowd.requireAnswers();
        }
    }

    @Test
    @Clause({"G3", "G5"})
    void close_inTheMiddle_answersEveryCommandExactlyOnce() {
        for (int round = 0; round < 8; round++) {
            Crowd crowd = new Crowd(start(Durability.WRITTEN), COMMANDS_PER_THREAD / 4);
            crowd.closeAfter(1 + round * THREADS * COMMANDS_PER_THREAD / 4 / 8);
            crowd.work();
            crowd.engine.close();
            crowd.requireAnswers();
        }
    }

    private EmbeddedEngine start(Durability durability) {
        // Little room, so that threads wait for it, too.
        OpenOptions options = OpenOptions.defaults()
                .withDurability(durability)
                .withPayloadBytesMax(LARGE_BYTES)
                .withCommandBytesMax(64 << 10);
        Opening opening = Opening.of(FolderDisk.at(folder.resolve(durability.name())), options);
        return EmbeddedEngine.start(options, "test", opening.shard(), opening.time());
    }

    /** A command under way. */
    private static final class Asked extends CompletableFuture<Answer> {
        final AtomicInteger answers = new AtomicInteger();
    }

    /** Threads with a session each. */
    private static final class Crowd {
        final EmbeddedEngine engine;
        private final int commandsPerThread;
        private final AtomicInteger closeAfter = new AtomicInteger(Integer.MAX_VALUE);
        private final AtomicBoolean inARound = new AtomicBoolean();
        private final AtomicInteger overlaps = new AtomicInteger();
        private final List<Member> members = new ArrayList<>();

        Crowd(EmbeddedEngine engine, int commandsPerThread) {
            this.engine = engine;
            this.commandsPerThread = commandsPerThread;
            for (int index = 0; index < THREADS; index++) {
                Thread.Builder kind = index % 3 == 2 ? Thread.ofVirtual() : Thread.ofPlatform();
                members.add(new Member(this, new Random(SEED + index), kind));
            }
        }

        void closeAfter(int commands) {
            closeAfter.set(commands);
        }

        void work() {
            members.forEach(member -> member.thread.start());
            members.forEach(member -> member.ended.orTimeout(PATIENCE_SECONDS, TimeUnit.SECONDS).join());
        }

        void requireAnswers() {
            assertThat(overlaps).as("rounds at once, seed " + SEED).hasValue(0);
            for (Member member : members) {
                assertThat(member.asked).isNotEmpty();
                for (Asked asked : member.asked) {
                    EngineClient.await(asked);
                    assertThat(asked.answers).hasValue(1);
                }
            }
        }

        void enter() {
            if (!inARound.compareAndSet(false, true)) {
                overlaps.incrementAndGet();
            }
        }

        void leave() {
            inARound.set(false);
        }

        /** One more command was answered. */
        void count() {
            if (closeAfter.decrementAndGet() == 0) {
                Thread.ofPlatform().start(engine::close);
            }
        }

        void interruptOneOf(Random random) {
            members.get(random.nextInt(THREADS)).thread.interrupt();
        }
    }

    /** A thread of the crowd, and its session's outlet. */
    private static final class Member implements Runnable, Outlet<Asked> {
        private final Crowd crowd;
        private final Random random;
        private final EngineSession<Asked> session;
        final Queue<Asked> asked = new ConcurrentLinkedQueue<>();
        final CompletableFuture<Void> ended = new CompletableFuture<>();
        final Thread thread;

        Member(Crowd crowd, Random random, Thread.Builder kind) {
            this.crowd = crowd;
            this.random = random;
            this.thread = kind.unstarted(this);
            this.session = crowd.engine.open(SessionOptions.defaults(), this);
        }

        @Override
        public void run() {
            try {
                for (int count = 0; count < crowd.commandsPerThread; count++) {
                    ask();
                }
                ended.complete(null);
            } catch (Throwable e) {
                ended.completeExceptionally(e);
            }
        }

        private void ask() {
            if (random.nextInt(16) == 0) {
                crowd.interruptOneOf(random);
            }
            Asked command = new Asked();
            if (random.nextInt(4) == 0) {
                // For its answer nobody waits here; it is looked at in the end.
                if (session.trySubmit(command, command())) {
                    asked.add(command);
                }
                return;
            }
            try {
                session.submit(command, command());
            } catch (InterruptedException e) {
                return; // so it was not added
            }
            asked.add(command);
            while (!command.isDone()) {
                try {
                    command.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
                } catch (InterruptedException e) {
                    // The command is out, so its answer must come all the same.
                } catch (ExecutionException | TimeoutException e) {
                    throw new AssertionError("seed " + SEED, e);
                }
            }
        }

        private Command command() {
            return switch (random.nextInt(6)) {
                case 0 -> new Command.Put("jobs", ByteBuffer.allocate(100));
                case 1 -> new Command.Put("jobs", ByteBuffer.allocate(LARGE_BYTES));
                case 2 -> new Command.Put("jobs", ByteBuffer.allocate(100), Put.delay(Duration.ofMillis(1 + random.nextInt(3))));
                case 3 -> new Command.Take("jobs", 1 + random.nextInt(4));
                case 4 -> new Command.Take("jobs", 0);
                default -> new Command.Stats("jobs");
            };
        }

        @Override
        public void answer(Asked token, Answer answer) {
            boolean isRound = crowd.engine.isEngineThread(); // what comes after the end is refused by each thread itself
            if (isRound) {
                crowd.enter();
            }
            if (answer instanceof Answer.Taken taken) {
                Asked ack = new Asked();
                asked.add(ack);
                session.trySubmit(ack, new Command.Ack("jobs", taken.id(), taken.attempt()));
            }
            token.answers.incrementAndGet();
            token.complete(answer);
            crowd.count();
            if (isRound) {
                crowd.leave();
            }
        }

        @Override
        public void push(Push push) {}

        @Override
        public void flush() {}

        @Override
        public void ended(EndReason reason) {}
    }
}
