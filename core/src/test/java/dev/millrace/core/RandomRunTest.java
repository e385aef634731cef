package dev.millrace.core;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class RandomRunTest {
    @Test
    void run_sameSeedTwice_recordsAndSaysTheSame() {
        for (long seed = 1; seed <= 5; seed++) {
            assertThat(run(seed)).as("seed %s", seed).isEqualTo(run(seed)).hasSizeGreaterThan(500);
        }
    }

    private static List<String> run(long seed) {
        Random random = new Random(seed);
        World world = new World(Fixture.settings(10, 2), 8);
        RandomUser user = new RandomUser(world, random);
        for (int round = 0; round < 300; round++) {
            user.round();
        }
        world.reopen(random.nextBoolean());
        for (int round = 0; round < 100; round++) {
            user.round();
        }
        return world.drain();
    }

    @Test
    void replay_wholeLog_restoresEverything() {
        Fixture.seeds(15, random -> replays(random, 1_000_000));
    }

    @Test
    void replay_logWithoutItsBeginning_restoresEverything() {
        AtomicLong freed = new AtomicLong();
        Fixture.seeds(50, random -> freed.addAndGet(replays(random, 1 + random.nextInt(16))));
        assertThat(freed.get()).as("segments freed in all runs").isGreaterThan(100);
    }

    /** How many segments were freed. */
    private static long replays(Random random, int segmentRecords) {
        World world = new World(Fixture.settings(10, random.nextInt(4)), segmentRecords);
        RandomUser user = new RandomUser(world, random);
        for (int life = 0; life < 4; life++) {
            for (int round = random.nextInt(150); round > 0; round--) {
                user.round();
            }
            user.checkCounts();
            World fork = world.fork();
            world.machine.closeSessions();
            checkFork(world, fork);
            boolean closedCleanly = random.nextBoolean();
            world.drain();
            world.reopen(closedCleanly);
            user.checkCounts();
        }
        return world.log.firstSegment();
    }

    private static void checkFork(World world, World fork) {
        RandomUser taker = new RandomUser(fork, new Random(0));
        taker.checkCounts();
        assertThat(fork.machine.nextId()).isEqualTo(world.machine.nextId());
        for (String queue : RandomUser.QUEUES) {
            assertThat(tasks(fork, queue)).as("queue %s", queue).isEqualTo(tasks(world, queue));
            for (String producer : RandomUser.PRODUCERS) {
                long last = world.machine.looks().lastSequence(queue, producer);
                assertThat(fork.machine.looks().lastSequence(queue, producer)).isEqualTo(last);
                if (last > 0) {
                    assertThat(putAgain(fork, queue, producer, last)).isEqualTo(putAgain(world, queue, producer, last));
                }
            }
            for (String key : RandomUser.KEYS) {
                assertThat(putKept(fork, queue, key)).as("who has %s in %s", key, queue).isEqualTo(putKept(world, queue, key));
            }
            taker.drain(queue);
        }
    }

    /** Who has the key; a new task if nobody has. */
    private static long putKept(World world, String queue, String key) {
        PutCommand kept = new PutCommand(0, 1_000, 0, 0, 0, key, KeyRule.KEEP, null, 0, null, 0);
        world.machine.put(world.session("again"), "", queue, kept, "payload");
        return world.lastStored;
    }

    private static long putAgain(World world, String queue, String producer, long sequence) {
        long next = world.machine.nextId();
        world.machine.put(
                world.session("again"),
                "",
                queue,
                Fixture.put(0, 1_000, 0, producer, sequence),
                "payload");
        assertThat(world.machine.nextId()).as("nothing is stored again").isEqualTo(next);
        return world.lastStored;
    }

    /** By id; what was taken is ready again. */
    private static List<TaskView> tasks(World world, String queue) {
        TreeMap<Long, TaskView> tasks = new TreeMap<>();
        for (State state : State.values()) {
            for (TaskView task : world.list(queue, state)) {
                State then = state == State.TAKEN ? State.READY : state;
                tasks.put(
                        task.id(),
                        new TaskView(
                                task.queue(), task.id(), task.home(), then, task.priority(), task.dueMs(), task.attempts(),
                                task.failures(), task.maxAttempts(), task.reason()));
            }
        }
        return new ArrayList<>(tasks.values());
    }
}
