package dev.millrace.testkit.contract;

import dev.millrace.api.KeyMode;
import dev.millrace.api.Put;
import dev.millrace.api.QueueSettings;
import dev.millrace.api.Task;
import dev.millrace.api.TaskInfo;
import dev.millrace.api.TaskQueue;
import dev.millrace.testkit.EngineFixture;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;

/** Random operations with keys, groups, times and batches, repeatable by their seed, given by two sessions in turn. */
final class FeatureWork {
    static final int KEYS = 12;

    private final EngineFixture fixture;
    private final Random random;
    private final List<Held> held = new ArrayList<>();

    private record Held(TaskQueue<String> queue, Task<String> task) {}

    FeatureWork(EngineFixture fixture, long seed) {
        this.fixture = fixture;
        this.random = new Random(seed);
    }

    /** Does some steps. */
    void run(int steps, TaskQueue<String> one, TaskQueue<String> other) {
        for (int step = 0; step < steps; step++) {
            step(random.nextBoolean() ? one : other);
        }
    }

    /** Gives back all that is held; what is no longer ours is refused, and harms nobody. */
    void letGo() {
        held.forEach(each -> each.task().close());
        held.clear();
        fixture.settle();
    }

    private void step(TaskQueue<String> queue) {
        switch (random.nextInt(14)) {
            case 0, 1, 2, 3 -> queue.put(payload(), options());
            case 4 -> queue.putAll(Collections.nCopies(1 + random.nextInt(5), payload()), options());
            case 5, 6 -> queue.takeMany(1 + random.nextInt(4)).forEach(task -> held.add(new Held(queue, task)));
            case 7, 8, 9 -> {
                if (!held.isEmpty()) {
                    decide(held.remove(random.nextInt(held.size())));
                }
            }
            case 10 -> queue.kick(1 + random.nextInt(3));
            case 11 -> fixture.advance(Duration.ofMillis(random.nextInt(300)));
            case 12 -> administer(queue);
            default -> {
                TaskInfo<String> first = queue.peek();
                if (first != null) {
                    queue.delete(first.id());
                }
            }
        }
    }

    private void administer(TaskQueue<String> queue) {
        switch (random.nextInt(4)) {
            case 0 -> queue.pause();
            case 1, 2 -> queue.resume();
            default -> queue.configure(new QueueSettings(random.nextInt(4), random.nextInt(3) * 400L, 50, 400));
        }
    }

    private String payload() {
        return "x".repeat(random.nextInt(random.nextInt(10) == 0 ? 3_000 : 20));
    }

    private Put options() {
        Put options = Put.delay(delay()).withPriority(random.nextInt(3)).withMaxAttempts(random.nextInt(3));
        if (random.nextInt(3) == 0) {
            options = options.withTtl(Duration.ofMillis(1 + random.nextInt(3_000)));
        }
        if (random.nextInt(4) == 0) {
            options = options.withTtr(Duration.ofMillis(1 + random.nextInt(1_000)));
        }
        if (random.nextInt(2) == 0) {
            KeyMode mode = KeyMode.values()[random.nextInt(KeyMode.values().length)];
            options = options.withKey(key(random.nextInt(KEYS)), mode);
        }
        if (random.nextInt(2) == 0) {
            options = options.withGroup("group-" + random.nextInt(3), 1 + random.nextInt(3));
        }
        return options;
    }

    static String key(int index) {
        return "key-" + index;
    }

    /** A verdict; one that comes too late is refused. */
    private void decide(Held one) {
        TaskQueue<String> queue = one.queue();
        Task<String> task = one.task();
        switch (random.nextInt(7)) {
            case 0, 1, 2 -> queue.ackAll(List.of(task.receipt()));
            case 3 -> task.close();
            case 4 -> queue.async().bury(task.receipt(), random.nextBoolean() ? null : "no");
            case 5 -> queue.async().release(task.receipt(), delay());
            default -> {
                queue.async().touch(task.receipt());
                held.add(one);
            }
        }
        fixture.settle();
    }

    private Duration delay() {
        return Duration.ofMillis(Math.max(0, random.nextInt(2_000) - 1_000));
    }
}
