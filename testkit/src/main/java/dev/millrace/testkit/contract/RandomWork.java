package dev.millrace.testkit.contract;

import dev.millrace.api.Put;
import dev.millrace.api.Task;
import dev.millrace.api.TaskInfo;
import dev.millrace.api.TaskQueue;
import dev.millrace.api.TaskState;
import dev.millrace.testkit.EngineFixture;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Random;

/** Operations of all kinds on one queue, in an order that a seed decides. */
final class RandomWork {
    private final EngineFixture fixture;
    private final Random random;
    private final List<Task<String>> held = new ArrayList<>();
    private long sequence;

    RandomWork(EngineFixture fixture, long seed) {
        this.fixture = fixture;
        this.random = new Random(seed);
    }

    /** Does some steps. */
    void run(int steps, TaskQueue<String> one, TaskQueue<String> other) {
        for (int step = 0; step < steps; step++) {
            step(random.nextBoolean() ? one : other);
        }
    }

    /** Forgets the tasks that were taken, since their sessions are gone. */
    void forgetTaken() {
        held.clear();
    }

    /** All tasks of a queue as they are, those that are taken shown as they are once nobody holds them. */
    static List<TaskInfo<String>> untaken(TaskQueue<String> queue) {
        List<TaskInfo<String>> all = new ArrayList<>();
        for (TaskState state : TaskState.values()) {
            EngineContract.listed(queue, state, 100).stream()
                    .map(RandomWork::untaken)
                    .forEach(all::add);
        }
        all.sort(Comparator.comparingLong(info -> info.id().number()));
        return all;
    }

    private static TaskInfo<String> untaken(TaskInfo<String> info) {
        return info.state() != TaskState.TAKEN
                ? info
                : new TaskInfo<>(
                        info.id(),
                        TaskState.READY,
                        info.priority(),
                        info.due(),
                        info.attempts(),
                        info.failures(),
                        info.reason(),
                        info.payload());
    }

    private void step(TaskQueue<String> queue) {
        switch (random.nextInt(12)) {
            case 0, 1, 2, 3 -> put(queue);
            case 4, 5, 6 -> {
                Task<String> task = queue.take();
                if (task != null) {
                    held.add(task);
                }
            }
            case 7, 8 -> {
                if (!held.isEmpty()) {
                    decide(held.remove(random.nextInt(held.size())));
                }
            }
            case 9 -> queue.kick(1 + random.nextInt(3));
            case 10 -> fixture.advance(Duration.ofMillis(random.nextInt(300)));
            default -> {
                TaskInfo<String> first = queue.peek();
                if (first != null) {
                    queue.delete(first.id());
                }
            }
        }
    }

    private void put(TaskQueue<String> queue) {
        Put options = Put.delay(delay()).withPriority(random.nextInt(3)).withMaxAttempts(random.nextInt(3));
        String payload = "x".repeat(random.nextInt(500));
        queue.put(payload, random.nextInt(4) == 0 ? options.withProducer("importer", ++sequence) : options);
    }

    private void decide(Task<String> task) {
        switch (random.nextInt(6)) {
            case 0 -> task.ack();
            case 1 -> task.release(delay());
            case 2 -> task.bury(random.nextBoolean() ? null : "no");
            case 3 -> task.touch();
            case 4 -> task.close();
            default -> task.fail("no", delay());
        }
    }

    private Duration delay() {
        return Duration.ofMillis(Math.max(0, random.nextInt(2_000) - 1_000));
    }
}
