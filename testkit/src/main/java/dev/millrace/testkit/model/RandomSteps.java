package dev.millrace.testkit.model;

import dev.millrace.api.KeyMode;
import dev.millrace.api.Put;
import dev.millrace.api.QueueSettings;
import dev.millrace.api.TaskState;
import dev.millrace.api.engine.Command;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/**
 * Steps from a seed. Names, times and numbers are few, so that they meet: a task falls due at the very moment at which
 * another expires and a take runs out. What was taken is known from the model, so that most verdicts are right, and
 * some are wrong.
 */
public final class RandomSteps {
    private static final long[] TIMES_MS = {1, 2, 3, 5, 5, 10, 10, 20, 50, 100, 1_000};
    private static final int SESSIONS_MAX = 4;
    private static final int TASKS_MANY = 40;

    private final Random random;
    private final Cast cast;
    private final int payloadBytesMax;
    private int lastNumber;
    private long lastToken;
    private long lastSession;
    /** A session was opened in this round, and the model does not know it yet. */
    private boolean justOpened;
    private final long[] sequences;

    /**
     * Steps that any engine can play.
     *
     * @param payloadBytesMax payloads are seldom longer than a few bytes, and never than this
     */
    public RandomSteps(Random random, Cast cast, int payloadBytesMax) {
        this.random = random;
        this.cast = cast;
        this.payloadBytesMax = payloadBytesMax;
        this.sequences = new long[cast.queues().size() * cast.producers().size()];
    }

    /** The next step of a play. */
    public Step next(Play play) {
        Model known = play.known();
        List<Long> sessions = known.sessions();
        boolean wantsSession = sessions.isEmpty() || sessions.size() < SESSIONS_MAX && oneIn(40);
        if (wantsSession && !justOpened) {
            justOpened = true;
            return new Step.Open(++lastSession, oneIn(3) ? timeMs() * 4 : 0);
        }
        if (sessions.isEmpty() || oneIn(4)) {
            justOpened = false;
            return new Step.Pass(passingMs(known));
        }
        long session = sessions.get(random.nextInt(sessions.size()));
        if (oneIn(100)) {
            return new Step.Close(session);
        }
        if (oneIn(40) && !known.waits().isEmpty()) {
            long[] wait = known.waits().get(random.nextInt(known.waits().size()));
            return new Step.Cancel(wait[0], wait[1]);
        }
        return new Step.Do(session, ++lastToken, command(play, session));
    }

    /** Often to the very moment at which something happens, or just before it. */
    private long passingMs(Model known) {
        long nextMs = known.nextEventMs();
        int choice = random.nextInt(8);
        if (nextMs != Long.MAX_VALUE && nextMs > known.nowMs() && choice < 4) {
            return nextMs - known.nowMs() - (choice == 0 ? 1 : 0);
        }
        return choice < 6 ? random.nextInt(3) : timeMs();
    }

    private Command command(Play play, long session) {
        String queue = pick(cast.queues());
        List<Model.Known> tasks = play.known().tasks();
        int choice = random.nextInt(100);
        if (choice < (tasks.size() > TASKS_MANY ? 8 : 30)) {
            return oneIn(6) ? putMany(queue) : put(queue);
        }
        if (choice < 52) {
            return take(queue);
        }
        if (choice < 78) {
            return verdict(play, tasks, session, queue);
        }
        return choice < 90 ? administration(play, tasks, queue) : look(play, tasks, queue);
    }

    // --- Puts

    private Command put(String queue) {
        Put put = options(queue);
        if (oneIn(6)) {
            put = put.withProducer(producer(queue), oneIn(5) ? 1 + random.nextInt(20) : nextSequence(queue));
        }
        return new Command.Put(queue, payload(), put);
    }

    private Command putMany(String queue) {
        List<Command.PutMany.Item> items = new ArrayList<>();
        int count = 1 + random.nextInt(oneIn(8) ? 20 : 4);
        boolean isProduced = oneIn(3);
        long sequence = isProduced && oneIn(4) ? 1 + random.nextInt(20) : 0;
        String producer = isProduced ? producer(queue) : "";
        for (int index = 0; index < count; index++) {
            Put put = options(queue);
            if (isProduced) {
                put = put.withProducer(producer, sequence == 0 ? nextSequence(queue) : sequence + index);
            }
            items.add(new Command.PutMany.Item(payload(), put));
        }
        return new Command.PutMany(queue, items);
    }

    private String producer(String queue) {
        lastProducer = random.nextInt(cast.producers().size());
        return cast.producers().get(lastProducer);
    }

    private int lastProducer;

    private long nextSequence(String queue) {
        return ++sequences[cast.queues().indexOf(queue) * cast.producers().size() + lastProducer];
    }

    private Put options(String queue) {
        Put put = Put.options();
        if (oneIn(4)) {
            put = put.withDelay(Duration.ofMillis(timeMs()));
        }
        if (oneIn(4)) {
            put = put.withPriority(random.nextInt(3) * 1_000L);
        }
        if (oneIn(6)) {
            put = put.withTtl(Duration.ofMillis(timeMs() + random.nextInt(2) * 20));
        }
        if (oneIn(6)) {
            put = put.withTtr(Duration.ofMillis(timeMs()));
        }
        if (oneIn(6)) {
            put = put.withMaxAttempts(1 + random.nextInt(3));
        }
        if (oneIn(3) && !cast.keys().isEmpty()) {
            put = put.withKey(pick(cast.keys()), KeyMode.values()[random.nextInt(3)]);
        }
        if (oneIn(3) && !cast.groups().isEmpty()) {
            put = put.withGroup(pick(cast.groups()), 1 + random.nextInt(3));
        }
        return put;
    }

