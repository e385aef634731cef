package dev.millrace.core;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/** Uses a {@link World} at random, from one seed, and checks what must always hold. */
final class RandomUser {
    static final List<String> QUEUES = List.of("a", "b", "c", "d", "e", "f", "g");
    static final List<String> PRODUCERS = List.of("p", "r");
    static final List<String> KEYS = List.of("k1", "k2");
    static final List<String> GROUPS = List.of("g1", "g2", "g3");
    private static final Comparator<TaskView> TURN =
            Comparator.comparingLong(TaskView::priority).thenComparing(TaskView::id);

    private final World world;
    private final Random random;
    /** Queues with a producer are never idle, so only some have one. */
    private final Map<String, Long> sequences = new HashMap<>();

    private long token;

    RandomUser(World world, Random random) {
        this.world = world;
        this.random = random;
    }

    /** One round: time passes, commands, silence, sweep, and the log frees what it can. */
    void round() {
        world.advance(random.nextInt(3) == 0 ? random.nextInt(200) : 0);
        for (int count = random.nextInt(6); count > 0; count--) {
            act();
        }
        world.machine.expire();
        if (random.nextInt(4) == 0) {
            world.machine.sweep();
        }
        if (random.nextInt(4) == 0) {
            world.log.clean(world.machine);
        }
        if (random.nextInt(3) == 0) {
            world.log.settle(world.machine);
        }
    }

    private void act() {
        String queue = QUEUES.get(random.nextInt(QUEUES.size()));
        CoreSession session = session();
        TaskMachine<String> machine = world.machine;
        switch (random.nextInt(26)) {
            case 0, 1, 2, 3 -> put(session, queue);
            case 4, 5, 6, 7 -> take(session, queue, 0);
            case 8, 9 -> take(session, queue, random.nextBoolean() ? -1 : 1 + random.nextInt(300));
            case 10, 11, 12 -> machine.ack(session, "", queue, id(queue), 0);
            case 13 -> machine.release(session, "", queue, id(queue), 0, random.nextBoolean() ? 0 : random.nextInt(300));
            case 14 -> machine.fail(session, "", queue, id(queue), 0, random.nextInt(300) - 1L, "failed");
            case 15 -> machine.bury(session, "", queue, id(queue), 0, random.nextBoolean() ? null : "buried");
            case 16 -> machine.kick(session, "", queue, 1 + random.nextInt(3));
            case 17 -> machine.kickOne(session, "", queue, id(queue));
            case 18 -> machine.delete(session, "", queue, id(queue), random.nextBoolean());
            case 19 -> {
                if (random.nextInt(3) == 0) {
                    machine.purge(session, "", queue);
                }
            }
            case 20 -> machine.waits(session).forEach(waiting -> machine.cancel(session, waiting));
            case 21 -> {
                if (random.nextInt(3) == 0) {
                    machine.closeSession(session);
                }
            }
            case 22 -> machine.touch(session, "", queue, id(queue), 0);
            case 23 -> batch(session, queue);
            case 24 -> machine.takeMany(session, "t" + ++token, List.of(queue, other(queue)), 3, random.nextInt(2) * 100L);
            default -> configure(session, queue);
        }
    }

    private CoreSession session() {
        String name = "S" + random.nextInt(5);
        CoreSession session = world.session(name);
        if (!session.isOpen()) {
            session = world.open(name, random.nextBoolean() ? 0 : 500);
        }
        world.machine.heard(session);
        return session;
    }

    private void put(CoreSession session, String queue) {
        String producer = null;
        long sequence = 0;
        if (random.nextInt(4) == 0 && queue.compareTo("c") < 0) {
            producer = PRODUCERS.get(random.nextInt(PRODUCERS.size()));
            sequence = sequences.merge(queue + producer, 1L + random.nextInt(2), Long::sum);
        }
        world.machine.put(session, "", queue, put(queue, producer, sequence), "payload");
    }

