package dev.millrace.embedded;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.api.Durability;
import dev.millrace.api.OpenOptions;
import dev.millrace.api.Put;
import dev.millrace.api.QueueStats;
import dev.millrace.api.TaskState;
import dev.millrace.api.TimeSource;
import dev.millrace.api.engine.Answer;
import dev.millrace.api.engine.Command;
import dev.millrace.api.engine.EndReason;
import dev.millrace.api.engine.Outlet;
import dev.millrace.api.engine.Push;
import dev.millrace.core.CoreSession;
import dev.millrace.journal.JournalOptions;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A shard on a simulated disk, a random user of it, and what the user may rely on: what was acknowledged, and which tasks a
 * command was under way for when the disk crashed. Everything follows from one seed.
 */
final class CrashWorld {
    private static final String[] QUEUES = {"a", "b", "c"};
    private static final String PRODUCER = "loader";
    private static final long START_MS = 1_700_000_000_000L;

    /** What is known of a task for sure. */
    private record Known(String queue, byte[] payload, long priority) {}

    private final Random random;
    private final Durability durability;
    private SimulatedDisk disk;
    private Shard shard;
    private User user;
    private long nowMs = START_MS;

    /** Acknowledged puts whose end nobody has asked for. */
    private final Map<Long, Known> alive = new HashMap<>();
    /** Tasks whose end was acknowledged. */
    private final Set<Long> gone = new HashSet<>();
    /** Tasks whose end was asked for, but not acknowledged: they may be there or not. */
    private final Map<Long, Known> leaving = new HashMap<>();

    private long lastId;
    private final Map<String, Long> sentSequences = new HashMap<>();
    private final Map<String, Long> ackedSequences = new HashMap<>();
    private final Map<String, Map<Long, Long>> idsOfSequences = new HashMap<>();

    CrashWorld(long seed, Durability durability) {
        this.random = new Random(seed);
        this.durability = durability;
        this.disk = new SimulatedDisk(random);
        open();
    }

    /** Works until the disk crashes; whether it did so within the rounds. */
    boolean runUntilCrash(int rounds) {
        disk.crashAfter(random.nextInt(rounds));
        for (int round = 0; round < rounds; round++) {
            nowMs += random.nextInt(4) == 0 ? random.nextInt(2_000) : random.nextInt(3);
            shard.begin(nowMs);
            for (int count = random.nextInt(8); count >= 0; count--) {
                user.act();
            }
            shard.end(random.nextBoolean());
            if (shard.broken() != null) {
                return true;
            }
        }
        return false;
    }

    /** Crashes, opens again, and sometimes crashes in the middle of that, too. */
    void crashAndReopen(boolean isPowerLoss) {
        shard.abandon();
        disk = isPowerLoss ? disk.powerLost() : disk.killed();
        while (random.nextInt(3) == 0) {
            disk.crashAfter(random.nextInt(12));
            try {
                open();
                shard.abandon();
            } catch (RuntimeException e) {
                assertThat(e).hasRootCauseInstanceOf(SimulatedDisk.CrashException.class);
            }
            disk = isPowerLoss ? disk.powerLost() : disk.killed();
        }
        open();
    }

    void closeAndReopen() {
        shard.close();
        disk = disk.killed();
        open();
    }

    private void open() {
        OpenOptions options =
                OpenOptions.defaults().withDurability(durability).withTimeSource(frozen(nowMs)).withEngineDeathsMax(0);
        JournalOptions journal = new JournalOptions(
                dev.millrace.journal.Durability.valueOf(durability.name()), 8 << 10, 32 << 10, 16 << 10);
        Opening opening = Opening.of(disk, options, journal, random.nextLong());
        shard = opening.shard();
        nowMs = Math.max(nowMs, shard.nowMs());
        user = new User();
    }