    private ByteBuffer payload() {
        int bytes = oneIn(20) ? random.nextInt(payloadBytesMax) : random.nextInt(60);
        return Numbers.payload(++lastNumber, Math.min(bytes, payloadBytesMax));
    }

    // --- Takes and verdicts

    private Command take(String queue) {
        List<String> queues = List.of(queue);
        if (oneIn(4)) {
            queues = new ArrayList<>(cast.queues());
            Collections.shuffle(queues, random);
        }
        long timeoutMs = oneIn(2) ? 0 : oneIn(4) ? -1 : timeMs();
        return oneIn(5)
                ? new Command.TakeMany(queues, 1 + random.nextInt(4), timeoutMs)
                : new Command.Take(queues, timeoutMs);
    }

    private Command verdict(Play play, List<Model.Known> tasks, long session, String queue) {
        Model.Known task = oneIn(10) ? any(tasks) : anyTaken(tasks, session);
        if (task == null) {
            // The last task that was put, perhaps in this very round.
            return new Command.Ack(queue, Math.max(1, lastNumber), 0);
        }
        long number = play.numberOf(task.id());
        int attempt = oneIn(3) ? 0 : oneIn(10) ? Math.max(1, task.attempts() - 1) : task.attempts();
        return switch (random.nextInt(10)) {
            case 0, 1, 2 -> new Command.Ack(task.queue(), number, attempt);
            case 3 -> ackMany(play, tasks, session, task.queue());
            case 4, 5 -> new Command.Release(task.queue(), number, attempt, oneIn(2) ? 0 : timeMs());
            case 6, 7 -> new Command.Fail(task.queue(), number, attempt, oneIn(3) ? -1 : oneIn(2) ? 0 : timeMs(), reason());
            case 8 -> new Command.Bury(task.queue(), number, attempt, reason());
            default -> new Command.Touch(task.queue(), number, attempt);
        };
    }

    private Command ackMany(Play play, List<Model.Known> tasks, long session, String queue) {
        List<Command.AckMany.Held> receipts = new ArrayList<>();
        for (Model.Known task : tasks) {
            if (task.queue().equals(queue) && (task.owner() == session || oneIn(8))) {
                receipts.add(new Command.AckMany.Held(play.numberOf(task.id()), oneIn(2) ? 0 : task.attempts()));
            }
        }
        receipts.add(receipts.isEmpty() || oneIn(4) ? new Command.AckMany.Held(1, 0) : receipts.getFirst());
        return new Command.AckMany(queue, receipts);
    }

    private static Model.@Nullable Known firstOr(List<Model.Known> tasks, int index) {
        return index < tasks.size() ? tasks.get(index) : null;
    }

    private Model.@Nullable Known any(List<Model.Known> tasks) {
        return tasks.isEmpty() ? null : firstOr(tasks, random.nextInt(tasks.size()));
    }

    private Model.@Nullable Known anyTaken(List<Model.Known> tasks, long session) {
        return any(tasks.stream()
                .filter(task -> task.state() == TaskState.TAKEN && (task.owner() == session || oneIn(30)))
                .toList());
    }

    private @Nullable String reason() {
        return oneIn(3) ? null : "no luck";
    }

    // --- Administration and looks

    private Command administration(Play play, List<Model.Known> tasks, String queue) {
        Model.Known task = any(tasks);
        int choice = random.nextInt(16);
        if (task == null || choice < 6) {
            return switch (choice % 6) {
                case 0, 1 -> new Command.Kick(queue, 1 + random.nextInt(3));
                case 2 -> new Command.Pause(queue);
                case 3 -> new Command.Resume(queue);
                case 4 -> new Command.Configure(queue, settings());
                default -> oneIn(4) ? new Command.Purge(queue) : new Command.Resume(queue);
            };
        }
        return choice < 12
                ? new Command.KickOne(task.queue(), play.numberOf(task.id()))
                : new Command.Delete(task.queue(), play.numberOf(task.id()), oneIn(2));
    }

    private QueueSettings settings() {
        QueueSettings settings = QueueSettings.defaults();
        if (oneIn(2)) {
            settings = settings.withMaxAttempts(random.nextInt(4));
        }
        if (oneIn(2)) {
            settings = settings.withTtr(Duration.ofMillis(timeMs()));
        }
        if (oneIn(2)) {
            long firstMs = oneIn(5) ? 0 : timeMs();
            settings = settings.withBackoff(Duration.ofMillis(firstMs), Duration.ofMillis(firstMs + random.nextInt(50)));
        }
        return settings;
    }

    private Command look(Play play, List<Model.Known> tasks, String queue) {
        Model.Known task = any(tasks);
        return switch (random.nextInt(8)) {
            case 0 -> new Command.Peek(queue, 0);
            case 1 -> new Command.Peek(queue, task == null ? 1 : play.numberOf(task.id()));
            case 2 -> new Command.Settings(queue);
            case 3 -> new Command.ListTasks(
                    queue, TaskState.values()[random.nextInt(4)], 0, oneIn(2) ? 10_000 : 1 + random.nextInt(9));
            case 4 -> new Command.LastSequence(queue, pick(cast.producers()));
            case 5 -> oneIn(3) ? new Command.ListQueues(0, 1_000) : new Command.Beat();
            case 6 -> new Command.ListHeld(0, oneIn(2) ? 10_000 : 1 + random.nextInt(3));
            default -> new Command.Stats(queue);
        };
    }

    // --- Dice

    private long timeMs() {
        return TIMES_MS[random.nextInt(TIMES_MS.length)];
    }

    private boolean oneIn(int count) {
        return random.nextInt(count) == 0;
    }

    private String pick(List<String> names) {
        return names.get(random.nextInt(names.size()));
    }
}
