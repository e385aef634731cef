package dev.millrace.bench;

import dev.millrace.core.CoreSession;
import dev.millrace.core.CoreSettings;
import dev.millrace.core.KeyRule;
import dev.millrace.core.PutCommand;
import dev.millrace.core.TaskMachine;
import dev.millrace.core.TaskReplay;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/**
 * What a put, a take and an ack cost the state machine alone: nothing is stored, nobody is answered. Each put is like
 * those of the backlog, and each take gets whichever task is first, so that the backlog is renewed while it is measured
 * and stays as large.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 2)
@Measurement(iterations = 5, time = 2)
@Fork(2)
public class TaskMachineBenchmark {
    private static final int GROUPS = 1_000;
    private static final int GROUP_LIMIT = 4;
    private static final int PRIORITIES = 2_000;
    private static final String QUEUE = "bench";

    @Param({"1000", "1000000"})
    public int backlog;

    /** What the tasks of the backlog have. */
    @Param({"nothing", "priority", "delay", "group", "key"})
    public String feature = "";

    private final List<String> queues = List.of(QUEUE);
    private final SplittableRandom random = new SplittableRandom(20_261_122);
    private final LastTaken replies = new LastTaken();
    private TaskMachine<Object> machine = newMachine(replies);
    private CoreSession session = newSession(machine);
    private long putCount;

    /** A machine of its own for each combination of parameters. */
    @Setup(Level.Trial)
    public void fill() {
        machine = newMachine(replies);
        session = newSession(machine);
        for (int index = 0; index < backlog; index++) {
            put();
        }
    }

    /** Returns the task, so that nothing is optimised away. */
    @Benchmark
    public long putTakeAck() {
        put();
        if (feature.equals("delay")) {
            machine.advance(machine.nextEventMs());
        }
        machine.take(session, this, queues, 0);
        long id = replies.id();
        machine.ack(session, this, QUEUE, id, 0);
        return id;
    }

    private void put() {
        machine.put(session, this, QUEUE, command(), this);
    }

    private PutCommand command() {
        long number = putCount++;
        return switch (feature) {
            case "nothing" -> command(0, 1_000, null, null);
            case "priority" -> command(0, random.nextInt(PRIORITIES), null, null);
            // As far ahead on average as there are tasks, in ms, so that about one becomes ready at a time.
            case "delay" -> command(1 + random.nextInt(2 * backlog), 1_000, null, null);
            case "group" -> command(0, 1_000, null, "group-" + number % GROUPS);
            case "key" -> command(0, 1_000, "key-" + number, null);
            default -> throw new IllegalArgumentException(
                    "feature=" + feature + " is none of nothing, priority, delay, group, key");
        };
    }

    private static PutCommand command(
            long delayMs,
            long priority,
            @Nullable String key,
            @Nullable String group) {
        int limit = group == null ? 0 : GROUP_LIMIT;
        return new PutCommand(delayMs, priority, 0, 0, 0, key, KeyRule.KEEP, group, limit, null, 0);
    }

    private static TaskMachine<Object> newMachine(LastTaken replies) {
        CoreSettings settings = new CoreSettings(1_000, 10, 1_000_000_000, 10, 10, 17, 19, failures -> 1_000);
        return new TaskReplay(settings, 0, 0).machine(true, 1, 1, new NoLog(), replies);
    }

    private static CoreSession newSession(TaskMachine<Object> machine) {
        CoreSession opened = machine.openSession(1, 0, QUEUE);
        if (opened == null) {
            throw new IllegalStateException("the first session was not opened");
        }
        return opened;
    }
}