    private static TimeSource frozen(long wallMs) {
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

    // --- Checking

    /** What must hold after a crash that lost nothing that was acknowledged. */
    void checkNothingLost() {
        shard.begin(nowMs);
        List<Long> living = List.copyOf(alive.keySet());
        List<Answer> found = user.askAll(
                living.stream().map(id -> new Command.Peek(known(alive, id).queue, id)).toList());
        for (int index = 0; index < living.size(); index++) {
            Known known = known(alive, living.get(index));
            assertThat(found.get(index))
                    .as("task %s of queue %s, acknowledged", living.get(index), known.queue)
                    .isInstanceOf(Answer.Seen.class);
            checkSame((Answer.Seen) found.get(index), known);
        }
        for (String queue : QUEUES) {
            List<Long> ended = List.copyOf(gone);
            List<Answer> none = user.askAll(
                    ended.stream().map(id -> new Command.Peek(queue, id)).toList());
            for (int index = 0; index < ended.size(); index++) {
                if (!(none.get(index) instanceof Answer.Nothing)) {
                    throw new AssertionError("task " + ended.get(index) + ", whose end was acknowledged, is back");
                }
            }
        }
        ackedSequences.forEach((queue, sequence) -> {
            Answer.Count last = (Answer.Count) user.ask(new Command.LastSequence(queue, PRODUCER));
            assertThat(last.count()).as("last sequence of queue %s", queue).isGreaterThanOrEqualTo(sequence);
        });
        idsOfSequences.forEach((queue, ids) -> ids.forEach((sequence, id) -> {
            if (sequence > known(ackedSequences, queue) - 200) {
                Answer again = user.ask(put(queue, new byte[0], 0, 1_000, PRODUCER, sequence));
                assertThat(again).isInstanceOf(Answer.Stored.class);
                assertThat(((Answer.Stored) again).id()).isEqualTo(id);
                assertThat(((Answer.Stored) again).repeated()).isTrue();
            }
        }));
    }

    /** What must hold after any crash: the queues agree with themselves, in order, and ids go on. */
    void checkSound() {
        shard.begin(nowMs);
        for (String queue : QUEUES) {
            QueueStats stats = ((Answer.Stats) user.ask(new Command.Stats(queue))).stats();
            assertThat(stats.taken()).as("nothing is taken after opening").isZero();
            assertThat(user.list(queue, TaskState.READY)).hasSize((int) stats.ready());
            assertThat(user.list(queue, TaskState.DELAYED)).hasSize((int) stats.delayed());
            assertThat(user.list(queue, TaskState.BURIED)).hasSize((int) stats.buried());
        }
        shard.end(true);
        shard.begin(nowMs);
        long before = lastId;
        Answer.Stored stored = (Answer.Stored) user.ask(put("a", new byte[0], 0, 1_000, null, 0));
        assertThat(stored.id()).as("ids are never given again").isGreaterThan(before);
        user.leave(stored.id());
        user.ask(new Command.Delete("a", stored.id(), false));
        shard.end(true);
    }

    /** Takes everything there is, which must come in the order of priority and id. */
    void checkOrder() {
        shard.begin(nowMs);
        for (String queue : QUEUES) {
            long ready = ((Answer.Stats) user.ask(new Command.Stats(queue))).stats().ready();
            long priority = -1;
            long id = -1;
            for (long count = 0; count < ready; count++) {
                Answer.Taken task = (Answer.Taken) user.ask(new Command.Take(queue, 0));
                assertThat(task.priority()).isGreaterThanOrEqualTo(priority);
                if (task.priority() == priority) {
                    assertThat(task.id()).isGreaterThan(id);
                }
                priority = task.priority();
                id = task.id();
            }
            assertThat(user.ask(new Command.Take(queue, 0))).isInstanceOf(Answer.Nothing.class);
        }
        shard.end(true);
    }

    /** After a crash that may have lost acknowledged things: what is there now is what counts from here on. */
    void takeStock() {
        lastId = 0;
        alive.clear();
        gone.clear();
        leaving.clear();
        sentSequences.clear();
        ackedSequences.clear();
        idsOfSequences.clear();
        shard.begin(nowMs);
        for (String queue : QUEUES) {
            for (TaskState state : TaskState.values()) {
                for (Answer.Seen seen : user.list(queue, state)) {
                    alive.put(seen.id(), new Known(queue, bytes(seen.payload()), seen.priority()));
                }
            }
            long last = ((Answer.Count) user.ask(new Command.LastSequence(queue, PRODUCER))).count();
            sentSequences.put(queue, last);
            ackedSequences.put(queue, last);
        }
        shard.end(true);
    }

    private static void checkSame(Answer.Seen seen, Known known) {
        assertThat(bytes(seen.payload())).isEqualTo(known.payload);
        assertThat(seen.priority()).isEqualTo(known.priority);
    }

    private static <K, V> V known(Map<K, V> map, K key) {
        return Objects.requireNonNull(map.get(key));
    }

    private static byte[] bytes(ByteBuffer buffer) {
        byte[] bytes = new byte[buffer.remaining()];
        buffer.get(buffer.position(), bytes);
        return bytes;
    }

    private static Command.Put put(
            String queue, byte[] payload, long delayMs, long priority, @Nullable String producer, long sequence) {
        Put options = Put.delay(Duration.ofMillis(delayMs)).withPriority(priority);
        return new Command.Put(
                queue,
                ByteBuffer.wrap(payload),
                producer == null ? options : options.withProducer(producer, sequence));
    }

    /** A session that does whatever comes to its mind. */
    private final class User implements Outlet<Command> {
        private final EmbeddedSession<Command> session;
        private final List<Answer.Taken> held = new ArrayList<>();
        private final Map<Long, String> heldQueues = new HashMap<>();
        private final @Nullable CoreSession core;
        private final Set<Command.Put> putsUnderWay = Collections.newSetFromMap(new IdentityHashMap<>());
        private final Set<Command.Put> putsPurged = Collections.newSetFromMap(new IdentityHashMap<>());
        private final Map<Command, Answer> asked = new IdentityHashMap<>();

        User() {
            session = new EmbeddedSession<>(new NoRequests(), 1, this);
            core = shard.open(session, 0);
        }

        void act() {
            String queue = QUEUES[random.nextInt(QUEUES.length)];
            int choice = random.nextInt(100);
            if (choice < 40) {
                submit(randomPut(queue));
            } else if (choice < 62) {
                submit(new Command.Take(queue, 0));
            } else if (choice < 64) {
                submit(new Command.Kick(queue, 1 + random.nextInt(3)));
            } else if (choice < 65 && random.nextInt(4) == 0) {
                purge(queue);
            } else if (!held.isEmpty()) {
                verdict(held.remove(random.nextInt(held.size())), choice);
            }
        }

        private Command.Put randomPut(String queue) {
            byte[] payload = new byte[random.nextInt(20) == 0 ? random.nextInt(9_000) : random.nextInt(300)];
            random.nextBytes(payload);
            long delayMs = random.nextInt(3) == 0 ? random.nextInt(5_000) : 0;
            long priority = random.nextInt(3) == 0 ? random.nextInt(2_000) : 1_000;
            if (random.nextInt(3) == 0) {
                long sequence = sentSequences.merge(queue, 1L, Long::sum);
                return put(queue, payload, delayMs, priority, PRODUCER, sequence);
            }
            return put(queue, payload, delayMs, priority, null, 0);
        }

        private void verdict(Answer.Taken task, int choice) {
            String queue = known(heldQueues, task.id());
            if (choice < 85) {
                leave(task.id());
                submit(new Command.Ack(queue, task.id(), task.attempt()));
            } else if (choice < 90) {
                submit(new Command.Release(queue, task.id(), task.attempt(), random.nextInt(2) * 500L));
            } else if (choice < 94) {
                submit(new Command.Fail(queue, task.id(), 0, random.nextInt(1_000), "no luck"));
            } else if (choice < 97) {
                submit(new Command.Bury(queue, task.id(), task.attempt(), "enough"));
            } else {
                leave(task.id());
                submit(new Command.Delete(queue, task.id(), false));
            }
        }

        /** From the moment a command may end a task, nobody can rely on it. */
        private void leave(long id) {
            Known known = alive.remove(id);
            if (known != null) {
                leaving.put(id, known);
            }
        }

        private void purge(String queue) {
            for (long id : List.copyOf(alive.keySet())) {
                if (known(alive, id).queue.equals(queue)) {
                    leave(id);
                }
            }
            for (Command.Put put : putsUnderWay) {
                if (put.queue().equals(queue)) {
                    putsPurged.add(put);
                }
            }
            held.removeIf(task -> queue.equals(heldQueues.get(task.id())));
            submit(new Command.Purge(queue));
        }

        private void submit(Command command) {
            if (command instanceof Command.Put put) {
                putsUnderWay.add(put);
            }
            shard.apply(session, core, command, command);
        }

        /** The answer to a command, in a round of its own. */
        Answer ask(Command command) {
            return askAll(List.of(command)).getFirst();
        }

        /** The answers to commands, none of which waits, in a round of their own. */
        List<Answer> askAll(List<? extends Command> commands) {
            asked.clear();
            commands.forEach(this::submit);
            shard.end(true);
            shard.begin(nowMs);
            List<Answer> answers = new ArrayList<>();
            for (Command command : commands) {
                Answer answer = Objects.requireNonNull(asked.get(command), () -> "no answer to " + command);
                if (answer instanceof Answer.Failed) {
                    throw new AssertionError(command + " was refused: " + answer);
                }
                answers.add(answer);
            }
            return answers;
        }

        List<Answer.Seen> list(String queue, TaskState state) {
            List<Answer.Seen> all = new ArrayList<>();
            long cursor = 0;
            do {
                Answer.Page page = (Answer.Page) ask(new Command.ListTasks(queue, state, cursor, 1_000));
                all.addAll(page.tasks());
                cursor = page.nextCursor();
            } while (cursor != 0);
            return all;
        }

        @Override
        public void answer(Command command, Answer answer) {
            asked.put(command, answer);
            switch (answer) {
                case Answer.Stored stored -> stored((Command.Put) command, stored);
                case Answer.Taken taken -> {
                    byte[] payload = bytes(taken.payload());
                    Known known = alive.get(taken.id());
                    assertThat(gone).doesNotContain(taken.id());
                    if (known != null) {
                        assertThat(payload).isEqualTo(known.payload);
                    }
                    held.add(taken);
                    heldQueues.put(taken.id(), command.queue());
                }
                case Answer.Done done -> {
                    if (done.state() == null) {
                        leaving.remove(done.id());
                        gone.add(done.id());
                    }
                }
                case Answer.Count count -> {
                    if (command instanceof Command.Purge) {
                        purged(command.queue());
                    }
                }
                default -> {
                    // Nothing to remember.
                }
            }
        }

        private void stored(Command.Put put, Answer.Stored stored) {
            putsUnderWay.remove(put);
            if (stored.repeated()) {
                return;
            }
            lastId = Math.max(lastId, stored.id());
            Map<Long, Known> where = putsPurged.remove(put) ? leaving : alive;
            where.put(stored.id(), new Known(put.queue(), put.payload().array(), put.options().priority()));
            if (put.options().producer() != null) {
                ackedSequences.merge(put.queue(), put.options().sequence(), Math::max);
                idsOfSequences
                        .computeIfAbsent(put.queue(), queue -> new HashMap<>())
                        .put(put.options().sequence(), stored.id());
            }
        }

        private void purged(String queue) {
            for (long id : List.copyOf(leaving.keySet())) {
                if (known(leaving, id).queue.equals(queue)) {
                    leaving.remove(id);
                    gone.add(id);
                }
            }
        }

        @Override
        public void push(Push push) {}

        @Override
        public void flush() {}

        @Override
        public void ended(EndReason reason) {}
    }

    /** The user calls the shard itself. */
    private static final class NoRequests implements RequestSink {
        @Override
        public int costMax() {
            return Integer.MAX_VALUE;
        }

        @Override
        public boolean tryAdd(Request request) {
            throw new AssertionError("no request is expected");
        }

        @Override
        public void add(Request request) {
            throw new AssertionError("no request is expected");
        }

        @Override
        public void addAlways(Request request) {
            throw new AssertionError("no request is expected");
        }
    }
}