    /** Queues up to d have plain tasks only; e and f have keys, g has groups. */
    private PutCommand put(String queue, @Nullable String producer, long sequence) {
        boolean keyed = queue.equals("e") || queue.equals("f");
        boolean grouped = queue.equals("g") && random.nextInt(4) > 0;
        return new PutCommand(
                random.nextInt(3) == 0 ? random.nextInt(300) : 0,
                random.nextInt(3) == 0 ? random.nextInt(30) * 100L : 1_000,
                random.nextInt(4) == 0 ? 1 + random.nextInt(3) : 0,
                random.nextInt(4) == 0 ? 1 + random.nextInt(200) : 0,
                random.nextInt(4) == 0 ? 1 + random.nextInt(500) : 0,
                keyed ? KEYS.get(random.nextInt(KEYS.size())) : null,
                keyed ? KeyRule.values()[random.nextInt(3)] : KeyRule.KEEP,
                grouped ? GROUPS.get(random.nextInt(GROUPS.size())) : null,
                grouped ? 1 + random.nextInt(2) : 0,
                producer,
                sequence);
    }

    private void batch(CoreSession session, String queue) {
        List<PutCommand> puts = new ArrayList<>();
        for (int count = 1 + random.nextInt(4); count > 0; count--) {
            puts.add(put(queue, null, 0));
        }
        world.machine.putMany(session, "", queue, puts, Collections.nCopies(puts.size(), "payload"));
    }

    private void configure(CoreSession session, String queue) {
        TaskMachine<String> machine = world.machine;
        switch (random.nextInt(3)) {
            case 0 -> machine.pause(session, "", queue, random.nextInt(3) == 0);
            case 1 -> machine.configure(session, "", queue, QueueConfig.DEFAULT);
            default ->
                machine.configure(
                        session, "", queue, new QueueConfig(false, random.nextInt(3), random.nextInt(300), 10, 100));
        }
    }

    private static String other(String queue) {
        return QUEUES.get((QUEUES.indexOf(queue) + 1) % QUEUES.size());
    }

    /** A take gets the first in turn of what is ready, and never overtakes a waiting one. */
    private void take(CoreSession session, String queue, long timeoutMs) {
        List<TaskView> ready = world.list(queue, State.READY);
        world.lastTaken = null;
        world.machine.take(session, "t" + ++token, List.of(queue), timeoutMs);
        TaskView taken = world.lastTaken;
        if (queue.equals("g") || world.machine.looks().config(queue).paused()) {
            return;
        }
        assertThat(taken == null ? 0 : taken.id())
                .isEqualTo(ready.stream().min(TURN).map(TaskView::id).orElse(0L));
    }

    private long id(String queue) {
        List<TaskView> some = world.list(queue, State.of(1 + random.nextInt(4)));
        return some.isEmpty() ? 1 : some.get(random.nextInt(some.size())).id();
    }

    /** The numbers of each queue fit its tasks, and nobody waits where something is ready. */
    void checkCounts() {
        for (String queue : QUEUES) {
            QueueCounts counts = world.machine.looks().counts(queue);
            assertThat(counts.ready()).isEqualTo(world.list(queue, State.READY).size());
            assertThat(counts.delayed()).isEqualTo(world.list(queue, State.DELAYED).size());
            assertThat(counts.taken()).isEqualTo(world.list(queue, State.TAKEN).size());
            assertThat(counts.buried()).isEqualTo(world.list(queue, State.BURIED).size());
            assertThat(world.machine.looks().peek(queue, 0) == null || counts.waiting() == 0)
                    .isTrue();
        }
        assertThat(world.log.living()).as("homes").isEqualTo(world.machine.taskCount());
    }

    /** Takes all that is ready in a queue, which must come in turn. */
    List<Long> drain(String queue) {
        world.machine.pause(world.session("drain"), "", queue, false);
        if (queue.equals("g")) {
            return List.of();
        }
        List<Long> inTurn = world.list(queue, State.READY).stream().sorted(TURN).map(TaskView::id).toList();
        CoreSession session = world.session("drain");
        for (long id : inTurn) {
            world.machine.take(session, "", List.of(queue), 0);
            TaskView taken = world.lastTaken;
            assertThat(taken == null ? 0 : taken.id()).isEqualTo(id);
        }
        return inTurn;
    }
}
